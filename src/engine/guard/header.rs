//! The comment block at the head of a SQL file, and the file's statements.
//!
//! ```sql
//! -- scheme: unbundling
//! -- title: Component billed beside its panel
//! -- source: CMS NCCI Policy Manual, chapter 10
//! --   and the quarterly edit files
//! -- required columns: hcpcs_code, service_date
//! --
//! -- Prose for the reader: anything that is no `key: value`.
//! SELECT …
//! ```
//!
//! A key starts in the first column of the comment, in lower case. Lines
//! indented by two spaces or more belong to the directive above: `key: value`
//! as a child, anything else as a continuation of its value. A line
//! `-- table: NAME; rowwise: yes` starts a new statement.

use thiserror::Error;

use super::statements::{is_statement_line, statements};

/// Spaces after `--` from which a line belongs to the directive above.
const CHILD_INDENT: usize = 2;

/// A SQL file taken apart. What the keys mean is the caller's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Directives before the first statement, in order; keys may repeat.
    pub directives: Vec<Directive>,
    /// Comment lines of the head that are no directives, in order.
    pub prose: Vec<String>,
    /// The statements, in order; at least one.
    pub statements: Vec<StatementText>,
}

/// One `key: value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Lower case.
    pub key: String,
    /// Without surrounding spaces; may be empty.
    pub value: String,
    /// Line in the file, counted from 1.
    pub line: usize,
    /// Indented `key: value` lines below.
    pub children: Vec<Directive>,
}

/// The text of one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementText {
    /// What its `-- table: …; …` line says; empty where there is none.
    pub directives: Vec<Directive>,
    /// The statement without its closing semicolon.
    pub sql: String,
    /// Line in the file on which `sql` starts, counted from 1.
    pub first_line: usize,
}

/// A file whose head or statements cannot be told apart.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// An indented line with nothing above it.
    #[error(
        "{origin}:{line}: an indented line without a directive above; start it at `-- key: value`"
    )]
    Orphan {
        /// File name.
        origin: String,
        /// Line.
        line: usize,
    },
    /// A `-- table:` line that names no table, or is not `key: value; key: value`.
    #[error(
        "{origin}:{line}: found `{found}`; write `-- table: NAME` or `-- table: NAME; key: value`"
    )]
    StatementLine {
        /// File name.
        origin: String,
        /// Line.
        line: usize,
        /// The line's text.
        found: String,
    },
    /// SQL that belongs to no statement, or a statement without SQL.
    #[error("{origin}:{line}: {found}; write one statement after each `-- table:` line")]
    Statements {
        /// File name.
        origin: String,
        /// Line.
        line: usize,
        /// What was found.
        found: String,
    },
    /// No SQL at all.
    #[error("{origin}: no statement; write a SELECT below the header")]
    Empty {
        /// File name.
        origin: String,
    },
}

impl Header {
    /// The first directive of that key.
    pub fn get(&self, key: &str) -> Option<&Directive> {
        self.directives
            .iter()
            .find(|directive| directive.key == key)
    }

    /// Every directive of that key, in order.
    pub fn all<'h>(&'h self, key: &'h str) -> impl Iterator<Item = &'h Directive> {
        self.directives
            .iter()
            .filter(move |directive| directive.key == key)
    }
}

impl Directive {
    /// The first child of that key.
    pub fn child(&self, key: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.key == key)
    }

    /// The value as a comma-separated list, empty items left out.
    pub fn items(&self) -> impl Iterator<Item = &str> {
        self.value
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
    }
}

impl StatementText {
    /// The directive of that key on the statement's `-- table:` line.
    pub fn get(&self, key: &str) -> Option<&Directive> {
        self.directives
            .iter()
            .find(|directive| directive.key == key)
    }
}

/// Takes a SQL file apart; `origin` serves error texts.
///
/// # Errors
/// See [`HeaderError`]: the directives must nest, and each statement line must
/// be followed by exactly one statement.
pub fn header(text: &str, origin: &str) -> Result<Header, HeaderError> {
    let lines: Vec<&str> = text.lines().collect();
    let mut head = Header {
        directives: Vec::new(),
        prose: Vec::new(),
        statements: Vec::new(),
    };
    let mut body = lines.len();
    for (index, raw) in lines.iter().enumerate() {
        let line = index + 1;
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            continue;
        }
        let Some(comment) = trimmed.strip_prefix("--") else {
            body = index;
            break;
        };
        if is_statement_line(raw) {
            body = index;
            break;
        }
        head_line(&mut head, comment, line, origin)?;
    }
    head.statements = statements(&lines, body, origin)?;
    Ok(head)
}

fn head_line(
    head: &mut Header,
    comment: &str,
    line: usize,
    origin: &str,
) -> Result<(), HeaderError> {
    let text = comment.trim();
    if text.is_empty() {
        return Ok(());
    }
    let indent = comment.len() - comment.trim_start_matches(' ').len();
    // One space after `--` is usual and does not count.
    let directive = key_value(text, line);
    if indent.saturating_sub(1) < CHILD_INDENT {
        match directive {
            Some(directive) => head.directives.push(directive),
            None => head.prose.push(text.to_owned()),
        }
        return Ok(());
    }
    // Below prose, an indented line is prose; below nothing, a slip.
    let Some(parent) = head.directives.last_mut() else {
        if head.prose.is_empty() {
            return Err(HeaderError::Orphan {
                origin: origin.to_owned(),
                line,
            });
        }
        head.prose.push(text.to_owned());
        return Ok(());
    };
    if let Some(child) = directive {
        parent.children.push(child);
        return Ok(());
    }
    let value = match parent.children.last_mut() {
        Some(child) => &mut child.value,
        None => &mut parent.value,
    };
    if !value.is_empty() {
        value.push(' ');
    }
    value.push_str(text);
    Ok(())
}

/// `key: value` with a key of lower-case words.
pub(super) fn key_value(text: &str, line: usize) -> Option<Directive> {
    let (key, value) = text.split_once(':')?;
    let is_key = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ' ' | '_' | '-'));
    let is_value = value.is_empty() || value.starts_with(' ');
    (is_key && is_value).then(|| Directive {
        key: key.trim_end().to_owned(),
        value: value.trim().to_owned(),
        line,
        children: Vec::new(),
    })
}
