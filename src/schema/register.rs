//! The tables that carry the cases across nights.

use super::Kind::{Bool, Date, Float, Int, Money, Text, TextList};
use super::{Table, column};

pub const CASE_REGISTER: Table = Table {
    name: "case_register",
    about: "The state of every case across runs: tonight's where it was found, the last known otherwise",
    sorted_by: &["case_id"],
    columns: &[
        column("case_id", Text, "Stable identifier of the case"),
        column("entity_type", Text, "provider, member or group"),
        column("entity_id", Text, "Identifier of the entity"),
        column(
            "status",
            Text,
            "new, continuing, grown, shrunk or closed, against the previous run",
        ),
        column(
            "first_flagged",
            Date,
            "As-of date of the run that first flagged it",
        ),
        column(
            "last_flagged",
            Date,
            "As-of date of the run that last flagged it",
        ),
        column("exposure_amount", Money, "Exposure when last flagged"),
        column(
            "disposition",
            Text,
            "confirmed, cleared or pending, the latest that came back",
        ),
        column(
            "disposition_date",
            Date,
            "When that was decided, as the reviewer dates it",
        ),
        column(
            "quiet",
            Bool,
            "Found, but not on the list: it was cleared and is not materially worse since",
        ),
        column(
            "note",
            Text,
            "Why it is quiet, back on the list, or closed; of a closed case also which of its detectors could not speak; null otherwise",
        ),
        column(
            "member_ids",
            TextList,
            "Entities of a group, by which it is known again; empty for others",
        ),
        column("entity_name", Text, "Name when last flagged"),
        column("specialty", Text, "Declared specialty when last flagged"),
        column(
            "schemes",
            TextList,
            "Schemes when last flagged, strongest first",
        ),
        column(
            "detectors",
            TextList,
            "Measures and rules behind its findings when last flagged",
        ),
        column(
            "exposure_lower",
            Money,
            "Exposure at the lower bound of the ratios when last flagged",
        ),
        column(
            "paid_amount",
            Money,
            "Everything paid when last flagged, as in cases",
        ),
        column(
            "summary",
            Text,
            "The case in one sentence when last flagged",
        ),
    ],
};

pub const CASE_MEASURES: Table = Table {
    name: "case_measures",
    about: "One measure of one case, as it was last found and as it was reviewed: what the re-ranking and the rules' precision learn from; a measure that is absent is 0",
    sorted_by: &["case_id", "role", "measure"],
    columns: &[
        column("case_id", Text, "The case"),
        column(
            "role",
            Text,
            "found: as the last run that flagged it has it; reviewed: as it was when its disposition came back",
        ),
        column("as_of", Date, "As-of date of the run that had it so"),
        column(
            "disposition",
            Text,
            "confirmed or cleared where reviewed; null otherwise",
        ),
        column(
            "disposition_date",
            Date,
            "When that was decided; null otherwise",
        ),
        column(
            "measure",
            Text,
            "Name: dollars end in _amount, counts in _count, parts of the exposure in _share; scheme.X and rule.X say what the case rests on",
        ),
        column("value", Float, "Value of the measure"),
    ],
};

pub const DISPOSITIONS: Table = Table {
    name: "dispositions",
    about: "Every decision that had come back before the run, oldest first: a copy of the history that it read",
    sorted_by: &["position"],
    columns: &[
        column("position", Int, "Place in the history, from 1"),
        column("case_id", Text, "The case decided on"),
        column("disposition", Text, "confirmed, cleared or pending"),
        column(
            "date",
            Date,
            "When it was decided, as the reviewer dates it",
        ),
        column("note", Text, "The reviewer's note"),
        column(
            "exposure_amount",
            Money,
            "At risk in the case when the decision came back",
        ),
        column("schemes", TextList, "Schemes of the case then"),
        column("in_force", Bool, "Whether it is the case's latest decision"),
    ],
};
