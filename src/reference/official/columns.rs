//! Columns of a reference table while its rows are read: integers and text, nothing else.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};

use crate::error::{Error, Result};

/// A value of a row.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'v> {
    Text(Option<&'v str>),
    Int(Option<i64>),
}

impl<'v> From<&'v str> for Cell<'v> {
    fn from(text: &'v str) -> Cell<'v> {
        Cell::Text(Some(text))
    }
}

impl<'v> From<&'v Option<String>> for Cell<'v> {
    fn from(text: &'v Option<String>) -> Cell<'v> {
        Cell::Text(text.as_deref())
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Cell::Int(Some(number))
    }
}

impl From<Option<i64>> for Cell<'_> {
    fn from(number: Option<i64>) -> Self {
        Cell::Int(number)
    }
}

enum Builder {
    Text(StringBuilder),
    Int(Int64Builder),
}

/// Rows of one table, column by column.
pub struct Columns {
    names: &'static [&'static str],
    builders: Vec<Builder>,
}

impl Columns {
    /// No row yet. Columns named in `integers` hold integers, all others text.
    pub fn new(names: &'static [&'static str], integers: &[&str]) -> Columns {
        let builder = |name: &&str| {
            if integers.contains(name) {
                Builder::Int(Int64Builder::new())
            } else {
                Builder::Text(StringBuilder::new())
            }
        };
        Columns {
            names,
            builders: names.iter().map(builder).collect(),
        }
    }

    /// Adds a row, its values in the order of the names.
    pub fn push(&mut self, row: &[Cell]) {
        for (builder, cell) in self.builders.iter_mut().zip(row) {
            match (builder, cell) {
                (Builder::Text(column), Cell::Text(value)) => column.append_option(*value),
                (Builder::Int(column), Cell::Int(value)) => column.append_option(*value),
                (Builder::Text(column), Cell::Int(_)) => column.append_null(),
                (Builder::Int(column), Cell::Text(_)) => column.append_null(),
            }
        }
    }

    /// The rows as a table.
    ///
    /// # Errors
    /// Where rows were pushed with differing numbers of values.
    pub fn finish(self) -> Result<RecordBatch> {
        let arrays: Vec<ArrayRef> = self
            .builders
            .into_iter()
            .map(|builder| match builder {
                Builder::Text(mut column) => Arc::new(column.finish()) as ArrayRef,
                Builder::Int(mut column) => Arc::new(column.finish()) as ArrayRef,
            })
            .collect();
        let fields: Vec<Field> = self
            .names
            .iter()
            .zip(&arrays)
            .map(|(name, array)| {
                let kind = array.data_type().clone();
                debug_assert!(matches!(kind, DataType::Utf8 | DataType::Int64));
                Field::new(*name, kind, true)
            })
            .collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
            .map_err(|e| Error::input("reference table", e.to_string(), "Please report this"))
    }
}
