//! Reads one source file, CSV or Parquet, into chunks of text columns.
//!
//! All values arrive as text with blanks trimmed and null words turned to null; what they mean is
//! decided later. Each row keeps its number, so that whatever is refused can be named.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::layout::{SourceColumn, SourceTable};
use super::quotes::{OpenQuote, QuoteWatch};
use super::reject::Reject;
use crate::error::{Error, Result};

/// Rows per chunk: large enough to amortise a SQL call, small enough to stay in the cache.
pub const CHUNK_ROWS: usize = 32_768;
/// A longer value is no code, amount or identifier of any claims format.
pub const MAX_FIELD_BYTES: usize = 65_536;
/// A header with more columns is no claims table; the widest in use (RIF inpatient) has about 500.
pub const MAX_COLUMNS: usize = 20_000;
/// Bytes looked at to find the delimiter.
const SNIFF_BYTES: usize = 1 << 20;

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

/// What the header of a file told.
#[derive(Debug, Clone, Default)]
pub struct HeaderNote {
    /// Columns present but not used by the layout.
    pub unknown: Vec<String>,
    /// Optional columns of the layout that the file lacks.
    pub absent: Vec<String>,
}

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

/// Where the wanted columns stand in the file.
struct Columns<'a> {
    wanted: Vec<(&'a SourceColumn, Option<usize>)>,
    note: HeaderNote,
}

fn match_columns<'a>(
    path: &Path,
    found: &[String],
    source: &'a SourceTable,
) -> Result<Columns<'a>> {
    let place = path.display().to_string();
    if found.len() > MAX_COLUMNS {
        return Err(Error::input(
            place,
            format!(
                "the header has {} columns, more than {MAX_COLUMNS}",
                found.len()
            ),
            "Check the delimiter, or name the right file",
        ));
    }
    let mut wanted = Vec::with_capacity(source.columns.len());
    let mut used = vec![false; found.len()];
    let mut absent = Vec::new();
    for column in &source.columns {
        let mut position = None;
        for name in &column.names {
            let hits: Vec<usize> = (0..found.len()).filter(|i| &found[*i] == name).collect();
            if hits.len() > 1 {
                return Err(Error::input(
                    place,
                    format!(
                        "the column {name} stands {} times in the header",
                        hits.len()
                    ),
                    "Keep one of them",
                ));
            }
            if let Some(hit) = hits.first() {
                position = Some(*hit);
                used[*hit] = true;
                break;
            }
        }
        if position.is_none() {
            if column.required {
                return Err(missing_column(place, column, found, source));
            }
            absent.push(column.names[0].clone());
        }
        wanted.push((column, position));
    }
    let unknown = found
        .iter()
        .zip(&used)
        .filter(|(name, used)| !**used && !source.knows(name))
        .map(|(name, _)| name.clone())
        .collect();
    Ok(Columns {
        wanted,
        note: HeaderNote { unknown, absent },
    })
}

fn missing_column(
    place: String,
    column: &SourceColumn,
    found: &[String],
    source: &SourceTable,
) -> Error {
    let names = column.names.join(" or ");
    // A file without a header shows its first claim here: only names the layout knows are told.
    let shown: Vec<&str> = found
        .iter()
        .map(String::as_str)
        .filter(|n| source.knows(n))
        .take(8)
        .collect();
    let remedy = if found.len() <= 1 {
        "The header has one column: set the layout's delimiter, or name the right file"
    } else {
        "Add the column, choose another --layout, or write a layout file for this source"
    };
    let known = if shown.is_empty() {
        "none of them known to the layout".to_owned()
    } else {
        format!("among them {}", shown.join(", "))
    };
    Error::input(
        place,
        format!(
            "the required column {names} is missing; the header has {} columns, {known}",
            found.len()
        ),
        remedy,
    )
}

fn read_csv(
    path: &Path,
    provenance: &Provenance,
    source: &SourceTable,
    format: &TextFormat,
    sink: &mut dyn FnMut(TextChunk) -> Result<()>,
) -> Result<HeaderNote> {
    let mut stream = open_text(path)?;
    let place = path.display().to_string();
    let head = stream.fill_buf().map_err(|e| text_error(path, e))?;
    if head.is_empty() {
        return Err(Error::input(
            place,
            "the file is empty",
            "Deliver it with at least a header row",
        ));
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(Error::input(
            place,
            "the text is UTF-16",
            "Save it as UTF-8",
        ));
    }
    if head.starts_with(b"PAR1") {
        return Err(Error::input(
            place,
            "a Parquet file under another name",
            "Rename it to end in .parquet",
        ));
    }
    let delimiter = format.delimiter.unwrap_or_else(|| find_delimiter(head));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(QuoteWatch::new(stream, delimiter));
    let mut record = csv::ByteRecord::new();
    if !reader
        .read_byte_record(&mut record)
        .map_err(|e| csv_error(path, e))?
    {
        return Err(Error::input(
            place,
            "the file has no header row",
            "Deliver it with a header row",
        ));
    }
    let mut found = Vec::with_capacity(record.len());
    for field in &record {
        let name = std::str::from_utf8(field).map_err(|_| {
            Error::input(
                place.clone(),
                "the header row is not UTF-8 text",
                "Save the file as UTF-8, or name the right file",
            )
        })?;
        found.push(name.trim_matches('\u{feff}').trim().to_lowercase());
    }
    let columns = match_columns(path, &found, source)?;
    let mut chunk = ChunkBuilder::new(&columns, provenance);
    let mut row = 0_i64;
    loop {
        if !reader
            .read_byte_record(&mut record)
            .map_err(|e| csv_error(path, e))?
        {
            break;
        }
        row += 1;
        if record.len() == found.len() {
            let (values, fault) = fields(&record, &columns, &format.null_words);
            chunk.push(row, &values);
            if let Some(fault) = fault {
                chunk.spoiled.insert((provenance.file_id, row), fault);
            }
        } else {
            let reason = format!(
                "the row has {} values where the header has {}",
                record.len(),
                found.len()
            );
            chunk
                .rejects
                .push(Reject::row(provenance.file_id, row, None, None, reason));
        }
        if chunk.len() == CHUNK_ROWS {
            sink(chunk.finish()?)?;
        }
    }
    if chunk.len() > 0 || !chunk.rejects.is_empty() {
        sink(chunk.finish()?)?;
    }
    Ok(columns.note)
}

/// The wanted values of a record, and the first that is unreadable, as column and reason.
fn fields<'r>(
    record: &'r csv::ByteRecord,
    columns: &Columns,
    null_words: &[String],
) -> (Vec<Option<&'r str>>, Option<(String, String)>) {
    let mut values = Vec::with_capacity(columns.wanted.len());
    let mut fault = None;
    for (column, position) in &columns.wanted {
        let bytes = position
            .and_then(|p| record.get(p))
            .unwrap_or_default()
            .trim_ascii();
        match readable(bytes) {
            Ok(text) => values.push(not_null(text, null_words)),
            Err(reason) => {
                values.push(None);
                fault = fault.or_else(|| Some((column.names[0].clone(), reason)));
            }
        }
    }
    (values, fault)
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

struct ChunkBuilder<'a> {
    columns: &'a Columns<'a>,
    provenance: &'a Provenance<'a>,
    builders: Vec<StringBuilder>,
    rows: Vec<i64>,
    rejects: Vec<Reject>,
    spoiled: Spoiled,
}

impl<'a> ChunkBuilder<'a> {
    fn new(columns: &'a Columns, provenance: &'a Provenance) -> Self {
        let builders = columns
            .wanted
            .iter()
            .map(|_| StringBuilder::new())
            .collect();
        ChunkBuilder {
            columns,
            provenance,
            builders,
            rows: Vec::new(),
            rejects: Vec::new(),
            spoiled: Spoiled::new(),
        }
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn push(&mut self, row: i64, values: &[Option<&str>]) {
        self.rows.push(row);
        for (builder, value) in self.builders.iter_mut().zip(values) {
            builder.append_option(*value);
        }
    }

    fn finish(&mut self) -> Result<TextChunk> {
        let arrays: Vec<ArrayRef> = self
            .builders
            .iter_mut()
            .map(|b| Arc::new(b.finish()) as ArrayRef)
            .collect();
        let batch = with_provenance(
            self.columns,
            arrays,
            std::mem::take(&mut self.rows),
            self.provenance,
        )?;
        Ok(TextChunk {
            batch,
            rejects: std::mem::take(&mut self.rejects),
            spoiled: std::mem::take(&mut self.spoiled),
        })
    }
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

fn read_parquet(
    path: &Path,
    provenance: &Provenance,
    source: &SourceTable,
    format: &TextFormat,
    sink: &mut dyn FnMut(TextChunk) -> Result<()>,
) -> Result<HeaderNote> {
    let place = path.display().to_string();
    let damaged = |e: &dyn std::fmt::Display| {
        Error::input(
            path.display().to_string(),
            format!("not a readable Parquet file ({e})"),
            "Transfer it again, or rename a CSV file to end in .csv",
        )
    };
    let mut file = File::open(path).map_err(Error::io(path, "opening"))?;
    let mut magic = [0_u8; 4];
    if file.read_exact(&mut magic).is_err() || &magic != b"PAR1" {
        return Err(damaged(&"it does not begin with PAR1"));
    }
    let file = File::open(path).map_err(Error::io(path, "opening"))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| damaged(&e))?;
    let found: Vec<String> = builder
        .schema()
        .fields()
        .iter()
        .map(|f| f.name().trim().to_lowercase())
        .collect();
    let columns = match_columns(path, &found, source)?;
    let mut roots: Vec<usize> = columns.wanted.iter().filter_map(|(_, p)| *p).collect();
    roots.sort_unstable();
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots.iter().copied());
    let reader = builder
        .with_projection(mask)
        .with_batch_size(CHUNK_ROWS)
        .build()
        .map_err(|e| damaged(&e))?;
    let mut row = 0_i64;
    for batch in reader {
        let batch = batch.map_err(|e| damaged(&e))?;
        let count = batch.num_rows();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.wanted.len());
        for (column, position) in &columns.wanted {
            let projected = position.and_then(|p| roots.iter().position(|r| *r == p));
            let array = match projected {
                None => StringArray::new_null(count),
                Some(index) => text_of(batch.column(index), &format.null_words).map_err(|e| {
                    Error::input(
                        format!("{place}, column {}", column.names[0]),
                        e,
                        "Deliver it as text, number or date",
                    )
                })?,
            };
            arrays.push(Arc::new(array));
        }
        let rows = (row + 1..=row + count as i64).collect();
        row += count as i64;
        sink(TextChunk {
            batch: with_provenance(&columns, arrays, rows, provenance)?,
            rejects: Vec::new(),
            spoiled: Spoiled::new(),
        })?;
    }
    Ok(columns.note)
}

/// Any plain Arrow column as trimmed text.
fn text_of(array: &ArrayRef, null_words: &[String]) -> std::result::Result<StringArray, String> {
    if array.data_type().is_nested() {
        return Err(format!("values of the nested type {}", array.data_type()));
    }
    let text = arrow::compute::cast(array, &DataType::Utf8).map_err(|e| e.to_string())?;
    let text = text
        .as_any()
        .downcast_ref::<StringArray>()
        .ok_or("values that have no text form")?;
    let mut builder = StringBuilder::with_capacity(text.len(), text.value_data().len());
    for value in text {
        builder.append_option(value.and_then(|v| not_null(v.trim(), null_words)));
    }
    Ok(builder.finish())
}

fn open_text(path: &Path) -> Result<Box<dyn BufRead + Send>> {
    let file = File::open(path).map_err(Error::io(path, "opening"))?;
    let mut plain = BufReader::with_capacity(SNIFF_BYTES, file);
    let head = plain.fill_buf().map_err(Error::io(path, "reading"))?;
    if head.starts_with(&[0x1f, 0x8b]) {
        let decoder = flate2::bufread::MultiGzDecoder::new(plain);
        return Ok(Box::new(BufReader::with_capacity(SNIFF_BYTES, decoder)));
    }
    Ok(Box::new(plain))
}

fn text_error(path: &Path, error: std::io::Error) -> Error {
    if let Some(open) = error.get_ref().and_then(|e| e.downcast_ref::<OpenQuote>()) {
        return Error::input(
            format!("{}, row {}", path.display(), open.row),
            "a quoted value that begins here is not closed",
            "Close the quote, or double quotes inside values",
        );
    }
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof
        | std::io::ErrorKind::InvalidData
        | std::io::ErrorKind::InvalidInput => Error::input(
            path.display().to_string(),
            format!("the compressed file is damaged or cut off ({error})"),
            "Transfer it again; no row of it was used",
        ),
        _ => Error::io(path, "reading")(error),
    }
}

fn csv_error(path: &Path, error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(io) => text_error(path, io),
        other => Error::input(
            path.display().to_string(),
            format!("not readable as a table ({other:?})"),
            "Correct the row, or name the right file",
        ),
    }
}

/// The separator that occurs most often in the header row, outside quotes.
fn find_delimiter(head: &[u8]) -> u8 {
    const CANDIDATES: [u8; 4] = *b",\t|;";
    let mut counts = [0_usize; 4];
    let mut quoted = false;
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            other => {
                if let Some(i) = CANDIDATES.iter().position(|c| c == other) {
                    counts[i] += 1;
                }
            }
        }
    }
    let best = (0..4)
        .max_by_key(|i| (counts[*i], std::cmp::Reverse(*i)))
        .unwrap_or(0);
    CANDIDATES[best]
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
