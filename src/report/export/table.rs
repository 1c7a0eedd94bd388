//! A table as it is written out: its rows, what of it may be added up, and its cells by kind.

use std::borrow::Cow;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type};

use super::work::broken;
use crate::batch::{text, text_at};
use crate::error::Result;

/// Shown in place of a withheld value.
pub const MARK: &str = "*";

/// A table of the work papers.
pub struct ExportTable {
    pub name: &'static str,
    pub rows: RecordBatch,
    /// Columns whose sum means something.
    pub totals: &'static [&'static str],
}

/// One value. Money and quantities are whole numbers of their last decimal.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Empty,
    /// There is a value, and it is not shown.
    Withheld,
    Int(i64),
    Float(f64),
    /// Value and number of decimals.
    Decimal(i128, u32),
    /// Days since 1970-01-01.
    Day(i64),
    Bool(bool),
    Text(Cow<'a, str>),
}

impl ExportTable {
    /// The cells of a row, in the order of the columns.
    ///
    /// # Errors
    /// Where a column is of a type that no output table declares.
    pub fn row(&self, row: usize) -> Result<Vec<Cell<'_>>> {
        let withheld = match self.rows.column_by_name("suppressed") {
            Some(_) => text_at(text(&self.rows, "suppressed")?, row).unwrap_or_default(),
            None => "",
        };
        let columns = self.rows.schema_ref().fields().iter();
        columns
            .zip(self.rows.columns())
            .map(|(field, column)| {
                if column.is_null(row) {
                    let hidden = withheld.split(", ").any(|name| name == field.name());
                    return Ok(if hidden { Cell::Withheld } else { Cell::Empty });
                }
                cell(column.as_ref(), row)
                    .ok_or_else(|| broken(field.name(), &"of a type that no output table has"))
            })
            .collect()
    }

    /// Sum of each column of [`totals`](ExportTable::totals) over some rows, withheld values left
    /// out; `None` where there is none.
    #[must_use]
    pub fn sums(&self, rows: std::ops::Range<usize>) -> Vec<Option<(i128, u32)>> {
        let columns = self.rows.schema_ref().fields().iter();
        columns
            .zip(self.rows.columns())
            .map(|(field, column)| {
                let DataType::Decimal128(_, scale) = field.data_type() else {
                    return None;
                };
                let values = column.as_primitive_opt::<Decimal128Type>()?;
                let valid = rows.clone().filter(|row| values.is_valid(*row));
                let sum = valid.map(|row| values.value(row)).sum();
                self.totals
                    .contains(&field.name().as_str())
                    .then_some((sum, u32::from(scale.unsigned_abs())))
            })
            .collect()
    }
}

/// A value that is there.
fn cell(column: &dyn Array, row: usize) -> Option<Cell<'_>> {
    Some(match column.data_type() {
        DataType::Utf8 => Cell::Text(Cow::Borrowed(column.as_string::<i32>().value(row))),
        DataType::Int64 => Cell::Int(column.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => Cell::Float(column.as_primitive::<Float64Type>().value(row)),
        DataType::Boolean => Cell::Bool(column.as_boolean().value(row)),
        DataType::Date32 => Cell::Day(i64::from(column.as_primitive::<Date32Type>().value(row))),
        DataType::Decimal128(_, scale) => Cell::Decimal(
            column.as_primitive::<Decimal128Type>().value(row),
            u32::try_from(*scale).ok()?,
        ),
        DataType::List(_) => {
            let items = column.as_list_opt::<i32>()?.value(row);
            let items: Vec<&str> = items.as_string_opt::<i32>()?.iter().flatten().collect();
            Cell::Text(Cow::Owned(items.join(", ")))
        }
        _ => return None,
    })
}

/// A decimal as text without grouping, exact: `-12.00` of -1200 and 2.
#[must_use]
pub fn decimal(value: i128, decimals: u32) -> String {
    let unit = 10_u128.pow(decimals);
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    if decimals == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{part:0width$}", width = decimals as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (value, decimals, text) in [
            (0, 2, "0.00"),
            (-1, 2, "-0.01"),
            (-1200, 2, "-12.00"),
            (1500, 3, "1.500"),
            (10_000_000_000_000, 2, "100000000000.00"),
            (999_999_999_999_999_999, 2, "9999999999999999.99"),
            (-7, 0, "-7"),
        ] {
            assert_eq!(decimal(value, decimals), text);
        }
    }
}
