//! What to write instead of a function outside the registry.

use super::functions::nearest;

/// Function name (lower case) and remedy with its reason.
const ADVICE: [(&[&str], &str); 22] = [
    (
        &["mod"],
        "write a - b * CAST(CAST(a AS DOUBLE) / NULLIF(b, 0) AS BIGINT): polars answers with the \
         sign of the divisor, the standard with that of the dividend",
    ),
    (
        &["div"],
        "write CAST(CAST(a AS DOUBLE) / NULLIF(b, 0) AS BIGINT)",
    ),
    (
        &["log", "log10", "log2", "log1p"],
        "use LN: polars takes LOG(value, base) and computes other bases by a division that \
         misses exact powers (LOG10(1000) < 3)",
    ),
    (
        &["power", "pow", "cbrt"],
        "multiply, or use EXP and LN: integer powers have different types",
    ),
    (
        &["sign", "signum"],
        "use CASE WHEN x > 0 THEN 1 WHEN x < 0 THEN -1 ELSE 0 END",
    ),
    (
        &["random", "rand", "uuid", "gen_random_uuid"],
        "a result must not depend on chance; derive it from a key column",
    ),
    (
        &[
            "now",
            "current_date",
            "current_timestamp",
            "current_time",
            "today",
            "localtime",
            "localtimestamp",
            "getdate",
            "sysdate",
        ],
        "a result must not depend on the clock; compare with the run's as-of date column",
    ),
    (
        &["date_trunc", "datetrunc"],
        "group by DATE_PART('year', d) and DATE_PART('month', d): polars has no DATE_TRUNC",
    ),
    (
        &["datediff", "date_diff", "timestampdiff", "age"],
        "subtract the epoch-day columns, or CAST(d AS BIGINT)",
    ),
    (
        &[
            "stddev_pop",
            "var_pop",
            "var",
            "variance",
            "covar_pop",
            "covar_samp",
            "covar",
        ],
        "give n, SUM(x) and SUM(x * x) as integers and compute the moment in Rust; the sample \
         forms are STDDEV_SAMP and VAR_SAMP",
    ),
    (
        &["corr"],
        "give n and the sums of x, y, x * x, y * y and x * y and compute in Rust: polars answers \
         NaN for a constant column, DataFusion NULL",
    ),
    (
        &[
            "percentile_cont",
            "percentile_disc",
            "quantile_cont",
            "quantile_disc",
            "approx_percentile_cont",
            "approx_distinct",
            "approx_median",
            "approx_count_distinct",
        ],
        "take the nearest rank by ROW_NUMBER and COUNT(*) OVER (PARTITION BY …)",
    ),
    (
        &["ntile", "percent_rank", "cume_dist"],
        "compute it from ROW_NUMBER and COUNT(*) OVER (PARTITION BY …)",
    ),
    (
        &["last_value", "last", "nth_value"],
        "use FIRST_VALUE with the opposite order: polars' LAST_VALUE is the current row",
    ),
    (
        &["first", "any_value", "arbitrary"],
        "use MIN or MAX: the first row of a group is whichever comes first",
    ),
    (
        &["string_agg", "listagg", "group_concat", "array_agg"],
        "keep one row per value: the order inside the list is not fixed",
    ),
    (
        &[
            "bool_and", "bool_or", "every", "bit_and", "bit_or", "bit_xor",
        ],
        "use MIN or MAX over CASE WHEN … THEN 1 ELSE 0 END",
    ),
    (
        &["strpos", "instr", "position", "locate"],
        "use LIKE, SPLIT_PART or REGEXP_LIKE: polars takes the text for a regular expression, \
         counts bytes and answers 0 for NULL",
    ),
    (
        &["if", "iff", "ifnull", "nvl", "nvl2", "isnull"],
        "use CASE or COALESCE",
    ),
    (
        &[
            "strftime",
            "to_char",
            "date_format",
            "strptime",
            "to_date",
            "to_timestamp",
            "date",
        ],
        "build text from DATE_PART, and dates by CAST of text in the form YYYY-MM-DD",
    ),
    (&["total"], "use COALESCE(SUM(x), 0)"),
    (
        &["substr", "substring", "mid"],
        "write SUBSTR(text, start, length)",
    ),
];

/// The remedy for a function that is not admitted.
pub(super) fn remedy(name: &str) -> String {
    let known = ADVICE
        .iter()
        .find(|(names, _)| names.contains(&name))
        .map(|(_, remedy)| (*remedy).to_owned());
    known.unwrap_or_else(|| match nearest(name) {
        Some(other) => format!(
            "not among the functions both engines answer alike; did you mean {}?",
            other.to_uppercase()
        ),
        None => "not among the functions both engines answer alike; express it with those \
                 of the registry, or compute it in Rust"
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::functions::find;
    use super::*;

    #[test]
    fn no_admitted_function_has_a_substitute() {
        for (names, _) in ADVICE {
            for name in names {
                assert!(
                    find(name).is_none(),
                    "{name} is both admitted and advised against"
                );
            }
        }
    }
}
