//! What kind of number an expression visibly is, from the text alone.

use std::collections::BTreeSet;

use sqlparser::ast::{
    BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    UnaryOperator, Value,
};

/// Kind of value as far as the text shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Floating point: a `CAST … AS DOUBLE`, a division, a logarithm, `0.5`.
    Double,
    /// Integer for certain.
    Integer,
    /// `NULL`: takes the kind of its neighbours.
    Null,
    /// A column, or something that is no number.
    Unknown,
}

impl Kind {
    /// Kind of a value that may come from either side.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Double, _) | (_, Self::Double) => Self::Double,
            (Self::Null, kind) | (kind, Self::Null) => kind,
            (Self::Integer, Self::Integer) => Self::Integer,
            _ => Self::Unknown,
        }
    }

    fn of_all<'e>(expressions: impl IntoIterator<Item = &'e Expr>) -> Self {
        expressions
            .into_iter()
            .fold(Self::Null, |kind, expression| kind.or(Self::of(expression)))
    }

    /// Kind of `expression`.
    pub(super) fn of(expression: &Expr) -> Self {
        match expression {
            Expr::Nested(inner)
            | Expr::UnaryOp {
                op: UnaryOperator::Minus | UnaryOperator::Plus,
                expr: inner,
            } => Self::of(inner),
            Expr::Value(value) => match &value.value {
                Value::Number(digits, _) if digits.contains('.') => Self::Double,
                Value::Number(..) => Self::Integer,
                Value::Null => Self::Null,
                _ => Self::Unknown,
            },
            Expr::Cast { data_type, .. } => match data_type {
                DataType::Double(_) | DataType::DoublePrecision => Self::Double,
                DataType::BigInt(_) => Self::Integer,
                _ => Self::Unknown,
            },
            Expr::BinaryOp { left, op, right } => match op {
                BinaryOperator::Divide => Self::Double,
                BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply => {
                    Self::of(left).or(Self::of(right))
                }
                _ => Self::Unknown,
            },
            Expr::Case { .. } => Self::of_all(case_results(expression)),
            Expr::Extract { .. } => Self::Integer,
            Expr::Ceil { .. } | Expr::Floor { .. } => Self::Double,
            Expr::Function(call) => Self::of_call(call),
            _ => Self::Unknown,
        }
    }

    fn of_call(call: &Function) -> Self {
        let arguments = call_arguments(call);
        match call_name(call).as_str() {
            "ln" | "exp" | "sqrt" | "avg" | "stddev" | "stddev_samp" | "var_samp" | "median"
            | "round" | "trunc" => Self::Double,
            "count" | "row_number" | "rank" | "dense_rank" | "length" | "char_length"
            | "character_length" | "octet_length" | "date_part" => Self::Integer,
            // Sums that are not double are cast to BIGINT by the rewriting.
            "sum" => match Self::of_all(arguments) {
                Self::Double => Self::Double,
                _ => Self::Integer,
            },
            "min" | "max" | "abs" | "first_value" | "lag" | "lead" | "nullif" => arguments
                .first()
                .map_or(Self::Unknown, |first| Self::of(first)),
            "coalesce" | "greatest" | "least" => Self::of_all(arguments),
            _ => Self::Unknown,
        }
    }
}

/// Names the columns that give `expression` its value (not those that only
/// decide which value it takes), where the text leaves their type open.
pub(super) fn untyped_columns(expression: &Expr, columns: &mut BTreeSet<String>) {
    match expression {
        Expr::Identifier(column) => {
            columns.insert(column.value.clone());
        }
        Expr::CompoundIdentifier(parts) => {
            columns.extend(parts.last().map(|column| column.value.clone()));
        }
        Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } => untyped_columns(inner, columns),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply,
            right,
        } => {
            untyped_columns(left, columns);
            untyped_columns(right, columns);
        }
        Expr::Case { .. } => {
            for result in case_results(expression) {
                untyped_columns(result, columns);
            }
        }
        Expr::Function(call) => {
            let arguments = call_arguments(call);
            let given = match call_name(call).as_str() {
                "coalesce" | "greatest" | "least" => arguments.len(),
                "abs" | "nullif" | "min" | "max" => 1,
                _ => 0,
            };
            for argument in arguments.into_iter().take(given) {
                untyped_columns(argument, columns);
            }
        }
        _ => {}
    }
}

/// `CAST(… AS BIGINT)`, the form the rewriting gives to integers.
pub(super) fn is_bigint_cast(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Cast {
            data_type: DataType::BigInt(None),
            ..
        }
    )
}

/// Name of the called function, lower case.
pub(super) fn call_name(call: &Function) -> String {
    call.name.to_string().to_lowercase()
}

/// Arguments that are expressions.
pub(super) fn call_arguments(call: &Function) -> Vec<&Expr> {
    let FunctionArguments::List(list) = &call.args else {
        return Vec::new();
    };
    list.args
        .iter()
        .filter_map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression),
            _ => None,
        })
        .collect()
}

fn case_results(case: &Expr) -> Vec<&Expr> {
    let Expr::Case {
        conditions,
        else_result,
        ..
    } = case
    else {
        return Vec::new();
    };
    conditions
        .iter()
        .map(|when| &when.result)
        .chain(else_result.as_deref())
        .collect()
}
