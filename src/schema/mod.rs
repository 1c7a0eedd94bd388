//! Names, types and meanings of every table and column.
//!
//! Everything that reads or writes a table does so through these declarations; the data dictionary
//! (`columns.parquet`), the Parquet field metadata and the tests of the SQL files are made of them.

pub mod audit;
pub mod canonical;
mod entity;
pub mod export;
pub mod output;
mod register;

pub use self::entity::EntityType;

/// Version of the output tables, written into every Parquet file's metadata.
pub const SCHEMA_VERSION: &str = "1";

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Signed 64-bit integer.
    Int,
    /// 64-bit float; never NaN, null where there is no number.
    Float,
    /// UTF-8 text.
    Text,
    Bool,
    /// Calendar date (days since 1970-01-01).
    Date,
    /// Dollars as Decimal128(18, 2); integer cents inside the program.
    Money,
    /// A count with three decimals, Decimal128(18, 3); integer thousandths inside the program.
    Quantity,
    /// List of UTF-8 texts.
    TextList,
}

impl Kind {
    /// The name shown in the data dictionary.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Int => "int64",
            Kind::Float => "float64",
            Kind::Text => "utf8",
            Kind::Bool => "boolean",
            Kind::Date => "date32",
            Kind::Money => "decimal128(18,2)",
            Kind::Quantity => "decimal128(18,3)",
            Kind::TextList => "list<utf8>",
        }
    }
}

/// One column: its name, type, and what it holds (with unit and direction).
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub about: &'static str,
}

/// One table: what a row is, its columns in order, and the columns its rows are sorted by.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    pub name: &'static str,
    pub about: &'static str,
    pub columns: &'static [Column],
    pub sorted_by: &'static [&'static str],
}

impl Table {
    /// Position of the column called `name`.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }
}

/// Shorthand for the declarations below.
pub(crate) const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, about }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_sort_keys_exist() {
        let tables = canonical::TABLES.iter().chain(output::TABLES);
        for table in tables.chain(audit::TABLES) {
            let names: BTreeSet<_> = table.columns.iter().map(|c| c.name).collect();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
            for key in table.sorted_by {
                assert!(names.contains(key), "{}.{key}", table.name);
            }
        }
    }

    #[test]
    fn every_column_says_what_it_holds() {
        let tables = canonical::TABLES.iter().chain(output::TABLES);
        for table in tables.chain(audit::TABLES) {
            for column in table.columns {
                assert!(column.about.len() > 3, "{}.{}", table.name, column.name);
            }
        }
    }
}
