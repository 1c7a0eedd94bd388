//! CMS NCCI procedure-to-procedure edits, practitioner and hospital.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;

use super::columns::Columns;
use super::quarter::Quarter;
use super::sheet::Sheet;
use super::{Edition, setting};
use crate::error::{Error, Result};

/// The table's name in SQL.
pub const TABLE: &str = "ncci_ptp";
/// `effective_to_day` is the day before the deletion date (the file does not say whether a pair
/// is still in force on the day itself), `table_to_day` the last day of the file's quarter.
const COLUMNS: [&str; 7] = [
    "setting",
    "column_1_code",
    "column_2_code",
    "modifier_indicator",
    "effective_from_day",
    "effective_to_day",
    "table_to_day",
];

/// Settings that CMS publishes pairs for, with the words that titles and names have.
const SETTINGS: [(&str, &[&str]); 2] = [
    ("practitioner", &["practitioner", "physician", "ccipra"]),
    ("hospital", &["hospital", "outpatient", "ccioph"]),
];

/// One file read.
pub struct Part {
    pub edition: Edition,
    rows: RecordBatch,
    place: String,
}

/// Reads one file of pairs.
///
/// # Errors
/// With file, row and column of what is wrong.
pub fn read(sheet: &Sheet) -> Result<Part> {
    let setting = setting(sheet, &[&sheet.name(), &sheet.title], &SETTINGS)?;
    let quarter = Quarter::stated(&sheet.title);
    let one = sheet.column("Column 1", |c| c == "column 1")?;
    let two = sheet.column("Column 2", |c| c == "column 2")?;
    let from = sheet.column("Effective Date", |c| c.contains("effective"))?;
    let to = sheet.column("Deletion Date", |c| c.contains("deletion"))?;
    let indicator = sheet.column("Modifier", |c| c.contains("modifier"))?;
    let table_to = quarter.map(|q| q.days().1);
    let integers = &COLUMNS[3..];
    let mut rows = Columns::new(&COLUMNS, integers);
    sheet.rows(&[one, two, from, to, indicator], |row| {
        let allowed = match row.bytes(indicator) {
            b"0" => 0,
            b"1" => 1,
            b"9" => 9,
            other => {
                return Err(row.fault(
                    indicator,
                    format!(
                        "\"{}\" where 0, 1 or 9 belongs",
                        String::from_utf8_lossy(other)
                    ),
                    "Correct the row, or download the file again",
                ));
            }
        };
        let effective = row.day(from, &[])?.ok_or_else(|| {
            row.fault(
                from,
                "no date",
                "Correct the row, or download the file again",
            )
        })?;
        let last = row.day(to, &["*"])?.map(|deleted| deleted - 1);
        rows.push(&[
            setting.into(),
            row.code(one)?.as_str().into(),
            row.code(two)?.as_str().into(),
            allowed.into(),
            effective.into(),
            last.into(),
            table_to.into(),
        ]);
        Ok(())
    })?;
    Ok(Part {
        edition: Edition {
            // A file holds the pairs of earlier quarters too, with their dates.
            days: quarter.map(|q| (None, q.days().1)),
            ..Edition::new(
                TABLE,
                setting,
                quarter,
                sheet,
                "CMS, NCCI procedure-to-procedure edits",
            )
        },
        rows: rows.finish()?,
        place: sheet.path.display().to_string(),
    })
}

/// All pairs given.
///
/// # Errors
/// Where files of two quarters are given for one setting: the later holds the earlier's pairs.
pub fn table(parts: &[Part]) -> Result<RecordBatch> {
    for (position, part) in parts.iter().enumerate() {
        let other = parts[..position].iter().find(|p| {
            p.edition.part == part.edition.part && p.edition.vintage != part.edition.vintage
        });
        if let Some(other) = other {
            return Err(Error::input(
                part.place.clone(),
                format!(
                    "pairs of {}, where {} holds those of {}",
                    part.edition.vintage, other.place, other.edition.vintage
                ),
                "Keep the later quarter's files only: they hold the earlier pairs with their dates",
            ));
        }
    }
    let batches: Vec<&RecordBatch> = parts.iter().map(|p| &p.rows).collect();
    concat_batches(&parts[0].rows.schema(), batches)
        .map_err(|e| Error::input(TABLE, e.to_string(), "Please report this"))
}
