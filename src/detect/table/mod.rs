//! One method on any numeric Parquet or CSV table: what `claimhound detect` does.

mod columns;
mod csv_file;
mod parquet_file;
mod write;

use std::path::{Path, PathBuf};

use ndarray::{Array2, Axis};
use rayon::prelude::*;

use self::columns::choose;
use super::conformal::{FOLDS, conformal};
use super::method::{Method, score};
use super::standardise::{Side, standardise};
use crate::error::{Error, Result};
use crate::stats::Skip;

/// Columns named in `top_columns` at most, and the least share that is worth naming.
const TOP: usize = 3;
const LEAST_SHARE: f64 = 0.05;

/// What to score, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Parquet (`.parquet`) or CSV (`.csv`, `.csv.gz`).
    pub table: PathBuf,
    /// The column that names a row.
    pub id: String,
    /// Columns to look at; empty for every numeric one but the id and the peer column.
    pub columns: Vec<String>,
    /// Rows are scored among the rows with the same value here.
    pub peer: Option<String>,
    /// A name of [`Method::names`].
    pub method: String,
    pub side: Side,
    pub seed: u64,
    /// Parquet or CSV by its ending.
    pub output: PathBuf,
}

/// What was done, and what the reader of the scores should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub rows: usize,
    pub scored: usize,
    /// Columns looked at, in their order.
    pub columns: Vec<String>,
    pub groups: usize,
    /// What was left out or found odd, with the remedy.
    pub notes: Vec<String>,
}

/// A numeric table in memory: row i of the matrix is `id[i]`; NaN is missing.
#[derive(Debug, Clone)]
struct Table {
    id: Vec<String>,
    peer: Option<Vec<String>>,
    columns: Vec<String>,
    matrix: Array2<f64>,
    notes: Vec<String>,
}

/// What is known of a column before its values are read as numbers.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    /// First value that is not a number, with its row; `None` where all are numbers.
    not_a_number: Option<(u64, String)>,
}

/// A row of the output; no score where the row could not be judged.
#[derive(Debug, Clone, PartialEq)]
struct Scored {
    id: String,
    score: Option<f64>,
    p_value: Option<f64>,
    top_columns: Option<String>,
}

/// Reads the table, scores its rows and writes `id, score, p_value, top_columns`, the highest score
/// first. A row that cannot be judged has no score; the summary's notes say why.
///
/// The score is the method's own within the row's peer group. The p-value is conformal and
/// cross-fitted (see [`super::conformal`]).
///
/// # Errors
/// Where the file cannot be read, a column is missing or not numeric, a value is infinite, no row
/// can be scored, or the output cannot be written.
pub fn detect(request: &Request) -> Result<Summary> {
    let method = Method::named(&request.method).ok_or_else(|| {
        Error::Usage(format!(
            "--method {}: no such method. Choose one of: {}",
            request.method,
            Method::names().join(", ")
        ))
    })?;
    write::check_ending(&request.output)?;
    let table = read(request)?;
    let mut notes = table.notes.clone();
    let groups = groups(&table);
    let outcomes: Vec<Outcome> = groups
        .par_iter()
        .map(|(_, rows)| judge(&table, rows, &method, request))
        .collect();
    let mut scored: Vec<Scored> = Vec::with_capacity(table.id.len());
    for ((group, rows), outcome) in groups.iter().zip(outcomes) {
        let place = match (&request.peer, group) {
            (Some(peer), Some(value)) => format!("{peer} = {value}: "),
            _ => String::new(),
        };
        notes.extend(outcome.notes.into_iter().map(|note| place.clone() + &note));
        scored.extend(rows.iter().zip(outcome.rows).map(|(row, mut judged)| {
            judged.id.clone_from(&table.id[*row]);
            judged
        }));
    }
    let count = scored.iter().filter(|row| row.score.is_some()).count();
    if count == 0 {
        return Err(Error::input(
            request.table.display().to_string(),
            format!("no row could be scored: {}", notes.join("; ")),
            "Give more rows, other columns or a wider --peer, or choose another --method",
        ));
    }
    scored.sort_by(|a, b| {
        let key = |row: &Scored| row.score.unwrap_or(f64::NEG_INFINITY);
        key(b).total_cmp(&key(a)).then_with(|| a.id.cmp(&b.id))
    });
    write::write(&request.output, &scored)?;
    Ok(Summary {
        rows: table.id.len(),
        scored: count,
        columns: table.columns,
        groups: groups.len(),
        notes,
    })
}

fn read(request: &Request) -> Result<Table> {
    let path = &request.table;
    let (mut table, notes) = match ending(path) {
        Some("parquet") => {
            let (known, rows) = parquet_file::describe(path)?;
            let chosen = choose(request, &known)?;
            (
                parquet_file::read(request, &chosen.columns, rows)?,
                chosen.notes,
            )
        }
        Some("csv" | "csv.gz") => {
            let known = csv_file::describe(path)?;
            let chosen = choose(request, &known)?;
            (csv_file::read(request, &chosen.columns)?, chosen.notes)
        }
        _ => {
            return Err(Error::input(
                path.display().to_string(),
                "not a table of a known kind",
                "Give a .parquet, .csv or .csv.gz file",
            ));
        }
    };
    table.notes = notes;
    columns::settle(request, &mut table)?;
    Ok(table)
}

/// The id of a row; a row without one could not be found again.
fn named(request: &Request, row: u64, id: Option<&str>) -> Result<String> {
    match id.map(str::trim) {
        Some(id) if !id.is_empty() => Ok(id.to_owned()),
        _ => Err(Error::input(
            format!(
                "{}, row {row}, column {}",
                request.table.display(),
                request.id
            ),
            "the id is empty",
            "Give every row an id, or name another column with --id",
        )),
    }
}

/// The file's kind by its ending.
fn ending(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    ["parquet", "csv", "csv.gz"]
        .into_iter()
        .find(|ending| name.ends_with(&format!(".{ending}")))
}

/// Rows of each peer group, by its value; one group without a value where there is no peer column.
fn groups(table: &Table) -> Vec<(Option<String>, Vec<usize>)> {
    let Some(peer) = &table.peer else {
        return vec![(None, (0..table.id.len()).collect())];
    };
    let mut groups = std::collections::BTreeMap::<&String, Vec<usize>>::new();
    for (row, value) in peer.iter().enumerate() {
        groups.entry(value).or_default().push(row);
    }
    groups
        .into_iter()
        .map(|(value, rows)| (Some(value.clone()), rows))
        .collect()
}

struct Outcome {
    rows: Vec<Scored>,
    notes: Vec<String>,
}

/// Scores and p-values of one group, in the order of `rows`.
fn judge(table: &Table, rows: &[usize], method: &Method, request: &Request) -> Outcome {
    let matrix = standardise(table.matrix.select(Axis(0), rows).view(), request.side);
    let nothing = Scored {
        id: String::new(),
        score: None,
        p_value: None,
        top_columns: None,
    };
    let scores = match score(method, matrix.view(), request.seed) {
        Ok(scores) => scores,
        Err(skip) => {
            return Outcome {
                rows: vec![nothing; rows.len()],
                notes: vec![format!("{} rows not scored: {}", rows.len(), words(skip))],
            };
        }
    };
    let mut notes = Vec::new();
    if !scores.skipped.is_empty() {
        notes.push(format!(
            "{} rows not scored: more than half of their columns are empty",
            scores.skipped.len()
        ));
    }
    let p_values = conformal(method, matrix.view(), FOLDS, request.seed).unwrap_or_else(|skip| {
        notes.push(format!("no p-values out of fold: {}", words(skip)));
        vec![f64::NAN; rows.len()]
    });
    let judged = scores.raw.iter().zip(p_values).enumerate();
    let rows = judged
        .map(|(row, (score, p_value))| Scored {
            score: Some(*score).filter(|s| s.is_finite()),
            p_value: Some(p_value).filter(|p| p.is_finite() && score.is_finite()),
            top_columns: scores
                .shares
                .as_ref()
                .and_then(|shares| top_columns(&table.columns, &shares.row(row).to_vec())),
            ..nothing.clone()
        })
        .collect();
    Outcome { rows, notes }
}

/// A reason with what to do about it.
fn words(skip: Skip) -> String {
    let remedy = match skip {
        Skip::TooFew { .. } => {
            "; give more rows or columns, a wider --peer, or a --method that needs fewer"
        }
        Skip::NoSpread => "; choose other --columns",
        _ => "",
    };
    format!("{skip}{remedy}")
}

/// The columns with the largest shares, such as `visits 0.61; paid 0.20`.
fn top_columns(names: &[String], shares: &[f64]) -> Option<String> {
    let mut order: Vec<usize> = (0..shares.len())
        .filter(|column| shares[*column] >= LEAST_SHARE)
        .collect();
    order.sort_by(|a, b| shares[*b].total_cmp(&shares[*a]).then(a.cmp(b)));
    let named: Vec<String> = order
        .into_iter()
        .take(TOP)
        .map(|column| format!("{} {:.2}", names[column], shares[column]))
        .collect();
    (!named.is_empty()).then(|| named.join("; "))
}

#[cfg(test)]
mod tests;
