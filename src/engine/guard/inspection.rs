//! What one inspection carries from node to node, and where it stands.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::ast::Ident;
use sqlparser::tokenizer::Span;

use super::Purpose;
use super::error::Refusal;

/// Relations whose columns an expression may name, innermost first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'s> {
    /// Visible names (alias, else table name) of the current FROM.
    pub names: &'s [String],
    /// The scope around a correlated EXISTS.
    pub outer: Option<&'s Scope<'s>>,
}

impl Scope<'_> {
    pub(super) const EMPTY: Scope<'static> = Scope {
        names: &[],
        outer: None,
    };

    /// Whether `name` is visible here or around here.
    pub(super) fn sees(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
            || self.outer.is_some_and(|outer| outer.sees(name))
    }
}

/// The clause an expression stands in, which decides what it may contain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clause<'s> {
    /// Named in refusals.
    pub name: &'static str,
    pub scope: &'s Scope<'s>,
    pub aggregates: bool,
    pub windows: bool,
    /// Every column must carry its table (ON, EXISTS).
    pub qualified: bool,
}

impl<'s> Clause<'s> {
    /// A clause that takes row expressions only.
    pub(super) const fn rows(name: &'static str, scope: &'s Scope<'s>) -> Self {
        Self {
            name,
            scope,
            aggregates: false,
            windows: false,
            qualified: false,
        }
    }
}

/// Results of an inspection.
pub(super) struct Findings {
    pub refusals: Vec<Refusal>,
    pub tables: BTreeSet<String>,
    pub integer_columns: BTreeSet<String>,
}

/// A name given in a FROM, kept until all names of the statement are known.
struct Alias {
    name: String,
    /// The table it stands for; `None` for a subquery in FROM.
    table: Option<String>,
    line: usize,
    column: usize,
}

/// One walk over one statement.
pub(super) struct Inspection {
    pub(super) purpose: Purpose,
    first_line: usize,
    line: usize,
    column: usize,
    refusals: Vec<Refusal>,
    pub(super) ctes: BTreeSet<String>,
    pub(super) tables: BTreeSet<String>,
    pub(super) integer_columns: BTreeSet<String>,
    aliases: Vec<Alias>,
}

impl Inspection {
    pub(super) fn new(purpose: Purpose, first_line: usize) -> Self {
        Self {
            purpose,
            first_line: first_line.max(1),
            line: first_line.max(1),
            column: 1,
            refusals: Vec::new(),
            ctes: BTreeSet::new(),
            tables: BTreeSet::new(),
            integer_columns: BTreeSet::new(),
            aliases: Vec::new(),
        }
    }

    /// Moves to a node. Nodes the parser gives no place keep the last one.
    pub(super) fn at(&mut self, span: Span) {
        let (Ok(line), Ok(column)) = (
            usize::try_from(span.start.line),
            usize::try_from(span.start.column),
        ) else {
            return;
        };
        if line > 0 {
            self.line = self.first_line + line - 1;
            self.column = column.max(1);
        }
    }

    /// Refuses what stands at the current place.
    pub(super) fn refuse(&mut self, found: impl Into<String>, remedy: impl Into<String>) {
        self.refusals.push(Refusal {
            line: self.line,
            column: self.column,
            found: found.into(),
            remedy: remedy.into(),
        });
    }

    /// Refuses if `present`; for the long lists of clauses nobody may use.
    pub(super) fn refuse_if(&mut self, present: bool, found: &str, remedy: &str) {
        if present {
            self.refuse(found, remedy);
        }
    }

    /// Checks the spelling of a name and gives it back.
    ///
    /// `DataFusion` folds unquoted names to lower case, polars does not. Polars
    /// takes a name of the form `^…$` for a regular expression over columns,
    /// `*` for all of them, and keeps `name:table` for clashes after a join.
    pub(super) fn name(&mut self, ident: &Ident) -> String {
        self.at(ident.span);
        let name = ident.value.clone();
        match ident.quote_style {
            None if name.chars().any(char::is_uppercase) => self.refuse(
                format!("name {name} with capital letters"),
                format!(
                    "write it in lower case, or \"{name}\" in double quotes if the source \
                     spells it so (one engine folds names to lower case, the other does not)"
                ),
            ),
            None => {}
            Some('"') => self.refuse_if(
                is_special_to_polars(&name),
                &format!("name \"{name}\""),
                "rename the column in the layout: polars reads this as a pattern or as a name of \
                 its own",
            ),
            Some(_) => self.refuse(
                format!("quoted name {ident}"),
                "quote names with double quotes",
            ),
        }
        name
    }

    /// Keeps an alias for the check at the end.
    pub(super) fn alias(&mut self, ident: &Ident, table: Option<String>) -> String {
        let name = self.name(ident);
        self.aliases.push(Alias {
            name: name.clone(),
            table,
            line: self.line,
            column: self.column,
        });
        name
    }

    /// Closes the walk: names are compared across the statement.
    pub(super) fn finish(mut self) -> Findings {
        self.refuse_shadowing();
        self.refusals.sort();
        self.refusals.dedup();
        Findings {
            refusals: self.refusals,
            tables: self.tables,
            integer_columns: self.integer_columns,
        }
    }

    /// Polars looks names up in one map of registered tables (into which it also
    /// writes every subquery in FROM), then among CTEs, then among aliases: a
    /// name with two meanings silently takes the wrong one.
    fn refuse_shadowing(&mut self) {
        let both: Vec<String> = self.ctes.intersection(&self.tables).cloned().collect();
        for name in both {
            self.refuse(
                format!("CTE {name} has the name of a table that is read"),
                "rename the CTE: polars would read the table in its place",
            );
        }
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        for alias in &self.aliases {
            *uses.entry(alias.name.clone()).or_default() += 1;
        }
        for alias in std::mem::take(&mut self.aliases) {
            let is_relation = self.tables.contains(&alias.name) || self.ctes.contains(&alias.name);
            let shadows = is_relation && alias.table.as_deref() != Some(alias.name.as_str());
            let shared_subquery =
                alias.table.is_none() && uses.get(&alias.name).is_some_and(|count| *count > 1);
            if shadows || shared_subquery {
                (self.line, self.column) = (alias.line, alias.column);
                self.refuse(
                    format!("alias {} is also the name of another relation", alias.name),
                    "give it a name of its own: polars would read the other relation",
                );
            }
        }
    }
}

fn is_special_to_polars(name: &str) -> bool {
    (name.starts_with('^') && name.ends_with('$'))
        || name == "*"
        || name.contains(':')
        || name.starts_with("__POLARS")
}
