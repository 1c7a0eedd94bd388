//! Rules for grouped SELECTs.
//!
//! Inside a group polars evaluates an expression that joins an aggregate with a
//! bare column to a *list* per group; without GROUP BY it broadcasts. Both
//! engines agree where aggregates and columns are kept apart.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, JoinConstraint, JoinOperator, Select, SelectItem, Spanned, Visit, Visitor,
};

use super::functions::{self, Class};
use super::inspection::Inspection;
use super::kind::call_name;

/// What an expression contains.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// An aggregate that is not a window function.
    pub aggregate: bool,
    /// A window function.
    pub window: bool,
    /// Columns outside of aggregates and window functions.
    pub columns: BTreeSet<String>,
}

/// Collects the contents of an expression; `depth` counts the aggregates and
/// windows around the node.
#[derive(Default)]
struct Collector {
    contents: Contents,
    depth: usize,
}

impl Visitor for Collector {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        match expression {
            Expr::Identifier(column) if self.depth == 0 => {
                self.contents.columns.insert(column.value.clone());
            }
            Expr::CompoundIdentifier(parts) if self.depth == 0 => {
                let column = parts.last().map(|part| part.value.clone());
                self.contents.columns.extend(column);
            }
            _ => {}
        }
        match gathering(expression) {
            Some(Gathering::Aggregate) => {
                self.contents.aggregate = true;
                self.depth += 1;
            }
            Some(Gathering::Window) => {
                self.contents.window = true;
                self.depth += 1;
            }
            None => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        if gathering(expression).is_some() {
            self.depth = self.depth.saturating_sub(1);
        }
        ControlFlow::Continue(())
    }
}

enum Gathering {
    Aggregate,
    Window,
}

fn gathering(expression: &Expr) -> Option<Gathering> {
    let Expr::Function(call) = expression else {
        return None;
    };
    if call.over.is_some() {
        return Some(Gathering::Window);
    }
    let function = functions::find(&call_name(call))?;
    (function.class == Class::Aggregate).then_some(Gathering::Aggregate)
}

/// What `expression` contains.
pub(super) fn contents(expression: &Expr) -> Contents {
    let mut collector = Collector::default();
    // The collector never breaks off.
    let _ = expression.visit(&mut collector);
    collector.contents
}

/// Whether `expression` names any column, inside aggregates or not.
pub(super) fn has_column(expression: &Expr) -> bool {
    struct Finder;
    impl Visitor for Finder {
        type Break = ();
        fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
            match expression {
                Expr::Identifier(_) | Expr::CompoundIdentifier(_) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        }
    }
    expression.visit(&mut Finder).is_break()
}

/// Expression and alias of a SELECT item; `None` for wildcards.
pub(super) fn item_parts(item: &SelectItem) -> Option<(&Expr, Option<&str>)> {
    match item {
        SelectItem::UnnamedExpr(expression) => Some((expression, None)),
        SelectItem::ExprWithAlias { expr, alias } => Some((expr, Some(&alias.value))),
        _ => None,
    }
}

impl Inspection {
    /// Checks how a SELECT's items, keys and HAVING go together.
    pub(super) fn grouping(&mut self, select: &Select, keys: &[Expr]) {
        let items: Vec<(&Expr, Option<&str>, Contents)> = select
            .projection
            .iter()
            .filter_map(item_parts)
            .map(|(expression, alias)| (expression, alias, contents(expression)))
            .collect();
        let grouped = !keys.is_empty();
        let aggregated = grouped
            || select.having.is_some()
            || items.iter().any(|(_, _, contents)| contents.aggregate);
        if !aggregated {
            self.whole_table_windows(select, &items);
            return;
        }
        let key_names = self.keys(keys, &items, joins_on(select));
        for (expression, alias, contents) in &items {
            self.at(expression.span());
            self.refuse_if(
                contents.window,
                "a window function in a SELECT with aggregates",
                "aggregate in a CTE, then take the window over its rows",
            );
            if contents.aggregate {
                self.refuse_if(
                    !contents.columns.is_empty(),
                    "an aggregate and a column in one expression",
                    "aggregate in a CTE and combine its columns outside, or take MIN(column): \
                     polars would give a list per group",
                );
            } else if !alias.is_some_and(|alias| key_names.contains(alias)) {
                for column in contents.columns.difference(&key_names) {
                    self.refuse(
                        format!("column {column} neither grouped by nor aggregated"),
                        "add it to GROUP BY, or aggregate it",
                    );
                }
            }
        }
        if let Some(having) = &select.having {
            self.at(having.span());
            self.refuse_if(
                !grouped,
                "HAVING without GROUP BY",
                "aggregate in a CTE and use WHERE",
            );
            self.refuse_if(
                !contents(having).columns.is_empty(),
                "a column or alias in HAVING outside of an aggregate",
                "filter columns in WHERE and repeat aggregates in full: polars reads HAVING \
                 inside the group",
            );
        }
    }

    /// Names grouped by: columns, or aliases of items.
    fn keys(
        &mut self,
        keys: &[Expr],
        items: &[(&Expr, Option<&str>, Contents)],
        joined: bool,
    ) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for key in keys {
            self.at(key.span());
            let name = match key {
                Expr::Identifier(column) => column.value.clone(),
                Expr::CompoundIdentifier(parts) => match parts.last() {
                    Some(column) => column.value.clone(),
                    None => continue,
                },
                _ => {
                    self.refuse(
                        "GROUP BY with an expression or a number",
                        "give the expression an alias in the SELECT and group by the alias: polars \
                         names a key after the column inside it",
                    );
                    continue;
                }
            };
            let aliased = items
                .iter()
                .find(|(_, alias, _)| alias.is_some_and(|alias| alias == name));
            let computed = aliased.filter(|(expression, ..)| !is_column(expression, &name));
            self.refuse_if(
                joined && computed.is_none() && matches!(key, Expr::Identifier(_)),
                &format!("GROUP BY {name} without its table in a join"),
                "write table.column; where both tables have the column, give the joined one an \
                 alias of its own in the SELECT and group by that",
            );
            if let Some((_, _, contents)) = computed {
                self.refuse_if(
                    contents.aggregate || contents.window || contents.columns.contains(&name),
                    &format!("alias {name} that GROUP BY may take for the column {name}"),
                    "give the expression another alias: the column would win",
                );
            }
            if !names.insert(name.clone()) {
                self.refuse(
                    format!("GROUP BY with two keys named {name}"),
                    "rename one in a CTE: polars names keys without their table",
                );
            }
        }
        names
    }

    /// `OVER ()` is a plain aggregate to polars: only a column beside it keeps
    /// the rows apart.
    fn whole_table_windows(&mut self, select: &Select, items: &[(&Expr, Option<&str>, Contents)]) {
        let windowed = items.iter().find(|(_, _, contents)| contents.window);
        let has_rows = select.projection.len() > items.len()
            || items
                .iter()
                .any(|(_, _, contents)| !contents.window && !contents.columns.is_empty());
        if let Some((expression, _, _)) = windowed
            && !has_rows
        {
            self.at(expression.span());
            self.refuse(
                "a SELECT of window functions only",
                "select a column beside them: polars would give one row for OVER ()",
            );
        }
    }
}

/// Whether a SELECT joins tables other than by USING.
fn joins_on(select: &Select) -> bool {
    let joins = || select.from.iter().flat_map(|from| &from.joins);
    let using = joins().any(|join| {
        matches!(
            &join.join_operator,
            JoinOperator::Join(JoinConstraint::Using(_))
                | JoinOperator::Inner(JoinConstraint::Using(_))
                | JoinOperator::Left(JoinConstraint::Using(_))
                | JoinOperator::LeftOuter(JoinConstraint::Using(_))
        )
    });
    joins().next().is_some() && !using
}

fn is_column(expression: &Expr, name: &str) -> bool {
    match expression {
        Expr::Identifier(column) => column.value == name,
        Expr::CompoundIdentifier(parts) => parts.last().is_some_and(|part| part.value == name),
        _ => false,
    }
}
