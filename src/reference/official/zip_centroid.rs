//! Where ZIP codes lie: the US Census Bureau's Gazetteer file of ZIP Code Tabulation Areas
//! (`GEOID … INTPTLAT INTPTLONG`), or `zip_code, latitude, longitude`.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;

use super::Edition;
use super::columns::Columns;
use super::sheet::{ColumnAt, Row, Sheet};
use crate::error::Result;

/// The table's name in SQL.
pub const TABLE: &str = "zip_centroid";
/// Beside the place itself its point on the unit sphere in millionths: with these the distance of
/// two places needs no trigonometry. The straight line between two points is
/// `SQRT(dx*dx + dy*dy + dz*dz)` millionths of the earth's radius, and never longer than the way.
const COLUMNS: [&str; 6] = [
    "zip_code",
    "latitude_micro",
    "longitude_micro",
    "x_micro",
    "y_micro",
    "z_micro",
];
const MICRO: f64 = 1e6;

/// One file read.
pub struct Part {
    pub edition: Edition,
    /// Latitude and longitude in millionths of a degree, by ZIP code.
    places: Vec<(String, i64, i64)>,
}

/// Reads one file.
///
/// # Errors
/// With file, row and column of what is wrong.
pub fn read(sheet: &Sheet) -> Result<Part> {
    let zip = sheet.column("GEOID or zip_code", |c| c == "geoid" || c == "zip_code")?;
    let north = sheet.column("INTPTLAT or latitude", |c| {
        c == "intptlat" || c == "latitude"
    })?;
    let east = sheet.column("INTPTLONG or longitude", |c| {
        c == "intptlong" || c == "longitude"
    })?;
    let mut places = Vec::new();
    sheet.rows(&[zip, north, east], |row| {
        let code = row.text(zip)?;
        if code.len() != 5 || !code.bytes().all(|b| b.is_ascii_digit()) {
            let found = format!("\"{code}\" where a ZIP code of five digits belongs");
            return Err(row.fault(zip, found, "Keep leading zeros: save the column as text"));
        }
        let place = (
            code.to_owned(),
            degrees(row, north, 90.0)?,
            degrees(row, east, 180.0)?,
        );
        places.push(place);
        Ok(())
    })?;
    Ok(Part {
        edition: Edition::new(
            TABLE,
            "",
            None,
            sheet,
            "US Census Bureau Gazetteer, or as given",
        ),
        places,
    })
}

fn degrees(row: &Row, column: ColumnAt, most: f64) -> Result<i64> {
    let text = row.text(column)?;
    let value = text.parse::<f64>().ok().filter(|v| v.abs() <= most);
    value.map(|v| (v * MICRO).round() as i64).ok_or_else(|| {
        let found = format!("\"{text}\" where degrees up to {most} belong");
        row.fault(column, found, "Correct the row, or download the file again")
    })
}

/// All places given; the file that comes last by name decides where one stands twice.
///
/// # Errors
/// Where the table cannot be built.
pub fn table(parts: &[Part]) -> Result<RecordBatch> {
    let places: BTreeMap<&str, (i64, i64)> = parts
        .iter()
        .flat_map(|p| &p.places)
        .map(|(zip, north, east)| (zip.as_str(), (*north, *east)))
        .collect();
    let mut rows = Columns::new(&COLUMNS, &COLUMNS[1..]);
    for (zip, (north, east)) in places {
        let (latitude, longitude) = (
            (north as f64 / MICRO).to_radians(),
            (east as f64 / MICRO).to_radians(),
        );
        let micro = |v: f64| (v * MICRO).round() as i64;
        rows.push(&[
            zip.into(),
            north.into(),
            east.into(),
            micro(latitude.cos() * longitude.cos()).into(),
            micro(latitude.cos() * longitude.sin()).into(),
            micro(latitude.sin()).into(),
        ]);
    }
    rows.finish()
}
