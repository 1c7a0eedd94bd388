//! Reads delimited text, plain or gzip-compressed.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};

use super::header::{Columns, HeaderNote, match_columns};
use super::{
    CHUNK_ROWS, Provenance, Spoiled, TextChunk, TextFormat, not_null, readable, with_provenance,
};
use crate::error::{Error, Result};
use crate::ingest::layout::SourceTable;
use crate::ingest::quotes::{OpenQuote, QuoteWatch};
use crate::ingest::reject::Reject;

/// Bytes looked at to find the delimiter.
const SNIFF_BYTES: usize = 1 << 20;

pub(super) fn read_csv(
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
