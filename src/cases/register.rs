//! The state of every case across nights.

use std::collections::BTreeMap;
use std::path::Path;

use super::disposition::Outcome;
use super::stored::Stored;
use crate::error::Result;

/// How a case stands against the run before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Not there before, or closed.
    New,
    Continuing,
    /// Materially more at risk than before, or than when it was cleared.
    Grown,
    /// Materially less at risk than before.
    Shrunk,
    /// Nothing was found any more.
    Closed,
}

impl Status {
    /// Every status, in the order of the reports.
    pub const ALL: [Status; 5] = [
        Status::New,
        Status::Grown,
        Status::Continuing,
        Status::Shrunk,
        Status::Closed,
    ];

    /// The word in `status`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Status::New => "new",
            Status::Continuing => "continuing",
            Status::Grown => "grown",
            Status::Shrunk => "shrunk",
            Status::Closed => "closed",
        }
    }

    fn named(word: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|s| s.name() == word)
    }
}

/// What the register knows of a case: tonight's state where it was found, the last known otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub entity_type: String,
    pub entity_id: String,
    pub entity_name: Option<String>,
    pub specialty: Option<String>,
    /// Entities of a group; empty for others.
    pub member_ids: Vec<String>,
    pub status: Status,
    /// Found, but kept off the list since it was cleared and is not materially worse.
    pub quiet: bool,
    /// Why it is quiet, back or closed.
    pub note: Option<String>,
    /// As-of dates, days since 1970-01-01.
    pub first_flagged: i64,
    pub last_flagged: i64,
    /// Schemes of its findings, strongest first.
    pub schemes: Vec<String>,
    /// Measures and rules behind its findings.
    pub detectors: Vec<String>,
    pub exposure_cents: i64,
    pub exposure_lower_cents: i64,
    pub paid_cents: i64,
    pub summary: Option<String>,
    /// The latest that came back, with its date.
    pub disposition: Option<(Outcome, i64)>,
}

impl Registered {
    /// Whether it stood on the list.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status != Status::Closed && !self.quiet
    }
}

/// The register: case id to its state.
pub type Register = BTreeMap<String, Registered>;

/// Reads `case_register` of a run.
///
/// # Errors
/// Where the file is missing, damaged, or not as this version writes it.
pub fn read_register(path: &Path) -> Result<Register> {
    let mut register = Register::new();
    let Some(stored) = Stored::read(path)? else {
        return Ok(register);
    };
    for row in 0..stored.len() {
        let text = |name: &str| stored.text(name, row);
        let word = |name: &str| stored.needed(name, row, stored.text(name, row));
        let day = |name: &str| stored.needed(name, row, stored.day(name, row));
        let cents = |name: &str| stored.cents(name, row).map(Option::unwrap_or_default);
        let status = Status::named(&word("status")?)
            .ok_or_else(|| stored.fault("status", row, "there is no such status"))?;
        let disposition = match text("disposition")? {
            None => None,
            Some(word) => {
                let outcome = Outcome::named(&word)
                    .ok_or_else(|| stored.fault("disposition", row, "there is no such word"))?;
                Some((outcome, day("disposition_date")?))
            }
        };
        let known = Registered {
            entity_type: word("entity_type")?,
            entity_id: word("entity_id")?,
            entity_name: text("entity_name")?,
            specialty: text("specialty")?,
            member_ids: stored.list("member_ids", row)?,
            status,
            quiet: stored.truth("quiet", row)?.unwrap_or(false),
            note: text("note")?,
            first_flagged: day("first_flagged")?,
            last_flagged: day("last_flagged")?,
            schemes: stored.list("schemes", row)?,
            detectors: stored.list("detectors", row)?,
            exposure_cents: cents("exposure_amount")?,
            exposure_lower_cents: cents("exposure_lower")?,
            paid_cents: cents("paid_amount")?,
            summary: text("summary")?,
            disposition,
        };
        register.insert(word("case_id")?, known);
    }
    Ok(register)
}
