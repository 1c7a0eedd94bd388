//! Rules for function calls.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Spanned,
    Value,
};

use super::advice;
use super::functions::{self, Class};
use super::grouping::has_column;
use super::inspection::{Clause, Inspection};
use super::kind::{Kind, call_name, untyped_columns};
use super::literal::{integer_literal, is_date_field, text_literal};

impl Inspection {
    pub(super) fn call(&mut self, call: &Function, clause: Clause) {
        self.at(call.name.span());
        let name = call_name(call);
        let Some(function) = functions::find(&name) else {
            self.refuse(
                format!("function {}", name.to_uppercase()),
                advice::remedy(&name),
            );
            return;
        };
        let shown = name.to_uppercase();
        let class = function.class;
        self.call_form(call, class, &shown);
        let Some(arguments) = self.arguments(call, class, &shown) else {
            return;
        };
        let (fewest, most) = function.arguments;
        let stars = usize::from(is_count_star(call));
        if !(fewest..=most).contains(&(arguments.len() + stars)) {
            self.refuse(
                format!("{shown} with {} arguments", arguments.len()),
                arity(fewest, most),
            );
        }
        match &call.over {
            Some(window) => self.over(call, class, window, clause),
            None => match class {
                Class::Aggregate if !clause.aggregates => self.refuse(
                    format!("aggregate {shown} in {}", clause.name),
                    "compute it in a CTE with its own GROUP BY and use its column",
                ),
                Class::Ranking | Class::Offset => self.refuse(
                    format!("{shown} without OVER"),
                    "add OVER (PARTITION BY … ORDER BY … NULLS LAST)",
                ),
                _ => {}
            },
        }
        let inside = match class {
            Class::Scalar => clause,
            _ => Clause {
                name: "an aggregate or window function",
                aggregates: false,
                windows: false,
                ..clause
            },
        };
        for argument in &arguments {
            self.expression(argument, inside);
        }
        if let Some(filter) = &call.filter {
            self.filter(filter, inside);
        }
        self.at(call.name.span());
        match class {
            Class::Aggregate => self.aggregate(&name, &arguments),
            Class::Offset => self.offset(&shown, &arguments),
            Class::Scalar => self.literal_arguments(&name, &arguments),
            Class::Ranking => {}
        }
    }

    fn filter(&mut self, filter: &Expr, inside: Clause) {
        let clause = Clause {
            name: "FILTER",
            ..inside
        };
        self.expression(filter, clause);
        self.refuse_if(
            !has_column(filter),
            "FILTER with a constant condition",
            "leave it out: polars evaluates it once, not once per row",
        );
    }

    /// Syntax around the arguments.
    fn call_form(&mut self, call: &Function, class: Class, shown: &str) {
        self.refuse_if(
            call.uses_odbc_syntax || call.parameters != FunctionArguments::None,
            &format!("special call syntax for {shown}"),
            "write a plain call",
        );
        self.refuse_if(
            call.null_treatment.is_some(),
            "IGNORE NULLS or RESPECT NULLS",
            "polars has neither; filter the NULLs in a CTE",
        );
        self.refuse_if(
            !call.within_group.is_empty(),
            "WITHIN GROUP",
            "take the nearest rank by ROW_NUMBER and COUNT(*) OVER (PARTITION BY …)",
        );
        self.refuse_if(
            call.filter.is_some() && class != Class::Aggregate,
            &format!("FILTER after {shown}"),
            "FILTER belongs to aggregates",
        );
        if let FunctionArguments::List(list) = &call.args {
            self.refuse_if(
                !list.clauses.is_empty(),
                &format!("a clause inside {shown}(…)"),
                "leave it out; order rows by a window instead",
            );
            match list.duplicate_treatment {
                None => {}
                Some(DuplicateTreatment::All) => self.refuse("ALL in a call", "leave it out"),
                Some(DuplicateTreatment::Distinct) if shown != "COUNT" => self.refuse(
                    format!("{shown}(DISTINCT …)"),
                    "deduplicate in a CTE first; DISTINCT works in COUNT only",
                ),
                Some(DuplicateTreatment::Distinct) => self.refuse_if(
                    call.over.is_some(),
                    "COUNT(DISTINCT …) OVER",
                    "deduplicate in a CTE, then COUNT(*) OVER (PARTITION BY …)",
                ),
            }
        }
    }

    fn arguments<'c>(
        &mut self,
        call: &'c Function,
        class: Class,
        shown: &str,
    ) -> Option<Vec<&'c Expr>> {
        let FunctionArguments::List(list) = &call.args else {
            self.refuse(
                format!("{shown} without parentheses, or over a subquery"),
                "write a plain call",
            );
            return None;
        };
        let mut arguments = Vec::with_capacity(list.args.len());
        for argument in &list.args {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => {
                    arguments.push(expression);
                }
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard)
                    if class == Class::Aggregate && is_count_star(call) => {}
                other => {
                    self.refuse(
                        format!("argument {other} of {shown}"),
                        "pass plain expressions (and * to COUNT only)",
                    );
                    return None;
                }
            }
        }
        Some(arguments)
    }

    fn aggregate(&mut self, name: &str, arguments: &[&Expr]) {
        let shown = name.to_uppercase();
        let argument = arguments.first();
        let counts_rows = name == "count" && argument.is_none_or(|a| is_value(a));
        if !counts_rows && argument.is_some_and(|a| !has_column(a)) {
            self.refuse(
                format!("{shown} of a constant"),
                "use COUNT(*) (times the constant): polars aggregates the constant once, not \
                 once per row",
            );
        }
        let kind = argument.map_or(Kind::Unknown, |a| Kind::of(a));
        let exact = self.purpose.is_exact();
        match name {
            "sum" if kind != Kind::Double => {
                if let Some(argument) = argument {
                    untyped_columns(argument, &mut self.integer_columns);
                }
            }
            "sum" if exact => self.refuse(
                "SUM over doubles",
                "sum integers: cents, counts, or fixed point as \
                 SUM(CAST(ROUND(x * 1000000) AS BIGINT)); sums of doubles depend on the order of \
                 the rows",
            ),
            "max" | "min" if exact && kind == Kind::Double => self.refuse(
                format!("{shown} over doubles"),
                "take it over integers: polars passes over a NaN that other engines return, and a \
                 computed double (LN of a negative, 0 / 0) may be one",
            ),
            "avg" | "stddev" | "stddev_samp" | "var_samp" if exact => self.refuse(
                shown,
                "give COUNT(*), SUM(x) and SUM(x * x) over integers; means and variances are \
                 computed in Rust",
            ),
            "median" if kind != Kind::Double => self.refuse(
                "MEDIAN without a type",
                "write MEDIAN(CAST(x AS DOUBLE)): engines and versions differ in the type of \
                 an integer median",
            ),
            _ => {}
        }
    }

    fn offset(&mut self, shown: &str, arguments: &[&Expr]) {
        if let Some(step) = arguments.get(1)
            && integer_literal(step).is_none_or(|step| step < 1)
        {
            self.refuse(
                format!("offset {step} of {shown}"),
                "write a positive number: polars takes no other",
            );
        }
    }

    /// Arguments that must stand in the text, or that the engines read
    /// differently outside a range.
    fn literal_arguments(&mut self, name: &str, arguments: &[&Expr]) {
        let text = |i: usize| arguments.get(i).and_then(|a| text_literal(a));
        let integer = |i: usize| arguments.get(i).and_then(|a| integer_literal(a));
        let shown = name.to_uppercase();
        let (broken, remedy) = match name {
            "left" => (
                integer(1).is_none_or(|n| n < 1),
                "write the number of characters, one or more: polars makes '' of NULL for zero",
            ),
            "right" => (
                integer(1) != Some(1),
                "write SUBSTR(x, GREATEST(LENGTH(x) - 3, 1), 4) for the last 4: polars cuts texts \
                 that are shorter; RIGHT(x, 1) is fine",
            ),
            "lpad" | "rpad" => (
                integer(1).is_none_or(|n| n < 0) || text(2).is_none_or(|t| t.chars().count() != 1),
                "write the length as a number and one fill character",
            ),
            "split_part" => (
                text(1).is_none_or(str::is_empty) || integer(2).is_none_or(|n| n < 1),
                "write the separator as text and the part as a number from 1",
            ),
            "concat_ws" => (text(0).is_none(), "write the separator as text"),
            "regexp_like" => (text(1).is_none(), "write the pattern as text"),
            "ltrim" | "rtrim" => (
                arguments.len() == 2 && text(1).is_none_or(str::is_empty),
                "write the characters to strip as text",
            ),
            "date_part" => (
                text(0).is_none_or(|field| !is_date_field(field)),
                "ask for 'year', 'quarter', 'month', 'week' (ISO), 'day', 'doy' or 'dow' \
                 (Sunday = 0)",
            ),
            _ => return,
        };
        self.refuse_if(broken, &format!("these arguments of {shown}"), remedy);
    }
}

fn is_count_star(call: &Function) -> bool {
    let FunctionArguments::List(list) = &call.args else {
        return false;
    };
    call_name(call) == "count"
        && list.duplicate_treatment.is_none()
        && matches!(
            list.args.as_slice(),
            [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)]
        )
}

fn is_value(expression: &Expr) -> bool {
    matches!(expression, Expr::Value(value) if value.value != Value::Null)
}

fn arity(fewest: usize, most: usize) -> String {
    match (fewest, most) {
        (0, 0) => "it takes none".to_owned(),
        (fewest, usize::MAX) => format!("it takes {fewest} or more"),
        (fewest, most) if fewest == most => format!("it takes {fewest}"),
        (fewest, most) => format!("it takes {fewest} to {most}"),
    }
}
