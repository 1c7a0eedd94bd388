//! The statements of a SQL file: by `-- table:` lines, and by semicolons.

use super::header::{Directive, HeaderError, StatementText, key_value};

/// Key that starts a statement of a file with several.
const STATEMENT_KEY: &str = "table";

pub(super) fn is_statement_line(line: &str) -> bool {
    line.strip_prefix("--")
        .and_then(|rest| rest.trim_start().strip_prefix(STATEMENT_KEY))
        .is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// The statements of a file from line index `body` on.
pub(super) fn statements(
    lines: &[&str],
    body: usize,
    origin: &str,
) -> Result<Vec<StatementText>, HeaderError> {
    let starts: Vec<usize> = (body..lines.len())
        .filter(|index| {
            lines
                .get(*index)
                .is_some_and(|line| is_statement_line(line))
        })
        .collect();
    let problem = |line: usize, found: String| HeaderError::Statements {
        origin: origin.to_owned(),
        line,
        found,
    };
    let text = |from: usize, to: usize| lines.get(from..to).unwrap_or_default().join("\n");
    let first = starts.first().copied().unwrap_or(lines.len());
    let mut found = split_statements(&text(body, first), body + 1);
    if starts.is_empty() {
        return if found.is_empty() {
            Err(HeaderError::Empty {
                origin: origin.to_owned(),
            })
        } else {
            Ok(found)
        };
    }
    if let Some(stray) = found.pop() {
        return Err(problem(
            stray.first_line,
            "SQL before the first `-- table:` line".to_owned(),
        ));
    }
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(lines.len());
        let directives = statement_directives(lines.get(*start).unwrap_or(&""), start + 1, origin)?;
        let mut section = split_statements(&text(start + 1, end), start + 2);
        match (section.pop(), section.is_empty()) {
            (Some(statement), true) => found.push(StatementText {
                directives,
                ..statement
            }),
            (Some(second), false) => {
                return Err(problem(second.first_line, "a second statement".to_owned()));
            }
            (None, _) => return Err(problem(start + 1, "no statement below".to_owned())),
        }
    }
    Ok(found)
}

fn statement_directives(
    text: &str,
    line: usize,
    origin: &str,
) -> Result<Vec<Directive>, HeaderError> {
    let broken = || HeaderError::StatementLine {
        origin: origin.to_owned(),
        line,
        found: text.trim().to_owned(),
    };
    let directives = text
        .trim_start_matches('-')
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| key_value(part, line).ok_or_else(broken))
        .collect::<Result<Vec<_>, _>>()?;
    match directives.first() {
        Some(first) if first.key == STATEMENT_KEY && !first.value.is_empty() => Ok(directives),
        _ => Err(broken()),
    }
}

/// What the scanner is inside of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Sql,
    /// `'…'` or `"…"`; a doubled quote closes and opens again, which is the same.
    Quote(char),
    LineComment,
    BlockComment,
}

/// Splits a text on semicolons outside of quotes and comments; pieces without
/// SQL are left out. `first_line` is the line of the text's first character.
pub fn split_statements(text: &str, first_line: usize) -> Vec<StatementText> {
    let mut pieces = Vec::new();
    let mut inside = Inside::Sql;
    let mut sql_at: Option<(usize, usize)> = None;
    let mut line = first_line;
    let mut characters = text.char_indices().peekable();
    let close = |at: Option<(usize, usize)>, end: usize, pieces: &mut Vec<StatementText>| {
        if let Some((start, first_line)) = at {
            pieces.push(StatementText {
                directives: Vec::new(),
                sql: text
                    .get(start..end)
                    .unwrap_or_default()
                    .trim_end()
                    .to_owned(),
                first_line,
            });
        }
    };
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        match inside {
            Inside::Sql => match (c, next) {
                ('-', Some('-')) => inside = Inside::LineComment,
                ('/', Some('*')) => {
                    inside = Inside::BlockComment;
                    characters.next();
                }
                (';', _) => close(sql_at.take(), at, &mut pieces),
                (c, _) if c.is_whitespace() => {}
                (c, _) => {
                    sql_at.get_or_insert((at, line));
                    if c == '\'' || c == '"' {
                        inside = Inside::Quote(c);
                    }
                }
            },
            Inside::Quote(quote) if c == quote => inside = Inside::Sql,
            Inside::LineComment if c == '\n' => inside = Inside::Sql,
            Inside::BlockComment if c == '*' && next == Some('/') => {
                characters.next();
                inside = Inside::Sql;
            }
            _ => {}
        }
        if c == '\n' {
            line += 1;
        }
    }
    close(sql_at, text.len(), &mut pieces);
    pieces
}
