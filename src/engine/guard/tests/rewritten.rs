//! The rewritings one by one, and what they leave alone.

use super::{Purpose, admit, polars, portable};
use Purpose::{Check, Edit, Grain};

#[test]
fn widths() {
    assert_eq!(
        portable(
            "SELECT k, COUNT(*) AS a, COUNT(DISTINCT m) AS b, COUNT(*) FILTER (WHERE x > 1) AS c, \
             LENGTH(MIN(t)) AS d FROM line GROUP BY k",
            Grain
        ),
        "SELECT k, CAST(COUNT(*) AS BIGINT) AS a, CAST(COUNT(DISTINCT m) AS BIGINT) AS b, \
         CAST(COUNT(*) FILTER (WHERE x > 1) AS BIGINT) AS c, CAST(LENGTH(MIN(t)) AS BIGINT) AS d \
         FROM line GROUP BY k"
    );
    assert_eq!(
        portable(
            "SELECT k, SUM(x) OVER (PARTITION BY k) AS s FROM line",
            Edit
        ),
        "SELECT k, CAST(SUM(CAST(x AS BIGINT)) OVER (PARTITION BY k) AS BIGINT) AS s FROM line"
    );
}

#[test]
fn casts_are_not_doubled() {
    let sql = "SELECT k, CAST(COUNT(*) AS BIGINT) AS n, CAST(SUM(CAST(x AS BIGINT)) AS BIGINT) AS s \
               FROM line GROUP BY k";
    assert_eq!(portable(sql, Grain), sql);
    // TRY_CAST means something else and stays.
    assert_eq!(
        portable(
            "SELECT k, SUM(TRY_CAST(x AS BIGINT)) AS s FROM line GROUP BY k",
            Grain
        ),
        "SELECT k, CAST(SUM(TRY_CAST(x AS BIGINT)) AS BIGINT) AS s FROM line GROUP BY k"
    );
}

#[test]
fn extremes_keep_their_type() {
    let sql = "SELECT k, MIN(d) AS a, MAX(t) AS b FROM line GROUP BY k";
    assert_eq!(polars(sql, Grain), sql);
}

#[test]
fn placing_nulls_as_polars_does_needs_nothing() {
    for order in [
        "d NULLS FIRST",
        "d DESC NULLS FIRST",
        "d NULLS FIRST, i NULLS FIRST",
        "d DESC NULLS LAST, i DESC NULLS LAST",
    ] {
        let sql =
            format!("SELECT k, LAG(x, 1) OVER (PARTITION BY k ORDER BY {order}) AS v FROM line");
        assert_eq!(polars(&sql, Edit), sql);
    }
}

#[test]
fn one_of_several_keys_may_place_nulls_elsewhere() {
    assert_eq!(
        polars(
            "SELECT k, RANK() OVER (ORDER BY a NULLS LAST, b NULLS FIRST) AS r FROM t",
            Edit
        ),
        "SELECT k, CAST(RANK() OVER (ORDER BY CASE WHEN a IS NULL THEN 1 ELSE 0 END NULLS FIRST, \
         a NULLS FIRST, b NULLS FIRST) AS BIGINT) AS r FROM t"
    );
    for order in [
        "a NULLS LAST, b NULLS LAST",
        "a DESC NULLS FIRST, b DESC NULLS FIRST",
        "t.a NULLS FIRST, u.a NULLS FIRST",
        "a NULLS FIRST, a + 1 NULLS FIRST",
        "-a NULLS FIRST, b NULLS LAST",
    ] {
        super::assert_refused(
            &format!(
                "SELECT t.k, LAG(t.x) OVER (ORDER BY {order}) AS v FROM t JOIN u ON t.k = u.k"
            ),
            Edit,
            "window keys that polars cannot tell apart",
        );
    }
}

#[test]
fn a_lone_rank_key_gets_company() {
    assert_eq!(
        polars(
            "SELECT k, DENSE_RANK() OVER (ORDER BY a DESC NULLS FIRST) AS r FROM t",
            Edit
        ),
        "SELECT k, CAST(DENSE_RANK() OVER (ORDER BY CASE WHEN a IS NULL THEN 1 ELSE 0 END DESC NULLS LAST, \
         a DESC NULLS LAST) AS BIGINT) AS r FROM t"
    );
    let sql =
        "SELECT k, CAST(RANK() OVER (ORDER BY a NULLS FIRST, b NULLS FIRST) AS BIGINT) AS r FROM t";
    assert_eq!(polars(sql, Edit), sql);
}

#[test]
fn rounding_an_expression_keeps_its_parts_together() {
    assert_eq!(
        polars("SELECT ROUND(a - b) AS r FROM t", Check),
        "SELECT (CASE WHEN (a - b) - TRUNC(a - b) >= 0.5 THEN TRUNC(a - b) + 1 \
         WHEN ((a - b) - TRUNC(a - b)) <= -0.5 THEN TRUNC(a - b) - 1 ELSE TRUNC(a - b) END) AS r FROM t"
    );
}

#[test]
fn later_arms_take_the_first_arms_names() {
    let guarded = admit(
        "SELECT 1 AS item, npi_1 AS npi, code FROM t UNION ALL SELECT 2, npi_2, code FROM t \
         UNION ALL (SELECT 3, 'none', u.code FROM u)",
        Grain,
    );
    assert_eq!(
        guarded.portable,
        "SELECT 1 AS item, npi_1 AS npi, code FROM t UNION ALL SELECT 2 AS item, npi_2 AS npi, code FROM t \
         UNION ALL (SELECT 3 AS item, 'none' AS npi, u.code FROM u)"
    );
    assert_eq!(guarded.output_columns, ["item", "npi", "code"]);
}

#[test]
fn tables_exclude_ctes() {
    let guarded = admit(
        "WITH a AS (SELECT k FROM line), b AS (SELECT a.k FROM a JOIN member ON a.k = member.k) \
         SELECT b.k FROM b WHERE b.k NOT IN (SELECT e.k FROM excluded AS e) \
         AND EXISTS (SELECT 1 FROM stay AS s WHERE s.k = b.k)",
        Edit,
    );
    let tables: Vec<&str> = guarded.tables.iter().map(String::as_str).collect();
    assert_eq!(tables, ["excluded", "line", "member", "stay"]);
    assert_eq!(guarded.output_columns, ["k"]);
}
