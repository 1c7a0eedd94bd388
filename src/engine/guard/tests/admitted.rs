//! The portable subset: everything a feature or an edit needs must pass.

use super::{Purpose, admit};
use Purpose::{Check, Edit, Layout};

#[test]
fn expressions() {
    for expression in [
        "COALESCE(a, b, 0)",
        "NULLIF(a, '')",
        "GREATEST(a, b, 0)",
        "CASE WHEN a BETWEEN 1 AND 5 THEN 'x' WHEN a IS NULL THEN NULL ELSE 'y' END",
        "CASE a WHEN 1 THEN 'x' END",
        "a IN ('x', 'y')",
        "a NOT IN (1, -2)",
        "d IN (DATE '2020-01-01')",
        "a LIKE '99_%'",
        "a NOT LIKE '%x'",
        "UPPER(TRIM(a)) || '-' || b",
        "SUBSTR(a, 1, 5)",
        "SUBSTRING(a FROM 2 FOR 3)",
        "SUBSTR(a, LENGTH(b) - 1, 2)",
        "LPAD(a, 5, '0')",
        "REGEXP_LIKE(a, '^[0-9]{5}$')",
        "SPLIT_PART(a, '-', 2)",
        "d + INTERVAL '30 days'",
        "d - INTERVAL '1 month'",
        "TRY_CAST(SUBSTR(a, 1, 4) || '-' || SUBSTR(a, 5, 2) || '-01' AS DATE)",
        "CAST(CAST(a AS DOUBLE) * 100 AS BIGINT)",
        "FLOOR(CAST(a AS DOUBLE) + 0.5)",
        "a IS DISTINCT FROM b",
        "NOT (a = 1 OR b <> 2)",
        "-a",
        "DATE_PART('dow', d)",
        "CONCAT_WS('-', a, b)",
        "STARTS_WITH(a, 'J')",
    ] {
        for purpose in [Layout, Check, Edit] {
            admit(&format!("SELECT {expression} AS v FROM line"), purpose);
        }
    }
}

#[test]
fn values_with_names() {
    let guarded = admit(
        "WITH codes(code, minutes) AS (VALUES ('99213', 20), ('99214', 30)) \
         SELECT l.k, c.minutes FROM line AS l JOIN codes AS c ON l.code = c.code",
        Edit,
    );
    assert_eq!(guarded.output_columns, ["k", "minutes"]);
    admit(
        "SELECT a.x FROM (VALUES (1, NULL), (-2, 'b')) AS a(x, y)",
        Edit,
    );
}

#[test]
fn layouts_of_text() {
    let guarded = admit(
        "SELECT TRIM(p.\"Id\") AS person_id, NULLIF(p.\"BIRTHDATE\", '') AS birth_date,\n\
         'synthea' AS data_source, CAST(NULL AS VARCHAR) AS payer\nFROM patients AS p",
        Layout,
    );
    assert_eq!(
        guarded.output_columns,
        ["person_id", "birth_date", "data_source", "payer"]
    );
}

#[test]
fn limits_with_an_order() {
    admit(
        "SELECT k, COUNT(*) AS n FROM line GROUP BY k ORDER BY n DESC NULLS LAST, k LIMIT 10",
        Check,
    );
    admit("SELECT DISTINCT k FROM line", Check);
}
