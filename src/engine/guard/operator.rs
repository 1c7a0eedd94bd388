//! Rules for operators.

use sqlparser::ast::{BinaryOperator, Expr, Value, ValueWithSpan};

use super::advice;
use super::expression::DOUBLE_AS_TEXT;
use super::inspection::Inspection;
use super::kind::{Kind, call_arguments, call_name};

const NULL_COMPARISON: &str = "a comparison with NULL";

impl Inspection {
    /// Checks an operator and what its sides must be.
    pub(super) fn operator(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr) {
        if let Expr::Interval(interval) = right {
            self.refuse_if(
                !matches!(op, BinaryOperator::Plus | BinaryOperator::Minus),
                "an INTERVAL compared or multiplied",
                "add it to a date: d + INTERVAL '30 days'",
            );
            self.interval(interval);
            return;
        }
        match op {
            BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::And
            | BinaryOperator::Or => {}
            BinaryOperator::StringConcat => self.refuse_if(
                Kind::of(left) == Kind::Double || Kind::of(right) == Kind::Double,
                DOUBLE_AS_TEXT,
                "cast it to BIGINT first: the engines spell exponents differently",
            ),
            BinaryOperator::Divide => self.division(left, right),
            BinaryOperator::Eq | BinaryOperator::NotEq => self.equality(left, right),
            BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq => self.refuse_if(
                is_null(left) || is_null(right),
                NULL_COMPARISON,
                "write IS NULL or IS NOT NULL",
            ),
            BinaryOperator::Modulo | BinaryOperator::MyIntegerDivide => {
                self.refuse(format!("operator {op}"), advice::remedy("mod"));
            }
            BinaryOperator::DuckIntegerDivide => {
                self.refuse("operator //", advice::remedy("div"));
            }
            BinaryOperator::PGRegexMatch | BinaryOperator::PGRegexNotMatch => {
                self.refuse(format!("operator {op}"), "use REGEXP_LIKE(text, 'pattern')");
            }
            other => self.refuse(
                format!("operator {other}"),
                "use + - * /, comparisons, AND, OR, NOT and ||",
            ),
        }
    }

    /// Polars divides integers to a double, `DataFusion` truncates; a zero
    /// divisor fails on one and is infinite on the other.
    fn division(&mut self, left: &Expr, right: &Expr) {
        self.refuse_if(
            Kind::of(left) != Kind::Double,
            "a division whose left side is not visibly DOUBLE",
            "write CAST(a AS DOUBLE) / NULLIF(b, 0)",
        );
        self.refuse_if(
            !cannot_be_zero(right),
            "a division whose right side may be zero",
            "write CAST(a AS DOUBLE) / NULLIF(b, 0)",
        );
    }

    fn equality(&mut self, left: &Expr, right: &Expr) {
        self.refuse_if(
            is_null(left) || is_null(right),
            NULL_COMPARISON,
            "write IS NULL or IS NOT NULL",
        );
        if let (Expr::Value(left), Expr::Value(right)) = (left, right) {
            self.refuse_if(
                left.value != right.value,
                "a comparison of two literals",
                "write TRUE or FALSE: polars compares their spelling",
            );
        }
    }
}

/// Whether a divisor is a literal other than zero, or guarded by NULLIF.
fn cannot_be_zero(divisor: &Expr) -> bool {
    match divisor {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => cannot_be_zero(inner),
        Expr::Value(ValueWithSpan {
            value: Value::Number(digits, _),
            ..
        }) => digits.parse::<f64>().is_ok_and(|value| value != 0.0),
        Expr::Function(call) if call_name(call) == "nullif" => call_arguments(call)
            .get(1)
            .is_some_and(|zero| is_zero(zero)),
        _ => false,
    }
}

fn is_null(expression: &Expr) -> bool {
    matches!(expression, Expr::Value(value) if value.value == Value::Null)
}

fn is_zero(expression: &Expr) -> bool {
    matches!(expression, Expr::Value(ValueWithSpan { value: Value::Number(digits, _), .. })
        if digits.parse::<f64>().is_ok_and(|value| value == 0.0))
}
