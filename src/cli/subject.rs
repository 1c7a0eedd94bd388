//! Whom a case is about, as a terminal shows it.

/// Whom a case is about; a member by the case's own number, since terminals are looked over.
pub fn of(get: &dyn Fn(&str) -> String) -> String {
    if get("entity_type") == "member" {
        let case: String = get("case_id").chars().take(8).collect();
        format!("member of case {case}")
    } else {
        get("entity_id")
    }
}
