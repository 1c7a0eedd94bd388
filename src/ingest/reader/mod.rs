//! Reads one source file, CSV or Parquet, into chunks of text columns.
//!
//! All values arrive as text with blanks trimmed and null words turned to null; what they mean is
//! decided later. Each row keeps its number, so that whatever is refused can be named.

mod columnar;
mod delimited;
mod header;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};

use self::columnar::read_parquet;
use self::delimited::read_csv;
use self::header::Columns;
pub use self::header::HeaderNote;
use super::layout::SourceTable;
use super::reject::Reject;
use crate::error::{Error, Result};

/// Rows per chunk: large enough to amortise a SQL call, small enough to stay in the cache.
pub const CHUNK_ROWS: usize = 32_768;
/// A longer value is no code, amount or identifier of any claims format.
pub const MAX_FIELD_BYTES: usize = 65_536;

/// How values of one layout are written.
#[derive(Debug, Clone)]
pub struct TextFormat {
    /// Field separator; found from the header where `None`.
    pub delimiter: Option<u8>,
    /// Words that mean "no value", compared without regard to case.
    pub null_words: Vec<String>,
}

/// A chunk of rows and what was refused among them.
pub struct TextChunk {
    /// The source's declared columns, `source_file`, `source_row` and `source_year`.
    pub batch: RecordBatch,
    /// Rows that could not be split into the header's columns.
    pub rejects: Vec<Reject>,
    /// Rows of the batch with an unreadable value, null there: refused once their amounts are read.
    pub spoiled: Spoiled,
}

/// Column and reason by file and row.
pub type Spoiled = BTreeMap<(i64, i64), (String, String)>;

/// Reads `path` chunk by chunk, calling `sink` for each.
///
/// # Errors
/// [`Error::Input`] where the file is no table, lacks a required column, has one twice, or is cut
/// off; whatever `sink` returns.
pub fn read(
    path: &Path,
    file_id: i64,
    year: Option<&str>,
    source: &SourceTable,
    format: &TextFormat,
    sink: &mut dyn FnMut(TextChunk) -> Result<()>,
) -> Result<HeaderNote> {
    let provenance = Provenance { file_id, year };
    if is_parquet_name(path) {
        read_parquet(path, &provenance, source, format, sink)
    } else {
        read_csv(path, &provenance, source, format, sink)
    }
}

struct Provenance<'a> {
    file_id: i64,
    year: Option<&'a str>,
}

/// Whether the name says Parquet.
#[must_use]
pub fn is_parquet_name(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("parquet") || e.eq_ignore_ascii_case("pq"))
}

fn readable(bytes: &[u8]) -> std::result::Result<&str, String> {
    if bytes.len() > MAX_FIELD_BYTES {
        return Err(format!(
            "the value has {} bytes, more than {MAX_FIELD_BYTES}",
            bytes.len()
        ));
    }
    if bytes.contains(&0) {
        return Err("the value holds a NUL byte".to_owned());
    }
    std::str::from_utf8(bytes).map_err(|_| "the value is not UTF-8 text".to_owned())
}

fn not_null<'t>(text: &'t str, null_words: &[String]) -> Option<&'t str> {
    (!text.is_empty() && !null_words.iter().any(|w| w.eq_ignore_ascii_case(text))).then_some(text)
}

fn with_provenance(
    columns: &Columns,
    mut arrays: Vec<ArrayRef>,
    rows: Vec<i64>,
    provenance: &Provenance,
) -> Result<RecordBatch> {
    let count = rows.len();
    let mut fields: Vec<Field> = columns
        .wanted
        .iter()
        .map(|(c, _)| Field::new(&c.names[0], DataType::Utf8, true))
        .collect();
    fields.push(Field::new("source_file", DataType::Int64, true));
    arrays.push(Arc::new(Int64Array::from(vec![provenance.file_id; count])));
    fields.push(Field::new("source_row", DataType::Int64, true));
    arrays.push(Arc::new(Int64Array::from(rows)));
    fields.push(Field::new("source_year", DataType::Utf8, true));
    arrays.push(Arc::new(StringArray::from(vec![provenance.year; count])));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
        .map_err(|e| Error::input("reader", e.to_string(), "Please report this"))
}

/// The declared columns of a source without a row, for an optional table that is not there.
#[must_use]
pub fn empty(source: &SourceTable) -> RecordBatch {
    let mut fields: Vec<Field> = source
        .columns
        .iter()
        .map(|c| Field::new(&c.names[0], DataType::Utf8, true))
        .collect();
    fields.push(Field::new("source_file", DataType::Int64, true));
    fields.push(Field::new("source_row", DataType::Int64, true));
    fields.push(Field::new("source_year", DataType::Utf8, true));
    RecordBatch::new_empty(Arc::new(Schema::new(fields)))
}
