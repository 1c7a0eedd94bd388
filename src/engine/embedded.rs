//! The embedded engine: Polars, given Parquet files or Arrow batches, giving Arrow batches back.
//!
//! Every statement gets a fresh `SQLContext`, because a reused one leaks table aliases between
//! statements. Conversion copies column by column: it needs no `unsafe`, and what crosses here is
//! either one chunk of a load or an aggregate.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
    StringBuilder,
};
use arrow::datatypes::{DataType as ArrowType, Field, Schema};
use polars::prelude as pl;
use polars::prelude::IntoLazy;

use crate::error::{Error, Result};

/// What a table name in a statement stands for.
#[derive(Debug, Clone)]
pub enum TableData {
    /// Parquet files with one schema, read as one table.
    Parquet(Vec<PathBuf>),
    /// Rows in memory.
    Batch(RecordBatch),
}

/// Tables by the name a statement calls them.
pub type Tables = BTreeMap<String, TableData>;

/// Runs one guarded statement and returns its rows, in no particular order, as one batch of
/// Int64, Float64, Utf8, Boolean and Date32 columns.
///
/// # Errors
/// [`Error::Engine`] with the statement's name where Polars refuses or fails.
pub(super) fn run(
    statement: &str,
    sql: &str,
    tables: &Tables,
    wanted: &std::collections::BTreeSet<String>,
) -> Result<RecordBatch> {
    let failed = |e: &dyn std::fmt::Display| Error::Engine {
        statement: statement.to_owned(),
        message: without_values(&e.to_string()),
    };
    let mut context = polars::sql::SQLContext::new();
    for name in wanted {
        let data = tables.get(name).ok_or_else(|| {
            failed(&format!(
                "it reads the table {name}, which this run does not have"
            ))
        })?;
        context.register(name, lazy_frame(data).map_err(|e| failed(&e))?);
    }
    let frame = context
        .execute(sql)
        .and_then(|lazy| lazy.collect_with_engine(pl::Engine::Streaming))
        .map_err(|e| failed(&e))?
        .unwrap_single();
    to_arrow(&frame).map_err(|e| failed(&e))
}

/// An engine's message without the values it quotes, which may identify a member, and without the
/// plan it prints behind them.
fn without_values(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.split(": [").next().unwrap_or(line).to_owned()
}

fn lazy_frame(data: &TableData) -> pl::PolarsResult<pl::LazyFrame> {
    match data {
        TableData::Parquet(paths) => {
            let paths = paths
                .iter()
                .map(|p| pl::PlRefPath::new(p.to_string_lossy().as_ref()))
                .collect();
            // A file name may hold the characters of a pattern: never expand it.
            let args = pl::ScanArgsParquet {
                glob: false,
                ..Default::default()
            };
            pl::LazyFrame::scan_parquet_files(paths, args)
        }
        TableData::Batch(batch) => Ok(to_polars(batch)?.lazy()),
    }
}

fn to_polars(batch: &RecordBatch) -> pl::PolarsResult<pl::DataFrame> {
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        let name = pl::PlSmallStr::from_str(field.name());
        columns.push(polars_column(name, array)?);
    }
    pl::DataFrame::new(batch.num_rows(), columns)
}

fn polars_column(name: pl::PlSmallStr, array: &ArrayRef) -> pl::PolarsResult<pl::Column> {
    use pl::{IntoColumn, NewChunkedArray};
    let any = array.as_any();
    Ok(if let Some(a) = any.downcast_ref::<StringArray>() {
        pl::StringChunked::from_iter_options(name, a.iter()).into_column()
    } else if let Some(a) = any.downcast_ref::<Int64Array>() {
        pl::Int64Chunked::from_iter_options(name, a.iter()).into_column()
    } else if let Some(a) = any.downcast_ref::<Float64Array>() {
        pl::Float64Chunked::from_iter_options(name, a.iter()).into_column()
    } else if let Some(a) = any.downcast_ref::<BooleanArray>() {
        pl::BooleanChunked::from_iter_options(name, a.iter()).into_column()
    } else if let Some(a) = any.downcast_ref::<Date32Array>() {
        let days = pl::Int32Chunked::from_iter_options(name, a.iter());
        pl::IntoSeries::into_series(days)
            .cast(&pl::DataType::Date)?
            .into_column()
    } else {
        return Err(pl::PolarsError::SchemaMismatch(
            format!("column {name} has the type {}", array.data_type()).into(),
        ));
    })
}

fn to_arrow(frame: &pl::DataFrame) -> pl::PolarsResult<RecordBatch> {
    let mut fields = Vec::with_capacity(frame.width());
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(frame.width());
    for column in frame.columns() {
        let array = arrow_array(column.as_materialized_series())?;
        fields.push(Field::new(
            column.name().as_str(),
            array.data_type().clone(),
            true,
        ));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
        .map_err(|e| pl::PolarsError::ComputeError(e.to_string().into()))
}

fn arrow_array(series: &pl::Series) -> pl::PolarsResult<ArrayRef> {
    use pl::DataType;
    Ok(match series.dtype() {
        DataType::String => {
            let values = series.str()?;
            let mut builder = StringBuilder::with_capacity(values.len(), values.len() * 8);
            for value in values.iter() {
                builder.append_option(value);
            }
            Arc::new(builder.finish())
        }
        DataType::Null => Arc::new(StringArray::new_null(series.len())),
        DataType::Boolean => Arc::new(series.bool()?.iter().collect::<BooleanArray>()),
        DataType::Float32 | DataType::Float64 => {
            let values = series.cast(&DataType::Float64)?;
            Arc::new(values.f64()?.iter().collect::<Float64Array>())
        }
        DataType::Date => {
            let days = series.cast(&DataType::Int32)?;
            Arc::new(days.i32()?.iter().collect::<Date32Array>())
        }
        integer if integer.is_integer() => {
            let values = series.strict_cast(&DataType::Int64)?;
            Arc::new(values.i64()?.iter().collect::<Int64Array>())
        }
        other => {
            return Err(pl::PolarsError::SchemaMismatch(
                format!("column {} has the type {other}", series.name()).into(),
            ));
        }
    })
}

/// Arrow type of a canonical column kind, as this engine returns it.
#[must_use]
pub fn arrow_type(kind: crate::schema::Kind) -> ArrowType {
    use crate::schema::Kind;
    match kind {
        Kind::Int => ArrowType::Int64,
        Kind::Float => ArrowType::Float64,
        Kind::Bool => ArrowType::Boolean,
        Kind::Date => ArrowType::Date32,
        Kind::Money => ArrowType::Decimal128(18, 2),
        Kind::Quantity => ArrowType::Decimal128(18, 3),
        Kind::Text => ArrowType::Utf8,
        Kind::TextList => ArrowType::List(Arc::new(Field::new("item", ArrowType::Utf8, true))),
    }
}
