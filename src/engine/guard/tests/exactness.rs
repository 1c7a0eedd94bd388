//! Sums, means and who may have doubles.

use super::{Purpose, admit, assert_refused, polars};
use Purpose::{Check, Edit, Evidence, Grain, Layout};

const DOUBLES: [&str; 6] = [
    "SUM(CAST(x AS DOUBLE))",
    "SUM(x * 0.5)",
    "SUM(LN(x))",
    "SUM(CASE WHEN a > 1 THEN 1.5 ELSE 0 END)",
    "SUM(COALESCE(x, 0.0))",
    "SUM(CAST(a AS DOUBLE) / NULLIF(b, 0))",
];

#[test]
fn doubles_are_not_summed_where_results_are_exact() {
    for sum in DOUBLES {
        for purpose in [Layout, Grain, Edit] {
            assert_refused(
                &format!("SELECT k, {sum} AS s FROM line GROUP BY k"),
                purpose,
                "SUM over doubles",
            );
        }
        for purpose in [Check, Evidence] {
            // The sum of doubles stays a double.
            let sql = format!("SELECT k, {sum} AS s FROM line GROUP BY k");
            assert_eq!(polars(&sql, purpose), sql);
        }
    }
}

#[test]
fn fixed_point_is_an_integer() {
    let guarded = admit(
        "SELECT k, SUM(CAST(ROUND(LN(x) * 1000000) AS BIGINT)) AS s FROM line GROUP BY k",
        Grain,
    );
    assert!(guarded.integer_columns.is_empty(), "{guarded:?}");
    assert_eq!(
        guarded.portable,
        "SELECT k, CAST(SUM(CAST(ROUND(LN(x) * 1000000) AS BIGINT)) AS BIGINT) AS s FROM line GROUP BY k"
    );
}

#[test]
fn means_and_variances_are_left_to_rust() {
    for aggregate in ["AVG(x)", "STDDEV(x)", "VAR_SAMP(x)", "STDDEV_SAMP(x)"] {
        let sql = format!("SELECT k, {aggregate} AS s FROM line GROUP BY k");
        for purpose in [Layout, Grain, Edit] {
            assert_refused(
                &sql,
                purpose,
                aggregate.split('(').next().unwrap_or_default(),
            );
        }
        admit(&sql, Check);
    }
}

#[test]
fn median_says_its_type() {
    assert_refused(
        "SELECT k, MEDIAN(x) AS m FROM line GROUP BY k",
        Grain,
        "MEDIAN without a type",
    );
    admit(
        "SELECT k, MEDIAN(CAST(x AS DOUBLE)) AS m FROM line GROUP BY k",
        Grain,
    );
}

#[test]
fn untyped_summands_are_reported() {
    let guarded = admit(
        "SELECT k, SUM(CASE WHEN a > 1 THEN l.paid * units ELSE 0 END) AS s, \
         SUM(CAST(b AS BIGINT)) AS t, SUM(COALESCE(c, 0) - d) AS u FROM line AS l GROUP BY k",
        Grain,
    );
    let columns: Vec<&str> = guarded.integer_columns.iter().map(String::as_str).collect();
    assert_eq!(columns, ["c", "d", "paid", "units"]);
}
