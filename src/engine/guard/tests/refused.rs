//! Refusals that are not about silent faults, and what a refusal says.

use super::super::{GuardError, guard};
use super::{Purpose, assert_refused, refusals};
use Purpose::{Check, Edit, Grain, Layout};

#[test]
fn not_in_polars_at_all() {
    for (expression, found) in [
        ("STDDEV_POP(x)", "STDDEV_POP"),
        ("PERCENTILE_CONT(x, 0.5)", "PERCENTILE_CONT"),
        ("APPROX_DISTINCT(x)", "APPROX_DISTINCT"),
        ("DATE_TRUNC('month', d)", "DATE_TRUNC"),
        ("DATEDIFF(d, e)", "DATEDIFF"),
        ("NTILE(4) OVER (ORDER BY x NULLS LAST)", "NTILE"),
        (
            "PERCENT_RANK() OVER (ORDER BY x NULLS LAST)",
            "PERCENT_RANK",
        ),
        (
            "SUM(x) OVER (ORDER BY d NULLS LAST ROWS 3 PRECEDING)",
            "another frame",
        ),
        (
            "SUM(x) OVER (ORDER BY d NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)",
            "another frame",
        ),
        (
            "ROW_NUMBER() OVER (ORDER BY a NULLS LAST, b DESC NULLS LAST)",
            "ASC and DESC mixed",
        ),
        (
            "SUM(SUM(x)) OVER (PARTITION BY k)",
            "aggregate SUM in an aggregate or window function",
        ),
        (
            "SUM(x) FILTER (WHERE x > 1) OVER (PARTITION BY k)",
            "FILTER together with OVER",
        ),
        (
            "COUNT(DISTINCT x) OVER (PARTITION BY k)",
            "COUNT(DISTINCT …) OVER",
        ),
        (
            "LAG(x, 1, 0) OVER (ORDER BY d NULLS LAST)",
            "LAG with 3 arguments",
        ),
        (
            "ROW_NUMBER() OVER (PARTITION BY k)",
            "without ORDER BY in its window",
        ),
    ] {
        assert_refused(
            &format!("SELECT k, {expression} AS v FROM line"),
            Check,
            found,
        );
    }
}

#[test]
fn windows_and_aggregates_stay_apart() {
    assert_refused(
        "SELECT k, SUM(x) AS s, RANK() OVER (ORDER BY k NULLS LAST) AS r FROM line GROUP BY k",
        Grain,
        "a window function in a SELECT with aggregates",
    );
    assert_refused(
        "SELECT k FROM line WHERE ROW_NUMBER() OVER (ORDER BY k NULLS LAST) = 1",
        Edit,
        "window function ROW_NUMBER in WHERE",
    );
    assert_refused(
        "SELECT k, x FROM line QUALIFY ROW_NUMBER() OVER (ORDER BY k NULLS LAST) = 1",
        Edit,
        "QUALIFY",
    );
}

#[test]
fn chance_and_clock() {
    for call in [
        "RANDOM()",
        "NOW()",
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
        "UUID()",
    ] {
        let found = call.trim_end_matches("()");
        assert_refused(&format!("SELECT {call} AS v FROM line"), Check, found);
    }
}

#[test]
fn limits_and_output_columns() {
    assert_refused(
        "SELECT k FROM line LIMIT 5",
        Check,
        "LIMIT without ORDER BY",
    );
    assert_refused(
        "SELECT k, x + 1 FROM line",
        Check,
        "an expression without alias",
    );
    assert_refused("SELECT k, x AS k FROM line", Check, "column k twice");
    assert_refused("SELECT x AS \"Sum\" FROM line", Edit, "output column Sum");
    for purpose in [Grain, Edit, Purpose::Evidence] {
        assert_refused("SELECT * FROM line", purpose, "SELECT * in the outermost");
    }
    let columns = super::admit("SELECT * FROM line WHERE paid_cents < 0", Check).output_columns;
    assert_eq!(columns, ["*"]);
}

#[test]
fn unions_match_by_place() {
    assert_refused(
        "SELECT a, b FROM t UNION ALL SELECT b, a FROM u",
        Grain,
        "column b at another place",
    );
    assert_refused(
        "SELECT a FROM t UNION ALL SELECT a, b FROM u",
        Grain,
        "UNION of 1 columns with 2",
    );
    assert_refused(
        "SELECT 1 FROM t UNION ALL SELECT 2 FROM u",
        Grain,
        "without alias",
    );
}

#[test]
fn division_says_what_it_divides() {
    for expression in [
        "a / b",
        "a / 2",
        "CAST(a AS DOUBLE) / b",
        "CAST(a AS DOUBLE) / 0",
    ] {
        for purpose in [Layout, Check, Grain, Edit] {
            assert_refused(
                &format!("SELECT {expression} AS v FROM line"),
                purpose,
                "a division",
            );
        }
    }
    for expression in [
        "CAST(a AS DOUBLE) / NULLIF(b, 0)",
        "100.0 * a / NULLIF(b, 0)",
        "CAST(a AS DOUBLE) / 100.0",
        "CAST(a AS DOUBLE) / CAST(NULLIF(b, 0) AS DOUBLE)",
        "(CAST(a AS DOUBLE) - 1) / (NULLIF(b - c, 0))",
    ] {
        super::admit(&format!("SELECT {expression} AS v FROM line"), Check);
    }
}

#[test]
fn grouping_by_expressions_and_their_aliases() {
    assert_refused(
        "SELECT SUBSTR(code, 1, 3) AS p, COUNT(*) AS n FROM line GROUP BY SUBSTR(code, 1, 3)",
        Grain,
        "GROUP BY with an expression",
    );
    assert_refused(
        "SELECT SUBSTR(code, 1, 3) AS code, COUNT(*) AS n FROM line GROUP BY code",
        Grain,
        "may take for the column",
    );
    assert_refused(
        "SELECT k, x FROM line GROUP BY k",
        Grain,
        "neither grouped by nor aggregated",
    );
    assert_refused(
        "SELECT k, COUNT(*) AS n FROM line",
        Grain,
        "neither grouped by nor aggregated",
    );
    assert_refused(
        "SELECT k, COUNT(*) AS n FROM line GROUP BY k HAVING COUNT(*) > 1 AND k > 3",
        Grain,
        "in HAVING outside",
    );
    assert_refused(
        "SELECT COUNT(*) AS n FROM line HAVING COUNT(*) > 1",
        Grain,
        "HAVING without GROUP BY",
    );
    assert_refused(
        "SELECT k, COUNT(*) AS n FROM line GROUP BY ROLLUP (k)",
        Grain,
        "GROUP BY",
    );
}

#[test]
fn types_and_casts() {
    for kind in [
        "INTEGER",
        "SMALLINT",
        "FLOAT",
        "REAL",
        "TIMESTAMP",
        "VARCHAR(5)",
        "TEXT",
    ] {
        assert_refused(
            &format!("SELECT CAST(a AS {kind}) AS v FROM line"),
            Check,
            "type ",
        );
    }
    assert_refused(
        "SELECT a::BIGINT AS v FROM line",
        Check,
        "a cast other than",
    );
}

#[test]
fn odds_and_ends() {
    for (expression, found) in [
        ("a LIKE 'x\\%'", "a backslash"),
        ("a LIKE b", "LIKE with"),
        ("a LIKE 'x!%' ESCAPE '!'", "LIKE with"),
        ("a IN (b, 1)", "an IN list with"),
        ("a NOT IN (1, NULL)", "NULL in an IN list"),
        ("d + INTERVAL '30' DAY", "INTERVAL"),
        ("d + INTERVAL '3 hours'", "INTERVAL"),
        ("TIMESTAMP '2020-01-01 00:00:00'", "literal"),
        ("SUBSTR(a, b)", "SUBSTR without a length"),
        ("SUM(DISTINCT a)", "SUM(DISTINCT …)"),
        ("COUNT(DISTINCT a, b)", "COUNT with 2 arguments"),
        ("STRING_AGG(a, ',')", "STRING_AGG"),
        ("9223372036854775808", "number"),
        ("a ~ 'x'", "operator ~"),
        ("schema.line.a", "column schema.line.a"),
    ] {
        assert_refused(&format!("SELECT {expression} AS v FROM line"), Check, found);
    }
    assert_refused("SELECT k FROM schema.line", Check, "table schema.line");
    assert_refused("SELECT 1 AS x", Check, "without FROM");
    assert_refused(
        "WITH RECURSIVE a AS (SELECT k FROM t) SELECT k FROM a",
        Check,
        "RECURSIVE",
    );
    assert_refused(
        "SELECT a.k FROM (WITH b AS (SELECT k FROM t) SELECT k FROM b) AS a",
        Check,
        "WITH inside",
    );
    assert_refused(
        "SELECT a.x FROM (VALUES (1), (2)) AS a",
        Check,
        "VALUES without column names",
    );
}

#[test]
fn unknown_functions_get_the_nearest_name() {
    let refusal = refusals("SELECT k, COUTN(x) AS n FROM line GROUP BY k", Grain);
    assert!(
        refusal
            .iter()
            .any(|r| r.found == "function COUTN" && r.remedy.contains("COUNT")),
        "{refusal:?}"
    );
}

#[test]
fn refusals_name_file_line_and_column() {
    let sql = "SELECT k,\n       a % b AS m\nFROM line\nLIMIT 3";
    let Err(error) = guard(sql, "rule.sql", 11, Check) else {
        panic!("admitted");
    };
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[0].starts_with("rule.sql:12:8: operator %; write a - b"),
        "{text}"
    );
    assert!(
        lines[1].contains("LIMIT without ORDER BY; order by"),
        "{text}"
    );
}

#[test]
fn syntax_errors_are_placed_in_the_file() {
    let Err(GuardError::Syntax { line, column, .. }) =
        guard("SELECT k\nFROM line WHERE )", "f.sql", 5, Check)
    else {
        panic!("admitted");
    };
    assert_eq!((line, column), (6, 17));
}

#[test]
fn exactly_one_query() {
    for sql in [
        "",
        "SELECT k FROM a; SELECT k FROM b",
        "DELETE FROM a",
        "CREATE TABLE a (b INT)",
    ] {
        assert!(
            matches!(
                guard(sql, "f.sql", 1, Check),
                Err(GuardError::NotOneQuery { .. })
            ),
            "{sql}"
        );
    }
    assert!(guard("SELECT k FROM a;", "f.sql", 1, Check).is_ok());
}
