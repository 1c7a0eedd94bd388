//! Rows of an output table, checked against its declaration and turned into Arrow.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, ListBuilder,
    RecordBatch, StringArray, StringBuilder,
};
use arrow::datatypes::{Field, Schema};

use crate::engine::arrow_type;
use crate::error::{Error, Result};
use crate::schema::{Kind, SCHEMA_VERSION, Table};

/// One value of an output row; money in cents, quantities in thousandths, dates in days.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Float(f64),
    Text(String),
    Bool(bool),
    List(Vec<String>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::Text(value)
    }
}

impl From<f64> for Value {
    /// Anything that is not a finite number becomes null: no table holds NaN.
    fn from(value: f64) -> Value {
        if value.is_finite() {
            Value::Float(value)
        } else {
            Value::Null
        }
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// Rows of one table, column by column in the declared order.
pub struct Frame {
    pub table: &'static Table,
    columns: Vec<Vec<Value>>,
}

impl Frame {
    #[must_use]
    pub fn new(table: &'static Table) -> Frame {
        Frame {
            table,
            columns: table.columns.iter().map(|_| Vec::new()).collect(),
        }
    }

    /// Appends a row, values in the declared order.
    pub fn push(&mut self, row: Vec<Value>) {
        debug_assert_eq!(row.len(), self.columns.len(), "{}", self.table.name);
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value);
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows as Arrow columns of the declared types.
    ///
    /// # Errors
    /// Where a value does not fit its column's declaration.
    pub fn into_batch(self) -> Result<RecordBatch> {
        let mut arrays = Vec::with_capacity(self.columns.len());
        for (column, values) in self.table.columns.iter().zip(self.columns) {
            let array = array(column.kind, values).ok_or_else(|| Error::Engine {
                statement: format!("{}.{}", self.table.name, column.name),
                message: format!("a value is not of the declared type {}", column.kind.name()),
            })?;
            arrays.push(array);
        }
        RecordBatch::try_new(Arc::new(arrow_schema(self.table)), arrays).map_err(|e| {
            Error::Engine {
                statement: self.table.name.to_owned(),
                message: e.to_string(),
            }
        })
    }
}

/// Arrow schema of an output table: descriptions in the fields' metadata, the schema version in
/// the table's.
#[must_use]
pub fn arrow_schema(table: &Table) -> Schema {
    let fields: Vec<Field> = table
        .columns
        .iter()
        .map(|c| {
            Field::new(c.name, arrow_type(c.kind), true)
                .with_metadata([("description".to_owned(), c.about.to_owned())].into())
        })
        .collect();
    let metadata = [
        ("claimhound.table".to_owned(), table.name.to_owned()),
        (
            "claimhound.schema_version".to_owned(),
            SCHEMA_VERSION.to_owned(),
        ),
        ("description".to_owned(), table.about.to_owned()),
    ];
    Schema::new_with_metadata(fields, metadata.into())
}

fn array(kind: Kind, values: Vec<Value>) -> Option<ArrayRef> {
    Some(match kind {
        Kind::Int => Arc::new(Int64Array::from(ints(values)?)),
        Kind::Date => {
            let days = ints(values)?
                .into_iter()
                .map(|d| d.map(|d| i32::try_from(d).ok()));
            Arc::new(days.map(Option::flatten).collect::<Date32Array>())
        }
        Kind::Money | Kind::Quantity => {
            let scale = if kind == Kind::Money { 2 } else { 3 };
            let units = ints(values)?
                .into_iter()
                .map(|v| v.map(i128::from))
                .collect::<Decimal128Array>();
            Arc::new(units.with_precision_and_scale(18, scale).ok()?)
        }
        Kind::Float => {
            let float = |v| match v {
                Value::Null => Some(None),
                Value::Float(f) => Some(Some(f)),
                Value::Int(i) => Some(Some(i as f64)),
                _ => None,
            };
            Arc::new(
                values
                    .into_iter()
                    .map(float)
                    .collect::<Option<Vec<_>>>()?
                    .into_iter()
                    .collect::<Float64Array>(),
            )
        }
        Kind::Text => {
            let text = |v| match v {
                Value::Null => Some(None),
                Value::Text(t) => Some(Some(t)),
                _ => None,
            };
            Arc::new(
                values
                    .into_iter()
                    .map(text)
                    .collect::<Option<Vec<_>>>()?
                    .into_iter()
                    .collect::<StringArray>(),
            )
        }
        Kind::Bool => {
            let truth = |v| match v {
                Value::Null => Some(None),
                Value::Bool(b) => Some(Some(b)),
                _ => None,
            };
            Arc::new(
                values
                    .into_iter()
                    .map(truth)
                    .collect::<Option<Vec<_>>>()?
                    .into_iter()
                    .collect::<BooleanArray>(),
            )
        }
        Kind::TextList => {
            let mut builder = ListBuilder::new(StringBuilder::new());
            for value in values {
                let Value::List(items) = value else {
                    return None;
                };
                for item in items {
                    builder.values().append_value(item);
                }
                builder.append(true);
            }
            Arc::new(builder.finish())
        }
    })
}

fn ints(values: Vec<Value>) -> Option<Vec<Option<i64>>> {
    values
        .into_iter()
        .map(|v| match v {
            Value::Null => Some(None),
            Value::Int(i) => Some(Some(i)),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::output::DISPOSITIONS;

    #[test]
    fn a_row_gets_the_declared_types() {
        let mut frame = Frame::new(&DISPOSITIONS);
        frame.push(vec![
            1_i64.into(),
            "c".into(),
            "cleared".into(),
            10_i64.into(),
            Value::Null,
            1234_i64.into(),
            Value::List(vec!["scheme".into()]),
            true.into(),
        ]);
        let batch = frame.into_batch().expect("batch");
        assert_eq!(
            batch.schema().field(5).data_type(),
            &arrow::datatypes::DataType::Decimal128(18, 2)
        );
        assert_eq!(batch.num_rows(), 1);
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        let mut frame = Frame::new(&DISPOSITIONS);
        frame.push(vec![
            1_i64.into(),
            2_i64.into(),
            "cleared".into(),
            1_i64.into(),
            "note".into(),
            1_i64.into(),
            Value::List(Vec::new()),
            true.into(),
        ]);
        assert!(frame.into_batch().is_err());
    }

    #[test]
    fn not_a_number_is_null() {
        assert_eq!(Value::from(f64::NAN), Value::Null);
        assert_eq!(Value::from(f64::INFINITY), Value::Null);
    }
}
