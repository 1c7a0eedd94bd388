//! Rules for `OVER (…)`.
//!
//! Polars ignores NULLS FIRST and NULLS LAST inside a window: it puts NULLs first
//! for one key, and takes NULL for the smallest value for several (which it sorts
//! as one struct, whose fields must have different names). It knows one frame,
//! from the start of the partition to the current row, and only for SUM, COUNT,
//! MIN and MAX; it gives other aggregates over the whole partition whatever the
//! order; and it has one direction for all keys.

use std::collections::BTreeSet;

use sqlparser::ast::{
    Expr, Function, OrderByExpr, Spanned, WindowFrame, WindowFrameBound, WindowFrameUnits,
    WindowSpec, WindowType,
};

use super::functions::Class;
use super::inspection::{Clause, Inspection};
use super::kind::{call_arguments, call_name};

/// The one frame both engines have, as refusals spell it.
const FRAME: &str = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";

impl Inspection {
    /// Checks the OVER of `call`, a function of class `class`.
    pub(super) fn over(
        &mut self,
        call: &Function,
        class: Class,
        window: &WindowType,
        clause: Clause,
    ) {
        let name = call_name(call).to_uppercase();
        let spec = match window {
            WindowType::WindowSpec(spec) if spec.window_name.is_none() => spec,
            _ => {
                self.refuse(
                    format!("{name} over a named window"),
                    "write the window out in OVER (…): polars ignores parts of named windows",
                );
                return;
            }
        };
        if !clause.windows {
            self.refuse(
                format!("window function {name} in {}", clause.name),
                "compute it in a CTE and use its column; a window over an aggregate needs the \
                 aggregate in a CTE of its own",
            );
        }
        self.refuse_if(
            call.filter.is_some(),
            "FILTER together with OVER",
            "put the condition into the argument: SUM(CASE WHEN … THEN x END) OVER (…)",
        );
        self.order_keys(call, spec, clause);
        self.frame(&name, class, spec);
        let inside = Clause {
            name: "a window",
            aggregates: false,
            windows: false,
            ..clause
        };
        for expression in &spec.partition_by {
            self.expression(expression, inside);
        }
    }

    fn order_keys(&mut self, call: &Function, spec: &WindowSpec, clause: Clause) {
        let inside = Clause {
            name: "a window's ORDER BY",
            aggregates: false,
            windows: false,
            ..clause
        };
        let first = spec.order_by.first().map(is_descending);
        for key in &spec.order_by {
            self.expression(&key.expr, inside);
            self.at(key.expr.span());
            self.refuse_if(
                Some(is_descending(key)) != first,
                "ASC and DESC mixed in one window",
                "negate the numeric key in a CTE, or number the rows in two steps: polars has one \
                 direction per window",
            );
            self.refuse_if(
                key.options.nulls_first.is_none(),
                "a window's ORDER BY key without NULLS FIRST or NULLS LAST",
                "write where NULLs go: the engines' defaults differ",
            );
            self.refuse_if(key.with_fill.is_some(), "WITH FILL", "leave it out");
        }
        let flags = null_flags(&call_name(call), &spec.order_by);
        let mut fields = BTreeSet::new();
        let alike = flags.iter().zip(&spec.order_by).any(|(flag, key)| {
            (*flag && !fields.insert(LITERAL.to_owned())) || !fields.insert(field_name(&key.expr))
        });
        // A lone key without a flag is no struct and needs no name.
        if alike && spec.order_by.len() + flags.iter().filter(|flag| **flag).count() > 1 {
            self.refuse(
                "window keys that polars cannot tell apart or place the NULLs of",
                "with several keys order by columns of different names, ASC NULLS FIRST or DESC \
                 NULLS LAST (one key may differ); compute other keys, and CASE WHEN x IS NULL THEN \
                 1 ELSE 0 END AS no_x, in a CTE",
            );
        }
    }

    fn frame(&mut self, name: &str, class: Class, spec: &WindowSpec) {
        let ordered = !spec.order_by.is_empty();
        match class {
            Class::Ranking | Class::Offset => {
                self.refuse_if(
                    !ordered,
                    &format!("{name} without ORDER BY in its window"),
                    "order by a unique key: row order is not fixed otherwise",
                );
                self.refuse_if(
                    spec.window_frame.is_some(),
                    &format!("a frame for {name}"),
                    "leave the frame out",
                );
            }
            Class::Aggregate => {
                let runs = matches!(name, "SUM" | "COUNT" | "MIN" | "MAX");
                match &spec.window_frame {
                    None if ordered && runs => self.refuse(
                        format!("{name} OVER (… ORDER BY …) without a frame"),
                        format!(
                            "write {FRAME} and order by a unique key, or leave ORDER BY out for the \
                             total: polars takes tied rows one by one, the standard together"
                        ),
                    ),
                    _ if ordered && !runs => self.refuse(
                        format!("{name} over an ordered window"),
                        "use SUM and COUNT with an explicit frame: polars gives the value over the \
                         whole partition",
                    ),
                    Some(frame) if !is_running(frame) => self.refuse(
                        format!("another frame than {FRAME}"),
                        "it is the only one polars has; for others join the rows to themselves on a \
                         range of days",
                    ),
                    Some(_) if !ordered => self.refuse(
                        "a frame without ORDER BY",
                        "order by a unique key, or leave the frame out for the total",
                    ),
                    _ => {}
                }
            }
            Class::Scalar => self.refuse(
                format!("OVER after {name}, which is no window function"),
                "leave OVER out",
            ),
        }
    }
}

fn is_running(frame: &WindowFrame) -> bool {
    frame.units == WindowFrameUnits::Rows
        && frame.start_bound == WindowFrameBound::Preceding(None)
        && matches!(frame.end_bound, None | Some(WindowFrameBound::CurrentRow))
}

/// Name polars gives to a literal, and so to what starts with one.
const LITERAL: &str = "literal";

pub(super) fn is_descending(key: &OrderByExpr) -> bool {
    key.options.asc == Some(false)
}

/// Which keys of a window need a flag key before them for polars to put their
/// NULLs where the text says. The ranks over one key need one anyway:
/// polars ranks a NULL as NULL.
pub(super) fn null_flags(function: &str, keys: &[OrderByExpr]) -> Vec<bool> {
    let alone = keys.len() == 1;
    let ranks = matches!(function, "rank" | "dense_rank");
    keys.iter()
        .map(|key| {
            let native = alone || !is_descending(key);
            (alone && ranks) || key.options.nulls_first.is_some_and(|first| first != native)
        })
        .collect()
}

/// The name polars gives to an expression: that of its leftmost leaf.
fn field_name(expression: &Expr) -> String {
    match expression {
        Expr::Identifier(column) => column.value.clone(),
        Expr::CompoundIdentifier(parts) => parts
            .last()
            .map_or_else(|| LITERAL.to_owned(), |column| column.value.clone()),
        Expr::Nested(inner)
        | Expr::Cast { expr: inner, .. }
        | Expr::Extract { expr: inner, .. }
        | Expr::Substring { expr: inner, .. }
        | Expr::Trim { expr: inner, .. }
        | Expr::Floor { expr: inner, .. }
        | Expr::Ceil { expr: inner, .. }
        | Expr::BinaryOp { left: inner, .. } => field_name(inner),
        Expr::Case { conditions, .. } => conditions
            .first()
            .map_or_else(|| LITERAL.to_owned(), |when| field_name(&when.result)),
        Expr::Function(call) => call_arguments(call)
            .first()
            .map_or_else(|| LITERAL.to_owned(), |argument| field_name(argument)),
        _ => LITERAL.to_owned(),
    }
}
