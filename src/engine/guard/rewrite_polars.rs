//! What only polars needs to mean what the text says.
//!
//! Each rewriting keeps the meaning on every engine, so that the text for polars
//! is still portable and passes the guard unchanged.

use std::ops::ControlFlow;

use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
    FunctionArguments, Ident, JoinConstraint, JoinOperator, ObjectName, OrderByExpr, Query, Select,
    TableFactor, TrimWhereField, Value, VisitMut, VisitorMut, WindowType,
};

use super::kind::{call_arguments, call_name};
use super::subquery::conjuncts;
use super::window::{is_descending, null_flags};

/// Rewrites windows, rounding, trimming and join conditions.
pub(super) fn polars(mut query: Query) -> Query {
    let _ = query.visit(&mut Rewriter);
    query
}

struct Rewriter;

impl VisitorMut for Rewriter {
    type Break = ();

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        match expression {
            Expr::Function(call) => {
                order_nulls(call);
                match call_name(call).as_str() {
                    "round" => {
                        let argument = call_arguments(call).first().map(|a| (*a).clone());
                        if let Some(argument) = argument {
                            *expression = half_away_from_zero(&argument);
                        }
                    }
                    "ltrim" | "rtrim" => trim_spaces(call),
                    _ => {}
                }
            }
            // Polars strips all white space, the standard spaces only.
            Expr::Trim {
                trim_where,
                trim_what,
                ..
            } if trim_what.is_none() => {
                trim_where.get_or_insert(TrimWhereField::Both);
                *trim_what = Some(Box::new(text(" ")));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for join in select.from.iter_mut().flat_map(|from| &mut from.joins) {
            let new = visible_name(&join.relation);
            if let (Some(new), Some(JoinConstraint::On(condition))) =
                (new, constraint(&mut join.join_operator))
            {
                *condition = comparisons(condition, &new);
            }
        }
        ControlFlow::Continue(())
    }
}

/// Writes the place of NULLs into the keys, for polars has its own whatever is
/// written; and gives a lone RANK key, whose NULL would rank as NULL, company.
fn order_nulls(call: &mut Function) {
    let name = call_name(call);
    let Some(WindowType::WindowSpec(spec)) = &mut call.over else {
        return;
    };
    let flags = null_flags(&name, &spec.order_by);
    if !flags.contains(&true) {
        return;
    }
    let keys = std::mem::take(&mut spec.order_by);
    for (mut key, flagged) in keys.into_iter().zip(flags) {
        // As polars places NULLs among several keys: first upwards, last downwards.
        let native = Some(!is_descending(&key));
        if flagged {
            let mut flag = null_flag(&key);
            flag.options.nulls_first = native;
            spec.order_by.push(flag);
        }
        key.options.nulls_first = native;
        spec.order_by.push(key);
    }
}

/// `CASE WHEN key IS NULL THEN 1 ELSE 0 END`, or the other way round, so that in
/// the key's own direction NULLs come last or first.
fn null_flag(key: &OrderByExpr) -> OrderByExpr {
    let last = key.options.nulls_first == Some(false);
    let (null, other) = if last == is_descending(key) {
        ("0", "1")
    } else {
        ("1", "0")
    };
    let mut flag = key.clone();
    flag.expr = case(
        vec![(Expr::IsNull(Box::new(key.expr.clone())), number(null))],
        number(other),
    );
    flag
}

/// Polars rounds halves to even, the standard away from zero. Spelled so that no
/// addition comes before the decision: `x - TRUNC(x)` is exact.
fn half_away_from_zero(x: &Expr) -> Expr {
    let whole = || call("trunc", vec![x.clone()]);
    let fraction = || binary(nested(x.clone()), BinaryOperator::Minus, whole());
    let half = || number("0.5");
    nested(case(
        vec![
            (
                binary(fraction(), BinaryOperator::GtEq, half()),
                binary(whole(), BinaryOperator::Plus, number("1")),
            ),
            (
                binary(nested(fraction()), BinaryOperator::LtEq, number("-0.5")),
                binary(whole(), BinaryOperator::Minus, number("1")),
            ),
        ],
        whole(),
    ))
}

fn trim_spaces(call: &mut Function) {
    if let FunctionArguments::List(list) = &mut call.args
        && list.args.len() == 1
    {
        list.args
            .push(FunctionArg::Unnamed(FunctionArgExpr::Expr(text(" "))));
    }
}

/// ON as a flat list of comparisons, earlier tables on the left of each `=`:
/// polars admits no parentheses and no BETWEEN there, and takes the sides as
/// written when both tables have columns of both names.
fn comparisons(condition: &Expr, new: &str) -> Expr {
    let mut terms = Vec::new();
    for term in conjuncts(condition) {
        match term {
            Expr::Between {
                expr,
                negated: false,
                low,
                high,
            } => {
                let side = |op, bound: &Expr| binary(expr.as_ref().clone(), op, bound.clone());
                terms.push(side(BinaryOperator::GtEq, low));
                terms.push(side(BinaryOperator::LtEq, high));
            }
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } if names(left, new) => {
                terms.push(binary(
                    right.as_ref().clone(),
                    BinaryOperator::Eq,
                    left.as_ref().clone(),
                ));
            }
            term => terms.push(term.clone()),
        }
    }
    terms
        .into_iter()
        .reduce(|all, term| binary(all, BinaryOperator::And, term))
        .unwrap_or_else(|| condition.clone())
}

fn names(expression: &Expr, table: &str) -> bool {
    let table = [table.to_owned()];
    let border = super::inspection::Scope {
        names: &table,
        outer: None,
    };
    super::subquery::sides(expression, &border).inside
}

fn visible_name(relation: &TableFactor) -> Option<String> {
    let (alias, own) = match relation {
        TableFactor::Table { name, alias, .. } => (alias, name.0.last()?.as_ident()),
        TableFactor::Derived { alias, .. } => (alias, None),
        _ => return None,
    };
    alias
        .as_ref()
        .map(|alias| &alias.name)
        .or(own)
        .map(|ident| ident.value.clone())
}

fn constraint(operator: &mut JoinOperator) -> Option<&mut JoinConstraint> {
    use JoinOperator as J;
    match operator {
        J::Join(c)
        | J::Inner(c)
        | J::Left(c)
        | J::LeftOuter(c)
        | J::FullOuter(c)
        | J::LeftSemi(c)
        | J::LeftAnti(c) => Some(c),
        _ => None,
    }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

/// In parentheses, unless it is a name, a literal or a call anyway.
fn nested(inner: Expr) -> Expr {
    match inner {
        Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::Value(_)
        | Expr::Function(_)
        | Expr::Cast { .. }
        | Expr::Nested(_) => inner,
        inner => Expr::Nested(Box::new(inner)),
    }
}

fn case(whens: Vec<(Expr, Expr)>, otherwise: Expr) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: whens
            .into_iter()
            .map(|(condition, result)| CaseWhen { condition, result })
            .collect(),
        else_result: Some(Box::new(otherwise)),
    }
}

fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name.to_uppercase())]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: arguments
                .into_iter()
                .map(|argument| FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)))
                .collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

fn number(digits: &str) -> Expr {
    Expr::Value(Value::Number(digits.to_owned(), false).into())
}

fn text(characters: &str) -> Expr {
    Expr::Value(Value::SingleQuotedString(characters.to_owned()).into())
}
