//! One night against the register: status, quiet, back on the list, closed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::disposition::{Disposition, Outcome};
use super::register::{Register, Registered, Status};
use crate::combine::{Case, Population};
use crate::ingest::date::iso;
use crate::money::dollars;

/// Relative change of exposure from which a case has grown or shrunk, and from which a cleared one
/// is worse than what was cleared: a tenth, the upper end of the 5 to 10 % that auditors take for
/// material by rule of thumb. Overridden by `material_change` in `[cases]`.
pub const MATERIAL_CHANGE: f64 = 0.10;

/// A case as tonight's claims give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub entity_type: String,
    pub entity_id: String,
    pub entity_name: Option<String>,
    pub specialty: Option<String>,
    pub member_ids: Vec<String>,
    /// Schemes, strongest first, each with the cents counted on its findings.
    pub schemes: Vec<(String, i64)>,
    /// Measures and rules behind the findings, in their order.
    pub detectors: Vec<String>,
    pub exposure_cents: i64,
    pub exposure_lower_cents: i64,
    pub paid_cents: i64,
    pub summary: String,
}

impl Found {
    /// What the register keeps of a case.
    #[must_use]
    pub fn of(case: &Case, populations: &[Population]) -> Found {
        let entity = &populations[case.population].entities[case.entity];
        let mut schemes: Vec<(String, i64)> = Vec::new();
        for finding in &case.findings {
            let counted: i64 = finding.lines.iter().map(|l| l.counted_case).sum();
            match schemes.iter_mut().find(|(s, _)| *s == finding.scheme) {
                Some((_, cents)) => *cents += counted,
                None => schemes.push((finding.scheme.clone(), counted)),
            }
        }
        Found {
            entity_type: case.entity_type.name().to_owned(),
            entity_id: entity.id.clone(),
            entity_name: entity.name.clone(),
            specialty: entity.specialty.clone(),
            member_ids: entity.member_ids.clone(),
            schemes,
            detectors: case.findings.iter().map(|f| f.detector.clone()).collect(),
            exposure_cents: case.exposure_cents,
            exposure_lower_cents: case.exposure_lower_cents,
            paid_cents: entity.amount_cents,
            summary: case.summary.clone(),
        }
    }
}

/// What tonight is held against.
pub struct Night<'a> {
    /// The register of the run before.
    pub before: &'a Register,
    /// The disposition in force of each case that has one.
    pub dispositions: &'a BTreeMap<String, Disposition>,
    /// Measures and rules that could speak tonight: they had their columns and tables, and the
    /// night's own checks let them count.
    pub spoke: &'a BTreeSet<String>,
    /// Tonight's as-of date.
    pub as_of: i64,
    /// See [`MATERIAL_CHANGE`].
    pub material_change: f64,
}

/// The register after a night: what was found, and earlier cases that are gone, closed.
#[must_use]
pub fn update(night: &Night, found: BTreeMap<String, Found>) -> Register {
    let mut register = night.before.clone();
    for (id, known) in &mut register {
        if known.status != Status::Closed {
            known.note = Some(why_closed(night, known));
        }
        known.status = Status::Closed;
        known.quiet = false;
        if let Some(came_back) = night.dispositions.get(id) {
            known.disposition = Some((came_back.outcome, came_back.date));
        }
    }
    for (id, found) in found {
        let before = night.before.get(&id);
        let disposition = night.dispositions.get(&id);
        let (status, quiet, note) = judge(before, disposition, &found, night.material_change);
        let known = Registered {
            entity_type: found.entity_type,
            entity_id: found.entity_id,
            entity_name: found.entity_name,
            specialty: found.specialty,
            member_ids: found.member_ids,
            status,
            quiet,
            note,
            first_flagged: before.map_or(night.as_of, |k| k.first_flagged),
            last_flagged: night.as_of,
            schemes: found.schemes.into_iter().map(|(s, _)| s).collect(),
            detectors: found.detectors,
            exposure_cents: found.exposure_cents,
            exposure_lower_cents: found.exposure_lower_cents,
            paid_cents: found.paid_cents,
            summary: Some(found.summary),
            disposition: disposition
                .map(|d| (d.outcome, d.date))
                .or(before.and_then(|k| k.disposition)),
        };
        register.insert(id, known);
    }
    register
}

/// Why a case is closed. Where what had found it could not speak tonight, a file that did not come
/// for one, the silence says nothing of the entity.
fn why_closed(night: &Night, known: &Registered) -> String {
    let silent = |detector: &&String| !night.spoke.contains(*detector);
    let silent: Vec<&str> = known
        .detectors
        .iter()
        .filter(silent)
        .map(String::as_str)
        .collect();
    let nothing = format!("nothing found as of {}", iso(night.as_of));
    if silent.is_empty() {
        nothing
    } else {
        format!("{nothing}; not looked for: {}", silent.join(", "))
    }
}

/// Status of a case that was found, whether it stays quiet, and why it does or is back.
fn judge(
    before: Option<&Registered>,
    disposition: Option<&Disposition>,
    found: &Found,
    change: f64,
) -> (Status, bool, Option<String>) {
    let status = status(before, found.exposure_cents, change);
    let Some(cleared) = disposition.filter(|d| d.outcome == Outcome::Cleared) else {
        return (status, false, None);
    };
    // Once back on the list, it stays there until somebody decides anew: a case about the
    // threshold must not come and go while it is being read.
    let same = Some((cleared.outcome, cleared.date));
    if let Some(known) = before.filter(|k| k.is_open() && k.disposition == same) {
        return (status, false, known.note.clone());
    }
    let decided = format!(
        "cleared on {} at {}",
        iso(cleared.date),
        dollars(cleared.exposure_cents)
    );
    let now = dollars(found.exposure_cents);
    let unseen: Vec<&(String, i64)> = found
        .schemes
        .iter()
        .filter(|(scheme, _)| !cleared.schemes.contains(scheme))
        .collect();
    let unseen_cents: i64 = unseen.iter().map(|(_, cents)| cents).sum();
    let much = |cents: i64| cents as f64 > change * cleared.exposure_cents as f64;
    if much(found.exposure_cents - cleared.exposure_cents) {
        let why = format!("{decided}; back on the list at {now}");
        return (Status::Grown, false, Some(why));
    }
    if unseen_cents > 0 && much(unseen_cents) {
        let schemes: Vec<&str> = unseen.iter().map(|(scheme, _)| scheme.as_str()).collect();
        let why = format!(
            "{decided} for {}; back on the list with {} in {}",
            cleared.schemes.join(", "),
            dollars(unseen_cents),
            schemes.join(", ")
        );
        return (Status::Grown, false, Some(why));
    }
    let why = format!("{decided}; kept quiet at {now}");
    (status, true, Some(why))
}

/// The status of a case against what the register knew of it.
fn status(before: Option<&Registered>, exposure_cents: i64, change: f64) -> Status {
    let Some(before) = before.filter(|k| k.status != Status::Closed) else {
        return Status::New;
    };
    let difference = (exposure_cents - before.exposure_cents) as f64;
    let material = change * before.exposure_cents as f64;
    if difference > material {
        Status::Grown
    } else if difference < -material {
        Status::Shrunk
    } else {
        Status::Continuing
    }
}

/// Cases that stood on the list before and are gone tonight, by id.
pub fn just_closed<'a>(
    before: &'a Register,
    after: &'a Register,
) -> impl Iterator<Item = (&'a str, &'a Registered)> {
    after
        .iter()
        .filter(|(id, known)| {
            known.status == Status::Closed && before.get(*id).is_some_and(Registered::is_open)
        })
        .map(|(id, known)| (id.as_str(), known))
}

/// How tonight's cases stand, for the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Standings {
    /// Cases on the list by status, and those that left it tonight as `closed`.
    pub by_status: BTreeMap<&'static str, usize>,
    /// Found, but kept off the list: cleared, and not materially worse since.
    pub quiet: usize,
    /// Cleared earlier, and on the list since it is materially worse than what was cleared.
    pub back: usize,
    /// Cases on the list by disposition.
    pub by_disposition: BTreeMap<&'static str, usize>,
    /// Cases of earlier nights that are not found any more.
    pub closed_in_all: usize,
}

impl Standings {
    /// Counts a register against the one before.
    #[must_use]
    pub fn new(before: &Register, after: &Register) -> Standings {
        let mut counts = Standings::default();
        for status in Status::ALL {
            counts.by_status.insert(status.name(), 0);
        }
        for known in after.values() {
            counts.quiet += usize::from(known.quiet);
            counts.closed_in_all += usize::from(known.status == Status::Closed);
            if !known.is_open() {
                continue;
            }
            *counts.by_status.entry(known.status.name()).or_default() += 1;
            if let Some((outcome, _)) = known.disposition {
                *counts.by_disposition.entry(outcome.name()).or_default() += 1;
                counts.back += usize::from(outcome == Outcome::Cleared);
            }
        }
        let gone = just_closed(before, after).count();
        counts.by_status.insert(Status::Closed.name(), gone);
        counts
    }
}

#[cfg(test)]
mod tests;
