//! Checks the canonical tables: control totals that must reconcile, and lines to hold.

pub mod check;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use self::check::{Check, Hold, checks};
use crate::batch::{int, text};
use crate::engine::{Purpose, Statement};
use crate::error::{Error, Result};
use crate::ingest::Canonical;
use crate::ingest::ledger::{Stage, Totals};
use crate::reference::Reference;

const CONTROL_TOTALS: &str = include_str!("control_totals.sql");

/// What validation found.
#[derive(Debug, Default)]
pub struct Validation {
    /// Totals of the canonical lines by claim type and line status.
    pub by_status: BTreeMap<String, BTreeMap<String, Totals>>,
    /// Held lines, sorted.
    pub holds: Vec<Hold>,
    /// Checks that could not run, with the reason.
    pub not_run: Vec<NotRun>,
}

impl Validation {
    /// Keys of the held lines.
    #[must_use]
    pub fn hold_keys(&self) -> BTreeSet<(String, String, i64)> {
        self.holds
            .iter()
            .map(|h| {
                (
                    h.data_source.clone(),
                    h.claim_id.clone(),
                    h.claim_line_number,
                )
            })
            .collect()
    }
}

/// A check or detector that did not run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotRun {
    pub name: String,
    pub why: String,
}

impl NotRun {
    /// Why a check or detector cannot run on a source without the columns `missing`. A column of
    /// another table than `line` is required as `table.column`, a whole table as `table`; of
    /// columns required as `this or that` one is enough.
    #[must_use]
    pub fn lacking(name: &str, required: &[String], missing: &[String]) -> Option<NotRun> {
        let lacks = |column: &str| missing.iter().any(|m| m == column);
        let lost = |column: &str| {
            let table = column.split_once('.').map(|(table, _)| table);
            lacks(column) || table.is_some_and(lacks)
        };
        let absent = |columns: &&String| columns.split(" or ").all(lost);
        required.iter().find(absent).map(|column| NotRun {
            name: name.to_owned(),
            why: format!("the source has no {column}"),
        })
    }
}

/// Reconciles the control totals, then runs every check.
///
/// # Errors
/// [`Error::Reconcile`] where rows or cents went missing; [`Error::Engine`] where a check fails.
pub fn validate(
    canonical: &Canonical,
    reference: &Reference,
    missing: &[String],
) -> Result<Validation> {
    let totals = Statement::new(
        CONTROL_TOTALS,
        "validate/control_totals.sql",
        1,
        Purpose::Grain,
    )?;
    let mut out = Validation::default();
    let mut runnable = Vec::new();
    for check in checks()? {
        match NotRun::lacking(check.name, &check.required, missing) {
            Some(why) => out.not_run.push(why),
            None => runnable.push(check),
        }
    }
    let of_buckets = canonical.each_bucket(reference, |tables| {
        let mut holds = Vec::new();
        for check in &runnable {
            holds.extend(check.run(&tables)?);
        }
        Ok((totals.run(&tables)?, holds))
    })?;
    for (totals, holds) in of_buckets {
        add_totals(&mut out.by_status, &totals)?;
        out.holds.extend(holds);
    }
    out.holds.sort();
    reconcile(canonical, &out)?;
    Ok(out)
}

fn add_totals(
    into: &mut BTreeMap<String, BTreeMap<String, Totals>>,
    rows: &arrow::array::RecordBatch,
) -> Result<()> {
    let (kind, status) = (text(rows, "claim_type")?, text(rows, "line_status")?);
    let [lines, paid, allowed, charge] = [
        int(rows, "line_count")?,
        int(rows, "paid_cents")?,
        int(rows, "allowed_cents")?,
        int(rows, "charge_cents")?,
    ];
    for row in 0..rows.num_rows() {
        let entry = into
            .entry(kind.value(row).to_owned())
            .or_default()
            .entry(status.value(row).to_owned())
            .or_default();
        *entry += Totals {
            rows: lines.value(row),
            paid_cents: paid.value(row),
            allowed_cents: allowed.value(row),
            charge_cents: charge.value(row),
        };
    }
    Ok(())
}

fn reconcile(canonical: &Canonical, validation: &Validation) -> Result<()> {
    if let Some((claim_type, left)) = canonical.ledger.differences().first() {
        return Err(Error::Reconcile {
            stage: format!("loading {claim_type} claims"),
            found: format!(
                "{} rows and {} paid cents are unaccounted for",
                left.rows, left.paid_cents
            ),
        });
    }
    for (claim_type, stages) in &canonical.ledger.0 {
        let accepted = stages.get(&Stage::Accepted).copied().unwrap_or_default();
        let mut written = Totals::default();
        for totals in validation
            .by_status
            .get(claim_type)
            .into_iter()
            .flat_map(BTreeMap::values)
        {
            written += *totals;
        }
        if accepted != written {
            return Err(Error::Reconcile {
                stage: format!("writing {claim_type} lines"),
                found: format!(
                    "{} lines and {} paid cents were accepted, {} and {} are in the table",
                    accepted.rows, accepted.paid_cents, written.rows, written.paid_cents
                ),
            });
        }
    }
    Ok(())
}

/// Stops a run whose input is not what it claims to be.
///
/// # Errors
/// [`Error::TooManyRejects`] for the first table over the limit.
pub fn refuse_bad_tables(
    canonical: &Canonical,
    max_reject_share: f64,
    rejects_at: &std::path::Path,
) -> Result<()> {
    for (table, (rows, rejected)) in &canonical.counts {
        let share = *rejected as f64 / (*rows).max(1) as f64;
        if share <= max_reject_share {
            continue;
        }
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for reject in &canonical.rejects {
            *reasons.entry(reject.reason.as_str()).or_default() += 1;
        }
        let reason = reasons
            .iter()
            .max_by_key(|(reason, count)| (**count, std::cmp::Reverse(**reason)))
            .map_or("", |(reason, _)| reason);
        return Err(Error::TooManyRejects {
            table: table.clone(),
            rejected: *rejected,
            rows: *rows,
            share: share * 100.0,
            limit: max_reject_share * 100.0,
            reason: reason.to_owned(),
            rejects: rejects_at.to_path_buf(),
        });
    }
    Ok(())
}
