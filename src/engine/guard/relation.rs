//! Rules for FROM and JOIN.
//!
//! Polars turns any join with a range condition into an inner join; looks only
//! at the first table's name to tell the sides of an equality apart; and keeps
//! the right table's clashing columns under `name:table`.

use sqlparser::ast::{
    BinaryOperator, Expr, Join, JoinConstraint, JoinOperator, ObjectName, Select, SetExpr, Spanned,
    TableAlias, TableFactor,
};

use super::inspection::{Clause, Inspection, Scope};
use super::query::Place;
use super::subquery::{conjuncts, sides};

/// Which conditions a join may have on both engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conditions {
    /// Equalities and ranges.
    Any,
    /// Equalities only.
    Equalities,
}

impl Inspection {
    /// Checks a SELECT's FROM; gives the visible names, in order.
    pub(super) fn from(&mut self, select: &Select, outer: Option<&Scope>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let [from] = select.from.as_slice() else {
            if select.from.is_empty() {
                self.refuse(
                    "a SELECT without FROM",
                    "select from a table or (VALUES …) AS t(a)",
                );
            } else {
                self.refuse("tables joined by a comma", "write JOIN … ON, or CROSS JOIN");
            }
            return names;
        };
        names.extend(self.relation(&from.relation));
        for join in &from.joins {
            self.at(join.relation.span());
            if let Some(name) = self.relation(&join.relation) {
                if names.contains(&name) || outer.is_some_and(|outer| outer.sees(&name)) {
                    self.refuse(
                        format!("{name} twice in one FROM"),
                        "give each its own alias",
                    );
                }
                self.join(join, &names, &name);
                names.push(name);
            }
        }
        if let Some(outer) = outer {
            let shared = names.first().is_some_and(|first| outer.sees(first));
            self.refuse_if(
                shared,
                "a subquery that reads a table under the outer table's name",
                "give the inner table an alias",
            );
        }
        names
    }

    /// Checks one relation; gives the name it is visible under.
    fn relation(&mut self, relation: &TableFactor) -> Option<String> {
        self.at(relation.span());
        match relation {
            TableFactor::Table { name, alias, .. } => self.table(name, alias.as_ref(), relation),
            TableFactor::Derived {
                lateral,
                subquery,
                alias,
                sample,
            } => {
                self.refuse_if(
                    *lateral || sample.is_some(),
                    "LATERAL or SAMPLE",
                    "join a CTE instead",
                );
                self.refuse_if(
                    subquery.with.is_some(),
                    "WITH inside a subquery in FROM",
                    "move it to the statement's WITH: polars ignores it here",
                );
                let Some(alias) = alias else {
                    self.refuse("a subquery in FROM without alias", "add AS name");
                    return None;
                };
                let width = self.subquery_width(subquery, alias);
                self.refuse_if(
                    !alias.columns.is_empty()
                        && width.is_some_and(|width| width != alias.columns.len()),
                    "an alias with another number of columns than its subquery",
                    "name each column once",
                );
                for column in &alias.columns {
                    self.name(&column.name);
                }
                Some(self.alias(&alias.name, None))
            }
            other => {
                let text: String = other.to_string().chars().take(40).collect();
                self.refuse(
                    format!("relation {text}"),
                    "select from tables, CTEs and subqueries; join without parentheses",
                );
                None
            }
        }
    }

    fn subquery_width(
        &mut self,
        subquery: &sqlparser::ast::Query,
        alias: &TableAlias,
    ) -> Option<usize> {
        if let SetExpr::Values(values) = subquery.body.as_ref() {
            return self.values(values, !alias.columns.is_empty());
        }
        self.query(subquery, Place::INNER)
            .map(|columns| columns.len())
    }

    fn table(
        &mut self,
        name: &ObjectName,
        alias: Option<&TableAlias>,
        relation: &TableFactor,
    ) -> Option<String> {
        let [part] = name.0.as_slice() else {
            self.refuse(
                format!("table {name}"),
                "write the table's name without a schema: polars reads the first part only",
            );
            return None;
        };
        let Some(ident) = part.as_ident() else {
            self.refuse(format!("table {name}"), "write a plain table name");
            return None;
        };
        let plain = matches!(
            relation,
            TableFactor::Table { args: None, with_hints, version: None, with_ordinality: false,
                partitions, json_path: None, sample: None, index_hints, .. }
                if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty()
        );
        self.refuse_if(
            !plain,
            &format!("{name} with arguments, hints or a sample"),
            "write the table's name alone",
        );
        let table = self.name(ident);
        if !self.ctes.contains(&table) {
            self.tables.insert(table.clone());
        }
        let Some(alias) = alias else {
            return Some(table);
        };
        self.refuse_if(
            !alias.columns.is_empty() || alias.at.is_some(),
            "column names in a table's alias",
            "rename the columns in a SELECT: polars ignores them here",
        );
        Some(self.alias(&alias.name, Some(table)))
    }

    fn join(&mut self, join: &Join, earlier: &[String], new: &str) {
        use JoinOperator as J;
        self.refuse_if(join.global, "GLOBAL JOIN", "write JOIN");
        let (constraint, conditions, shown) = match &join.join_operator {
            J::Join(c) | J::Inner(c) => (c, Conditions::Any, "JOIN"),
            J::Left(c) | J::LeftOuter(c) => (c, Conditions::Equalities, "LEFT JOIN"),
            J::FullOuter(c) => (c, Conditions::Equalities, "FULL JOIN"),
            J::LeftSemi(c) => (c, Conditions::Equalities, "LEFT SEMI JOIN"),
            J::LeftAnti(c) => (c, Conditions::Equalities, "LEFT ANTI JOIN"),
            J::CrossJoin(JoinConstraint::None) => return,
            J::Right(_) | J::RightOuter(_) | J::RightSemi(_) | J::RightAnti(_) => {
                self.refuse("a RIGHT join", "swap the tables and write LEFT");
                return;
            }
            J::Semi(_) | J::Anti(_) => {
                self.refuse(
                    "SEMI or ANTI JOIN",
                    "write LEFT SEMI JOIN or LEFT ANTI JOIN: DataFusion needs the side",
                );
                return;
            }
            _ => {
                self.refuse(
                    "this kind of join",
                    "use JOIN, LEFT, FULL, CROSS, LEFT SEMI or LEFT ANTI JOIN",
                );
                return;
            }
        };
        match constraint {
            JoinConstraint::On(condition) => self.on(condition, conditions, shown, earlier, new),
            JoinConstraint::Using(columns) => {
                self.refuse_if(
                    !matches!(shown, "JOIN" | "LEFT JOIN"),
                    &format!("USING in a {shown}"),
                    "write ON a.key = b.key and COALESCE(a.key, b.key): polars keeps the left key",
                );
                for column in columns {
                    match column.0.as_slice() {
                        [part] if part.as_ident().is_some() => {
                            if let Some(ident) = part.as_ident() {
                                self.name(ident);
                            }
                        }
                        _ => self.refuse(format!("USING ({column})"), "name plain columns"),
                    }
                }
            }
            JoinConstraint::Natural | JoinConstraint::None => self.refuse(
                format!("{shown} without ON"),
                "write ON a.key = b.key, or CROSS JOIN",
            ),
        }
    }

    fn on(
        &mut self,
        condition: &Expr,
        conditions: Conditions,
        shown: &str,
        earlier: &[String],
        new: &str,
    ) {
        let mut all = earlier.to_vec();
        all.push(new.to_owned());
        let scope = Scope {
            names: &all,
            outer: None,
        };
        let clause = Clause {
            qualified: true,
            ..Clause::rows("ON", &scope)
        };
        let new_only = [new.to_owned()];
        let border = Scope {
            names: &new_only,
            outer: None,
        };
        for conjunct in conjuncts(condition) {
            self.expression(conjunct, clause);
            self.at(conjunct.span());
            let (parts, equality) = match conjunct {
                Expr::BinaryOp { left, op, right } if is_comparison(op) => {
                    (vec![(left, right)], *op == BinaryOperator::Eq)
                }
                Expr::Between {
                    expr,
                    negated: false,
                    low,
                    high,
                } => (vec![(expr, low), (expr, high)], false),
                _ => {
                    self.refuse(
                        "a condition in ON other than comparisons joined by AND",
                        "move it to WHERE (inner join), or filter in a CTE before the join",
                    );
                    continue;
                }
            };
            self.refuse_if(
                !equality && conditions == Conditions::Equalities,
                &format!("a range condition in a {shown}"),
                "join the pairs with JOIN in a CTE and attach that by its key: polars makes an \
                 inner join of it",
            );
            for (left, right) in parts {
                let (a, b) = (sides(left, &border), sides(right, &border));
                let crosses = (a.inside && !a.outside && b.outside && !b.inside)
                    || (b.inside && !b.outside && a.outside && !a.inside);
                self.refuse_if(
                    !crosses,
                    &format!("a condition in ON that does not compare {new} with an earlier table"),
                    "put each table on its own side (a.day <= b.day + 30), and conditions on one \
                     table into WHERE or a CTE",
                );
            }
        }
    }
}

fn is_comparison(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq
    )
}
