"""Recomputes observed values and dollars of a run from its evidence, as an auditor would.

usage: by_hand.py RUN E/M_FAMILY.csv

Reads the Parquet tables of a run folder only, with DuckDB; says what it compared, and fails on the
first figure that does not come out.
"""

import decimal
import math
import sys

import duckdb

run, em_family = sys.argv[1:3]
db = duckdb.connect()
db.execute("SET preserve_insertion_order = true")


def rows(sql, *values):
    return db.execute(sql.replace("RUN", run), values).fetchall()


def half_even(value):
    return decimal.Decimal(value).quantize(decimal.Decimal(1), rounding=decimal.ROUND_HALF_EVEN)


def same(what, here, there, tolerance=1e-9):
    if not math.isclose(float(here), float(there), rel_tol=tolerance, abs_tol=1e-12):
        sys.exit(f"{what}: {here} by hand, {there} in the report")


compared = {"lines": 0, "findings": 0, "observed": 0, "cases": 0, "groups": 0}

# Part of a group's shared members that no order explains, in claims where one in twenty is on one.
FEWEST_COUNTED = 0.85

# Every line: the excess part of what is questioned, to the cent, never more than was paid.
lines = rows(
    """SELECT e.finding_id, e.claim_id, f.ratio, f.ratio_lower,
        CAST(100 * e.questioned_amount AS BIGINT), CAST(100 * coalesce(e.paid_amount, e.allowed_amount, 0) AS BIGINT),
        CAST(100 * e.amount_at_risk AS BIGINT), CAST(100 * e.amount_at_risk_lower AS BIGINT)
      FROM 'RUN/evidence.parquet' e JOIN 'RUN/findings.parquet' f USING (finding_id)"""
)
for finding, claim, ratio, lower, questioned, paid, at_risk, at_least in lines:
    for r, stated in ((ratio, at_risk), (lower, at_least)):
        part = 1.0 if r is None else max(0.0, (r - 1.0) / r)
        by_hand = min(max(int(half_even(part * questioned)), 0), max(paid, 0))
        same(f"finding {finding}, claim {claim}", by_hand, stated)
    compared["lines"] += 1

# Every finding: the sum of its lines.
for finding, stated, by_hand in rows(
    """SELECT f.finding_id, f.exposure_amount, coalesce(sum(e.amount_at_risk), 0)
      FROM 'RUN/findings.parquet' f LEFT JOIN 'RUN/evidence.parquet' e USING (finding_id)
      GROUP BY ALL"""
):
    same(f"exposure of finding {finding}", by_hand, stated)
    compared["findings"] += 1

# Every case: each line once, at its largest amount.
for case, stated, by_hand in rows(
    """WITH line AS (
        SELECT case_id, data_source, claim_id, claim_line_number, max(amount_at_risk) AS amount
        FROM 'RUN/evidence.parquet' GROUP BY ALL)
      SELECT c.case_id, c.exposure_amount, coalesce(sum(amount), 0)
      FROM 'RUN/cases.parquet' c LEFT JOIN line USING (case_id) GROUP BY ALL"""
):
    same(f"exposure of case {case}", by_hand, stated)
    compared["cases"] += 1

# Share of high levels: its evidence lines over the provider's evaluation and management lines.
for finding, stated, by_hand in rows(
    """WITH high AS (
        SELECT f.finding_id, f.entity_id, f.observed, count(*) AS visits
        FROM 'RUN/findings.parquet' f JOIN 'RUN/evidence.parquet' e USING (finding_id)
        WHERE f.measure = 'em_high_level_share' GROUP BY ALL),
      all_visits AS (
        SELECT p.provider_id, sum(p.line_count) AS visits
        FROM 'RUN/provider_code.parquet' p JOIN read_csv(?, all_varchar = true) m USING (hcpcs_code)
        GROUP BY ALL)
      SELECT h.finding_id, h.observed, h.visits / a.visits
      FROM high h JOIN all_visits a ON h.entity_id = a.provider_id""",
    em_family,
):
    same(f"observed share of finding {finding}", by_hand, stated)
    compared["observed"] += 1

# Amount per member: the geometric mean of what the evidence lines brought by member.
for finding, stated, by_hand in rows(
    """WITH member AS (
        SELECT f.finding_id, f.observed, e.person_id, sum(coalesce(e.paid_amount, e.allowed_amount)) AS amount
        FROM 'RUN/findings.parquet' f JOIN 'RUN/evidence.parquet' e USING (finding_id)
        WHERE f.measure = 'paid_per_member' GROUP BY ALL)
      SELECT finding_id, observed, exp(avg(ln(amount))) FROM member GROUP BY ALL"""
):
    # The logs are kept as integers in steps of 1 / 65,536.
    same(f"observed amount of finding {finding}", by_hand, stated, 1e-4)
    compared["observed"] += 1

# Groups: evidence of its own providers only, and every shared member that was counted stands there with
# two of them. Members that one sent to the other on an order are there too, and not counted.
for case, inside in rows(
    """SELECT c.case_id, bool_and(list_contains(c.member_ids, e.entity_id))
      FROM 'RUN/cases.parquet' c JOIN 'RUN/evidence.parquet' e USING (case_id)
      WHERE c.entity_type = 'group' GROUP BY ALL"""
):
    if not inside:
        sys.exit(f"group {case}: evidence of somebody else")
for finding, stated, by_hand in rows(
    """WITH seen AS (
        SELECT DISTINCT f.finding_id, f.numerator, e.person_id, e.entity_id
        FROM 'RUN/findings.parquet' f JOIN 'RUN/evidence.parquet' e USING (finding_id)
        WHERE f.measure = 'shared_members')
      SELECT a.finding_id, a.numerator, count(*)
      FROM seen a JOIN seen b USING (finding_id, person_id) WHERE a.entity_id < b.entity_id GROUP BY ALL"""
):
    if not FEWEST_COUNTED * by_hand <= stated <= by_hand:
        sys.exit(f"shared members of finding {finding}: {by_hand} by hand, {stated} in the report")
    compared["groups"] += 1

print(" ".join(f"{name}={count}" for name, count in compared.items()))
if 0 in compared.values():
    sys.exit("nothing to compare")
