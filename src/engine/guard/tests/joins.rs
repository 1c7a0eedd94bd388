//! Joins and subqueries.

use super::{Purpose, admit, assert_refused, polars, portable};
use Purpose::{Edit, Grain};

#[test]
fn range_condition_turns_left_join_into_inner() {
    for kind in ["LEFT JOIN", "FULL JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN"] {
        assert_refused(
            &format!("SELECT a.k FROM line AS a {kind} stay AS s ON a.k = s.k AND a.d >= s.d"),
            Edit,
            "a range condition in a",
        );
    }
    admit(
        "SELECT a.k FROM line AS a JOIN stay AS s ON a.k = s.k AND a.d >= s.d",
        Edit,
    );
}

#[test]
fn conditions_on_one_table_join_the_wrong_column() {
    for condition in [
        "s.kind = 'A'",
        "a.kind = 'A'",
        "s.d >= s.e",
        "a.d - s.d <= 30",
    ] {
        assert_refused(
            &format!("SELECT a.k FROM line AS a JOIN stay AS s ON a.k = s.k AND {condition}"),
            Edit,
            "does not compare s with an earlier table",
        );
    }
}

#[test]
fn equality_is_written_earlier_table_first() {
    let sql = "SELECT a.k FROM a JOIN b ON a.k = b.k JOIN c ON c.n = b.m";
    assert_eq!(
        polars(sql, Grain),
        "SELECT a.k FROM a JOIN b ON a.k = b.k JOIN c ON b.m = c.n"
    );
    assert_eq!(portable(sql, Grain), sql);
}

#[test]
fn between_and_parentheses_leave_on() {
    assert_eq!(
        polars(
            "SELECT a.k FROM a JOIN b ON (a.k = b.k AND (a.d BETWEEN b.f AND b.t))",
            Grain
        ),
        "SELECT a.k FROM a JOIN b ON a.k = b.k AND a.d >= b.f AND a.d <= b.t"
    );
}

#[test]
fn conditions_polars_cannot_join_on() {
    for condition in [
        "a.k = b.k OR a.m = b.m",
        "a.k LIKE b.k",
        "NOT a.k = b.k",
        "a.k IS NOT NULL",
    ] {
        assert_refused(
            &format!("SELECT a.k FROM a JOIN b ON {condition}"),
            Edit,
            "a condition in ON other than",
        );
    }
    assert_refused(
        "SELECT a.k FROM a JOIN b ON k = b.k",
        Edit,
        "without its table",
    );
}

#[test]
fn kinds_of_join() {
    for join in [
        "JOIN b ON a.k = b.k",
        "INNER JOIN b ON a.k = b.k",
        "LEFT JOIN b ON a.k = b.k",
        "LEFT OUTER JOIN b ON a.k = b.k",
        "FULL OUTER JOIN b ON a.k = b.k",
        "LEFT SEMI JOIN b ON a.k = b.k",
        "LEFT ANTI JOIN b ON a.k = b.k",
        "CROSS JOIN b",
        "JOIN b USING (k)",
        "LEFT JOIN b USING (k)",
    ] {
        admit(&format!("SELECT a.x FROM a {join}"), Edit);
    }
    for (join, found) in [
        ("RIGHT JOIN b ON a.k = b.k", "a RIGHT join"),
        ("SEMI JOIN b ON a.k = b.k", "SEMI or ANTI"),
        ("ANTI JOIN b ON a.k = b.k", "SEMI or ANTI"),
        ("NATURAL JOIN b", "without ON"),
        ("JOIN b", "without ON"),
        ("FULL JOIN b USING (k)", "USING in a FULL JOIN"),
        (", b", "joined by a comma"),
        ("JOIN a ON a.k = a.k", "a twice in one FROM"),
        ("JOIN (b JOIN c ON b.k = c.k) ON a.k = b.k", "relation"),
        ("CROSS JOIN UNNEST(a.xs) AS u", "relation"),
    ] {
        assert_refused(&format!("SELECT a.x FROM a {join}"), Edit, found);
    }
}

#[test]
fn exists_and_in_stand_alone_in_where() {
    admit(
        "SELECT k FROM line WHERE x > 1 AND NOT EXISTS (SELECT 1 FROM e WHERE e.npi = line.npi AND e.until > 3)",
        Edit,
    );
    admit(
        "SELECT k FROM line WHERE k NOT IN (SELECT e.npi FROM e WHERE e.until > 3)",
        Edit,
    );
    for (condition, found) in [
        (
            "x = 1 OR EXISTS (SELECT 1 FROM e WHERE e.k = line.k)",
            "inside an expression",
        ),
        ("x = 1 OR k IN (SELECT k FROM e)", "inside an expression"),
        ("EXISTS (SELECT 1 FROM e)", "without a condition"),
        (
            "EXISTS (SELECT 1 FROM e WHERE e.x > 1)",
            "without inner.key = outer.key",
        ),
        (
            "EXISTS (SELECT 1 FROM e WHERE e.k = line.k AND e.d > line.d)",
            "neither inner.key",
        ),
        (
            "EXISTS (SELECT 1 FROM e WHERE k = line.k)",
            "without its table",
        ),
        (
            "EXISTS (SELECT 1 FROM line WHERE line.k = line.k)",
            "under the outer table's name",
        ),
        ("k IN (SELECT MAX(k) FROM e)", "a subquery with"),
        ("k IN (SELECT k FROM e GROUP BY k)", "a subquery with"),
        (
            "k IN (SELECT k FROM e UNION ALL SELECT k FROM f)",
            "not a plain SELECT",
        ),
        ("x > (SELECT MAX(x) FROM e)", "a scalar subquery"),
    ] {
        assert_refused(
            &format!("SELECT k FROM line WHERE {condition}"),
            Edit,
            found,
        );
    }
}

#[test]
fn wildcards_over_joins_have_made_up_names() {
    assert_refused(
        "SELECT * FROM a JOIN b ON a.k = b.k",
        Purpose::Check,
        "SELECT * over a join",
    );
    assert_refused(
        "SELECT a.*, b.* FROM a JOIN b ON a.k = b.k",
        Purpose::Check,
        "more than one *",
    );
    admit(
        "SELECT a.*, b.x AS bx FROM a JOIN b ON a.k = b.k",
        Purpose::Check,
    );
}
