//! Output tables: Arrow columns filled row by row in the order of a declared layout.

pub mod eligibility;
pub mod medical_claim;
pub mod parquet_file;
pub mod pharmacy_claim;
pub mod provider;

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Builder, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Utf8; empty words become nulls.
    Text,
    /// Int64.
    Whole,
    /// Date32.
    Day,
    /// Decimal128(18, 2), given in cents.
    Money,
}

/// Columns of a table in order.
pub type Layout = [(&'static str, Kind)];

/// Precision and scale of money.
const MONEY: (u8, i8) = (18, 2);

/// The Arrow schema of a layout.
pub fn schema(layout: &Layout) -> SchemaRef {
    let fields: Vec<Field> = layout
        .iter()
        .map(|&(name, kind)| {
            let data_type = match kind {
                Kind::Text => DataType::Utf8,
                Kind::Whole => DataType::Int64,
                Kind::Day => DataType::Date32,
                Kind::Money => DataType::Decimal128(MONEY.0, MONEY.1),
            };
            Field::new(name, data_type, true)
        })
        .collect();
    Arc::new(Schema::new(fields))
}

enum Column {
    Text(StringBuilder),
    Whole(Int64Builder),
    Day(Date32Builder),
    Money(Decimal128Builder),
}

/// Rows being gathered. Cells are given in the order of the layout; a cell of the wrong kind
/// is a mistake in this module and is reported when the batch is finished.
pub struct Rows {
    schema: SchemaRef,
    columns: Vec<Column>,
    next: usize,
    misplaced: Option<usize>,
}

impl Rows {
    /// No rows of a layout.
    pub fn new(layout: &Layout) -> Result<Self, ArrowError> {
        let column = |kind| -> Result<Column, ArrowError> {
            Ok(match kind {
                Kind::Text => Column::Text(StringBuilder::new()),
                Kind::Whole => Column::Whole(Int64Builder::new()),
                Kind::Day => Column::Day(Date32Builder::new()),
                Kind::Money => Column::Money(
                    Decimal128Builder::new().with_precision_and_scale(MONEY.0, MONEY.1)?,
                ),
            })
        };
        let columns = layout
            .iter()
            .map(|&(_, kind)| column(kind))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            schema: schema(layout),
            columns,
            next: 0,
            misplaced: None,
        })
    }

    fn cell(&mut self) -> &mut Column {
        let index = self.next;
        self.next = (index + 1) % self.columns.len();
        &mut self.columns[index]
    }

    fn wrong(&mut self) {
        self.misplaced.get_or_insert(self.next);
    }

    /// A word; empty is null.
    pub fn text(&mut self, value: &str) {
        match self.cell() {
            Column::Text(column) if value.is_empty() => column.append_null(),
            Column::Text(column) => column.append_value(value),
            _ => self.wrong(),
        }
    }

    /// A whole number.
    pub fn whole(&mut self, value: i64) {
        match self.cell() {
            Column::Whole(column) => column.append_value(value),
            _ => self.wrong(),
        }
    }

    /// An epoch day.
    pub fn day(&mut self, value: impl Into<Option<i32>>) {
        match self.cell() {
            Column::Day(column) => column.append_option(value.into()),
            _ => self.wrong(),
        }
    }

    /// Cents.
    pub fn money(&mut self, cents: i64) {
        match self.cell() {
            Column::Money(column) => column.append_value(i128::from(cents)),
            _ => self.wrong(),
        }
    }

    /// The rows as a batch.
    pub fn finish(self) -> Result<RecordBatch, ArrowError> {
        if let Some(index) = self.misplaced {
            let message = format!("cell before column {index} has the wrong kind");
            return Err(ArrowError::SchemaError(message));
        }
        let arrays = self.columns.into_iter().map(|column| match column {
            Column::Text(mut column) => Arc::new(column.finish()) as ArrayRef,
            Column::Whole(mut column) => Arc::new(column.finish()),
            Column::Day(mut column) => Arc::new(column.finish()),
            Column::Money(mut column) => Arc::new(column.finish()),
        });
        RecordBatch::try_new(self.schema, arrays.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Array;

    const LAYOUT: [(&str, Kind); 4] = [
        ("a", Kind::Text),
        ("b", Kind::Whole),
        ("c", Kind::Day),
        ("d", Kind::Money),
    ];

    #[test]
    fn rows_become_a_batch() -> Result<(), ArrowError> {
        let mut rows = Rows::new(&LAYOUT)?;
        for (word, day) in [("x", Some(3)), ("", None)] {
            rows.text(word);
            rows.whole(7);
            rows.day(day);
            rows.money(1_234);
        }
        let batch = rows.finish()?;
        assert_eq!((batch.num_rows(), batch.column(0).null_count()), (2, 1));
        assert_eq!(batch.column(2).null_count(), 1);
        Ok(())
    }

    #[test]
    fn a_cell_of_the_wrong_kind_is_an_error() -> Result<(), ArrowError> {
        let mut rows = Rows::new(&LAYOUT)?;
        rows.whole(1);
        assert!(rows.finish().is_err());
        Ok(())
    }
}
