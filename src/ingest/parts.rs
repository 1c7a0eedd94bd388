//! Working Parquet files: read a bucket's parts, write a bucket's table.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use parquet::arrow::ArrowWriter;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::bucket::{parquet_error, working_properties};
use crate::error::{Error, Result};
use crate::private::private_file;

/// Rows per batch while reading parts.
const READ_ROWS: usize = 65_536;
/// Rows per row group of a settled bucket.
const ROW_GROUP: usize = 131_072;

/// Reads existing files into one batch; `None` where there is no row.
///
/// # Errors
/// Where a file cannot be read.
pub fn read_all(parts: &[PathBuf]) -> Result<Option<RecordBatch>> {
    read_columns(parts, None)
}

/// Reads some columns (all for `None`) of existing files into one batch.
///
/// # Errors
/// Where a file cannot be read.
pub fn read_columns(parts: &[PathBuf], columns: Option<&[&str]>) -> Result<Option<RecordBatch>> {
    let mut batches = Vec::new();
    for path in parts.iter().filter(|p| p.exists()) {
        let file = File::open(path).map_err(Error::io(path, "opening"))?;
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| Error::table(path, &e))?;
        let mask = match columns {
            None => ProjectionMask::all(),
            Some(columns) => {
                ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied())
            }
        };
        let reader = builder
            .with_projection(mask)
            .with_batch_size(READ_ROWS)
            .build()
            .map_err(|e| Error::table(path, &e))?;
        for batch in reader {
            batches.push(batch.map_err(|e| Error::table(path, &e))?);
        }
    }
    let Some(first) = batches.first() else {
        return Ok(None);
    };
    let all = concat_batches(&first.schema(), &batches).map_err(|e| Error::table(&parts[0], &e))?;
    Ok((all.num_rows() > 0).then_some(all))
}

/// Writes one working table.
///
/// # Errors
/// Where the file cannot be written.
pub fn write(path: &Path, batch: &RecordBatch) -> Result<()> {
    let file = private_file(path)?;
    let mut writer =
        ArrowWriter::try_new(file, batch.schema(), Some(working_properties(ROW_GROUP)))
            .map_err(|e| Error::table(path, &e))?;
    writer.write(batch).map_err(|e| parquet_error(path, &e))?;
    writer.close().map_err(|e| parquet_error(path, &e))?;
    Ok(())
}
