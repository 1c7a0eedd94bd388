//! Cells of a table that an earlier run wrote.

use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Decimal128Type, Float64Type};

use crate::batch::read_table;
use crate::error::{Error, Result};

/// The rows of a table of an earlier run. A column that an earlier version did not write yet reads
/// as null; one of another type than today's is an error.
pub(super) struct Stored {
    path: PathBuf,
    rows: RecordBatch,
}

impl Stored {
    /// Reads a table; `None` where it has no row.
    pub fn read(path: &Path) -> Result<Option<Stored>> {
        Ok(read_table(path)?.map(|rows| Stored {
            path: path.to_path_buf(),
            rows,
        }))
    }

    pub fn len(&self) -> usize {
        self.rows.num_rows()
    }

    pub fn text(&self, name: &str, row: usize) -> Result<Option<String>> {
        self.cell(name, row, |column| {
            Some(column.as_string_opt::<i32>()?.value(row).to_owned())
        })
    }

    pub fn truth(&self, name: &str, row: usize) -> Result<Option<bool>> {
        self.cell(name, row, |column| {
            Some(column.as_boolean_opt()?.value(row))
        })
    }

    pub fn number(&self, name: &str, row: usize) -> Result<Option<f64>> {
        self.cell(name, row, |column| {
            Some(column.as_primitive_opt::<Float64Type>()?.value(row))
        })
    }

    /// Days since 1970-01-01.
    pub fn day(&self, name: &str, row: usize) -> Result<Option<i64>> {
        self.cell(name, row, |column| {
            let days = column.as_primitive_opt::<Date32Type>()?;
            Some(i64::from(days.value(row)))
        })
    }

    pub fn cents(&self, name: &str, row: usize) -> Result<Option<i64>> {
        self.cell(name, row, |column| {
            let cents = column.as_primitive_opt::<Decimal128Type>()?;
            i64::try_from(cents.value(row)).ok()
        })
    }

    /// An empty list where there is none.
    pub fn list(&self, name: &str, row: usize) -> Result<Vec<String>> {
        let items = self.cell(name, row, |column| {
            let items = column.as_list_opt::<i32>()?.value(row);
            let items = items.as_string_opt::<i32>()?;
            Some(items.iter().flatten().map(str::to_owned).collect())
        })?;
        Ok(items.unwrap_or_default())
    }

    /// A value that no row may lack.
    pub fn needed<T>(&self, name: &str, row: usize, value: Result<Option<T>>) -> Result<T> {
        value?.ok_or_else(|| self.fault(name, row, "there is no value"))
    }

    /// What is wrong with a cell.
    pub fn fault(&self, name: &str, row: usize, found: &str) -> Error {
        Error::input(
            format!("{}, row {}, column {name}", self.path.display(), row + 1),
            found,
            "It is not as this version writes it: bring back the file, or scan into a new --out",
        )
    }

    fn cell<T>(
        &self,
        name: &str,
        row: usize,
        value: impl Fn(&ArrayRef) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.rows.column_by_name(name) {
            Some(column) if column.is_valid(row) => value(column)
                .map(Some)
                .ok_or_else(|| self.fault(name, row, "it is of another type")),
            _ => Ok(None),
        }
    }
}
