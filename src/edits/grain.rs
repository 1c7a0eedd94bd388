//! Grains of edits: sums over all members that an edit compares its lines with.

use arrow::array::RecordBatch;

use super::Edit;
use crate::batch::int;
use crate::engine::{Statement, TableData, Tables};
use crate::error::Result;
use crate::features::{Job, merged};
use crate::ingest::Canonical;
use crate::reference::Reference;

/// Name of the grain that counts the lines an edit applies to, in `line_count`: what its hits are
/// a share of.
const APPLIES_TO: &str = "applies_to";

/// A statement that runs in every bucket, and whose integers are added up by the key.
#[derive(Debug, Clone)]
pub struct Grain {
    /// The table that the edit's finding reads it as.
    pub name: String,
    pub key: Vec<String>,
    pub statement: Statement,
}

/// The grains of each edit as tables, in the order of `edits`.
///
/// # Errors
/// Where a statement fails.
pub fn grains(
    edits: &[&Edit],
    canonical: &Canonical,
    reference: &Reference,
) -> Result<Vec<Tables>> {
    let mut jobs = Vec::new();
    for grain in edits.iter().flat_map(|edit| &edit.grains) {
        jobs.push(Job {
            name: &grain.statement.origin,
            statement: grain.statement.clone(),
            key: grain.key.iter().map(String::as_str).collect(),
        });
    }
    let mut rows = merged(&jobs, canonical, reference)?.into_iter();
    let tables = |edit: &&Edit| -> Tables {
        let named = edit.grains.iter().zip(rows.by_ref());
        named
            .map(|(grain, rows)| (grain.name.clone(), TableData::Batch(rows)))
            .collect()
    };
    Ok(edits.iter().map(tables).collect())
}

/// Lines that an edit applies to, where it says so.
///
/// # Errors
/// Where the grain has no `line_count`.
pub fn lines_applied_to(grains: &Tables) -> Result<Option<u64>> {
    match grains.get(APPLIES_TO) {
        Some(TableData::Batch(rows)) => total(rows, "line_count").map(Some),
        _ => Ok(None),
    }
}

/// Sum of an integer column.
///
/// # Errors
/// Where there is no such column.
pub fn total(rows: &RecordBatch, column: &str) -> Result<u64> {
    let sum: i64 = int(rows, column)?.iter().flatten().sum();
    Ok(u64::try_from(sum).unwrap_or(0))
}
