//! The reviewed sample as it comes back: one row a drawn unit, with what should have been paid.

use std::collections::BTreeMap;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};

use super::estimate::Reviewed;
use crate::error::{Error, Result};
use crate::money::{Decimals, parse_cents};

/// Columns of a review, in the order of the template.
pub const COLUMNS: [&str; 4] = ["unit_id", "paid_amount", "allowed_on_review", "reason"];
const UNIT: usize = 0;
const PAID: usize = 1;
const ALLOWED: usize = 2;
/// Columns that a review must have: the reason is the reviewer's own.
const REQUIRED: usize = 3;

/// Reads a review: every drawn unit once, its paid amount as in the frame, and what was allowed on
/// review, which may exceed what was paid. Columns beyond the template's are left alone, rows
/// without any value skipped.
///
/// `drawn` holds what was paid on every drawn unit, in cents, by unit id.
///
/// # Errors
/// [`Error::Input`] with row, column, what was found and the remedy, but never an amount: where the
/// file or a column is missing, a value is no whole unit id or no amount, a unit was not drawn, comes
/// twice or is missing, or its paid amount is not the frame's.
pub fn read(path: &Path, drawn: &BTreeMap<u64, i64>) -> Result<BTreeMap<u64, Reviewed>> {
    let text = std::fs::read(path).map_err(Error::io(path, "reading the review"))?;
    parse(&path.display().to_string(), &text, drawn)
}

fn parse(file: &str, text: &[u8], drawn: &BTreeMap<u64, i64>) -> Result<BTreeMap<u64, Reviewed>> {
    // Spreadsheets begin UTF-8 files with a byte order mark.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(text);
    let not_text = |e: &csv::Error| {
        Error::input(
            file,
            format!("not a comma-separated table in UTF-8 ({})", kind_of(e)),
            "Save the sheet as CSV UTF-8, separated by commas",
        )
    };
    let header = reader.headers().map_err(|e| not_text(&e))?.clone();
    let positions = positions(file, &header)?;
    let mut found = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|e| not_text(&e))?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let row = Row {
            file,
            number: record.position().map_or(0, csv::Position::line),
            record: &record,
            positions,
        };
        let (unit, reviewed) = row.read(drawn)?;
        if found.insert(unit, reviewed).is_some() {
            return Err(row.error(
                UNIT,
                format!("unit {unit} comes a second time"),
                "Keep one row for every drawn unit",
            ));
        }
    }
    let missing: Vec<String> = drawn
        .keys()
        .filter(|unit| !found.contains_key(unit))
        .map(u64::to_string)
        .collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let shown = missing
        .iter()
        .take(MISSING_SHOWN)
        .cloned()
        .collect::<Vec<_>>();
    Err(Error::input(
        format!("{file}, column {}", COLUMNS[UNIT]),
        format!(
            "{} of {} drawn units are missing: {}{}",
            missing.len(),
            drawn.len(),
            shown.join(", "),
            if missing.len() > MISSING_SHOWN {
                ", …"
            } else {
                ""
            }
        ),
        "Review every drawn unit; where no records came, enter 0 as allowed and say so as the reason",
    ))
}

/// Missing units that a message names.
const MISSING_SHOWN: usize = 10;

fn kind_of(error: &csv::Error) -> &'static str {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "a text is not UTF-8",
        _ => "it cannot be read",
    }
}

fn positions(file: &str, header: &StringRecord) -> Result<[usize; REQUIRED]> {
    let mut positions = [0; REQUIRED];
    for (at, name) in COLUMNS.iter().take(REQUIRED).enumerate() {
        let same = |cell: &str| cell.trim().eq_ignore_ascii_case(name);
        positions[at] = header.iter().position(same).ok_or_else(|| {
            Error::input(
                format!("{file}, row 1"),
                format!("no column {name}"),
                "Fill in the review.csv of the sample: its columns keep their names, separated by commas",
            )
        })?;
    }
    Ok(positions)
}

struct Row<'r> {
    file: &'r str,
    number: u64,
    record: &'r StringRecord,
    positions: [usize; REQUIRED],
}

impl Row<'_> {
    fn cell(&self, column: usize) -> &str {
        self.record
            .get(self.positions[column])
            .unwrap_or_default()
            .trim()
    }

    fn error(&self, column: usize, found: impl Into<String>, remedy: &str) -> Error {
        Error::input(
            format!(
                "{}, row {}, column {}",
                self.file, self.number, COLUMNS[column]
            ),
            found,
            remedy,
        )
    }

    fn read(&self, drawn: &BTreeMap<u64, i64>) -> Result<(u64, Reviewed)> {
        let Ok(unit) = self.cell(UNIT).parse::<u64>() else {
            return Err(self.error(
                UNIT,
                "not a whole number",
                "Give the unit's number as it stands in the sample's review.csv",
            ));
        };
        let Some(frame_cents) = drawn.get(&unit) else {
            return Err(self.error(
                UNIT,
                format!("unit {unit} was not drawn"),
                "Review the units of this sample only; another sample has a folder of its own",
            ));
        };
        let paid_cents = self.amount(
            PAID,
            "Write dollars and cents, as in the sample's review.csv",
        )?;
        if paid_cents != *frame_cents {
            return Err(self.error(
                PAID,
                format!("not what the frame says was paid on unit {unit}"),
                "Leave paid_amount as drawn; a correction belongs in allowed_on_review",
            ));
        }
        let allowed_cents = self.amount(
            ALLOWED,
            "Write what should have been paid, in dollars and cents; 0 where nothing is allowed",
        )?;
        if allowed_cents < 0 {
            return Err(self.error(
                ALLOWED,
                "an amount below 0",
                "Write what should have been paid: 0 or more",
            ));
        }
        let reviewed = Reviewed {
            paid_cents,
            allowed_cents,
        };
        Ok((unit, reviewed))
    }

    fn amount(&self, column: usize, remedy: &str) -> Result<i64> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Err(self.error(column, "nothing", remedy));
        }
        parse_cents(cell, Decimals::Exact).map_err(|e| self.error(column, e.to_string(), remedy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "unit_id,paid_amount,allowed_on_review,reason\n";

    fn drawn() -> BTreeMap<u64, i64> {
        BTreeMap::from([(3, 10_000), (17, 123_450)])
    }

    fn said(rows: &str) -> String {
        let text = format!("{HEADER}{rows}");
        match parse("r.csv", text.as_bytes(), &drawn()) {
            Ok(found) => panic!("accepted: {found:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_review_from_a_spreadsheet_is_read() {
        let text = "\u{feff}Reason,ALLOWED_ON_REVIEW, paid_amount ,unit_id,initials\n\
                    \"no records, twice asked\",0,100.00,3,ab\n,,,,\nunderpaid,\"$1,300.00\",\"1,234.50\",17,ab\n";
        let found = parse("r.csv", text.as_bytes(), &drawn()).expect("a review");
        assert_eq!(found[&3].overpaid(), 10_000);
        assert_eq!(found[&17].overpaid(), -6550);
    }

    #[test]
    fn what_is_wrong_is_said_with_row_column_and_remedy() {
        let good = "17,1234.50,1234.50,\n";
        for (rows, place, found) in [
            (
                "3,100.00,x,\n",
                "row 2, column allowed_on_review",
                "not a number",
            ),
            ("3,100.00,,\n", "row 2, column allowed_on_review", "nothing"),
            ("3,100.00\n", "row 2, column allowed_on_review", "nothing"),
            (
                "3,100.00,-1,\n",
                "row 2, column allowed_on_review",
                "below 0",
            ),
            (
                "3,100.00,1.005,\n",
                "row 2, column allowed_on_review",
                "two decimals",
            ),
            ("3,100.01,0,\n", "row 2, column paid_amount", "frame says"),
            ("3.0,100.00,0,\n", "row 2, column unit_id", "whole number"),
            (
                "4,100.00,0,\n",
                "row 2, column unit_id",
                "unit 4 was not drawn",
            ),
            (
                "3,100.00,0,\n3,100.00,0,\n",
                "row 3, column unit_id",
                "unit 3 comes a second time",
            ),
            ("", "column unit_id", "1 of 2 drawn units are missing: 3"),
        ] {
            let rows = format!("{rows}{good}");
            let message = said(&rows);
            assert!(
                message.contains(place) && message.contains(found),
                "{message}"
            );
            assert!(!message.contains("100.0"), "an amount: {message}");
        }
    }

    #[test]
    fn another_table_is_refused() {
        let semicolons = parse("r.csv", b"unit_id;paid_amount\n1;2\n", &drawn());
        assert!(semicolons.is_err_and(|e| e.to_string().contains("no column unit_id")));
        let latin = parse(
            "r.csv",
            b"unit_id,paid_amount,allowed_on_review\n3,1,\xe4\n",
            &drawn(),
        );
        assert!(latin.is_err_and(|e| e.to_string().contains("UTF-8")));
    }
}
