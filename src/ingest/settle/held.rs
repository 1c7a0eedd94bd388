//! Takes held lines out of the analysis.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray};

use crate::batch::{boolean, int, text};
use crate::error::{Error, Result};

/// The lines with `keys` (data source, claim id, line number) made inactive, their status `held`.
///
/// # Errors
/// Where a column is missing.
pub fn held(lines: &RecordBatch, keys: &BTreeSet<(String, String, i64)>) -> Result<RecordBatch> {
    let (source, claim, number) = (
        text(lines, "data_source")?,
        text(lines, "claim_id")?,
        int(lines, "claim_line_number")?,
    );
    let (status, active) = (text(lines, "line_status")?, boolean(lines, "active")?);
    let is_held = |row: usize| {
        keys.contains(&(
            source.value(row).to_owned(),
            claim.value(row).to_owned(),
            number.value(row),
        ))
    };
    let mut statuses = Vec::with_capacity(lines.num_rows());
    let mut actives = Vec::with_capacity(lines.num_rows());
    for row in 0..lines.num_rows() {
        let held = active.value(row) && is_held(row);
        statuses.push(Some(if held { "held" } else { status.value(row) }));
        actives.push(Some(active.value(row) && !held));
    }
    let statuses: ArrayRef = Arc::new(statuses.into_iter().collect::<StringArray>());
    let actives: ArrayRef = Arc::new(actives.into_iter().collect::<BooleanArray>());
    let schema = lines.schema();
    let columns = schema
        .fields()
        .iter()
        .zip(lines.columns())
        .map(|(field, column)| match field.name().as_str() {
            "line_status" => Arc::clone(&statuses),
            "active" => Arc::clone(&actives),
            _ => Arc::clone(column),
        });
    RecordBatch::try_new(lines.schema(), columns.collect()).map_err(|e| Error::Engine {
        statement: "holds".into(),
        message: e.to_string(),
    })
}
