//! Exclusion from federal health care programmes (OIG's List of Excluded Individuals and
//! Entities).

/// What the list has about a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exclusion {
    /// First day on which nothing may be paid.
    pub from: i32,
    /// Day of reinstatement, from which services are paid again.
    pub reinstated: Option<i32>,
    /// The entry is about somebody else of the same name and state, and bears no NPI.
    pub namesake: bool,
}

impl Exclusion {
    /// Whether it bars payment on a day.
    pub fn in_force(&self, day: i32) -> bool {
        !self.namesake && day >= self.from && self.reinstated.is_none_or(|end| day < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exclusion_holds_from_its_day_until_reinstatement() {
        let exclusion = Exclusion {
            from: 10,
            reinstated: Some(20),
            namesake: false,
        };
        assert_eq!(
            [9, 10, 19, 20].map(|day| exclusion.in_force(day)),
            [false, true, true, false]
        );
        let other = Exclusion {
            namesake: true,
            ..exclusion
        };
        assert!(!other.in_force(15));
    }
}
