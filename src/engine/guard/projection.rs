//! Rules for the clauses of one SELECT and for its list of columns.

use std::collections::BTreeSet;

use sqlparser::ast::{
    Distinct, Expr, Select, SelectFlavor, SelectItem, SelectItemQualifiedWildcardKind, Spanned,
    WildcardAdditionalOptions,
};

use super::inspection::{Clause, Inspection, Scope};
use super::query::Place;

impl Inspection {
    /// Clauses that a SELECT may not have at all.
    pub(super) fn select_clauses(&mut self, select: &Select) {
        self.refuse_if(
            select.qualify.is_some(),
            "QUALIFY",
            "compute the window in a CTE and filter it in WHERE: polars sees projected columns only",
        );
        self.refuse_if(
            !select.named_window.is_empty(),
            "WINDOW",
            "write the windows out in OVER (…): polars ignores parts of named windows",
        );
        self.refuse_if(
            matches!(select.distinct, Some(Distinct::On(_))),
            "DISTINCT ON",
            "number the rows with ROW_NUMBER in a CTE and keep the first",
        );
        self.refuse_if(select.top.is_some(), "TOP", "use ORDER BY with LIMIT");
        self.refuse_if(
            select.flavor != SelectFlavor::Standard,
            "FROM before SELECT",
            "write SELECT … FROM …",
        );
        let unusual = select.into.is_some()
            || !select.lateral_views.is_empty()
            || select.prewhere.is_some()
            || !select.connect_by.is_empty()
            || !select.cluster_by.is_empty()
            || !select.distribute_by.is_empty()
            || !select.sort_by.is_empty()
            || select.value_table_mode.is_some()
            || select.exclude.is_some()
            || select.select_modifiers.is_some()
            || !select.optimizer_hints.is_empty();
        self.refuse_if(
            unusual,
            "a clause of another SQL dialect",
            "write SELECT, FROM, WHERE, GROUP BY, HAVING, ORDER BY and LIMIT only",
        );
    }

    /// Checks the SELECT list; gives the columns' names, `None` where an inner
    /// wildcard hides them.
    pub(super) fn projection(
        &mut self,
        select: &Select,
        scope: &Scope,
        place: Place,
    ) -> Option<Vec<String>> {
        let Place { outermost, first } = place;
        let clause = Clause {
            aggregates: true,
            windows: true,
            ..Clause::rows("SELECT", scope)
        };
        let mut columns = Vec::with_capacity(select.projection.len());
        let mut wildcards = 0_usize;
        for item in &select.projection {
            match item {
                SelectItem::ExprWithAlias { expr, alias } => {
                    self.expression(expr, clause);
                    let name = self.name(alias);
                    self.refuse_if(
                        outermost && name.chars().any(char::is_uppercase),
                        &format!("output column {name}"),
                        "name output columns in lower case",
                    );
                    columns.push(name);
                }
                SelectItem::UnnamedExpr(expression) => {
                    self.expression(expression, clause);
                    self.at(expression.span());
                    match expression {
                        Expr::Identifier(column) => columns.push(column.value.clone()),
                        Expr::CompoundIdentifier(parts) => {
                            columns.extend(parts.last().map(|part| part.value.clone()));
                        }
                        _ if !first => columns.push(String::new()),
                        _ => self.refuse(
                            "an expression without alias",
                            "add AS name: each engine would make up its own",
                        ),
                    }
                }
                SelectItem::Wildcard(options) => {
                    wildcards += 1;
                    self.wildcard(options, outermost);
                    self.refuse_if(
                        scope.names.len() > 1,
                        "SELECT * over a join",
                        "name the columns, or write one table.*",
                    );
                }
                SelectItem::QualifiedWildcard(kind, options) => {
                    wildcards += 1;
                    self.wildcard(options, outermost);
                    let known = matches!(kind, SelectItemQualifiedWildcardKind::ObjectName(name)
                        if scope.names.contains(&name.to_string()));
                    self.refuse_if(
                        !known,
                        "a * of something not in this FROM",
                        "use the alias given in this FROM",
                    );
                }
                SelectItem::ExprWithAliases { .. } => {
                    self.refuse("several aliases for one expression", "give it one");
                }
            }
        }
        self.refuse_if(
            wildcards > 1,
            "more than one * in a SELECT",
            "name the columns of all tables but one",
        );
        let mut seen = BTreeSet::new();
        for column in &columns {
            if !column.is_empty() && !seen.insert(column) {
                self.refuse(format!("column {column} twice"), "give each its own name");
            }
        }
        if wildcards == 0 {
            return Some(columns);
        }
        outermost.then(|| {
            columns.push("*".to_owned());
            columns
        })
    }

    fn wildcard(&mut self, options: &WildcardAdditionalOptions, outermost: bool) {
        self.at(options.wildcard_token.0.span);
        self.refuse_if(
            outermost && self.purpose.names_every_column(),
            "SELECT * in the outermost SELECT",
            "name the columns: their order and number are part of the contract",
        );
        let plain = options.opt_ilike.is_none()
            && options.opt_exclude.is_none()
            && options.opt_except.is_none()
            && options.opt_replace.is_none()
            && options.opt_rename.is_none()
            && options.opt_alias.is_none();
        self.refuse_if(
            !plain,
            "* with EXCLUDE, EXCEPT, REPLACE, RENAME or ILIKE",
            "name the columns",
        );
    }
}
