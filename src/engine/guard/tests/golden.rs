//! Whole statements of the kinds the project writes, and the texts they become.

use super::{Purpose, admit};
use Purpose::{Edit, Grain};

#[test]
fn provider_by_month() {
    let guarded = admit(
        "WITH billed AS (
            SELECT l.provider_id, l.person_id, EXTRACT(YEAR FROM l.service_date) * 100
                     + EXTRACT(MONTH FROM l.service_date) AS year_month,
                   l.paid_cents, l.units, p.specialty
            FROM line AS l
            LEFT JOIN provider AS p ON p.npi = l.provider_id
            WHERE l.line_status = 'paid'
        ), members AS (
            SELECT provider_id, year_month, person_id, COUNT(*) AS lines
            FROM billed GROUP BY provider_id, year_month, person_id
        ), visits AS (
            SELECT provider_id, year_month, COUNT(*) AS member_count, MAX(lines) AS most_lines
            FROM members GROUP BY provider_id, year_month
        ), money AS (
            SELECT provider_id, year_month, SUM(paid_cents) AS paid_cents,
                   SUM(CASE WHEN units > 1 THEN paid_cents ELSE 0 END) AS multi_cents,
                   COUNT(*) FILTER (WHERE specialty IS NULL) AS unknown_lines
            FROM billed GROUP BY provider_id, year_month HAVING SUM(paid_cents) <> 0
        )
        SELECT m.provider_id, m.year_month, m.paid_cents, m.multi_cents, m.unknown_lines,
               v.member_count, v.most_lines
        FROM money AS m JOIN visits AS v ON m.provider_id = v.provider_id AND m.year_month = v.year_month",
        Grain,
    );
    assert_eq!(
        guarded.polars,
        "WITH billed AS (SELECT l.provider_id, l.person_id, \
         CAST(EXTRACT(YEAR FROM l.service_date) AS BIGINT) * 100 + \
         CAST(EXTRACT(MONTH FROM l.service_date) AS BIGINT) AS year_month, \
         l.paid_cents, l.units, p.specialty \
         FROM line AS l LEFT JOIN provider AS p ON l.provider_id = p.npi \
         WHERE l.line_status = 'paid'), \
         members AS (SELECT provider_id, year_month, person_id, CAST(COUNT(*) AS BIGINT) AS lines \
         FROM billed GROUP BY provider_id, year_month, person_id), \
         visits AS (SELECT provider_id, year_month, CAST(COUNT(*) AS BIGINT) AS member_count, \
         MAX(lines) AS most_lines FROM members GROUP BY provider_id, year_month), \
         money AS (SELECT provider_id, year_month, \
         CAST(SUM(CAST(paid_cents AS BIGINT)) AS BIGINT) AS paid_cents, \
         CAST(SUM(CAST(CASE WHEN units > 1 THEN paid_cents ELSE 0 END AS BIGINT)) AS BIGINT) AS multi_cents, \
         CAST(COUNT(*) FILTER (WHERE specialty IS NULL) AS BIGINT) AS unknown_lines \
         FROM billed GROUP BY provider_id, year_month \
         HAVING CAST(SUM(CAST(paid_cents AS BIGINT)) AS BIGINT) <> 0) \
         SELECT m.provider_id, m.year_month, m.paid_cents, m.multi_cents, m.unknown_lines, \
         v.member_count, v.most_lines FROM money AS m JOIN visits AS v \
         ON m.provider_id = v.provider_id AND m.year_month = v.year_month"
    );
    assert_eq!(
        guarded.output_columns,
        [
            "provider_id",
            "year_month",
            "paid_cents",
            "multi_cents",
            "unknown_lines",
            "member_count",
            "most_lines"
        ]
    );
    let tables: Vec<&str> = guarded.tables.iter().map(String::as_str).collect();
    assert_eq!(tables, ["line", "provider"]);
    let integers: Vec<&str> = guarded.integer_columns.iter().map(String::as_str).collect();
    assert_eq!(integers, ["paid_cents"]);
}

#[test]
fn overlapping_stays() {
    let guarded = admit(
        "WITH numbered AS (
            SELECT claim_id, person_id, start_day, end_day, paid_cents,
                   ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY start_day NULLS LAST, claim_id NULLS FIRST) AS n
            FROM line
        )
        SELECT a.claim_id, b.claim_id AS other_claim_id, b.paid_cents AS amount_at_risk
        FROM numbered AS a
        JOIN numbered AS b ON a.person_id = b.person_id AND b.start_day BETWEEN a.start_day AND a.end_day
        WHERE a.n < b.n",
        Edit,
    );
    assert_eq!(
        guarded.polars,
        "WITH numbered AS (SELECT claim_id, person_id, start_day, end_day, paid_cents, \
         CAST(ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY \
         CASE WHEN start_day IS NULL THEN 1 ELSE 0 END NULLS FIRST, start_day NULLS FIRST, \
         claim_id NULLS FIRST) AS BIGINT) AS n \
         FROM line) \
         SELECT a.claim_id, b.claim_id AS other_claim_id, b.paid_cents AS amount_at_risk \
         FROM numbered AS a JOIN numbered AS b ON a.person_id = b.person_id \
         AND b.start_day >= a.start_day AND b.start_day <= a.end_day WHERE a.n < b.n"
    );
    assert_eq!(
        guarded.output_columns,
        ["claim_id", "other_claim_id", "amount_at_risk"]
    );
}

#[test]
fn both_kinds_of_diagnosis() {
    let guarded = admit(
        "SELECT 'professional' AS kind, claim_id, COUNT(DISTINCT code) AS codes
         FROM diagnosis WHERE claim_type = 'professional' GROUP BY claim_id
         UNION ALL
         SELECT 'institutional' AS kind, claim_id, COUNT(DISTINCT CASE WHEN rank_no = 1 THEN code END) AS codes
         FROM diagnosis WHERE claim_type = 'institutional' GROUP BY claim_id",
        Grain,
    );
    assert_eq!(
        guarded.portable,
        "SELECT 'professional' AS kind, claim_id, CAST(COUNT(DISTINCT code) AS BIGINT) AS codes \
         FROM diagnosis WHERE claim_type = 'professional' GROUP BY claim_id UNION ALL \
         SELECT 'institutional' AS kind, claim_id, \
         CAST(COUNT(DISTINCT CASE WHEN rank_no = 1 THEN code END) AS BIGINT) AS codes \
         FROM diagnosis WHERE claim_type = 'institutional' GROUP BY claim_id"
    );
    assert_eq!(guarded.polars, guarded.portable);
    assert_eq!(guarded.output_columns, ["kind", "claim_id", "codes"]);
}

#[test]
fn running_units_per_day() {
    let guarded = admit(
        "SELECT claim_id, SUM(units) OVER (PARTITION BY person_id, service_day ORDER BY line_no NULLS FIRST \
         ROWS UNBOUNDED PRECEDING) AS units_so_far, COUNT(*) OVER () AS all_lines FROM line",
        Edit,
    );
    assert_eq!(
        guarded.polars,
        "SELECT claim_id, CAST(SUM(CAST(units AS BIGINT)) OVER (PARTITION BY person_id, service_day \
         ORDER BY line_no NULLS FIRST ROWS UNBOUNDED PRECEDING) AS BIGINT) AS units_so_far, \
         CAST(COUNT(*) OVER () AS BIGINT) AS all_lines FROM line"
    );
}
