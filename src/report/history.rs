//! The tables that carry the cases across nights.

use super::frame::{Frame, Value};
use crate::cases::disposition::in_force;
use crate::cases::measures::{Book, FOUND, REVIEWED, Recorded};
use crate::cases::{Disposition, Outcome, Register, Registered};
use crate::schema::output;

/// The row of `cases` of one that left the list: what was last known of it, and no rank.
pub(super) fn closed_case(id: &str, known: &Registered) -> Vec<Value> {
    vec![
        id.into(),
        Value::Null,
        known.entity_type.as_str().into(),
        known.entity_id.as_str().into(),
        known.entity_name.clone().into(),
        known.specialty.clone().into(),
        Value::Null,
        Value::Null,
        Value::List(known.schemes.clone()),
        known.status.name().into(),
        Value::Null,
        Value::Null,
        Value::Null,
        Value::Null,
        known.exposure_cents.into(),
        known.exposure_lower_cents.into(),
        Value::Null,
        known.paid_cents.into(),
        0_i64.into(),
        Value::List(known.member_ids.clone()),
        0_i64.into(),
        known.summary.clone().into(),
        known.first_flagged.into(),
        known.disposition.map(|d| d.0.name()).into(),
        known.disposition.map(|d| d.1).into(),
        known.note.clone().into(),
        Value::Null,
        Value::Null,
    ]
}

/// `case_register`.
#[must_use]
pub fn case_register(register: &Register) -> Frame {
    let mut frame = Frame::new(&output::CASE_REGISTER);
    for (id, known) in register {
        frame.push(vec![
            id.as_str().into(),
            known.entity_type.as_str().into(),
            known.entity_id.as_str().into(),
            known.status.name().into(),
            known.first_flagged.into(),
            known.last_flagged.into(),
            known.exposure_cents.into(),
            known.disposition.map(|d| d.0.name()).into(),
            known.disposition.map(|d| d.1).into(),
            known.quiet.into(),
            known.note.clone().into(),
            Value::List(known.member_ids.clone()),
            known.entity_name.clone().into(),
            known.specialty.clone().into(),
            Value::List(known.schemes.clone()),
            Value::List(known.detectors.clone()),
            known.exposure_lower_cents.into(),
            known.paid_cents.into(),
            known.summary.clone().into(),
        ]);
    }
    frame
}

/// `case_measures`, by case, role and measure.
#[must_use]
pub fn case_measures(book: &Book) -> Frame {
    let mut frame = Frame::new(&output::CASE_MEASURES);
    let mut push = |id: &str, role: &str, decided: Option<(Outcome, i64)>, recorded: &Recorded| {
        for (measure, value) in &recorded.measures {
            frame.push(vec![
                id.into(),
                role.into(),
                recorded.as_of.into(),
                decided.map(|d| d.0.name()).into(),
                decided.map(|d| d.1).into(),
                measure.as_str().into(),
                (*value).into(),
            ]);
        }
    };
    // A case may have been reviewed and lie in one of the two alone.
    let ids: std::collections::BTreeSet<&String> =
        book.found.keys().chain(book.reviewed.keys()).collect();
    for id in ids {
        if let Some(recorded) = book.found.get(id) {
            push(id, FOUND, None, recorded);
        }
        if let Some(reviewed) = book.reviewed.get(id) {
            let decided = Some((reviewed.outcome, reviewed.date));
            push(id, REVIEWED, decided, &reviewed.recorded);
        }
    }
    frame
}

/// `dispositions`.
#[must_use]
pub fn dispositions(history: &[Disposition]) -> Frame {
    let in_force = in_force(history);
    let mut frame = Frame::new(&output::DISPOSITIONS);
    for (position, one) in (1_i64..).zip(history) {
        frame.push(vec![
            position.into(),
            one.case_id.as_str().into(),
            one.outcome.name().into(),
            one.date.into(),
            one.note.as_str().into(),
            one.exposure_cents.into(),
            Value::List(one.schemes.clone()),
            (in_force.get(&one.case_id) == Some(one)).into(),
        ]);
    }
    frame
}
