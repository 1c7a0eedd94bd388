//! Rules for literals: numbers, text patterns, dates and spans of days.

use sqlparser::ast::{
    DataType, DateTimeField, Expr, Interval, Spanned, TypedString, UnaryOperator, Value,
    ValueWithSpan,
};

use super::inspection::Inspection;

impl Inspection {
    pub(super) fn value(&mut self, value: &Value) {
        match value {
            Value::Number(digits, _) => self.refuse_if(
                if digits.contains('.') {
                    digits.parse::<f64>().is_err()
                } else {
                    digits.parse::<i64>().is_err()
                },
                &format!("number {digits}"),
                "write an integer of 64 bits, or a decimal point",
            ),
            Value::SingleQuotedString(_) | Value::Boolean(_) | Value::Null => {}
            other => self.refuse(
                format!("literal {other}"),
                "write numbers, 'text', TRUE, FALSE, NULL or DATE 'YYYY-MM-DD'",
            ),
        }
    }

    pub(super) fn typed_string(&mut self, text: &TypedString) {
        let is_date = text.data_type == DataType::Date
            && matches!(&text.value.value, Value::SingleQuotedString(day) if is_iso_day(day));
        self.refuse_if(
            !is_date,
            &format!("literal {text}"),
            "write DATE 'YYYY-MM-DD'; there are dates but no times in the canonical tables",
        );
    }

    pub(super) fn in_list(&mut self, list: &[Expr]) {
        for item in list {
            self.at(item.span());
            match item {
                Expr::Value(value) if value.value == Value::Null => self.refuse(
                    "NULL in an IN list",
                    "write OR x IS NULL: NOT IN with a NULL never holds",
                ),
                Expr::Value(value) => self.value(&value.value),
                Expr::TypedString(text) => self.typed_string(text),
                item if integer_literal(item).is_some() => {}
                _ => self.refuse(
                    "an IN list with something other than literals",
                    "compare with = and OR, or use LEFT SEMI JOIN",
                ),
            }
        }
    }

    pub(super) fn pattern(&mut self, pattern: &Expr, special: bool) {
        self.at(pattern.span());
        match text_literal(pattern) {
            Some(text) if !special => self.refuse_if(
                text.contains('\\'),
                "a backslash in a LIKE pattern",
                "use REGEXP_LIKE: it escapes on one engine and is a plain character on the other",
            ),
            _ => self.refuse(
                "LIKE with ESCAPE, ANY or a pattern that is no literal",
                "write the pattern as 'text' with % and _, or use REGEXP_LIKE or STARTS_WITH",
            ),
        }
    }

    pub(super) fn date_field(&mut self, field: &DateTimeField) {
        self.refuse_if(
            !is_date_field(&field.to_string()),
            &format!("EXTRACT({field} …)"),
            "take YEAR, QUARTER, MONTH, WEEK (ISO), DAY, DOY or DOW (Sunday = 0); for seconds or \
             spans use the epoch-day columns",
        );
    }

    pub(super) fn interval(&mut self, interval: &Interval) {
        let text = match interval.value.as_ref() {
            Expr::Value(ValueWithSpan {
                value: Value::SingleQuotedString(text),
                ..
            }) if interval.leading_field.is_none() && interval.last_field.is_none() => {
                Some(text.as_str())
            }
            _ => None,
        };
        self.refuse_if(
            !text.is_some_and(is_day_interval),
            &format!("{interval}"),
            "write INTERVAL '30 days', '2 weeks', '1 month' or '1 year' in one string, \
             or add days to the epoch-day column",
        );
    }
}

/// The text of a string literal.
pub(super) fn text_literal(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(text),
            ..
        }) => Some(text),
        _ => None,
    }
}

/// The value of an integer literal, with its sign.
pub(super) fn integer_literal(expression: &Expr) -> Option<i64> {
    match expression {
        Expr::Value(ValueWithSpan {
            value: Value::Number(digits, _),
            ..
        }) => digits.parse().ok(),
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => integer_literal(expr).and_then(i64::checked_neg),
        _ => None,
    }
}

/// `YYYY-MM-DD`, digits only; the calendar is the engines' business.
fn is_iso_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(i, byte)| {
            if i == 4 || i == 7 {
                byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        })
}

/// `30 days`, `1 month`, …: a count and one calendar unit.
fn is_day_interval(text: &str) -> bool {
    let Some((count, unit)) = text.split_once(' ') else {
        return false;
    };
    !count.is_empty()
        && count.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(
            unit,
            "day" | "days" | "week" | "weeks" | "month" | "months" | "year" | "years"
        )
}

/// Date parts with one meaning and range on both engines.
pub(super) fn is_date_field(field: &str) -> bool {
    matches!(
        field.to_lowercase().as_str(),
        "year" | "quarter" | "month" | "week" | "day" | "doy" | "dow"
    )
}
