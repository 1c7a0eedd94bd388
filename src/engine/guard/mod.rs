//! The dialect guard: one SQL text that means the same on two engines.
//!
//! ```text
//! text ──parse──▶ query ──inspect──▶ refusals? ──yes──▶ GuardError (file, line, column, remedy)
//!                                        │
//!                                        no ──rewrite──▶ GuardedSql { portable, polars, … }
//! ```
//!
//! Polars SQL accepts much that it then answers differently from the standard
//! (a `LEFT JOIN` with a range condition becomes an inner join, `SUM` of a
//! 32-bit integer wraps, `NULLS LAST` inside a window is ignored). The guard
//! therefore admits a *subset by name*: an expression, clause or function that
//! is not on its lists is refused, with what to write instead. What is admitted
//! is rewritten where the two engines differ only in type or in a default.
//!
//! Invariants:
//! - the guard sees text only: no schema, no data. Where the answer depends on a
//!   column's type it says so: [`GuardedSql::integer_columns`].
//! - guarding a guarded text changes nothing.
//! - `polars` text is valid on `DataFusion` too and has the same meaning there;
//!   `portable` is the shorter of the two.
//! - register exactly [`GuardedSql::tables`] in a fresh context: polars looks a
//!   name up among registered tables before it looks among the CTEs.

mod advice;
mod call;
mod error;
mod expression;
mod functions;
mod grouping;
mod header;
mod inspection;
mod kind;
mod literal;
mod operator;
mod projection;
mod query;
mod relation;
mod rewrite;
mod rewrite_polars;
mod statements;
mod subquery;
#[cfg(test)]
mod tests;
mod window;

pub use error::{GuardError, Refusal};
pub use header::{Directive, Header, HeaderError, StatementText, header};
pub use statements::split_statements;

use std::collections::BTreeSet;

use inspection::Inspection;
use sqlparser::ast::{Query, Statement};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// What a statement is for; decides which rules on exactness apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Source tables to canonical tables: mostly text columns.
    Layout,
    /// A SELECT that returns the offending rows of a canonical table.
    Check,
    /// Features: one row per entity, integers only.
    Grain,
    /// Finding lines with amounts, integers only.
    Edit,
    /// The claim lines shown for a finding.
    Evidence,
}

impl Purpose {
    /// Whether results must be exact, so that floating-point aggregates (whose
    /// last digits depend on the order of summation) are refused.
    pub const fn is_exact(self) -> bool {
        matches!(self, Self::Layout | Self::Grain | Self::Edit)
    }

    /// Whether the outermost SELECT must name each column.
    pub const fn names_every_column(self) -> bool {
        matches!(self, Self::Grain | Self::Edit | Self::Evidence)
    }
}

/// A statement that both engines answer alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardedSql {
    /// Text for polars: the portable text plus what only polars needs.
    pub polars: String,
    /// Text for `DataFusion` and Ballista.
    pub portable: String,
    /// Output columns in order, lower case. A `*` of the outermost SELECT
    /// (layouts and checks only) stands as `"*"`.
    pub output_columns: Vec<String>,
    /// Base tables read, CTE names excluded. Register these and no others.
    pub tables: BTreeSet<String>,
    /// Columns summed as integers without a type in the text. The engine must
    /// refuse the statement if one of them is Float64 in a table it reads, for
    /// the cast to BIGINT would cut its fraction.
    pub integer_columns: BTreeSet<String>,
}

/// Parses, inspects and rewrites one statement.
///
/// `origin` is the file's name and `first_line` the line (counted from 1) on
/// which `sql` starts in it; both only serve error texts.
///
/// # Errors
/// [`GuardError::Syntax`] if the text does not parse, [`GuardError::NotOneQuery`]
/// if it is not exactly one SELECT (with or without WITH),
/// [`GuardError::Refused`] with every refusal, in reading order.
pub fn guard(
    sql: &str,
    origin: &str,
    first_line: usize,
    purpose: Purpose,
) -> Result<GuardedSql, GuardError> {
    let query = parse_query(sql, origin, first_line)?;
    let mut inspection = Inspection::new(purpose, first_line);
    let output_columns = inspection.statement(&query);
    let findings = inspection.finish();
    if !findings.refusals.is_empty() {
        return Err(GuardError::Refused {
            origin: origin.to_owned(),
            refusals: findings.refusals,
        });
    }
    let portable = rewrite::portable(query);
    let polars = rewrite_polars::polars(portable.clone());
    Ok(GuardedSql {
        polars: polars.to_string(),
        portable: portable.to_string(),
        output_columns,
        tables: findings.tables,
        integer_columns: findings.integer_columns,
    })
}

fn parse_query(sql: &str, origin: &str, first_line: usize) -> Result<Query, GuardError> {
    // The generic dialect is the one both engines parse with.
    let mut statements = Parser::parse_sql(&GenericDialect, sql)
        .map_err(|error| GuardError::syntax(&error, origin, first_line))?;
    let not_one_query = |found: String| GuardError::NotOneQuery {
        origin: origin.to_owned(),
        line: first_line,
        found,
    };
    let statement = match statements.pop() {
        Some(statement) if statements.is_empty() => statement,
        Some(_) => {
            return Err(not_one_query(format!(
                "{} statements",
                statements.len() + 1
            )));
        }
        None => return Err(not_one_query("no statement".to_owned())),
    };
    match statement {
        Statement::Query(query) => Ok(*query),
        other => {
            let text = other.to_string();
            let verb = text.split_whitespace().next().unwrap_or_default();
            Err(not_one_query(format!("a {verb} statement")))
        }
    }
}
