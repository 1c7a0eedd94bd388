//! Reads Parquet, every plain column as text.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray, StringBuilder};
use arrow::datatypes::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::header::{HeaderNote, match_columns};
use super::{
    CHUNK_ROWS, Provenance, Spoiled, TextChunk, TextFormat, not_null, readable, with_provenance,
};
use crate::error::{Error, Result};
use crate::ingest::layout::SourceTable;

pub(super) fn read_parquet(
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
        let mut spoiled = Spoiled::new();
        for (column, position) in &columns.wanted {
            let projected = position.and_then(|p| roots.iter().position(|r| *r == p));
            let array = match projected {
                None => StringArray::new_null(count),
                Some(index) => {
                    let (text, bad) =
                        text_of(batch.column(index), &format.null_words).map_err(|e| {
                            let place = format!("{place}, column {}", column.names[0]);
                            Error::input(place, e, "Deliver it as text, number or date")
                        })?;
                    for (at, reason) in bad {
                        let key = (provenance.file_id, row + 1 + at as i64);
                        spoiled
                            .entry(key)
                            .or_insert_with(|| (column.names[0].clone(), reason));
                    }
                    text
                }
            };
            arrays.push(Arc::new(array));
        }
        let rows = (row + 1..=row + count as i64).collect();
        row += count as i64;
        sink(TextChunk {
            batch: with_provenance(&columns, arrays, rows, provenance)?,
            rejects: Vec::new(),
            spoiled,
        })?;
    }
    Ok(columns.note)
}

/// Rows with a value that cannot be read, and why.
type BadRows = Vec<(usize, String)>;

/// Any plain Arrow column as trimmed text, under the same rules as text files.
fn text_of(
    array: &ArrayRef,
    null_words: &[String],
) -> std::result::Result<(StringArray, BadRows), String> {
    if array.data_type().is_nested() {
        return Err(format!("values of the nested type {}", array.data_type()));
    }
    let text = arrow::compute::cast(array, &DataType::Utf8).map_err(|e| e.to_string())?;
    let text = text
        .as_any()
        .downcast_ref::<StringArray>()
        .ok_or("values that have no text form")?;
    let mut builder = StringBuilder::with_capacity(text.len(), text.value_data().len());
    let mut bad = BadRows::new();
    for (row, value) in text.iter().enumerate() {
        match value.map(|v| readable(v.as_bytes().trim_ascii())) {
            None => builder.append_null(),
            Some(Ok(value)) => builder.append_option(not_null(value, null_words)),
            Some(Err(reason)) => {
                builder.append_null();
                bad.push((row, reason));
            }
        }
    }
    Ok((builder.finish(), bad))
}
