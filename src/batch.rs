//! Typed access to the columns of an Arrow batch by name.

use arrow::array::{
    Array, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{Float64Type, Int64Type};

use crate::error::{Error, Result};

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
