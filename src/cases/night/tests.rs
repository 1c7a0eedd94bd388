//! A case over several nights.

use super::*;

const CASE: &str = "c";
/// Day on which decisions come back.
const DECIDED: i64 = 19_000;

/// A case with these cents at risk by scheme.
fn found(schemes: &[(&str, i64)]) -> Found {
    Found {
        entity_type: "provider".into(),
        entity_id: "p".into(),
        entity_name: Some("Name".into()),
        specialty: None,
        member_ids: Vec::new(),
        schemes: schemes.iter().map(|(s, c)| ((*s).to_owned(), *c)).collect(),
        detectors: schemes.iter().map(|(s, _)| format!("{s}_rule")).collect(),
        exposure_cents: schemes.iter().map(|(_, cents)| cents).sum(),
        exposure_lower_cents: 0,
        paid_cents: 100_000,
        summary: "Unusual; review".into(),
    }
}

fn decision(outcome: Outcome, date: i64, schemes: &[(&str, i64)]) -> Disposition {
    let case = found(schemes);
    Disposition {
        case_id: CASE.into(),
        outcome,
        date,
        note: String::new(),
        exposure_cents: case.exposure_cents,
        schemes: case.schemes.into_iter().map(|(s, _)| s).collect(),
    }
}

/// Nights in a row, with what reviewers decided by then.
struct Nights {
    register: Register,
    dispositions: BTreeMap<String, Disposition>,
    spoke: BTreeSet<String>,
    as_of: i64,
}

impl Nights {
    fn new() -> Nights {
        Nights {
            register: Register::new(),
            dispositions: BTreeMap::new(),
            spoke: BTreeSet::from(["a_rule".to_owned()]),
            as_of: DECIDED,
        }
    }

    /// The next night, with or without the case; its state afterwards.
    fn night(&mut self, case: Option<Found>) -> &Registered {
        self.as_of += 1;
        let night = Night {
            before: &self.register,
            dispositions: &self.dispositions,
            spoke: &self.spoke,
            as_of: self.as_of,
            material_change: MATERIAL_CHANGE,
        };
        let found = case.into_iter().map(|c| (CASE.to_owned(), c)).collect();
        self.register = update(&night, found);
        &self.register[CASE]
    }

    fn at(&mut self, cents: i64) -> (Status, bool) {
        let known = self.night(Some(found(&[("a", cents)])));
        (known.status, known.quiet)
    }

    fn gone(&mut self) -> (Status, bool) {
        let known = self.night(None);
        (known.status, known.quiet)
    }

    fn decide(&mut self, outcome: Outcome, date: i64, schemes: &[(&str, i64)]) {
        let decision = decision(outcome, date, schemes);
        self.dispositions.insert(CASE.into(), decision);
    }
}

#[test]
fn a_case_grows_and_shrinks_by_more_than_a_tenth() {
    for (now, status) in [
        (1000, Status::Continuing),
        (1100, Status::Continuing),
        (1101, Status::Grown),
        (900, Status::Continuing),
        (899, Status::Shrunk),
    ] {
        let mut nights = Nights::new();
        assert_eq!(nights.at(1000), (Status::New, false));
        assert_eq!(nights.at(now), (status, false), "{now}");
    }
}

#[test]
fn a_case_that_is_gone_is_closed_and_new_when_it_reappears() {
    let mut nights = Nights::new();
    nights.at(1000);
    let first = nights.as_of;
    assert_eq!(nights.gone(), (Status::Closed, false));
    let before = nights.register.clone();
    assert_eq!(before[CASE].exposure_cents, 1000, "the last known amount");
    assert_eq!(nights.gone(), (Status::Closed, false));
    // It left the list once.
    assert_eq!(just_closed(&before, &nights.register).count(), 0);
    assert_eq!(nights.at(1000), (Status::New, false));
    assert_eq!(nights.register[CASE].first_flagged, first);
}

#[test]
fn a_case_whose_rule_could_not_run_is_not_said_to_be_over() {
    for (schemes, note) in [
        (vec![("a", 1)], "nothing found as of 2022-01-10"),
        (
            vec![("a", 1), ("b", 1), ("c", 1)],
            "nothing found as of 2022-01-10; not looked for: b_rule, c_rule",
        ),
    ] {
        let mut nights = Nights::new();
        nights.night(Some(found(&schemes)));
        assert_eq!(nights.night(None).note.as_deref(), Some(note));
        // What was said when it closed stays.
        assert_eq!(nights.night(None).note.as_deref(), Some(note));
    }
}

#[test]
fn a_cleared_case_is_quiet_until_it_is_materially_worse_than_when_cleared() {
    let mut nights = Nights::new();
    nights.at(1000);
    nights.decide(Outcome::Cleared, DECIDED, &[("a", 1000)]);
    // Slow growth: never a tenth in a night, but more than a tenth since it was cleared.
    for cents in [1000, 1050, 1100] {
        assert!(nights.at(cents).1, "{cents}");
    }
    assert_eq!(nights.at(1101), (Status::Grown, false));
    let known = &nights.register[CASE];
    assert_eq!(known.disposition, Some((Outcome::Cleared, DECIDED)));
    let note = known.note.clone().expect("why it is back");
    assert!(
        note.contains("cleared on 2022-01-08 at 10.00") && note.contains("11.01"),
        "{note}"
    );
    // Back, it stays until somebody decides anew.
    assert_eq!(nights.at(1050), (Status::Continuing, false));
    assert_eq!(nights.register[CASE].note, Some(note));
    nights.decide(Outcome::Cleared, DECIDED + 9, &[("a", 1050)]);
    assert_eq!(nights.at(1150), (Status::Continuing, true));
}

#[test]
fn a_scheme_that_nobody_saw_brings_a_cleared_case_back() {
    for (unseen, quiet) in [(100, true), (101, false)] {
        let mut nights = Nights::new();
        nights.at(1000);
        nights.decide(Outcome::Cleared, DECIDED, &[("a", 1000)]);
        // In all it is less than what was cleared.
        let known = nights.night(Some(found(&[("a", 500), ("b", unseen)])));
        assert_eq!(known.quiet, quiet, "{unseen}");
        let note = known.note.clone().expect("a note");
        assert_eq!(note.ends_with("in b"), !quiet, "{note}");
    }
}

#[test]
fn a_cleared_case_that_vanished_is_quiet_when_it_reappears_unless_worse() {
    for (cents, status, quiet) in [(1000, Status::New, true), (2000, Status::Grown, false)] {
        let mut nights = Nights::new();
        nights.at(1000);
        nights.decide(Outcome::Cleared, DECIDED, &[("a", 1000)]);
        nights.at(1000);
        let before = nights.register.clone();
        assert_eq!(nights.gone(), (Status::Closed, false));
        // It was not on the list, so it does not leave it.
        assert_eq!(just_closed(&before, &nights.register).count(), 0);
        assert_eq!(nights.at(cents), (status, quiet), "{cents}");
    }
}

#[test]
fn what_is_confirmed_or_pending_stays_on_the_list() {
    for outcome in [Outcome::Confirmed, Outcome::Pending] {
        let mut nights = Nights::new();
        nights.at(1000);
        nights.decide(Outcome::Cleared, DECIDED, &[("a", 1000)]);
        assert!(nights.at(1000).1);
        nights.decide(outcome, DECIDED + 1, &[("a", 1000)]);
        assert_eq!(nights.at(1000), (Status::Continuing, false));
        let known = nights.register[CASE].disposition;
        assert_eq!(known, Some((outcome, DECIDED + 1)));
    }
}

#[test]
fn a_decision_on_a_closed_case_is_kept() {
    let mut nights = Nights::new();
    nights.at(1000);
    nights.gone();
    nights.decide(Outcome::Confirmed, DECIDED, &[("a", 1000)]);
    nights.gone();
    let known = nights.register[CASE].disposition;
    assert_eq!(known, Some((Outcome::Confirmed, DECIDED)));
}

#[test]
fn anything_is_worse_than_a_case_cleared_at_nothing() {
    let mut nights = Nights::new();
    nights.at(0);
    nights.decide(Outcome::Cleared, DECIDED, &[("a", 0)]);
    assert!(nights.at(0).1);
    assert_eq!(nights.at(1), (Status::Grown, false));
}

#[test]
fn the_counts_of_a_night_are_those_of_its_register() {
    let mut before = Register::new();
    let mut after = Register::new();
    let mut nights = Nights::new();
    nights.at(1000);
    let open = nights.register[CASE].clone();
    let with = |status, quiet, disposition| Registered {
        status,
        quiet,
        disposition,
        ..open.clone()
    };
    let cleared = Some((Outcome::Cleared, DECIDED));
    for (id, then, now) in [
        ("new", None, with(Status::New, false, None)),
        ("gone", Some(&open), with(Status::Closed, false, None)),
        (
            "long gone",
            Some(&with(Status::Closed, false, None)),
            with(Status::Closed, false, None),
        ),
        (
            "quiet",
            Some(&open),
            with(Status::Continuing, true, cleared),
        ),
        ("back", Some(&open), with(Status::Grown, false, cleared)),
    ] {
        if let Some(then) = then {
            before.insert(id.into(), then.clone());
        }
        after.insert(id.into(), now);
    }
    let counts = Standings::new(&before, &after);
    let by_status = [
        ("closed", 1),
        ("continuing", 0),
        ("grown", 1),
        ("new", 1),
        ("shrunk", 0),
    ];
    assert_eq!(counts.by_status, BTreeMap::from(by_status));
    assert_eq!((counts.quiet, counts.back), (1, 1));
    assert_eq!(counts.closed_in_all, 2);
    assert_eq!(counts.by_disposition, BTreeMap::from([("cleared", 1)]));
}
