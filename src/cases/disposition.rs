//! What reviewers decided: read from their file, checked, and kept as a history that only grows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::register::Register;
use super::stored::Stored;
use crate::error::{Error, Result};
use crate::ingest::date::{DateFormat, iso, parse_day};
use crate::money::{Decimals, parse_cents};

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The review found what the case said.
    Confirmed,
    /// The review found an explanation: the case stays off the list until it materially worsens.
    Cleared,
    /// Taken up again, or not decided yet.
    Pending,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 3] = [Outcome::Confirmed, Outcome::Cleared, Outcome::Pending];

    /// The word in `disposition`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Confirmed => "confirmed",
            Outcome::Cleared => "cleared",
            Outcome::Pending => "pending",
        }
    }

    pub(super) fn named(word: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|o| o.name() == word)
    }
}

/// One decision about one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposition {
    pub case_id: String,
    pub outcome: Outcome,
    /// Days since 1970-01-01.
    pub date: i64,
    pub note: String,
    /// What was at risk in the case when the decision came back.
    pub exposure_cents: i64,
    /// What the case was about then.
    pub schemes: Vec<String>,
}

impl Disposition {
    fn decided(&self) -> (&str, Outcome, i64, &str) {
        (&self.case_id, self.outcome, self.date, &self.note)
    }
}

/// Columns of the history file.
const HISTORY: [&str; 6] = [
    "case_id",
    "disposition",
    "date",
    "note",
    "exposure_amount",
    "schemes",
];

/// Separates schemes in a cell of the history.
const BETWEEN_SCHEMES: &str = ";";

/// A CSV file with its header row.
struct Csv {
    place: String,
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl Csv {
    fn read(path: &Path, columns: &str) -> Result<Csv> {
        let place = path.display().to_string();
        let bytes = fs::read(path).map_err(Error::io(path, "reading"))?;
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let fault = |error: csv::Error| {
            let row = error.position().map_or(0, csv::Position::record);
            Error::input(
                format!("{place}, row {row}"),
                csv_fault(&error),
                format!("Write a UTF-8 CSV file, comma between cells, with the columns {columns}"),
            )
        };
        let header = reader.headers().map_err(fault)?;
        let header = header.iter().map(str::to_lowercase).collect();
        let rows = reader.records().collect::<Result<_, _>>().map_err(fault)?;
        Ok(Csv {
            place,
            header,
            rows,
        })
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h == name)
    }

    fn needed(&self, name: &str, columns: &str) -> Result<usize> {
        self.position(name).ok_or_else(|| {
            Error::input(
                self.place.clone(),
                format!("no column {name}"),
                format!("Columns are {columns}"),
            )
        })
    }
}

/// What is wrong with a row, without its content: notes may speak of members.
fn csv_fault(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("{len} cells under a header of {expected_len}"),
        csv::ErrorKind::Utf8 { .. } => "not UTF-8".to_owned(),
        _ => "not readable as CSV".to_owned(),
    }
}

/// A file of decisions, checked against the register.
#[derive(Debug)]
pub struct Returned {
    /// Each with its data row in the file, from 1.
    pub decisions: Vec<(usize, Disposition)>,
    /// Columns that were not used.
    pub unknown_columns: Vec<String>,
}

/// Columns of the file of decisions, in words.
const RETURNED: &str = "case_id, disposition, date and, if there is one, note";

/// Reads a file of decisions: `case_id, disposition, date, note`, every case in the register.
///
/// # Errors
/// [`Error::Input`] with file, row and column: a missing column, a case that no run found, an
/// unknown word, an unreadable date.
pub fn read_returned(path: &Path, register: &Register) -> Result<Returned> {
    let csv = Csv::read(path, RETURNED)?;
    let [id, word, date] = ["case_id", "disposition", "date"].map(|c| csv.needed(c, RETURNED));
    let (id, word, date) = (id?, word?, date?);
    let note = csv.position("note");
    let used = [Some(id), Some(word), Some(date), note];
    let unknown_columns = (0..csv.header.len())
        .filter(|column| !used.contains(&Some(*column)))
        .map(|column| csv.header[column].clone())
        .collect();
    let mut decisions = Vec::new();
    // Spreadsheets leave rows of empty cells behind.
    let filled = |(_, record): &(usize, &csv::StringRecord)| record.iter().any(|c| !c.is_empty());
    for (row, record) in (1..).zip(&csv.rows).filter(filled) {
        let cell = |column: usize| record.get(column).unwrap_or_default();
        let fault = |column: &str, found: String, remedy: &str| {
            let place = format!("{}, row {row}, column {column}", csv.place);
            Error::input(place, found, remedy)
        };
        let known = register
            .get(cell(id))
            .ok_or_else(|| fault("case_id", unknown_case(cell(id), register), WHOLE_ID))?;
        let outcome = Outcome::named(&cell(word).to_lowercase()).ok_or_else(|| {
            fault(
                "disposition",
                format!("\"{}\" is no disposition", cell(word)),
                "Write confirmed, cleared or pending",
            )
        })?;
        let date = parse_day(cell(date), &[DateFormat::Iso]).ok_or_else(|| {
            fault(
                "date",
                format!("\"{}\" is no date", cell(date)),
                "Write YYYY-MM-DD",
            )
        })?;
        let decision = Disposition {
            case_id: cell(id).to_owned(),
            outcome,
            date,
            note: note.map(cell).unwrap_or_default().to_owned(),
            exposure_cents: known.exposure_cents,
            schemes: known.schemes.clone(),
        };
        decisions.push((row, decision));
    }
    Ok(Returned {
        decisions,
        unknown_columns,
    })
}

const WHOLE_ID: &str = "Write the whole case_id, 16 characters, as case_register.parquet and cases.parquet have it; \
                        a spreadsheet may have changed it";

fn unknown_case(id: &str, register: &Register) -> String {
    let begun = register.keys().filter(|k| k.starts_with(id)).count();
    if !id.is_empty() && begun > 0 {
        format!("\"{id}\" is the beginning of {begun} case ids, not one")
    } else {
        format!("no run found a case \"{id}\"")
    }
}

/// What became of a file of decisions.
#[derive(Debug, PartialEq, Eq)]
pub struct Merged {
    /// The whole history, oldest first.
    pub history: Vec<Disposition>,
    pub added: usize,
    /// Rows that were there already.
    pub repeated: usize,
}

/// Appends decisions to the history. A row that is there already is kept once.
///
/// # Errors
/// [`Error::Input`] where one case has two decisions on one day: which of them holds, only a
/// person can say. Of different days, the later holds.
pub fn append(
    history: &[Disposition],
    decisions: &[(usize, Disposition)],
    place: &str,
) -> Result<Merged> {
    let mut all = history.to_vec();
    let mut known: BTreeSet<(String, Outcome, i64, String)> = BTreeSet::new();
    let mut by_day: BTreeMap<(String, i64), Outcome> = BTreeMap::new();
    for old in history {
        let (id, outcome, date, note) = old.decided();
        known.insert((id.to_owned(), outcome, date, note.to_owned()));
        by_day.insert((id.to_owned(), date), outcome);
    }
    let mut repeated = 0;
    for (row, new) in decisions {
        let earlier = *by_day
            .entry((new.case_id.clone(), new.date))
            .or_insert(new.outcome);
        if earlier != new.outcome {
            return Err(Error::input(
                format!("{place}, row {row}, column disposition"),
                format!(
                    "case {} is {} and {} on {}",
                    new.case_id,
                    earlier.name(),
                    new.outcome.name(),
                    iso(new.date)
                ),
                "Of decisions on different days the later holds; on one day there can be one",
            ));
        }
        let (id, outcome, date, note) = new.decided();
        if known.insert((id.to_owned(), outcome, date, note.to_owned())) {
            all.push(new.clone());
        } else {
            repeated += 1;
        }
    }
    Ok(Merged {
        added: all.len() - history.len(),
        history: all,
        repeated,
    })
}

/// The decision in force of each case: that of the latest date, and of its rows the last.
#[must_use]
pub fn in_force(history: &[Disposition]) -> BTreeMap<String, Disposition> {
    let mut latest: BTreeMap<String, Disposition> = BTreeMap::new();
    for one in history {
        let newer = latest.get(&one.case_id).is_none_or(|k| one.date >= k.date);
        if newer {
            latest.insert(one.case_id.clone(), one.clone());
        }
    }
    latest
}

/// Reads the history file; empty where there is none yet.
///
/// # Errors
/// Where it is damaged.
pub fn read_history(path: &Path) -> Result<Vec<Disposition>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let columns = HISTORY.join(", ");
    let csv = Csv::read(path, &columns)?;
    let mut places = Vec::new();
    for column in HISTORY {
        places.push(csv.needed(column, &columns)?);
    }
    let mut history = Vec::new();
    for (row, record) in (1..).zip(&csv.rows) {
        let cell = |column: usize| record.get(places[column]).unwrap_or_default();
        let fault = |column: usize| {
            Error::input(
                format!("{}, row {row}, column {}", csv.place, HISTORY[column]),
                "not as it was written",
                "Bring back the file as it was; each run keeps a copy in dispositions.parquet",
            )
        };
        history.push(Disposition {
            case_id: cell(0).to_owned(),
            outcome: Outcome::named(cell(1)).ok_or_else(|| fault(1))?,
            date: parse_day(cell(2), &[DateFormat::Iso]).ok_or_else(|| fault(2))?,
            note: cell(3).to_owned(),
            exposure_cents: parse_cents(cell(4), Decimals::Exact).map_err(|_| fault(4))?,
            schemes: cell(5)
                .split(BETWEEN_SCHEMES)
                .filter(|s| !s.is_empty())
                .map(str::to_owned)
                .collect(),
        });
    }
    Ok(history)
}

/// The text of the history file.
///
/// # Errors
/// Never, as long as memory lasts.
pub fn history_text(history: &[Disposition]) -> Result<Vec<u8>> {
    let fault = |e: csv::Error| Error::input("the history of dispositions", e.to_string(), "");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HISTORY).map_err(fault)?;
    for one in history {
        let cents = one.exposure_cents;
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let schemes = one.schemes.join(BETWEEN_SCHEMES);
        let word = one.outcome.name();
        let row = [
            &one.case_id,
            word,
            &iso(one.date),
            &one.note,
            &amount,
            &schemes,
        ];
        writer.write_record(row).map_err(fault)?;
    }
    writer
        .into_inner()
        .map_err(|e| fault(e.into_error().into()))
}

/// Reads `dispositions` of a run.
///
/// # Errors
/// Where the file is missing or damaged.
pub fn read_table(path: &Path) -> Result<Vec<Disposition>> {
    let mut history = Vec::new();
    let Some(stored) = Stored::read(path)? else {
        return Ok(history);
    };
    for row in 0..stored.len() {
        let word = |name: &str| stored.needed(name, row, stored.text(name, row));
        history.push(Disposition {
            case_id: word("case_id")?,
            outcome: Outcome::named(&word("disposition")?)
                .ok_or_else(|| stored.fault("disposition", row, "there is no such word"))?,
            date: stored.needed("date", row, stored.day("date", row))?,
            note: word("note")?,
            exposure_cents: stored.needed(
                "exposure_amount",
                row,
                stored.cents("exposure_amount", row),
            )?,
            schemes: stored.list("schemes", row)?,
        });
    }
    Ok(history)
}

#[cfg(test)]
mod tests;
