//! Rules for whole queries: CTEs, unions, VALUES, ORDER BY and LIMIT.

use std::collections::BTreeSet;

use sqlparser::ast::{
    Expr, GroupByExpr, LimitClause, OrderByKind, Query, Select, SetExpr, SetOperator,
    SetQuantifier, Spanned, Value, Values,
};

use super::inspection::{Clause, Inspection, Scope};

/// Where a SELECT stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Its columns are those of the statement.
    pub outermost: bool,
    /// It is not a later arm of a UNION, whose columns take the first arm's names.
    pub first: bool,
}

impl Place {
    /// The statement's own SELECT.
    pub(super) const OUTERMOST: Self = Self {
        outermost: true,
        first: true,
    };
    /// A CTE or a subquery in FROM.
    pub(super) const INNER: Self = Self {
        outermost: false,
        first: true,
    };
}

impl Inspection {
    /// Checks the whole statement; gives its output columns.
    pub(super) fn statement(&mut self, query: &Query) -> Vec<String> {
        if let Some(with) = &query.with {
            self.refuse_if(
                with.recursive,
                "WITH RECURSIVE",
                "polars has none; unroll the steps into CTEs",
            );
            for cte in &with.cte_tables {
                self.refuse_if(
                    cte.query.with.is_some(),
                    "WITH inside a CTE",
                    "move its CTEs into the statement's WITH",
                );
                self.refuse_if(
                    cte.materialized.is_some() || cte.from.is_some(),
                    "AS MATERIALIZED",
                    "write AS",
                );
                let width = match cte.query.body.as_ref() {
                    SetExpr::Values(values) => self.values(values, !cte.alias.columns.is_empty()),
                    _ => self
                        .query(&cte.query, Place::INNER)
                        .map(|columns| columns.len()),
                };
                let name = self.name(&cte.alias.name);
                for column in &cte.alias.columns {
                    self.name(&column.name);
                }
                self.refuse_if(
                    !cte.alias.columns.is_empty()
                        && width.is_some_and(|width| width != cte.alias.columns.len()),
                    &format!("CTE {name} with another number of columns than its query"),
                    "name each column once",
                );
                if !self.ctes.insert(name.clone()) {
                    self.refuse(format!("CTE {name} twice"), "give each its own name");
                }
            }
        }
        self.query(query, Place::OUTERMOST).unwrap_or_default()
    }

    /// Checks a query without its WITH; gives its columns, `None` where a
    /// wildcard hides them.
    pub(super) fn query(&mut self, query: &Query, place: Place) -> Option<Vec<String>> {
        let unusual = !query.locks.is_empty()
            || query.for_clause.is_some()
            || query.settings.is_some()
            || query.format_clause.is_some()
            || !query.pipe_operators.is_empty()
            || query.fetch.is_some();
        self.refuse_if(
            unusual,
            "FETCH, FOR, SETTINGS, FORMAT or a pipe",
            "write a plain SELECT; use LIMIT with ORDER BY",
        );
        let columns = self.body(&query.body, place);
        self.order(query, columns.as_deref());
        columns
    }

    /// Checks the arms of a query; an unnamed column of a later arm is `""`.
    fn body(&mut self, body: &SetExpr, place: Place) -> Option<Vec<String>> {
        match body {
            SetExpr::Select(select) => self.select(select, place),
            SetExpr::Query(query) => {
                self.refuse_if(
                    query.with.is_some(),
                    "WITH inside parentheses",
                    "move it to the statement's WITH: polars ignores it here",
                );
                self.query(query, place)
            }
            SetExpr::SetOperation {
                op: SetOperator::Union,
                set_quantifier,
                left,
                right,
            } => {
                self.refuse_if(
                    !matches!(
                        set_quantifier,
                        SetQuantifier::All | SetQuantifier::None | SetQuantifier::Distinct
                    ),
                    "UNION BY NAME",
                    "name the columns alike in the same order and write UNION ALL",
                );
                let left = self.body(left, place);
                let right = self.body(
                    right,
                    Place {
                        first: false,
                        ..place
                    },
                );
                if let (Some(left), Some(right)) = (&left, &right) {
                    self.arms(left, right);
                }
                left
            }
            SetExpr::SetOperation { op, .. } => {
                self.at(body.span());
                self.refuse(
                    op.to_string(),
                    "use LEFT SEMI JOIN or LEFT ANTI JOIN: polars takes the outermost operator \
                     for the inner one",
                );
                None
            }
            SetExpr::Values(values) => {
                self.values(values, false);
                None
            }
            _ => {
                self.refuse("a statement that is not a SELECT", "write a SELECT");
                None
            }
        }
    }

    /// Checks the columns of a union's later arm against the first arm's.
    fn arms(&mut self, first: &[String], later: &[String]) {
        self.refuse_if(
            first.len() != later.len(),
            &format!("UNION of {} columns with {}", first.len(), later.len()),
            "give every arm the same columns in the same order",
        );
        for (place, name) in later.iter().enumerate() {
            let elsewhere = first.get(place) != Some(name) && first.contains(name);
            if elsewhere && name != "*" {
                self.refuse(
                    format!("column {name} at another place than in the first arm of UNION"),
                    "put it in the first arm's place, or give it that place's name AS alias: \
                     columns are matched by place, not by name",
                );
            }
        }
    }

    /// Checks VALUES rows; gives their width.
    pub(super) fn values(&mut self, values: &Values, named: bool) -> Option<usize> {
        self.refuse_if(
            !named,
            "VALUES without column names",
            "write (VALUES …) AS t(a, b), or WITH t(a, b) AS (VALUES …): each engine has its own \
             names",
        );
        self.refuse_if(
            values.explicit_row || values.value_keyword,
            "ROW or VALUE",
            "write VALUES (…), (…)",
        );
        let widths: BTreeSet<usize> = values.rows.iter().map(|row| row.content.len()).collect();
        self.refuse_if(
            widths.len() > 1,
            "VALUES with rows of different widths",
            "give every row the same number of values",
        );
        for row in &values.rows {
            for value in &row.content {
                self.at(value.span());
                let literal = match value {
                    Expr::Value(_) => true,
                    other => super::literal::integer_literal(other).is_some(),
                };
                if literal {
                    self.expression(value, Clause::rows("VALUES", &Scope::EMPTY));
                } else {
                    self.refuse(
                        "VALUES with something other than literals",
                        "write plain literals and CAST them in the SELECT that reads them",
                    );
                }
            }
        }
        widths.first().copied()
    }

    fn select(&mut self, select: &Select, place: Place) -> Option<Vec<String>> {
        self.at(select.select_token.0.span);
        self.select_clauses(select);
        let names = self.from(select, None);
        let scope = Scope {
            names: &names,
            outer: None,
        };
        let columns = self.projection(select, &scope, place);
        if let Some(condition) = &select.selection {
            self.condition(condition, &scope);
        }
        let keys = group_keys(select);
        self.refuse_if(
            keys.is_none(),
            "GROUP BY ALL, ROLLUP, CUBE or GROUPING SETS",
            "name the keys; union one grouped SELECT per level",
        );
        let keys = keys.unwrap_or_default();
        for key in keys {
            self.expression(key, Clause::rows("GROUP BY", &scope));
        }
        if let Some(having) = &select.having {
            let clause = Clause {
                aggregates: true,
                ..Clause::rows("HAVING", &scope)
            };
            self.expression(having, clause);
        }
        self.grouping(select, keys);
        columns
    }

    /// Polars applies ORDER BY after the SELECT list, so only output columns
    /// mean the same on both engines; LIMIT without it takes whichever rows come.
    fn order(&mut self, query: &Query, columns: Option<&[String]>) {
        if let Some(order_by) = &query.order_by {
            match &order_by.kind {
                OrderByKind::Expressions(keys) if order_by.interpolate.is_none() => {
                    for key in keys {
                        self.at(key.expr.span());
                        let named = match &key.expr {
                            Expr::Identifier(column) => columns.is_none_or(|columns| {
                                columns
                                    .iter()
                                    .any(|name| *name == column.value || name == "*")
                            }),
                            _ => false,
                        };
                        self.refuse_if(
                            !named,
                            "ORDER BY with something other than an output column's name",
                            "give the expression an alias in the SELECT list and order by that",
                        );
                        self.refuse_if(key.with_fill.is_some(), "WITH FILL", "leave it out");
                    }
                }
                _ => self.refuse("ORDER BY ALL", "name the columns"),
            }
        }
        match &query.limit_clause {
            None => {}
            Some(LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            }) => {
                let number = |expression: &Expr| {
                    matches!(expression, Expr::Value(value)
                        if matches!(value.value, Value::Number(..)))
                };
                self.refuse_if(
                    !limit_by.is_empty()
                        || limit.as_ref().is_some_and(|limit| !number(limit))
                        || offset.as_ref().is_some_and(|offset| !number(&offset.value)),
                    "LIMIT or OFFSET with something other than a number",
                    "write LIMIT 10",
                );
                self.refuse_if(
                    query.order_by.is_none(),
                    "LIMIT without ORDER BY",
                    "order by a unique key: row order is not fixed otherwise",
                );
            }
            Some(LimitClause::OffsetCommaLimit { .. }) => {
                self.refuse("LIMIT a, b", "write LIMIT b OFFSET a");
            }
        }
    }
}

/// GROUP BY keys; `None` for forms other than a plain list.
pub(super) fn group_keys(select: &Select) -> Option<&[Expr]> {
    match &select.group_by {
        GroupByExpr::Expressions(keys, modifiers) if modifiers.is_empty() => Some(keys),
        _ => None,
    }
}
