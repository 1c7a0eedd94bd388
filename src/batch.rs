//! Arrow batches: reading one from a Parquet table, and typed access to its columns by name.

use std::fs::File;
use std::path::Path;

use arrow::array::{
    Array, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
    RecordBatch, StringArray,
};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::{Date32Type, Decimal128Type, Float64Type, Int64Type};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::{Error, Result};

/// Reads a whole Parquet table; `None` where it has no row.
///
/// # Errors
/// Where the file is missing or damaged.
pub fn read_table(path: &Path) -> Result<Option<RecordBatch>> {
    let all = |batch: &RecordBatch| Ok(BooleanArray::from(vec![true; batch.num_rows()]));
    let rows = read_rows(path, &all)?;
    Ok((rows.num_rows() > 0).then_some(rows))
}

/// Reads the rows of a Parquet table that `keep` says true of, batch by batch, so that a few rows
/// of a large table take little memory. A table without rows still has its columns.
///
/// # Errors
/// Where the file is missing or damaged, or `keep` fails.
pub fn read_rows(
    path: &Path,
    keep: &dyn Fn(&RecordBatch) -> Result<BooleanArray>,
) -> Result<RecordBatch> {
    let builder = opened(path)?;
    let schema = builder.schema().clone();
    let mut kept = Vec::new();
    for batch in builder.build().map_err(|e| Error::table(path, &e))? {
        let batch = batch.map_err(|e| Error::table(path, &e))?;
        let rows = filter_record_batch(&batch, &keep(&batch)?);
        kept.push(rows.map_err(|e| Error::table(path, &e))?);
    }
    concat_batches(&schema, &kept).map_err(|e| Error::table(path, &e))
}

fn opened(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let file = File::open(path).map_err(Error::io(path, "opening"))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| Error::table(path, &e))
}

/// Hands over some columns of a Parquet table piece by piece, in the order of its rows, so that a
/// large table is never held whole.
///
/// # Errors
/// Where the file is missing or damaged, and those of `take`.
pub fn each_piece(
    path: &Path,
    columns: &[&str],
    mut take: impl FnMut(&RecordBatch) -> Result<()>,
) -> Result<()> {
    let builder = opened(path)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let reader = builder
        .with_projection(mask)
        .build()
        .map_err(|e| Error::table(path, &e))?;
    for piece in reader {
        take(&piece.map_err(|e| Error::table(path, &e))?)?;
    }
    Ok(())
}

fn missing(name: &str, kind: &str) -> Error {
    Error::Engine {
        statement: format!("column {name}"),
        message: format!("not present as {kind}"),
    }
}

/// A text column.
///
/// # Errors
/// Where it is missing or of another type.
pub fn text<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b StringArray> {
    batch
        .column_by_name(name)
        .and_then(|c| c.as_string_opt::<i32>())
        .ok_or_else(|| missing(name, "text"))
}

/// An integer column.
///
/// # Errors
/// Where it is missing or of another type.
pub fn int<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b Int64Array> {
    batch
        .column_by_name(name)
        .and_then(|c| c.as_primitive_opt::<Int64Type>())
        .ok_or_else(|| missing(name, "integer"))
}

/// A float column.
///
/// # Errors
/// Where it is missing or of another type.
pub fn float<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b Float64Array> {
    batch
        .column_by_name(name)
        .and_then(|c| c.as_primitive_opt::<Float64Type>())
        .ok_or_else(|| missing(name, "float"))
}

/// A boolean column.
///
/// # Errors
/// Where it is missing or of another type.
pub fn boolean<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b BooleanArray> {
    batch
        .column_by_name(name)
        .and_then(|c| c.as_boolean_opt())
        .ok_or_else(|| missing(name, "boolean"))
}

/// A column of dollars (cents) or quantities (thousandths).
///
/// # Errors
/// Where it is missing or of another type.
pub fn decimal<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b Decimal128Array> {
    batch
        .column_by_name(name)
        .and_then(|c| c.as_primitive_opt::<Decimal128Type>())
        .ok_or_else(|| missing(name, "decimal"))
}

/// A column of dates.
///
/// # Errors
/// Where it is missing or of another type.
pub fn date<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b Date32Array> {
    batch
        .column_by_name(name)
        .and_then(|c| c.as_primitive_opt::<Date32Type>())
        .ok_or_else(|| missing(name, "date"))
}

/// A column of lists of texts; empty where a row has none.
///
/// # Errors
/// Where there is no such column.
pub fn text_lists(batch: &RecordBatch, name: &str) -> Result<Vec<Vec<String>>> {
    let column = batch
        .column_by_name(name)
        .and_then(|c| c.as_list_opt::<i32>())
        .ok_or_else(|| missing(name, "a list"))?;
    Ok((0..batch.num_rows())
        .map(|row| {
            let items = column.is_valid(row).then(|| column.value(row));
            items
                .as_ref()
                .and_then(|i| i.as_string_opt::<i32>())
                .map(|i| i.iter().flatten().map(str::to_owned).collect())
                .unwrap_or_default()
        })
        .collect())
}

/// A value of a text column.
#[must_use]
pub fn text_at(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

/// A value of an integer column.
#[must_use]
pub fn int_at(column: &Int64Array, row: usize) -> Option<i64> {
    column.is_valid(row).then(|| column.value(row))
}

/// A value of a float column.
#[must_use]
pub fn float_at(column: &Float64Array, row: usize) -> Option<f64> {
    column.is_valid(row).then(|| column.value(row))
}

/// Cents or thousandths of a decimal column; `None` also beyond 64 bits, which no table holds.
#[must_use]
pub fn decimal_at(column: &Decimal128Array, row: usize) -> Option<i64> {
    column
        .is_valid(row)
        .then(|| i64::try_from(column.value(row)).ok())
        .flatten()
}

/// All cents or thousandths of a decimal column, see [`decimal_at`].
///
/// # Errors
/// Where it is missing or of another type.
pub fn decimals(batch: &RecordBatch, name: &str) -> Result<Vec<Option<i64>>> {
    let column = decimal(batch, name)?;
    Ok((0..batch.num_rows())
        .map(|row| decimal_at(column, row))
        .collect())
}

/// Days since 1970-01-01 of a date column.
#[must_use]
pub fn date_at(column: &Date32Array, row: usize) -> Option<i64> {
    column.is_valid(row).then(|| i64::from(column.value(row)))
}
