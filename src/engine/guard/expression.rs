//! Rules for expressions: a list of what is admitted, everything else refused.

use sqlparser::ast::{
    CastFormat, CastKind, CeilFloorKind, DataType, DateTimeField, ExactNumberInfo, Expr, Ident,
    Spanned, UnaryOperator,
};

use super::inspection::{Clause, Inspection};
use super::kind::Kind;
use super::literal::{integer_literal, text_literal};

/// Found by CAST and by `||`.
pub(super) const DOUBLE_AS_TEXT: &str = "a double turned into text";

impl Inspection {
    /// Checks an expression and all that is in it.
    pub(super) fn expression(&mut self, expression: &Expr, clause: Clause) {
        self.at(expression.span());
        self.node(expression, clause);
        for part in parts(expression) {
            self.expression(part, clause);
        }
    }

    /// Checks one node, its parts apart.
    fn node(&mut self, expression: &Expr, clause: Clause) {
        match expression {
            Expr::Identifier(ident) => self.column(ident, clause),
            Expr::CompoundIdentifier(parts) => self.qualified_column(parts, clause),
            Expr::Value(value) => self.value(&value.value),
            Expr::TypedString(text) => self.typed_string(text),
            Expr::Nested(_)
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::Between { .. }
            | Expr::Case { .. } => {}
            Expr::BinaryOp { left, op, right } => self.operator(left, op, right),
            Expr::UnaryOp { op, .. } => self.refuse_if(
                !matches!(
                    op,
                    UnaryOperator::Minus | UnaryOperator::Plus | UnaryOperator::Not
                ),
                &format!("operator {op}"),
                "use +, - or NOT",
            ),
            Expr::InList { list, .. } => self.in_list(list),
            Expr::Like {
                pattern,
                escape_char,
                any,
                ..
            }
            | Expr::ILike {
                pattern,
                escape_char,
                any,
                ..
            } => {
                self.pattern(pattern, escape_char.is_some() || *any);
            }
            Expr::Cast {
                kind,
                expr,
                data_type,
                array,
                format,
            } => {
                self.cast(kind, data_type, *array, format.as_ref());
                self.refuse_if(
                    matches!(data_type, DataType::Varchar(_)) && Kind::of(expr) == Kind::Double,
                    DOUBLE_AS_TEXT,
                    "cast it to BIGINT first: the engines spell exponents differently",
                );
            }
            Expr::Extract { field, .. } => self.date_field(field),
            Expr::Ceil { field, .. } | Expr::Floor { field, .. } => self.refuse_if(
                !matches!(
                    field,
                    CeilFloorKind::DateTimeField(DateTimeField::NoDateTime)
                ),
                "CEIL or FLOOR with a scale or a field",
                "round a product: FLOOR(x * 100)",
            ),
            Expr::Substring {
                substring_from,
                substring_for,
                ..
            } => {
                self.substring(substring_from.as_deref(), substring_for.as_deref());
            }
            Expr::Trim {
                trim_what,
                trim_characters,
                ..
            } => self.refuse_if(
                trim_characters.is_some()
                    || trim_what
                        .as_deref()
                        .is_some_and(|what| text_literal(what).is_none()),
                "TRIM of something other than literal characters",
                "write TRIM(BOTH '0' FROM x)",
            ),
            Expr::Function(call) => self.call(call, clause),
            other => self.refuse_form(other),
        }
    }

    /// Syntax with a place in SQL but not in the portable subset.
    fn refuse_form(&mut self, expression: &Expr) {
        let (found, remedy) = match expression {
            Expr::IsTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsNotTrue(_)
            | Expr::IsNotFalse(_)
            | Expr::IsUnknown(_)
            | Expr::IsNotUnknown(_) => (
                "IS TRUE, IS FALSE or IS UNKNOWN",
                "write COALESCE(condition, FALSE): polars answers NULL for NULL",
            ),
            Expr::Subquery(_) => (
                "a scalar subquery",
                "compute it in a CTE of one row and CROSS JOIN it: polars has no scalar subqueries",
            ),
            Expr::Exists { .. } | Expr::InSubquery { .. } => (
                "EXISTS or IN (SELECT …) inside an expression",
                "let it stand alone between the ANDs of WHERE, or use LEFT SEMI JOIN or \
                 LEFT ANTI JOIN",
            ),
            Expr::Interval(_) => (
                "an INTERVAL by itself",
                "add it to a date: d + INTERVAL '30 days'",
            ),
            Expr::Position { .. } => (
                "POSITION",
                "use LIKE, SPLIT_PART or REGEXP_LIKE: polars takes the text for a regular \
                 expression, counts bytes and answers 0 for NULL",
            ),
            Expr::RLike { .. } | Expr::SimilarTo { .. } => {
                ("RLIKE or SIMILAR TO", "use REGEXP_LIKE(text, 'pattern')")
            }
            Expr::AnyOp { .. } | Expr::AllOp { .. } => {
                ("ANY or ALL", "use IN, or compare with MIN or MAX in a CTE")
            }
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => ("* as a value", "name the columns"),
            Expr::Tuple(_) => ("a row value", "compare the columns one by one"),
            _ => {
                let text = expression.to_string();
                let short: String = text.chars().take(40).collect();
                self.refuse(
                    format!("expression {short}"),
                    "it is not in the subset both engines answer alike; express it with CASE, \
                     CAST, comparisons and the registered functions",
                );
                return;
            }
        };
        self.refuse(found, remedy);
    }

    fn column(&mut self, ident: &Ident, clause: Clause) {
        let name = self.name(ident);
        if ident.quote_style.is_none()
            && matches!(
                name.as_str(),
                "current_date" | "current_time" | "current_timestamp" | "localtimestamp"
            )
        {
            self.refuse(name.to_uppercase(), super::advice::remedy(&name));
        }
        if clause.qualified {
            self.refuse(
                format!("column {name} without its table in {}", clause.name),
                format!("write table.{name}"),
            );
        }
    }

    fn qualified_column(&mut self, parts: &[Ident], clause: Clause) {
        let names: Vec<String> = parts.iter().map(|part| self.name(part)).collect();
        let [table, column] = names.as_slice() else {
            self.refuse(
                format!("column {}", names.join(".")),
                "write table.column, two parts",
            );
            return;
        };
        if !clause.scope.sees(table) {
            self.refuse(
                format!("{table}.{column}, but {table} is not in this FROM"),
                "use the alias given in this FROM: polars would take any registered table's \
                 name and read the column of the same name from here",
            );
        }
    }

    fn cast(&mut self, kind: &CastKind, to: &DataType, array: bool, format: Option<&CastFormat>) {
        self.refuse_if(
            array || format.is_some() || !matches!(kind, CastKind::Cast | CastKind::TryCast),
            "a cast other than CAST(x AS type) and TRY_CAST(x AS type)",
            "write CAST or TRY_CAST",
        );
        let remedy = match to {
            DataType::BigInt(None)
            | DataType::Double(ExactNumberInfo::None)
            | DataType::Varchar(None)
            | DataType::Boolean
            | DataType::Date => return,
            DataType::Decimal(_)
            | DataType::Numeric(_)
            | DataType::Dec(_)
            | DataType::BigDecimal(_) => {
                "keep money as BIGINT cents: products of decimals keep the wrong scale in polars"
            }
            DataType::Float(_) | DataType::Real | DataType::Float4 | DataType::Float8 => {
                "write DOUBLE: FLOAT has 32 bits on one engine and 64 on the other"
            }
            DataType::Timestamp(..) | DataType::Datetime(_) | DataType::Time(..) => {
                "write DATE; cut the time off the text first with SUBSTR(x, 1, 10)"
            }
            _ => {
                "write one of BIGINT, DOUBLE, VARCHAR, BOOLEAN, DATE: narrower integers wrap in sums"
            }
        };
        self.refuse(format!("type {to}"), remedy);
    }

    fn substring(&mut self, start: Option<&Expr>, length: Option<&Expr>) {
        let from = start.and_then(integer_literal);
        self.refuse_if(
            start.is_none() || (length.is_none() && from.is_none_or(|from| from < 1)),
            "SUBSTR without a length from a computed start",
            "write SUBSTR(text, start, length), or a literal start from 1: polars counts a \
             start below 1 from the end",
        );
        self.refuse_if(
            length.and_then(integer_literal).is_some_and(|n| n < 0),
            "SUBSTR with a negative length",
            "write a length of zero or more",
        );
    }
}

/// The parts of an expression that are checked like itself. Calls and lists of
/// literals see to their own.
fn parts(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::Nested(inner)
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::UnaryOp { expr: inner, .. }
        | Expr::InList { expr: inner, .. }
        | Expr::Like { expr: inner, .. }
        | Expr::ILike { expr: inner, .. }
        | Expr::Cast { expr: inner, .. }
        | Expr::Extract { expr: inner, .. }
        | Expr::Ceil { expr: inner, .. }
        | Expr::Floor { expr: inner, .. }
        | Expr::Trim { expr: inner, .. } => vec![inner],
        Expr::BinaryOp { left, right, .. } if matches!(right.as_ref(), Expr::Interval(_)) => {
            vec![left]
        }
        Expr::BinaryOp { left, right, .. }
        | Expr::IsDistinctFrom(left, right)
        | Expr::IsNotDistinctFrom(left, right) => vec![left, right],
        Expr::Between {
            expr, low, high, ..
        } => vec![expr, low, high],
        Expr::Substring {
            expr,
            substring_from,
            substring_for,
            ..
        } => [Some(expr), substring_from.as_ref(), substring_for.as_ref()]
            .into_iter()
            .flatten()
            .map(AsRef::as_ref)
            .collect(),
        Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => operand
            .iter()
            .chain(else_result)
            .map(AsRef::as_ref)
            .chain(
                conditions
                    .iter()
                    .flat_map(|when| [&when.condition, &when.result]),
            )
            .collect(),
        _ => Vec::new(),
    }
}
