//! The run folder: tables, manifest, and reading them back.

pub mod frame;
pub mod manifest;
pub mod run_folder;
pub mod tables;

use std::fs::File;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::{Error, Result};

/// Reads a whole table of a run folder; `None` where it has no row.
///
/// # Errors
/// Where the file is missing or damaged.
pub fn read_table(path: &Path) -> Result<Option<RecordBatch>> {
    let file = File::open(path).map_err(Error::io(path, "opening"))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|e| Error::table(path, &e))?;
    let batches: Vec<RecordBatch> = reader
        .collect::<std::result::Result<_, _>>()
        .map_err(|e| Error::table(path, &e))?;
    let Some(first) = batches.first() else {
        return Ok(None);
    };
    concat_batches(&first.schema(), &batches)
        .map(Some)
        .map_err(|e| Error::table(path, &e))
}
