//! CSV by RFC 4180: comma, CRLF, quotes around every text, UTF-8 with a byte order mark.
//!
//! The mark is there because Excel reads a CSV file without one in the code page of the machine,
//! and turns every name with an accent into another. pandas, DuckDB, polars and R skip it.

use std::io::Write;
use std::path::Path;

use super::formula::neutralise;
use super::table::{Cell, ExportTable, MARK, decimal};
use crate::error::{Error, Result};
use crate::ingest::date;

/// Tells a spreadsheet that the file is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes a table.
///
/// # Errors
/// Where the disk refuses, or a column is of a type that no output table declares.
pub fn write(path: &Path, file: impl Write, table: &ExportTable) -> Result<()> {
    let mut out = std::io::BufWriter::new(file);
    let mut put = |line: &str| {
        out.write_all(line.as_bytes())
            .map_err(Error::io(path, "writing"))
    };
    let fields = table.rows.schema_ref().fields().iter();
    let header: Vec<&str> = fields.map(|f| f.name().as_str()).collect();
    put(&format!("{BYTE_ORDER_MARK}{}\r\n", header.join(",")))?;
    for row in 0..table.rows.num_rows() {
        let fields: Vec<String> = table.row(row)?.iter().map(field).collect();
        put(&format!("{}\r\n", fields.join(",")))?;
    }
    out.flush().map_err(Error::io(path, "writing"))
}

/// A field. No value is nothing at all, an empty text a pair of quotes.
fn field(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Withheld => MARK.to_owned(),
        Cell::Int(number) => number.to_string(),
        Cell::Float(number) => float(*number),
        Cell::Decimal(value, decimals) => decimal(*value, *decimals),
        Cell::Day(day) => date::iso(*day),
        Cell::Bool(truth) => truth.to_string(),
        Cell::Text(text) => quoted(&neutralise(text)),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The shortest text that reads back as the same number.
fn float(number: f64) -> String {
    /// Magnitudes outside are written with an exponent.
    const PLAIN: std::ops::Range<f64> = 1e-4..1e15;
    if number == 0.0 || PLAIN.contains(&number.abs()) {
        format!("{number}")
    } else {
        format!("{number:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_stay_numbers_and_text_is_quoted() {
        for (cell, written) in [
            (Cell::Empty, ""),
            (Cell::Withheld, "*"),
            (Cell::Int(-3), "-3"),
            (Cell::Decimal(-1200, 2), "-12.00"),
            (Cell::Float(1.5e-17), "1.5e-17"),
            (Cell::Float(-0.25), "-0.25"),
            (Cell::Day(19_416), "2023-02-28"),
            (Cell::Bool(true), "true"),
            (Cell::Text("".into()), "\"\""),
            (Cell::Text("0001".into()), "\"0001\""),
            (Cell::Text("-12.00".into()), "\"'-12.00\""),
            (
                Cell::Text("a \"b\", c\r\nd".into()),
                "\"a \"\"b\"\", c\r\nd\"",
            ),
        ] {
            assert_eq!(field(&cell), written);
        }
    }

    proptest! {
        #[test]
        fn floats_read_back(number in any::<f64>().prop_filter("finite", |f| f.is_finite())) {
            prop_assert_eq!(float(number).parse::<f64>(), Ok(number));
        }
    }
}
