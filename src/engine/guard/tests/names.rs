//! Silent faults in which names, tables and columns mean something else.

use super::{Purpose, assert_refused};
use Purpose::{Check, Edit, Grain};

#[test]
fn cte_under_a_tables_name_is_ignored() {
    assert_refused(
        "WITH line AS (SELECT k FROM line WHERE k > 1) SELECT k FROM line",
        Grain,
        "CTE line has the name of a table",
    );
    assert_refused(
        "WITH a AS (SELECT k FROM line), b AS (SELECT k FROM a), line AS (SELECT k FROM b) SELECT k FROM line",
        Grain,
        "CTE line has the name of a table",
    );
}

#[test]
fn alias_that_shadows_a_table() {
    assert_refused(
        "SELECT member.k FROM line AS member JOIN member AS line ON member.k = line.k",
        Grain,
        "also the name of another relation",
    );
    assert_refused(
        "WITH c AS (SELECT k FROM line) SELECT c.k FROM (SELECT k FROM member) AS c",
        Grain,
        "also the name of another relation",
    );
    // The same short alias in two CTEs is fine: each is a scope of its own.
    super::admit(
        "WITH a AS (SELECT l.k FROM line AS l), b AS (SELECT l.k FROM line AS l) \
         SELECT a.k FROM a JOIN b ON a.k = b.k",
        Grain,
    );
}

#[test]
fn foreign_qualifier_reads_the_wrong_table() {
    assert_refused(
        "SELECT member.k FROM line",
        Check,
        "member is not in this FROM",
    );
    assert_refused(
        "SELECT line.k FROM line AS l",
        Check,
        "line is not in this FROM",
    );
}

#[test]
fn correlated_in_runs_uncorrelated() {
    assert_refused(
        "SELECT k FROM line WHERE k IN (SELECT e.k FROM excluded AS e WHERE e.d = line.d)",
        Edit,
        "line is not in this FROM",
    );
}

#[test]
fn exists_after_a_join_takes_the_wrong_column() {
    assert_refused(
        "SELECT a.k FROM line AS a JOIN line AS b ON a.m = b.m \
         WHERE EXISTS (SELECT 1 FROM excluded AS e WHERE e.k = b.k)",
        Edit,
        "EXISTS in a SELECT with a join",
    );
}

#[test]
fn except_inside_union_becomes_intersect() {
    assert_refused(
        "SELECT k FROM a EXCEPT SELECT k FROM b UNION ALL SELECT k FROM c",
        Check,
        "EXCEPT",
    );
}

#[test]
fn names_are_folded_by_one_engine_only() {
    assert_refused("SELECT Claim_Id FROM line", Check, "Claim_Id");
    assert_refused("SELECT k AS K FROM line", Check, "capital letters");
    assert_refused("SELECT k FROM Line", Check, "capital letters");
    super::admit("SELECT \"Id\" AS id FROM \"Patients\"", Purpose::Layout);
}

#[test]
fn names_that_polars_expands() {
    assert_refused("SELECT \"^.*$\" AS a FROM line", Purpose::Layout, "^.*$");
    assert_refused("SELECT \"*\" AS a FROM line", Purpose::Layout, "\"*\"");
}

#[test]
fn columns_in_a_tables_alias_are_ignored() {
    assert_refused(
        "SELECT l.a FROM line AS l(a, b)",
        Check,
        "column names in a table's alias",
    );
}

#[test]
fn literal_conditions_are_compared_by_spelling() {
    assert_refused("SELECT k FROM line WHERE 1 = 1.0", Check, "two literals");
    assert_refused(
        "SELECT k FROM line WHERE k = NULL",
        Check,
        "comparison with NULL",
    );
}

#[test]
fn order_after_the_select_list_sees_aliases_only() {
    assert_refused(
        "SELECT l.x * 2 AS x FROM line AS l ORDER BY l.x LIMIT 3",
        Edit,
        "ORDER BY with something other",
    );
    assert_refused(
        "SELECT k, COUNT(*) AS n FROM line GROUP BY k ORDER BY SUM(x) LIMIT 3",
        Grain,
        "ORDER BY with something other",
    );
}
