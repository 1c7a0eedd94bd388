//! Every edit is run on tables without a row before any claim is read: what the guard cannot see,
//! a table or a column that does not exist, is found at once and not after an hour.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};

use super::Edit;
use crate::engine::{Statement, TableData, Tables};
use crate::error::{Error, Result};
use crate::ingest::settle::schema_of;
use crate::reference::Reference;
use crate::schema::canonical::TABLES;

/// Runs edits on empty canonical tables and the run's reference tables. One whose required
/// reference table is not given is left out.
///
/// # Errors
/// [`Error::Sql`] with the file and, where it can be told, the line at fault.
pub fn try_out(edits: &[Edit], reference: &Reference) -> Result<()> {
    let mut tables = reference.tables();
    for table in TABLES {
        let rows = RecordBatch::new_empty(Arc::new(schema_of(table)));
        tables.insert(table.name.to_owned(), TableData::Batch(rows));
    }
    let no_day: ArrayRef = Arc::new(Int64Array::from(Vec::<i64>::new()));
    let days = [("from_day", no_day.clone()), ("as_of_day", no_day)];
    if let Ok(run) = RecordBatch::try_from_iter(days) {
        tables.insert("run".to_owned(), TableData::Batch(run));
    }
    let given = |edit: &&Edit| edit.required_reference.iter().all(|t| reference.has(t));
    for edit in edits.iter().filter(given) {
        let mut tables = tables.clone();
        for grain in &edit.grains {
            let rows = tried(edit, &grain.statement, &tables)?;
            tables.insert(grain.name.clone(), TableData::Batch(rows));
        }
        tried(edit, &edit.statement, &tables)?;
    }
    Ok(())
}

fn tried(edit: &Edit, statement: &Statement, tables: &Tables) -> Result<RecordBatch> {
    let origin = &statement.origin;
    if let Some(table) = statement.tables.iter().find(|t| !tables.contains_key(*t)) {
        return Err(Error::Sql {
            place: place(origin, &edit.sql, statement.first_line, table),
            found: format!("it reads {table}, which is no table of a run"),
            remedy: "Name a reference table under `required reference:`; \
                     `claimhound list columns` lists the rest"
                .into(),
        });
    }
    statement.run(tables).map_err(|error| match error {
        Error::Engine { message, .. } => {
            let word = message.split('"').nth(1).unwrap_or_default();
            Error::Sql {
                place: place(origin, &edit.sql, statement.first_line, word),
                found: message.clone(),
                remedy: "Correct the statement; it was tried on empty tables".into(),
            }
        }
        other => other,
    })
}

/// File and line of the first mention of `word` from a line on, else that line.
fn place(origin: &str, sql: &str, first_line: usize, word: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mentions = |line: &str| {
        let code = line.split("--").next().unwrap_or_default();
        code.split(|c| !is_part(c)).any(|w| w == word)
    };
    let later = sql.lines().zip(1..).skip(first_line - 1);
    let line = later
        .into_iter()
        .find(|(text, _)| mentions(text))
        .map_or(first_line, |(_, line)| line);
    format!("{origin}:{line}")
}
