//! Matches a file's header against the columns a layout declares.

use std::path::Path;

use crate::error::{Error, Result};
use crate::ingest::layout::{SourceColumn, SourceTable};

/// Where the wanted columns stand in the file.
pub(super) struct Columns<'a> {
    pub(super) wanted: Vec<(&'a SourceColumn, Option<usize>)>,
    pub(super) note: HeaderNote,
}

pub(super) fn match_columns<'a>(
    path: &Path,
    found: &[String],
    source: &'a SourceTable,
) -> Result<Columns<'a>> {
    let place = path.display().to_string();
    if found.len() > MAX_COLUMNS {
        return Err(Error::input(
            place,
            format!(
                "the header has {} columns, more than {MAX_COLUMNS}",
                found.len()
            ),
            "Check the delimiter, or name the right file",
        ));
    }
    let mut wanted = Vec::with_capacity(source.columns.len());
    let mut used = vec![false; found.len()];
    let mut absent = Vec::new();
    for column in &source.columns {
        let mut position = None;
        for name in &column.names {
            let hits: Vec<usize> = (0..found.len()).filter(|i| &found[*i] == name).collect();
            if hits.len() > 1 {
                return Err(Error::input(
                    place,
                    format!(
                        "the column {name} stands {} times in the header",
                        hits.len()
                    ),
                    "Keep one of them",
                ));
            }
            if let Some(hit) = hits.first() {
                position = Some(*hit);
                used[*hit] = true;
                break;
            }
        }
        if position.is_none() {
            if column.required {
                return Err(missing_column(place, column, found, source));
            }
            absent.push(column.names[0].clone());
        }
        wanted.push((column, position));
    }
    let unknown = found
        .iter()
        .zip(&used)
        .filter(|(name, used)| !**used && !source.knows(name))
        .map(|(name, _)| name.clone())
        .collect();
    Ok(Columns {
        wanted,
        note: HeaderNote { unknown, absent },
    })
}

fn missing_column(
    place: String,
    column: &SourceColumn,
    found: &[String],
    source: &SourceTable,
) -> Error {
    let names = column.names.join(" or ");
    // A file without a header shows its first claim here: only names the layout knows are told.
    let shown: Vec<&str> = found
        .iter()
        .map(String::as_str)
        .filter(|n| source.knows(n))
        .take(8)
        .collect();
    let remedy = if found.len() <= 1 {
        "The header has one column: set the layout's delimiter, or name the right file"
    } else {
        "Add the column, choose another --layout, or write a layout file for this source"
    };
    let known = if shown.is_empty() {
        "none of them known to the layout".to_owned()
    } else {
        format!("among them {}", shown.join(", "))
    };
    Error::input(
        place,
        format!(
            "the required column {names} is missing; the header has {} columns, {known}",
            found.len()
        ),
        remedy,
    )
}

/// What the header of a file told.
#[derive(Debug, Clone, Default)]
pub struct HeaderNote {
    /// Columns present but not used by the layout.
    pub unknown: Vec<String>,
    /// Optional columns of the layout that the file lacks.
    pub absent: Vec<String>,
}

/// A header with more columns is no claims table; the widest in use (RIF inpatient) has about 500.
pub const MAX_COLUMNS: usize = 20_000;
