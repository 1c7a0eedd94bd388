//! CMS NCCI medically unlikely edits: practitioner, hospital outpatient, DME supplier.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;

use super::columns::Columns;
use super::quarter::Quarter;
use super::sheet::Sheet;
use super::{Edition, setting};
use crate::error::{Error, Result};

/// The table's name in SQL.
pub const TABLE: &str = "mue";
/// `effective_…` are the quarter's own days, empty where the file states no quarter; `applies_…`
/// give each service day exactly one edition: the quarter's, else the nearest earlier, else the
/// first.
const COLUMNS: [&str; 8] = [
    "setting",
    "hcpcs_code",
    "mue_value",
    "adjudication_indicator",
    "effective_from_day",
    "effective_to_day",
    "applies_from_day",
    "applies_to_day",
];

/// Settings that CMS publishes values for, with the words that titles and names have.
const SETTINGS: [(&str, &[&str]); 3] = [
    ("dme", &["dme"]),
    ("hospital", &["outpatient", "hospital", "facility"]),
    ("practitioner", &["practitioner"]),
];

/// 1900-01-01 and 2199-12-31: before and after any service.
const ALWAYS: (i64, i64) = (-25_567, 84_005);

/// One file read.
pub struct Part {
    pub edition: Edition,
    setting: &'static str,
    quarter: Option<Quarter>,
    /// Code, value, adjudication indicator.
    rows: Vec<(String, i64, i64)>,
    place: String,
}

/// Reads one file of values.
///
/// # Errors
/// With file, row and column of what is wrong.
pub fn read(sheet: &Sheet) -> Result<Part> {
    let code = sheet.column("HCPCS/CPT Code", |c| c.contains("cpt code"))?;
    let value = sheet.column("MUE Values", |c| c.contains("mue value"))?;
    let indicator = sheet.column("MUE Adjudication Indicator", |c| c.contains("adjudication"))?;
    let texts = [sheet.column_name(value), &sheet.name(), &sheet.title];
    let setting = setting(sheet, &texts, &SETTINGS)?;
    let mut rows = Vec::new();
    sheet.rows(&[code, value, indicator], |row| {
        let text = row.text(value)?;
        let units = text.parse().ok().filter(|units| *units >= 0);
        let units: i64 = units.ok_or_else(|| {
            let found = format!("\"{text}\" where a number of units belongs");
            row.fault(value, found, "Correct the row, or download the file again")
        })?;
        let text = row.text(indicator)?;
        if text.contains('"') {
            let remedy = "Close the quote, or download the file again";
            return Err(row.fault(indicator, "a quoted value that does not end", remedy));
        }
        let mai = match text.as_bytes().first() {
            Some(b'1') => 1,
            Some(b'2') => 2,
            Some(b'3') => 3,
            _ => {
                let found = format!("\"{text}\" where an indicator of 1, 2 or 3 belongs");
                let remedy = "Correct the row, or download the file again";
                return Err(row.fault(indicator, found, remedy));
            }
        };
        rows.push((row.code(code)?, units, mai));
        Ok(())
    })?;
    let quarter = Quarter::stated(&sheet.title);
    Ok(Part {
        edition: Edition::new(
            TABLE,
            setting,
            quarter,
            sheet,
            "CMS, NCCI medically unlikely edits",
        ),
        setting,
        quarter,
        rows,
        place: sheet.path.display().to_string(),
    })
}

/// All values given, each with the days it applies to.
///
/// # Errors
/// Where two files of one setting are for the same quarter, or one of several states none.
pub fn table(parts: &[Part]) -> Result<RecordBatch> {
    let mut by_setting: BTreeMap<&str, BTreeMap<Option<Quarter>, &Part>> = BTreeMap::new();
    for part in parts {
        let quarters = by_setting.entry(part.setting).or_default();
        if let Some(other) = quarters.insert(part.quarter, part) {
            return Err(Error::input(
                part.place.clone(),
                format!("values for the same setting and quarter as {}", other.place),
                "Keep one of them",
            ));
        }
    }
    let mut rows = Columns::new(&COLUMNS, &COLUMNS[2..]);
    for quarters in by_setting.values() {
        if let (true, Some(unstated)) = (quarters.len() > 1, quarters.get(&None)) {
            return Err(Error::input(
                unstated.place.clone(),
                "no quarter in title rows or file name, beside files of other quarters",
                "Name the file as CMS does, such as …_Eff_01-01-2025.csv",
            ));
        }
        let editions: Vec<&&Part> = quarters.values().collect();
        for (position, part) in editions.iter().enumerate() {
            let days = part.quarter.map(Quarter::days);
            let begin = |p: &Part| p.quarter.map_or(ALWAYS.0, |q| q.days().0);
            let from = if position == 0 { ALWAYS.0 } else { begin(part) };
            let to = editions
                .get(position + 1)
                .map_or(ALWAYS.1, |next| begin(next) - 1);
            for (code, units, mai) in &part.rows {
                rows.push(&[
                    part.setting.into(),
                    code.as_str().into(),
                    (*units).into(),
                    (*mai).into(),
                    days.map(|d| d.0).into(),
                    days.map(|d| d.1).into(),
                    from.into(),
                    to.into(),
                ]);
            }
        }
    }
    rows.finish()
}
