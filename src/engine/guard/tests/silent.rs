//! What polars answers without an error, and wrongly: each must be refused or
//! rewritten. One test per fault.

use super::{Purpose, assert_refused, polars};
use Purpose::{Check, Edit, Grain};

#[test]
fn sum_of_int32_wraps() {
    assert_eq!(
        polars("SELECT k, SUM(units) AS s FROM line GROUP BY k", Grain),
        "SELECT k, CAST(SUM(CAST(units AS BIGINT)) AS BIGINT) AS s FROM line GROUP BY k"
    );
    // A CASE of small literals is 32 bits wide, whatever the columns are.
    assert_eq!(
        polars(
            "SELECT k, SUM(CASE WHEN a > 1 THEN 1 ELSE 0 END) AS s FROM line GROUP BY k",
            Grain
        ),
        "SELECT k, CAST(SUM(CAST(CASE WHEN a > 1 THEN 1 ELSE 0 END AS BIGINT)) AS BIGINT) AS s \
         FROM line GROUP BY k"
    );
}

#[test]
fn difference_of_counts_wraps() {
    assert_eq!(
        polars(
            "SELECT k, COUNT(a) - COUNT(b) AS d FROM line GROUP BY k",
            Grain
        ),
        "SELECT k, CAST(COUNT(a) AS BIGINT) - CAST(COUNT(b) AS BIGINT) AS d FROM line GROUP BY k"
    );
}

#[test]
fn month_times_hundred_overflows() {
    assert_eq!(
        polars(
            "SELECT EXTRACT(YEAR FROM d) * 100 + DATE_PART('month', d) AS ym FROM line",
            Edit
        ),
        "SELECT CAST(EXTRACT(YEAR FROM d) AS BIGINT) * 100 + \
         CAST(DATE_PART('month', d) AS BIGINT) AS ym FROM line"
    );
}

#[test]
fn maximum_ignores_nan() {
    for extreme in ["MAX", "MIN"] {
        let sql = format!("SELECT k, {extreme}(LN(CAST(x AS DOUBLE))) AS m FROM line GROUP BY k");
        for purpose in [Grain, Edit] {
            assert_refused(&sql, purpose, &format!("{extreme} over doubles"));
        }
        let fixed = format!(
            "SELECT k, {extreme}(CAST(ROUND(LN(x) * 65536) AS BIGINT)) AS m FROM line GROUP BY k"
        );
        super::admit(&fixed, Grain);
    }
}

#[test]
fn running_sum_without_frame_splits_ties() {
    for aggregate in ["SUM(x)", "COUNT(*)", "COUNT(x)", "MIN(x)", "MAX(x)"] {
        assert_refused(
            &format!(
                "SELECT k, {aggregate} OVER (PARTITION BY k ORDER BY d NULLS LAST) AS s FROM line"
            ),
            Edit,
            "without a frame",
        );
    }
    assert_refused(
        "SELECT k, AVG(x) OVER (ORDER BY d NULLS LAST) AS s FROM line",
        Check,
        "over an ordered window",
    );
}

#[test]
fn average_ignores_its_frame() {
    assert_refused(
        "SELECT k, AVG(x) OVER (ORDER BY d NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) \
         AS s FROM line",
        Check,
        "AVG over an ordered window",
    );
}

#[test]
fn frame_without_order_is_ignored() {
    assert_refused(
        "SELECT k, SUM(x) OVER (PARTITION BY k ROWS UNBOUNDED PRECEDING) AS s FROM line",
        Edit,
        "a frame without ORDER BY",
    );
}

#[test]
fn modulo_has_the_sign_of_the_divisor() {
    assert_refused("SELECT a % b AS m FROM line", Check, "operator %");
    assert_refused("SELECT MOD(a, b) AS m FROM line", Check, "function MOD");
}

#[test]
fn decimals_keep_the_wrong_scale() {
    for kind in ["DECIMAL(18, 2)", "NUMERIC(10)", "DECIMAL"] {
        assert_refused(
            &format!("SELECT CAST(a AS {kind}) AS m FROM line"),
            Check,
            "type ",
        );
    }
}

#[test]
fn window_order_ignores_where_nulls_go() {
    assert_refused(
        "SELECT k, ROW_NUMBER() OVER (ORDER BY x) AS r FROM line",
        Edit,
        "without NULLS FIRST or NULLS LAST",
    );
    assert_eq!(
        polars(
            "SELECT k, ROW_NUMBER() OVER (ORDER BY x NULLS LAST) AS r FROM line",
            Edit
        ),
        "SELECT k, CAST(ROW_NUMBER() OVER (ORDER BY CASE WHEN x IS NULL THEN 1 ELSE 0 END NULLS FIRST, \
         x NULLS FIRST) AS BIGINT) AS r FROM line"
    );
    // Downwards, what is to come last must be the smaller.
    assert_eq!(
        polars(
            "SELECT k, ROW_NUMBER() OVER (ORDER BY x DESC NULLS LAST) AS r FROM line",
            Edit
        ),
        "SELECT k, CAST(ROW_NUMBER() OVER (ORDER BY CASE WHEN x IS NULL THEN 0 ELSE 1 END DESC NULLS LAST, \
         x DESC NULLS LAST) AS BIGINT) AS r FROM line"
    );
}

#[test]
fn rank_of_null_is_null() {
    assert_eq!(
        polars(
            "SELECT k, RANK() OVER (ORDER BY x NULLS FIRST) AS r FROM line",
            Edit
        ),
        "SELECT k, CAST(RANK() OVER (ORDER BY CASE WHEN x IS NULL THEN 0 ELSE 1 END NULLS FIRST, \
         x NULLS FIRST) AS BIGINT) AS r FROM line"
    );
}

#[test]
fn last_value_is_the_current_row() {
    assert_refused(
        "SELECT k, LAST_VALUE(x) OVER (PARTITION BY k ORDER BY d NULLS LAST) AS l FROM line",
        Edit,
        "LAST_VALUE",
    );
}

#[test]
fn named_windows_lose_their_order() {
    assert_refused(
        "SELECT k, COUNT(*) OVER w AS n FROM line WINDOW w AS (PARTITION BY k ORDER BY d)",
        Edit,
        "named window",
    );
    assert_refused(
        "SELECT k, COUNT(*) OVER (w ORDER BY d NULLS LAST) AS n FROM line WINDOW w AS (PARTITION BY k)",
        Edit,
        "named window",
    );
}

#[test]
fn window_functions_alone_give_one_row() {
    assert_refused(
        "SELECT COUNT(*) OVER () AS n FROM line",
        Edit,
        "window functions only",
    );
    super::admit("SELECT k, COUNT(*) OVER () AS n FROM line", Edit);
}

#[test]
fn aggregates_of_constants_count_once() {
    for aggregate in [
        "SUM(1)",
        "SUM(100) FILTER (WHERE a > 1)",
        "COUNT(CAST(1 AS BIGINT))",
        "MAX('x')",
    ] {
        assert_refused(
            &format!("SELECT k, {aggregate} AS s FROM line GROUP BY k"),
            Grain,
            "of a constant",
        );
    }
    super::admit("SELECT k, COUNT(1) AS s FROM line GROUP BY k", Grain);
}

#[test]
fn doubles_are_spelled_differently() {
    for text in ["CAST(a * 1.5 AS VARCHAR)", "'x' || LN(a)"] {
        assert_refused(
            &format!("SELECT {text} AS v FROM line"),
            Check,
            "a double turned into text",
        );
    }
}

#[test]
fn constant_filters_count_once() {
    assert_refused(
        "SELECT k, COUNT(*) FILTER (WHERE UPPER('a') = 'A') AS n FROM line GROUP BY k",
        Grain,
        "FILTER with a constant",
    );
}

#[test]
fn ends_of_short_texts() {
    assert_refused("SELECT RIGHT(a, 4) AS v FROM line", Check, "RIGHT");
    assert_refused("SELECT LEFT(a, 0) AS v FROM line", Check, "LEFT");
    super::admit("SELECT RIGHT(a, 1) AS v, LEFT(a, 3) AS w FROM line", Check);
    super::admit(
        "SELECT SUBSTR(a, GREATEST(LENGTH(a) - 3, 1), 4) AS v FROM line",
        Check,
    );
}

#[test]
fn aggregate_and_column_give_a_list() {
    for expression in [
        "SUM(x) - k",
        "CASE WHEN SUM(x) > 1 THEN k ELSE 0 END",
        "COALESCE(MAX(x), k)",
    ] {
        assert_refused(
            &format!("SELECT k, {expression} AS s FROM line GROUP BY k"),
            Grain,
            "an aggregate and a column in one expression",
        );
    }
}

#[test]
fn rounding_halves_goes_to_even() {
    assert_eq!(
        polars("SELECT CAST(ROUND(x) AS BIGINT) AS r FROM line", Edit),
        "SELECT CAST((CASE WHEN x - TRUNC(x) >= 0.5 THEN TRUNC(x) + 1 WHEN (x - TRUNC(x)) <= -0.5 \
         THEN TRUNC(x) - 1 ELSE TRUNC(x) END) AS BIGINT) AS r FROM line"
    );
    assert_refused(
        "SELECT ROUND(x, 2) AS r FROM line",
        Edit,
        "ROUND with 2 arguments",
    );
}

#[test]
fn trimming_takes_tabs() {
    assert_eq!(
        polars(
            "SELECT TRIM(a) AS a, LTRIM(b) AS b, TRIM(LEADING '0' FROM c) AS c FROM line",
            Purpose::Layout
        ),
        "SELECT TRIM(BOTH ' ' FROM a) AS a, LTRIM(b, ' ') AS b, TRIM(LEADING '0' FROM c) AS c FROM line"
    );
}

#[test]
fn is_true_of_null_is_null() {
    for test in ["IS TRUE", "IS FALSE", "IS NOT TRUE", "IS NOT FALSE"] {
        assert_refused(
            &format!("SELECT k FROM line WHERE (a > 1) {test}"),
            Check,
            "IS TRUE",
        );
    }
}

#[test]
fn position_is_a_regular_expression() {
    assert_refused(
        "SELECT POSITION('.' IN a) AS p FROM line",
        Check,
        "POSITION",
    );
    assert_refused("SELECT STRPOS(a, '.') AS p FROM line", Check, "STRPOS");
}

#[test]
fn decimal_logarithm_misses_powers_of_ten() {
    assert_refused("SELECT LOG10(a) AS p FROM line", Check, "LOG10");
    assert_refused("SELECT LOG(2, a) AS p FROM line", Check, "LOG");
}

#[test]
fn date_parts_with_two_meanings() {
    for part in ["DECADE", "EPOCH", "ISODOW", "SECOND"] {
        assert_refused(
            &format!("SELECT EXTRACT({part} FROM d) AS p FROM line"),
            Check,
            "EXTRACT",
        );
    }
    assert_refused(
        "SELECT DATE_PART('isodow', d) AS p FROM line",
        Check,
        "DATE_PART",
    );
}

#[test]
fn correlation_of_a_constant_differs() {
    assert_refused(
        "SELECT k, CORR(a, b) AS c FROM line GROUP BY k",
        Check,
        "CORR",
    );
}
