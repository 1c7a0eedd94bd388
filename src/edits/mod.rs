//! Edits: SQL rules on claim lines that cannot be right.
//!
//! One file an edit; its header comment says what it is. Each runs within member buckets.

mod flood;

use std::path::Path;

use arrow::array::RecordBatch;
use serde::Serialize;

pub use self::flood::{FloodGuard, Notice, Spread};
use crate::batch::{int, int_at, text, text_at};
use crate::engine::guard::header;
use crate::engine::{Purpose, Statement, Tables};
use crate::error::{Error, Result};
use crate::schema::EntityType;
use crate::schema::canonical::{LINE, TABLES};

/// The edits that come with the program, by file name.
pub const BUILT_IN: &[(&str, &str)] = &[
    (
        "drug_shopping__same_drug",
        include_str!("sql/drug_shopping__same_drug.sql"),
    ),
    (
        "duplicate_billing__exact",
        include_str!("sql/duplicate_billing__exact.sql"),
    ),
];

/// Columns every edit returns.
pub const COLUMNS: [&str; 15] = [
    "entity_id",
    "data_source",
    "claim_id",
    "claim_line_number",
    "person_id",
    "service_date",
    "hcpcs_code",
    "modifiers",
    "drg_code",
    "units_milli",
    "paid_cents",
    "allowed_cents",
    "amount_basis",
    "risk_cents",
    "note",
];

/// One edit: its rule and what its header says of it.
#[derive(Debug, Clone)]
pub struct Edit {
    pub name: String,
    pub scheme: String,
    /// Whom its `entity_id` names: header `entity: member`, else the provider.
    pub entity: EntityType,
    pub title: String,
    pub source: String,
    /// Stated precision: the share of its findings expected to hold on review, until measured.
    pub precision: f64,
    pub required_columns: Vec<String>,
    pub counterpoint: String,
    pub sql: String,
    pub statement: Statement,
}

impl Edit {
    /// Reads an edit from its file's text.
    ///
    /// # Errors
    /// [`Error::Sql`] where a header line is missing or the statement's columns are wrong.
    pub fn parse(name: &str, sql: &str, origin: &str) -> Result<Edit> {
        let fault = |found: String, remedy: &str| Error::Sql {
            place: origin.to_owned(),
            found,
            remedy: remedy.to_owned(),
        };
        let header =
            header(sql, origin).map_err(|e| fault(e.to_string(), "Correct the header comment"))?;
        let value = |key: &str| {
            header
                .directives
                .iter()
                .find(|d| d.key == key)
                .map(|d| d.value.clone())
                .ok_or_else(|| {
                    fault(
                        format!("the header has no `{key}:` line"),
                        "Add it; every edit says what it is",
                    )
                })
        };
        let about = header.directives.iter().find(|d| d.key == "entity");
        let entity = match about.map(|d| d.value.as_str()) {
            None => EntityType::Provider,
            Some(word) => EntityType::ALL
                .into_iter()
                .find(|t| t.name() == word)
                .ok_or_else(|| fault(format!("entity: {word}"), "Write provider or member"))?,
        };
        let stated = value("precision")?;
        let precision = stated
            .parse::<f64>()
            .ok()
            .filter(|p| (0.0..=1.0).contains(p));
        let edit = Edit {
            name: name.to_owned(),
            scheme: value("scheme")?,
            entity,
            title: value("title")?,
            source: value("source")?,
            precision: precision.ok_or_else(|| {
                fault(
                    format!("precision: {stated}"),
                    "Write a share between 0 and 1",
                )
            })?,
            required_columns: value("required columns")?
                .split(',')
                .map(|c| c.trim().to_owned())
                .filter(|c| !c.is_empty() && c != "none")
                .collect(),
            counterpoint: value("counterpoint")?,
            sql: sql.to_owned(),
            statement: Statement::new(sql, origin, 1, Purpose::Edit)?,
        };
        for column in COLUMNS {
            if !edit.statement.columns.iter().any(|c| c == column) {
                return Err(fault(
                    format!("the statement does not return {column}"),
                    &format!("Return {}", COLUMNS.join(", ")),
                ));
            }
        }
        for column in &edit.required_columns {
            let canonical = column.replace("_amount", "_cents");
            let known = TABLES.iter().any(|t| t.name == canonical);
            if !known && LINE.position(&canonical).is_none() {
                return Err(fault(
                    format!("required column {column} is no column of line and no table"),
                    "Name columns of the line table, or whole tables",
                ));
            }
        }
        Ok(edit)
    }
}

/// The built-in edits and those of a folder of the user's.
///
/// # Errors
/// Where a file is unreadable or faulty: no run begins with a broken rule.
pub fn edits(folder: Option<&Path>) -> Result<Vec<Edit>> {
    let mut edits = Vec::new();
    for (name, sql) in BUILT_IN {
        edits.push(Edit::parse(name, sql, &format!("edits/sql/{name}.sql"))?);
    }
    if let Some(folder) = folder {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(Error::io(folder, "reading --edits"))? {
            let path = entry.map_err(Error::io(folder, "reading --edits"))?.path();
            if path.extension().is_some_and(|e| e == "sql") {
                files.push(path);
            }
        }
        files.sort();
        for path in files {
            let name = path
                .file_stem()
                .map(|s| s.to_string_lossy().into_owned())
                .unwrap_or_default();
            let sql = std::fs::read_to_string(&path).map_err(Error::io(&path, "reading"))?;
            edits.push(Edit::parse(&name, &sql, &path.display().to_string())?);
        }
    }
    Ok(edits)
}

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
