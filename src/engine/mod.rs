//! Runs SQL text on named tables and gives Arrow batches.
//!
//! Every text passes the dialect guard first, because where SQL engines disagree the embedded one
//! is often silently wrong; what passes means the same on every engine.

mod embedded;
pub mod guard;

use std::collections::BTreeSet;

use arrow::array::RecordBatch;

pub use self::embedded::{TableData, Tables, arrow_type};
pub use self::guard::Purpose;
use crate::error::{Error, Result};

/// A guarded SELECT statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// File it comes from, for messages.
    pub origin: String,
    /// Line of the file it begins at.
    pub first_line: usize,
    /// Text for the embedded engine.
    pub embedded: String,
    /// Text for other engines.
    pub portable: String,
    /// Names of its result columns in order.
    pub columns: Vec<String>,
    /// Tables it reads.
    pub tables: BTreeSet<String>,
    /// Columns summed as integers: they must not be floats in a table it reads.
    pub integer_columns: BTreeSet<String>,
}

impl Statement {
    /// Guards a text.
    ///
    /// # Errors
    /// [`Error::Sql`] with file, line and remedy where the text leaves the portable subset.
    pub fn new(sql: &str, origin: &str, first_line: usize, purpose: Purpose) -> Result<Statement> {
        let guarded = guard::guard(sql, origin, first_line, purpose).map_err(Error::from)?;
        Ok(Statement {
            origin: origin.to_owned(),
            first_line,
            embedded: guarded.polars,
            portable: guarded.portable,
            columns: guarded.output_columns,
            tables: guarded.tables,
            integer_columns: guarded.integer_columns,
        })
    }

    /// Runs it on the embedded engine; rows come in no particular order.
    ///
    /// # Errors
    /// [`Error::Engine`] where a table is missing or the engine fails.
    pub fn run(&self, tables: &Tables) -> Result<RecordBatch> {
        for name in &self.tables {
            if let Some(TableData::Batch(batch)) = tables.get(name) {
                self.refuse_float_sums(batch)?;
            }
        }
        embedded::run(&self.origin, &self.embedded, tables, &self.tables)
    }

    /// The guard casts what SUM adds up to BIGINT, which would cut a float's fraction silently.
    /// Canonical Parquet tables hold no floats; tables in memory are looked at.
    fn refuse_float_sums(&self, batch: &RecordBatch) -> Result<()> {
        let float = |name: &&String| {
            batch
                .schema()
                .field_with_name(name)
                .is_ok_and(|f| f.data_type().is_floating())
        };
        match self.integer_columns.iter().find(float) {
            Some(name) => Err(Error::Engine {
                statement: self.origin.clone(),
                message: format!("it sums the float column {name} as integers"),
            }),
            None => Ok(()),
        }
    }
}
