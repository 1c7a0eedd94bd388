//! CSV tables, plain or gzipped: read twice, first for what the columns hold, then for the chosen
//! values, so that text that nobody asked for is never kept.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use csv::{Reader, ReaderBuilder, StringRecord};
use flate2::read::MultiGzDecoder;
use ndarray::Array2;

use super::{Column, Request, Table};
use crate::error::{Error, Result};

/// Cells that mean that the value is missing, besides empty ones.
const MISSING: [&str; 7] = ["NA", "N/A", "NULL", "null", "\\N", "NaN", "nan"];

fn open(path: &Path) -> Result<Reader<Box<dyn Read>>> {
    let file = BufReader::new(File::open(path).map_err(Error::io(path, "opening"))?);
    let zipped = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("gz"));
    let source: Box<dyn Read> = if zipped {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    Ok(ReaderBuilder::new().from_reader(source))
}

fn unreadable(path: &Path, error: &csv::Error) -> Error {
    let place = match error.position() {
        Some(position) => format!("{}, line {}", path.display(), position.line()),
        None => path.display().to_string(),
    };
    Error::input(
        place,
        error.to_string(),
        "Give a comma-separated file in UTF-8 with a header, and the same number of cells in every line",
    )
}

fn header(path: &Path, reader: &mut Reader<Box<dyn Read>>) -> Result<Vec<String>> {
    let header = reader.headers().map_err(|e| unreadable(path, &e))?;
    let names: Vec<String> = header
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    for (at, name) in names.iter().enumerate() {
        if names[..at].contains(name) {
            return Err(Error::input(
                path.display().to_string(),
                format!("two columns are called '{name}'"),
                "Give every column a name of its own",
            ));
        }
    }
    Ok(names)
}

/// Calls `each` with every row (the first is 1).
fn rows(
    path: &Path,
    reader: &mut Reader<Box<dyn Read>>,
    mut each: impl FnMut(u64, &StringRecord) -> Result<()>,
) -> Result<()> {
    let mut record = StringRecord::new();
    let mut row = 0;
    while reader
        .read_record(&mut record)
        .map_err(|e| unreadable(path, &e))?
    {
        row += 1;
        each(row, &record)?;
    }
    Ok(())
}

/// A number, NaN where the cell is missing, `None` where it is something else.
fn number(cell: &str) -> Option<f64> {
    let cell = cell.trim();
    if cell.is_empty() || MISSING.contains(&cell) {
        return Some(f64::NAN);
    }
    cell.parse().ok()
}

/// The columns, with the first cell of each that is not a number.
pub fn describe(path: &Path) -> Result<Vec<Column>> {
    let mut reader = open(path)?;
    let mut columns: Vec<Column> = header(path, &mut reader)?
        .into_iter()
        .map(|name| Column {
            name,
            not_a_number: None,
        })
        .collect();
    rows(path, &mut reader, |row, record| {
        for (column, cell) in columns.iter_mut().zip(record) {
            if column.not_a_number.is_none() && number(cell).is_none() {
                column.not_a_number = Some((row, cell.to_owned()));
            }
        }
        Ok(())
    })?;
    Ok(columns)
}

/// The ids, peers and chosen columns.
pub fn read(request: &Request, chosen: &[String]) -> Result<Table> {
    let path = &request.table;
    let mut reader = open(path)?;
    let names = header(path, &mut reader)?;
    let position = |name: &String| names.iter().position(|n| n == name).unwrap_or(usize::MAX);
    let columns: Vec<usize> = chosen.iter().map(position).collect();
    let id_at = position(&request.id);
    let peer_at = request.peer.as_ref().map(position);
    let (mut id, mut peer, mut values) = (Vec::new(), Vec::new(), Vec::new());
    rows(path, &mut reader, |row, record| {
        id.push(super::named(request, row, record.get(id_at))?);
        if let Some(at) = peer_at {
            peer.push(record.get(at).unwrap_or_default().trim().to_owned());
        }
        for column in &columns {
            let value = record.get(*column).and_then(number);
            values.push(value.unwrap_or(f64::NAN));
        }
        Ok(())
    })?;
    let matrix = Array2::from_shape_vec((id.len(), columns.len()), values)
        .map_err(|e| Error::table(path, &e))?;
    Ok(Table {
        id,
        peer: peer_at.map(|_| peer),
        columns: chosen.to_vec(),
        matrix,
        notes: Vec::new(),
    })
}
