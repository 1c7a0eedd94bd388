//! Layouts: SQL files that turn a source's tables into the canonical ones.
//!
//! The comment block at the head of the file says which source tables there are, by which file
//! names they are found, and how values are written; each statement is headed by a
//! `-- table: NAME` line. `rowwise: SOURCE` behind it says that every output row depends on one
//! input row only, so that the statement can be run chunk by chunk.

use std::path::Path;

use super::date::{self, DateFormat};
use super::reader::TextFormat;
use super::settle::amount_level::{CHARGE, Declared};
use super::typed::ValueFormat;
use crate::engine::{Purpose, Statement};
use crate::error::{Error, Result};
use crate::money::Decimals;

/// The layouts that come with the program, by name.
pub const BUILT_IN: [(&str, &str); 4] = [
    ("tuva", include_str!("layouts/tuva.sql")),
    ("synthea", include_str!("layouts/synthea.sql")),
    ("desynpuf", include_str!("layouts/desynpuf.sql")),
    ("rif", include_str!("layouts/rif.sql")),
];

/// Canonical tables a layout may give.
pub const TARGETS: [&str; 6] = [
    "line",
    "member",
    "enrollment",
    "provider",
    "pharmacy_line",
    "exclusion",
];

/// A parsed layout.
#[derive(Debug, Clone)]
pub struct Layout {
    pub name: String,
    /// What [`Layout::find`] was given: a built-in name or a path.
    pub origin: String,
    pub title: String,
    /// Whether provider identifiers are NPIs with a check digit.
    pub npi_check: bool,
    pub text: TextFormat,
    pub dates: Vec<DateFormat>,
    /// First year a service date may have: 1990, unless the source holds lifetime histories.
    pub first_year: i16,
    /// What more than two decimals mean, by canonical table; `*` for all others.
    pub decimals: Vec<(String, Decimals)>,
    /// Amount level by claim type; `*` for all others.
    pub amount_levels: Vec<(String, Declared)>,
    /// The same for charges, where they differ from payments.
    pub charge_levels: Vec<(String, Declared)>,
    /// Canonical columns the source cannot give.
    pub missing: Vec<String>,
    pub sources: Vec<SourceTable>,
    pub statements: Vec<LayoutStatement>,
    /// The whole file, for hashing and printing.
    pub sql: String,
}

/// A table of the source.
#[derive(Debug, Clone)]
pub struct SourceTable {
    pub name: String,
    /// Patterns for file stems, lower case.
    pub files: Vec<String>,
    pub optional: bool,
    pub columns: Vec<SourceColumn>,
}

impl SourceTable {
    /// Whether any declared column goes by this name.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.columns
            .iter()
            .any(|c| c.names.iter().any(|n| n == name))
    }
}

/// A column of a source table: the name used in SQL first, other names it goes by after it.
#[derive(Debug, Clone)]
pub struct SourceColumn {
    pub names: Vec<String>,
    pub required: bool,
}

/// One statement: which canonical table it gives.
#[derive(Debug, Clone)]
pub struct LayoutStatement {
    pub target: String,
    pub rowwise: Option<String>,
    pub statement: Statement,
}

impl Layout {
    /// A built-in layout by name, or a layout file by path.
    ///
    /// # Errors
    /// Where there is no such layout, or its file is faulty, with file and line.
    pub fn find(name_or_file: &str) -> Result<Layout> {
        if let Some((name, sql)) = BUILT_IN.iter().find(|(name, _)| *name == name_or_file) {
            let mut layout = Layout::parse(sql, &format!("layouts/{name}.sql"))?;
            (*name).clone_into(&mut layout.origin);
            return Ok(layout);
        }
        let path = Path::new(name_or_file);
        let is_file = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("sql"));
        if !is_file {
            let names: Vec<&str> = BUILT_IN.iter().map(|(n, _)| *n).collect();
            return Err(Error::Usage(format!(
                "--layout {name_or_file}: no such layout. Built in are {}; a file of your own ends in .sql",
                names.join(", ")
            )));
        }
        let sql = std::fs::read_to_string(path).map_err(Error::io(path, "reading"))?;
        Layout::parse(&sql, name_or_file)
    }

    /// Parses a layout file; `origin` names it in errors.
    ///
    /// # Errors
    /// [`Error::Sql`] with the line at fault.
    pub fn parse(sql: &str, origin: &str) -> Result<Layout> {
        let mut layout = Layout::empty(sql, origin);
        let mut body: Vec<(Target, usize, String)> = Vec::new();
        for (index, line) in sql.lines().enumerate() {
            let number = index + 1;
            if let Some(directive) = line.strip_prefix("-- table:") {
                body.push((
                    Target::parse(directive, origin, number)?,
                    number,
                    String::new(),
                ));
            } else if let Some((_, _, text)) = body.last_mut() {
                text.push_str(line);
                text.push('\n');
            } else if let Some((key, value)) = directive(line) {
                layout.set(&key, value, origin, number)?;
            } else if !line.trim().is_empty() && !line.starts_with("--") {
                return Err(fault(
                    origin,
                    number,
                    "SQL before the first `-- table:` line",
                    "Head every statement by `-- table: NAME`",
                ));
            }
        }
        for (target, number, text) in body {
            let statement = Statement::new(
                &text,
                &format!("{origin} ({})", target.table),
                number + 1,
                Purpose::Layout,
            )?;
            layout.statements.push(LayoutStatement {
                target: target.table,
                rowwise: target.rowwise,
                statement,
            });
        }
        layout.validate(origin)?;
        Ok(layout)
    }

    fn empty(sql: &str, origin: &str) -> Layout {
        Layout {
            name: Path::new(origin)
                .file_stem()
                .map(|s| s.to_string_lossy().into_owned())
                .unwrap_or_default(),
            origin: origin.to_owned(),
            title: String::new(),
            npi_check: true,
            text: TextFormat {
                delimiter: None,
                null_words: Vec::new(),
            },
            dates: vec![DateFormat::Iso],
            first_year: date::FIRST_DAY.0,
            decimals: Vec::new(),
            amount_levels: Vec::new(),
            charge_levels: Vec::new(),
            missing: Vec::new(),
            sources: Vec::new(),
            statements: Vec::new(),
            sql: sql.to_owned(),
        }
    }

    fn set(&mut self, key: &str, value: &str, origin: &str, number: usize) -> Result<()> {
        let wrong = |found: String, remedy: &str| Err(fault(origin, number, &found, remedy));
        match key {
            "layout" => value.clone_into(&mut self.name),
            "title" => value.clone_into(&mut self.title),
            "npi_check" => match value {
                "on" => self.npi_check = true,
                "off" => self.npi_check = false,
                other => return wrong(format!("npi_check: {other}"), "Write on or off"),
            },
            "date_formats" => {
                self.dates.clear();
                for name in list(value) {
                    match DateFormat::from_name(&name) {
                        Some(format) => self.dates.push(format),
                        None => {
                            return wrong(
                                format!("date format {name}"),
                                "Use iso, yyyymmdd, dd-mon-yyyy or us",
                            );
                        }
                    }
                }
            }
            "first_year" => match value.parse() {
                Ok(year) => self.first_year = year,
                Err(_) => return wrong(format!("first_year: {value}"), "Write a year"),
            },
            "null_words" => self.text.null_words = list(value),
            "delimiter" => {
                self.text.delimiter = match value.trim_matches('\'') {
                    "auto" => None,
                    "tab" => Some(b'\t'),
                    one if one.len() == 1 => Some(one.as_bytes()[0]),
                    other => {
                        return wrong(
                            format!("delimiter {other}"),
                            "Use auto, tab or one character",
                        );
                    }
                }
            }
            "decimals" => {
                self.decimals = by_kind(
                    value,
                    &[("exact", Decimals::Exact), ("round", Decimals::HalfEven)],
                )
                .map_err(|other| {
                    fault(
                        origin,
                        number,
                        &format!("decimals: {other}"),
                        "Write exact or round, or `table = round`",
                    )
                })?;
            }
            "amount_level" | "charge_level" => {
                let words = [
                    ("line", Declared::Line),
                    ("claim", Declared::Claim),
                    ("auto", Declared::Auto),
                ];
                let levels = by_kind(value, &words).map_err(|other| {
                    fault(
                        origin,
                        number,
                        &format!("amount level {other}"),
                        "Use line, claim or auto",
                    )
                })?;
                if key == "amount_level" {
                    self.amount_levels = levels;
                } else {
                    self.charge_levels = levels;
                }
            }
            "missing" => self.missing = list(value),
            "source" if is_name(value) => self.sources.push(SourceTable {
                name: value.to_owned(),
                files: Vec::new(),
                optional: false,
                columns: Vec::new(),
            }),
            "files" | "optional" | "columns" => {
                let Some(source) = self.sources.last_mut() else {
                    return wrong(
                        format!("{key} before any source"),
                        "Write `-- source: NAME` first",
                    );
                };
                match key {
                    "files" => source
                        .files
                        .extend(list(value).into_iter().map(|f| f.to_lowercase())),
                    "optional" => source.optional = value == "yes",
                    _ => source.columns.extend(list(value).iter().map(|c| column(c))),
                }
            }
            // Prose in the comment block may hold a colon: only the keys above mean something.
            _ => {}
        }
        Ok(())
    }

    fn validate(&self, origin: &str) -> Result<()> {
        let known = |table: &str| self.sources.iter().any(|s| s.name == table);
        if !self.statements.iter().any(|s| s.target == "line") {
            return Err(fault(
                origin,
                1,
                "no statement gives the table line",
                "Add one headed by `-- table: line`",
            ));
        }
        for statement in &self.statements {
            let number = statement.statement.first_line;
            if !TARGETS.contains(&statement.target.as_str()) {
                return Err(fault(
                    origin,
                    number,
                    &format!("unknown table {}", statement.target),
                    &format!("Use one of {}", TARGETS.join(", ")),
                ));
            }
            let mut reads: Vec<&str> = statement
                .statement
                .tables
                .iter()
                .map(String::as_str)
                .collect();
            reads.extend(statement.rowwise.as_deref());
            if let Some(unknown) = reads.into_iter().find(|t| !known(t)) {
                return Err(fault(
                    origin,
                    number,
                    &format!("it reads {unknown}, which no `-- source:` line declares"),
                    "Declare the source",
                ));
            }
            for column in ["source_file", "source_row"] {
                if !statement.statement.columns.iter().any(|c| c == column) {
                    return Err(fault(
                        origin,
                        number,
                        &format!("the statement does not return {column}"),
                        "Add it to the SELECT list",
                    ));
                }
            }
        }
        Ok(())
    }

    /// The amount level declared for a claim type and one of the [`AMOUNTS`]: payments and allowed
    /// amounts go together, charges may differ.
    ///
    /// [`AMOUNTS`]: super::settle::amount_level::AMOUNTS
    #[must_use]
    pub fn declared_level(&self, claim_type: &str, amount: usize) -> Declared {
        let charge = if amount == CHARGE {
            of_kind(&self.charge_levels, claim_type)
        } else {
            None
        };
        charge
            .or_else(|| of_kind(&self.amount_levels, claim_type))
            .unwrap_or(Declared::Auto)
    }

    /// How dates and amounts of a canonical table are written.
    #[must_use]
    pub fn values(&self, target: &str) -> ValueFormat {
        let decimals = of_kind(&self.decimals, target).unwrap_or(Decimals::Exact);
        ValueFormat {
            dates: self.dates.clone(),
            decimals,
            first_day: date::day_of((self.first_year, 1, 1)),
        }
    }

    /// A source by name.
    #[must_use]
    pub fn source(&self, name: &str) -> Option<&SourceTable> {
        self.sources.iter().find(|s| s.name == name)
    }
}

struct Target {
    table: String,
    rowwise: Option<String>,
}

impl Target {
    fn parse(text: &str, origin: &str, number: usize) -> Result<Target> {
        let mut parts = text.split(';').map(str::trim);
        let table = parts.next().unwrap_or_default().to_owned();
        let mut rowwise = None;
        for part in parts.filter(|p| !p.is_empty()) {
            match part.split_once(':') {
                Some(("rowwise", source)) => rowwise = Some(source.trim().to_owned()),
                _ => {
                    return Err(fault(
                        origin,
                        number,
                        &format!("`{part}` behind the table name"),
                        "Only `rowwise: SOURCE` may stand there",
                    ));
                }
            }
        }
        Ok(Target { table, rowwise })
    }
}

/// `--   key: value` of a comment line.
fn directive(line: &str) -> Option<(String, &str)> {
    let (key, value) = line.strip_prefix("--")?.trim_start().split_once(':')?;
    is_name(key).then(|| (key.to_owned(), value.trim()))
}

/// `professional = line, institutional = auto`, or one word for all, which is kept under `*`.
fn by_kind<T: Copy>(
    value: &str,
    words: &[(&str, T)],
) -> std::result::Result<Vec<(String, T)>, String> {
    let mut kinds = Vec::new();
    for part in list(value) {
        let (kind, word) = part
            .split_once('=')
            .map_or(("*", part.as_str()), |(k, w)| (k.trim(), w.trim()));
        let meaning = words
            .iter()
            .find(|(w, _)| *w == word)
            .ok_or_else(|| word.to_owned())?;
        kinds.push((kind.to_owned(), meaning.1));
    }
    Ok(kinds)
}

/// What a list of [`by_kind`] says of one kind.
fn of_kind<T: Copy>(kinds: &[(String, T)], kind: &str) -> Option<T> {
    let exact = |wanted: &str| {
        kinds
            .iter()
            .find(|(k, _)| k == wanted)
            .map(|(_, meaning)| *meaning)
    };
    exact(kind).or_else(|| exact("*"))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn list(value: &str) -> Vec<String> {
    value
        .split(',')
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .map(str::to_owned)
        .collect()
}

/// `name!`, `name | other name`.
fn column(text: &str) -> SourceColumn {
    let required = text.contains('!');
    let names = text
        .split('|')
        .map(|n| n.trim().trim_end_matches('!').trim().to_lowercase())
        .collect();
    SourceColumn { names, required }
}

fn fault(origin: &str, line: usize, found: &str, remedy: &str) -> Error {
    Error::Sql {
        place: format!("{origin}:{line}"),
        found: found.to_owned(),
        remedy: remedy.to_owned(),
    }
}
