//! The workbook: a cover, and every table on sheets of its own.
//!
//! Text is written as text and nothing as a formula or a link, so that no name can be one. Amounts
//! are numbers with two decimals, dates are dates, totals are values.

mod cover_sheet;
mod style;

use std::fs::File;
use std::io::BufWriter;
use std::ops::Range;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, IgnoreError, Workbook, Worksheet, XlsxError};

use self::style::{LINE, Styles, height, width, wraps};
use super::cover::Cover;
use super::table::{Cell, ExportTable, MARK, decimal};
use crate::error::{Error, Result};
use crate::ingest::date;

/// Longest text of a cell, in UTF-16 units (Excel specifications and limits).
pub const MAX_TEXT: usize = 32_767;
/// Rows of a sheet (Excel specifications and limits).
const MAX_ROWS: usize = 1_048_576;
/// Rows of data on a sheet: its header and its totals take one each.
const DATA_ROWS: usize = MAX_ROWS - 2;
/// Day 0 of 1970 in the count of days of a spreadsheet, which begins at 1899-12-30.
const EPOCH: i64 = 25_569;
/// Digits that a spreadsheet keeps of a number (Excel specifications and limits).
const DIGITS: i128 = 1_000_000_000_000_000;
/// Ends a text that is cut off.
const CUT: &str = " … [cut off]";

/// Rows of one table on one sheet.
pub struct Sheet<'a> {
    pub name: String,
    pub table: &'a ExportTable,
    pub rows: Range<usize>,
}

/// The sheets after the cover.
#[must_use]
pub fn sheets(tables: &[ExportTable]) -> Vec<Sheet<'_>> {
    sheets_of(tables, DATA_ROWS)
}

/// The sheets after the cover, of at most `most` rows of data.
fn sheets_of(tables: &[ExportTable], most: usize) -> Vec<Sheet<'_>> {
    let mut sheets = Vec::new();
    for table in tables {
        let rows = table.rows.num_rows();
        for part in 0..rows.div_ceil(most).max(1) {
            let name = match (title(table.name), part) {
                (title, 0) => title.to_owned(),
                (title, part) => format!("{title} {}", part + 1),
            };
            sheets.push(Sheet {
                name,
                table,
                rows: part * most..rows.min((part + 1) * most),
            });
        }
    }
    sheets
}

fn title(table: &'static str) -> &'static str {
    match table {
        "cases" => "Cases",
        "findings" => "Findings",
        "evidence" => "Evidence",
        "evidence_summary" => "Evidence summary",
        "columns" => "Data dictionary",
        other => other,
    }
}

/// Texts that do not fit a cell.
///
/// # Errors
/// Where a table is not as declared.
pub fn cut_texts(tables: &[ExportTable]) -> Result<usize> {
    let mut count = 0;
    for table in tables {
        for row in 0..table.rows.num_rows() {
            let long = |c: &&Cell| matches!(c, Cell::Text(text) if fitting(text).is_some());
            count += table.row(row)?.iter().filter(long).count();
        }
    }
    Ok(count)
}

/// Writes the workbook; the same tables give the same bytes. `as_of` (days since 1970-01-01) stands
/// for the time of its creation.
///
/// # Errors
/// Where the disk refuses, or a table is not as declared.
pub fn write(
    path: &Path,
    file: File,
    tables: &[ExportTable],
    cover: &Cover,
    as_of: i64,
) -> Result<()> {
    let mut workbook = book(&sheets(tables), cover, as_of).map_err(|e| e.into_error(path))?;
    workbook
        .save_to_writer(BufWriter::new(file))
        .map_err(|e| Fault::from(e).into_error(path))
}

/// What can go wrong while a workbook is made.
enum Fault {
    Sheet(XlsxError),
    Table(Error),
}

impl From<XlsxError> for Fault {
    fn from(error: XlsxError) -> Fault {
        Fault::Sheet(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::Table(error)
    }
}

impl Fault {
    fn into_error(self, path: &Path) -> Error {
        match self {
            Fault::Sheet(XlsxError::IoError(error)) => Error::io(path, "writing")(error),
            Fault::Sheet(error) => Error::table(path, &error),
            Fault::Table(error) => error,
        }
    }
}

fn book(sheets: &[Sheet], cover: &Cover, as_of: i64) -> std::result::Result<Workbook, Fault> {
    let styles = Styles::new();
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(cover, as_of)?);
    cover_sheet::write(workbook.add_worksheet(), cover, &styles)?;
    for sheet in sheets {
        write_sheet(workbook.add_worksheet(), sheet, &cover.run, &styles)?;
    }
    Ok(workbook)
}

/// The time of creation would differ between identical papers.
fn properties(cover: &Cover, as_of: i64) -> std::result::Result<DocProperties, XlsxError> {
    let date = date::date_of(as_of).unwrap_or(jiff::civil::date(1970, 1, 1));
    let created = ExcelDateTime::from_ymd(
        date.year().unsigned_abs(),
        date.month().unsigned_abs(),
        date.day().unsigned_abs(),
    )?;
    Ok(DocProperties::new()
        .set_title(cover.title)
        .set_subject(format!("Run {}", cover.run))
        .set_author("claimhound")
        .set_creation_datetime(&created))
}

fn write_sheet(
    out: &mut Worksheet,
    sheet: &Sheet,
    run: &str,
    styles: &Styles,
) -> std::result::Result<(), Fault> {
    out.set_name(&sheet.name)?;
    let table = sheet.table;
    let fields = table.rows.schema();
    let last_column = (fields.fields().len().max(1) - 1) as u16;
    let widths: Vec<f64> = fields
        .fields()
        .iter()
        .map(|f| width(table.name, f.name(), f.data_type()))
        .collect();
    for ((column, field), width) in (0..).zip(fields.fields()).zip(&widths) {
        out.write_string_with_format(0, column, field.name(), &styles.header)?;
        out.set_column_width(column, *width)?;
    }
    let mut at = 0;
    for row in sheet.rows.clone() {
        at += 1;
        let mut tall = LINE;
        for (column, cell) in table.row(row)?.iter().enumerate() {
            let name = fields.field(column).name();
            write_cell(out, (at, column as u16), cell, name, styles)?;
            if let Cell::Text(text) = cell
                && wraps(name)
            {
                tall = tall.max(height(text, widths[column]));
            }
        }
        if tall > LINE {
            out.set_row_height(at, tall)?;
        }
    }
    let last_row = at;
    totals(out, sheet, last_row + 1, styles)?;
    out.autofilter(0, 0, last_row, last_column)?;
    let identify = frozen(table.name);
    out.set_freeze_panes(1, identify)?;
    out.set_repeat_rows(0, 0)?;
    if identify > 0 {
        out.set_repeat_columns(0, identify - 1)?;
    }
    out.ignore_error_range(
        0,
        0,
        last_row + 1,
        last_column,
        IgnoreError::NumberStoredAsText,
    )?;
    style::page(out, &sheet.name, run, widths.iter().sum());
    Ok(())
}

/// Columns that stay in view: what says which case a row is.
fn frozen(table: &str) -> u16 {
    match table {
        "cases" | "findings" => 2,
        _ => 0,
    }
}

/// The sums, as values, below the rows that the filter covers.
fn totals(
    out: &mut Worksheet,
    sheet: &Sheet,
    at: u32,
    styles: &Styles,
) -> std::result::Result<(), XlsxError> {
    let sums = sheet.table.sums(sheet.rows.clone());
    if sums.iter().all(Option::is_none) {
        return Ok(());
    }
    for (column, sum) in (0..).zip(sums) {
        match sum {
            Some((value, decimals)) => {
                number(out, (at, column), value, decimals, &styles.total)?;
            }
            None if column == 0 => {
                out.write_string_with_format(at, 0, "Total", &styles.total)?;
            }
            None => {
                out.write_blank(at, column, &styles.total)?;
            }
        }
    }
    Ok(())
}

fn write_cell(
    out: &mut Worksheet,
    at: (u32, u16),
    cell: &Cell,
    column: &str,
    styles: &Styles,
) -> std::result::Result<(), XlsxError> {
    let (row, place) = at;
    match cell {
        Cell::Empty => {}
        Cell::Withheld => {
            out.write_string_with_format(row, place, MARK, &styles.withheld)?;
        }
        Cell::Int(value) => number(out, at, i128::from(*value), 0, &styles.whole)?,
        Cell::Float(value) => {
            out.write_number_with_format(row, place, *value, styles.float(column))?;
        }
        Cell::Decimal(value, 2) => number(out, at, *value, 2, &styles.money)?,
        Cell::Decimal(value, decimals) => number(out, at, *value, *decimals, &styles.quantity)?,
        Cell::Day(day) => {
            out.write_number_with_format(row, place, (day + EPOCH) as f64, &styles.date)?;
        }
        Cell::Bool(truth) => {
            out.write_boolean(row, place, *truth)?;
        }
        Cell::Text(text) => {
            let style = styles.text(text, wraps(column));
            let cut = fitting(text);
            out.write_string_with_format(row, place, cut.as_deref().unwrap_or(text), style)?;
        }
    }
    Ok(())
}

/// A number of `decimals` decimals; as text where a spreadsheet could not hold every digit of it.
fn number(
    out: &mut Worksheet,
    (row, column): (u32, u16),
    value: i128,
    decimals: u32,
    style: &rust_xlsxwriter::Format,
) -> std::result::Result<(), XlsxError> {
    if (-DIGITS + 1..DIGITS).contains(&value) {
        // Below 2^53 the division gives the float nearest to the decimal, which reads back exactly.
        let value = value as f64 / 10_f64.powi(decimals as i32);
        out.write_number_with_format(row, column, value, style)?;
    } else {
        out.write_string_with_format(row, column, decimal(value, decimals), style)?;
    }
    Ok(())
}

/// The part of a text that fits a cell, with [`CUT`]; `None` where all of it does.
fn fitting(text: &str) -> Option<String> {
    let units = |text: &str| text.chars().map(char::len_utf16).sum::<usize>();
    // No text has more UTF-16 units than bytes.
    if text.len() <= MAX_TEXT || units(text) <= MAX_TEXT {
        return None;
    }
    let mut room = MAX_TEXT - units(CUT);
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= room;
        room = room.saturating_sub(c.len_utf16());
        fits
    });
    Some(kept.chain(CUT.chars()).collect())
}

#[cfg(test)]
mod tests;
