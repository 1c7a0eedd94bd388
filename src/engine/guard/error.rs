//! Why a text was not admitted: file, line, column, what was found, the remedy.

use sqlparser::parser::ParserError;
use thiserror::Error;

/// One thing that is outside the portable subset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// Line in the file, counted from 1.
    pub line: usize,
    /// Column in that line, counted from 1.
    pub column: usize,
    /// What was found.
    pub found: String,
    /// What to write instead, and why.
    pub remedy: String,
}

/// A text the guard does not admit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GuardError {
    /// The text is not SQL.
    #[error("{origin}:{line}:{column}: not valid SQL: {message}")]
    Syntax {
        /// File name.
        origin: String,
        /// Line in the file, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The parser's words.
        message: String,
    },
    /// The text is not exactly one query.
    #[error("{origin}:{line}: found {found}; write exactly one SELECT (or WITH … SELECT)")]
    NotOneQuery {
        /// File name.
        origin: String,
        /// First line of the text.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// The text is SQL, but not the same SQL on both engines.
    #[error("{}", listing(origin, refusals))]
    Refused {
        /// File name.
        origin: String,
        /// All refusals, in reading order, none twice.
        refusals: Vec<Refusal>,
    },
}

impl GuardError {
    /// Moves the parser's position, which it gives inside its message only,
    /// from the text to the file.
    pub(super) fn syntax(error: &ParserError, origin: &str, first_line: usize) -> Self {
        let text = match error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
            ParserError::RecursionLimitExceeded => "nested too deeply",
        };
        let (message, line, column) = position(text).unwrap_or((text, 1, 1));
        Self::Syntax {
            origin: origin.to_owned(),
            line: first_line.max(1) + line - 1,
            column,
            message: message.to_owned(),
        }
    }
}

/// Splits `"message at Line: 3, Column: 7"`.
fn position(text: &str) -> Option<(&str, usize, usize)> {
    let (message, place) = text.rsplit_once(" at Line: ")?;
    let (line, column) = place.split_once(", Column: ")?;
    let line: usize = line.trim().parse().ok()?;
    Some((message, line.max(1), column.trim().parse().ok()?))
}

fn listing(origin: &str, refusals: &[Refusal]) -> String {
    refusals
        .iter()
        .map(|refusal| {
            let Refusal {
                line,
                column,
                found,
                remedy,
            } = refusal;
            format!("{origin}:{line}:{column}: {found}; {remedy}")
        })
        .collect::<Vec<_>>()
        .join("\n")
}
