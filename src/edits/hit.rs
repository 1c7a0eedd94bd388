//! The lines that an edit or a measure points at.

use arrow::array::RecordBatch;
use serde::Serialize;

use super::Edit;
use crate::batch::{int, int_at, text, text_at};
use crate::engine::Tables;
use crate::error::{Error, Result};

/// One line that an edit or a measure points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineHit {
    pub entity_id: String,
    pub data_source: String,
    pub claim_id: String,
    pub claim_line_number: i64,
    pub person_id: String,
    pub service_day: i64,
    pub hcpcs_code: Option<String>,
    pub modifiers: String,
    pub drg_code: Option<String>,
    pub units_milli: Option<i64>,
    pub paid_cents: Option<i64>,
    pub allowed_cents: Option<i64>,
    pub basis: String,
    /// Cents of the line that the rule questions: the whole amount or a price gap.
    pub cents: i64,
    pub note: String,
}

/// Reads lines from a statement's result.
///
/// # Errors
/// Where a column is missing.
pub fn line_hits(batch: &RecordBatch, entity: &str, cents: &str) -> Result<Vec<LineHit>> {
    let day = service_days(batch)?;
    let (entity, source, claim) = (
        text(batch, entity)?,
        text(batch, "data_source")?,
        text(batch, "claim_id")?,
    );
    let (number, person, code) = (
        int(batch, "claim_line_number")?,
        text(batch, "person_id")?,
        text(batch, "hcpcs_code")?,
    );
    let (modifiers, drg, units) = (
        text(batch, "modifiers")?,
        text(batch, "drg_code")?,
        int(batch, "units_milli")?,
    );
    let (paid, allowed, basis) = (
        int(batch, "paid_cents")?,
        int(batch, "allowed_cents")?,
        text(batch, "amount_basis")?,
    );
    let (cents, note) = (int(batch, cents)?, text(batch, "note")?);
    let word = |column, row| text_at(column, row).unwrap_or_default().to_owned();
    Ok((0..batch.num_rows())
        .map(|row| LineHit {
            entity_id: word(entity, row),
            data_source: word(source, row),
            claim_id: word(claim, row),
            claim_line_number: number.value(row),
            person_id: word(person, row),
            service_day: day[row],
            hcpcs_code: text_at(code, row).map(str::to_owned),
            modifiers: word(modifiers, row),
            drg_code: text_at(drg, row).map(str::to_owned),
            units_milli: int_at(units, row),
            paid_cents: int_at(paid, row),
            allowed_cents: int_at(allowed, row),
            basis: word(basis, row),
            cents: int_at(cents, row).unwrap_or(0),
            note: word(note, row),
        })
        .collect())
}

/// `service_date` of every row: a date, or days since 1970-01-01.
fn service_days(batch: &RecordBatch) -> Result<Vec<i64>> {
    use arrow::array::AsArray;
    use arrow::datatypes::{Date32Type, Int64Type};
    let column = batch.column_by_name("service_date");
    let dates = column.and_then(|c| c.as_primitive_opt::<Date32Type>());
    let days = column.and_then(|c| c.as_primitive_opt::<Int64Type>());
    match (dates, days) {
        (Some(dates), _) => Ok(dates.values().iter().map(|d| i64::from(*d)).collect()),
        (_, Some(days)) => Ok(days.values().to_vec()),
        _ => Err(Error::Engine {
            statement: "evidence".into(),
            message: "service_date is neither a date nor a number of days".into(),
        }),
    }
}

/// The lines one edit hits in one bucket.
///
/// # Errors
/// Where the statement fails.
pub fn run_edit(edit: &Edit, tables: &Tables) -> Result<Vec<LineHit>> {
    line_hits(&edit.statement.run(tables)?, "entity_id", "risk_cents")
}
