//! A plan's prior-authorization list, in this program's own layout: `hcpcs_code, effective_from,
//! effective_to` and, where the list differs between them, `payer, plan`.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;

use super::Edition;
use super::columns::Columns;
use super::sheet::Sheet;
use crate::error::{Error, Result};

/// The table's name in SQL.
pub const TABLE: &str = "prior_authorization";
const COLUMNS: [&str; 5] = [
    "hcpcs_code",
    "payer",
    "plan",
    "effective_from_day",
    "effective_to_day",
];

/// One file read.
pub struct Part {
    pub edition: Edition,
    rows: RecordBatch,
}

/// Reads one list; both dates may be empty: open.
///
/// # Errors
/// With file, row and column of what is wrong.
pub fn read(sheet: &Sheet) -> Result<Part> {
    let code = sheet.column("hcpcs_code", |c| c == "hcpcs_code")?;
    let from = sheet.column("effective_from", |c| c == "effective_from")?;
    let to = sheet.column("effective_to", |c| c == "effective_to")?;
    let (payer, plan) = (sheet.find(|c| c == "payer"), sheet.find(|c| c == "plan"));
    let mut rows = Columns::new(&COLUMNS, &COLUMNS[3..]);
    sheet.rows(&[code, from, to], |row| {
        let word = |column: Option<super::sheet::ColumnAt>| -> Result<Option<String>> {
            let text = column.map(|c| row.text(c)).transpose()?;
            Ok(text.filter(|t| !t.is_empty()).map(str::to_owned))
        };
        rows.push(&[
            row.code(code)?.as_str().into(),
            (&word(payer)?).into(),
            (&word(plan)?).into(),
            row.day(from, &[])?.into(),
            row.day(to, &[])?.into(),
        ]);
        Ok(())
    })?;
    Ok(Part {
        edition: Edition::new(
            TABLE,
            "",
            None,
            sheet,
            "the plan's prior-authorization list",
        ),
        rows: rows.finish()?,
    })
}

/// All lists given.
///
/// # Errors
/// Where the table cannot be built.
pub fn table(parts: &[Part]) -> Result<RecordBatch> {
    let batches: Vec<&RecordBatch> = parts.iter().map(|p| &p.rows).collect();
    concat_batches(&parts[0].rows.schema(), batches)
        .map_err(|e| Error::input(TABLE, e.to_string(), "Please report this"))
}
