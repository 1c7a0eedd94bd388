//! Rules for WHERE, and for the two subqueries it may hold.
//!
//! Polars turns `EXISTS` and `IN (SELECT …)` into semi and anti joins when they
//! stand alone between ANDs. It finds a correlated column by its bare name, so
//! the outer FROM may hold one relation only; and a correlated IN that it cannot
//! turn into a join is run *uncorrelated*, which is silently wrong.

use sqlparser::ast::{
    BinaryOperator, Expr, Query, Select, SelectItem, SetExpr, Spanned, UnaryOperator,
};

use super::grouping::contents;
use super::inspection::{Clause, Inspection, Scope};

impl Inspection {
    /// Checks a WHERE condition.
    pub(super) fn condition(&mut self, condition: &Expr, scope: &Scope) {
        for conjunct in conjuncts(condition) {
            self.at(conjunct.span());
            match conjunct {
                Expr::Exists { subquery, .. } => self.exists(subquery, scope),
                Expr::UnaryOp {
                    op: UnaryOperator::Not,
                    expr,
                } if matches!(expr.as_ref(), Expr::Exists { .. }) => {
                    if let Expr::Exists { subquery, .. } = expr.as_ref() {
                        self.exists(subquery, scope);
                    }
                }
                Expr::InSubquery { expr, subquery, .. } => {
                    self.expression(expr, Clause::rows("WHERE", scope));
                    self.membership(subquery);
                }
                other => self.expression(other, Clause::rows("WHERE", scope)),
            }
        }
    }

    fn exists(&mut self, subquery: &Query, outer: &Scope) {
        self.refuse_if(
            outer.names.len() != 1,
            "EXISTS in a SELECT with a join",
            "join in a CTE first: polars finds the outer column by its bare name",
        );
        let Some(select) = self.plain_select(subquery) else {
            return;
        };
        let names = self.from(select, Some(outer));
        let inner = Scope {
            names: &names,
            outer: None,
        };
        let scope = Scope {
            names: &names,
            outer: Some(outer),
        };
        let Some(condition) = &select.selection else {
            self.refuse(
                "EXISTS without a condition on the outer row",
                "write WHERE inner.key = outer.key",
            );
            return;
        };
        let mut correlated = false;
        for conjunct in conjuncts(condition) {
            let clause = Clause {
                qualified: true,
                ..Clause::rows("EXISTS", &scope)
            };
            self.expression(conjunct, clause);
            self.at(conjunct.span());
            match key_pair(conjunct, &inner, outer) {
                Some(()) => correlated = true,
                None => self.refuse_if(
                    !sides(conjunct, &inner).all_inside(),
                    "a condition in EXISTS that is neither inner.key = outer.key nor about inner \
                     columns alone",
                    "join on the keys and compare in WHERE, then SELECT DISTINCT",
                ),
            }
        }
        self.refuse_if(
            !correlated,
            "EXISTS without inner.key = outer.key",
            "polars needs one equality between an inner and an outer column",
        );
    }

    fn membership(&mut self, subquery: &Query) {
        let Some(select) = self.plain_select(subquery) else {
            return;
        };
        let names = self.from(select, None);
        let scope = Scope {
            names: &names,
            outer: None,
        };
        let item = match select.projection.as_slice() {
            [
                SelectItem::UnnamedExpr(expression)
                | SelectItem::ExprWithAlias {
                    expr: expression, ..
                },
            ] => Some(expression),
            _ => None,
        };
        match item {
            Some(expression) => self.expression(expression, Clause::rows("IN (SELECT …)", &scope)),
            None => self.refuse(
                "IN (SELECT …) of other than one column",
                "select the one column to look in",
            ),
        }
        if let Some(condition) = &select.selection {
            // The scope holds the inner relations only, so a correlated column
            // is refused as one that is not in this FROM.
            self.expression(condition, Clause::rows("IN (SELECT …)", &scope));
        }
    }

    /// The one SELECT of a subquery, without anything that changes its rows.
    fn plain_select<'q>(&mut self, subquery: &'q Query) -> Option<&'q Select> {
        let SetExpr::Select(select) = subquery.body.as_ref() else {
            self.refuse(
                "a subquery that is not a plain SELECT",
                "compute it in a CTE and select from that",
            );
            return None;
        };
        self.select_clauses(select);
        let aggregates = select
            .projection
            .iter()
            .filter_map(super::grouping::item_parts)
            .any(|(expression, _)| {
                let contents = contents(expression);
                contents.aggregate || contents.window
            });
        let changes_rows = subquery.with.is_some()
            || subquery.limit_clause.is_some()
            || subquery.fetch.is_some()
            || subquery.order_by.is_some()
            || super::query::group_keys(select).is_none_or(|keys| !keys.is_empty())
            || select.having.is_some()
            || select.distinct.is_some()
            || aggregates;
        self.refuse_if(
            changes_rows,
            "a subquery with WITH, GROUP BY, aggregates, DISTINCT, ORDER BY or LIMIT",
            "compute it in a CTE and select from that",
        );
        Some(select)
    }
}

/// The terms that AND joins, parentheses opened.
pub(super) fn conjuncts(condition: &Expr) -> Vec<&Expr> {
    match condition {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            let mut terms = conjuncts(left);
            terms.extend(conjuncts(right));
            terms
        }
        Expr::Nested(inner) => conjuncts(inner),
        term => vec![term],
    }
}

/// On which side of a border the tables named in an expression lie.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Sides {
    pub inside: bool,
    pub outside: bool,
}

impl Sides {
    /// No table beyond the border.
    pub(super) const fn all_inside(self) -> bool {
        !self.outside
    }
}

/// Sorts the tables that qualify columns in `expression` by whether `border`
/// names them.
pub(super) fn sides(expression: &Expr, border: &Scope) -> Sides {
    use std::ops::ControlFlow;
    let mut sides = Sides::default();
    let _ = sqlparser::ast::visit_expressions(expression, |part| {
        if let Expr::CompoundIdentifier(parts) = part
            && let Some(table) = parts.first()
        {
            if border.names.contains(&table.value) {
                sides.inside = true;
            } else {
                sides.outside = true;
            }
        }
        ControlFlow::<()>::Continue(())
    });
    sides
}

/// `inner.column = outer.column`, either way round.
fn key_pair(conjunct: &Expr, inner: &Scope, outer: &Scope) -> Option<()> {
    let Expr::BinaryOp {
        left,
        op: BinaryOperator::Eq,
        right,
    } = conjunct
    else {
        return None;
    };
    let table = |side: &Expr| match side {
        Expr::CompoundIdentifier(parts) if parts.len() == 2 => {
            parts.first().map(|part| part.value.clone())
        }
        _ => None,
    };
    let (left, right) = (table(left)?, table(right)?);
    let pairs = |a: &String, b: &String| inner.names.contains(a) && outer.names.contains(b);
    (pairs(&left, &right) || pairs(&right, &left)).then_some(())
}
