//! What both engines need: one width of integer, and a name for every column.
//!
//! Polars counts in unsigned 32 bits (so `COUNT(a) - COUNT(b)` wraps), takes
//! months as 8 bits and sums in the width of the summed; `DataFusion` ranks in
//! unsigned 64 bits. BIGINT everywhere ends that.

use std::ops::ControlFlow;

use sqlparser::ast::{
    CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident,
    Query, SelectItem, SetExpr, Value, VisitMut, VisitorMut,
};

use super::kind::{Kind, call_arguments, call_name, is_bigint_cast};

/// Casts counts, ranks, lengths, date parts and sums (and what is summed) to
/// BIGINT; gives the columns of a union's later arms the first arm's names.
pub(super) fn portable(mut query: Query) -> Query {
    let _ = query.visit(&mut Widener);
    query
}

struct Widener;

impl VisitorMut for Widener {
    type Break = ();

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        widen(expression);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if matches!(query.body.as_ref(), SetExpr::SetOperation { .. })
            && let Some(names) = column_names(&query.body)
        {
            name_arms(&mut query.body, &names);
        }
        ControlFlow::Continue(())
    }
}

/// Names of a query's first arm; `None` where a wildcard hides them.
fn column_names(body: &SetExpr) -> Option<Vec<Ident>> {
    match body {
        SetExpr::Select(select) => select
            .projection
            .iter()
            .map(|item| match item {
                SelectItem::ExprWithAlias { alias, .. } => Some(alias.clone()),
                SelectItem::UnnamedExpr(Expr::Identifier(column)) => Some(column.clone()),
                SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().cloned(),
                _ => None,
            })
            .collect(),
        SetExpr::Query(query) => column_names(&query.body),
        SetExpr::SetOperation { left, .. } => column_names(left),
        _ => None,
    }
}

/// Polars calls every literal `literal`, so two of them in an arm would clash.
fn name_arms(body: &mut SetExpr, names: &[Ident]) {
    match body {
        SetExpr::SetOperation { left, right, .. } => {
            name_arms(left, names);
            name_arms(right, names);
        }
        SetExpr::Query(query) => name_arms(&mut query.body, names),
        SetExpr::Select(select) => {
            for (item, name) in select.projection.iter_mut().zip(names) {
                if let SelectItem::UnnamedExpr(expression) = item
                    && !is_named(expression, name)
                {
                    *item = SelectItem::ExprWithAlias {
                        expr: std::mem::replace(expression, null()),
                        alias: name.clone(),
                    };
                }
            }
        }
        _ => {}
    }
}

fn is_named(expression: &Expr, name: &Ident) -> bool {
    match expression {
        Expr::Identifier(column) => column.value == name.value,
        Expr::CompoundIdentifier(parts) => parts.last().is_some_and(|p| p.value == name.value),
        _ => false,
    }
}

/// Called from the leaves up, so arguments are already widened.
fn widen(expression: &mut Expr) {
    match expression {
        Expr::Extract { .. } => cast(expression),
        Expr::Function(call) => match call_name(call).as_str() {
            "count" | "row_number" | "rank" | "dense_rank" | "length" | "char_length"
            | "character_length" | "octet_length" | "date_part" => cast(expression),
            "sum" => {
                if call_arguments(call)
                    .into_iter()
                    .any(|a| Kind::of(a) == Kind::Double)
                {
                    return;
                }
                cast_argument(call);
                cast(expression);
            }
            _ => {}
        },
        // What was cast already now is cast twice: once will do.
        Expr::Cast {
            kind: CastKind::Cast,
            data_type: DataType::BigInt(None),
            expr,
            ..
        } if is_plain_bigint_cast(expr) => {
            let inner = std::mem::replace(expr.as_mut(), null());
            *expression = inner;
        }
        _ => {}
    }
}

fn cast_argument(call: &mut Function) {
    let FunctionArguments::List(list) = &mut call.args else {
        return;
    };
    for argument in &mut list.args {
        if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) = argument
            && !is_bigint_cast(expression)
        {
            cast(expression);
        }
    }
}

fn is_plain_bigint_cast(expression: &Expr) -> bool {
    is_bigint_cast(expression)
        && matches!(
            expression,
            Expr::Cast {
                kind: CastKind::Cast,
                ..
            }
        )
}

fn cast(expression: &mut Expr) {
    let inner = std::mem::replace(expression, null());
    *expression = Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(inner),
        data_type: DataType::BigInt(None),
        array: false,
        format: None,
    };
}

fn null() -> Expr {
    Expr::Value(Value::Null.into())
}
