//! The figures of a statistical finding, which give its counts away.

use arrow::array::{Array, RecordBatch};

use crate::batch::float;
use crate::error::Result;

/// What tells a small numerator: itself, and what is computed from it and shown beside the rest.
const OF_NUMERATOR: [&str; 6] = [
    "observed",
    "ratio",
    "ratio_lower",
    "numerator",
    "z",
    "p_value",
];
/// What tells a small denominator.
const OF_DENOMINATOR: [&str; 8] = [
    "observed",
    "expected",
    "ratio",
    "ratio_lower",
    "numerator",
    "denominator",
    "z",
    "p_value",
];

/// Columns of a finding that tell of a count of 1 to `below` - 1 services or members: among the
/// numerator, the denominator, and what of the denominator is not in the numerator.
///
/// # Errors
/// Where a column is missing.
pub fn small_counts(
    findings: &RecordBatch,
    row: usize,
    below: usize,
) -> Result<&'static [&'static str]> {
    let value = |name: &str| -> Result<Option<f64>> {
        let column = float(findings, name)?;
        Ok(column.is_valid(row).then(|| column.value(row)))
    };
    let (numerator, denominator) = (value("numerator")?, value("denominator")?);
    let small = |count: f64| count > 0.0 && count < below as f64;
    if denominator.is_some_and(small) {
        return Ok(&OF_DENOMINATOR);
    }
    let rest = numerator.zip(denominator).map(|(n, d)| d - n);
    if numerator.is_some_and(small) || rest.is_some_and(small) {
        return Ok(&OF_NUMERATOR);
    }
    Ok(&[])
}
