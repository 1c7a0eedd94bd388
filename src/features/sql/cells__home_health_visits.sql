-- cells: home_health_visits
-- Visits per claim of home health, on the log scale; a visit is one line (Medicare Claims Processing
-- Manual ch. 10) of revenue codes 042x, 043x, 044x, 055x, 056x or 057x. Strata: days the claim spans
-- (a period of 30 days, of 60, longer) by condition tier.
WITH period AS (
  SELECT provider_id, person_id, member_half AS half, data_source, claim_id,
    MAX(claim_end_day) - MIN(claim_start_day) + 1 AS days, COUNT(*) AS visits
  FROM line
  WHERE active AND SUBSTR(bill_type_code, 1, 2) IN ('32', '33', '34')
    AND SUBSTR(revenue_center_code, 1, 3) IN ('042', '043', '044', '055', '056', '057')
  GROUP BY provider_id, person_id, member_half, data_source, claim_id
),
logs AS (
  SELECT
    p.provider_id AS provider_id,
    p.half AS half,
    CASE WHEN p.days <= 31 THEN '1 to 31' WHEN p.days <= 62 THEN '32 to 62' ELSE 'longer' END AS span,
    m.condition_tier AS condition_tier,
    CAST(ROUND(LN(CAST(p.visits AS DOUBLE)) * 65536) AS BIGINT) AS log_visits
  FROM period AS p
  INNER JOIN member AS m ON p.person_id = m.person_id
)
SELECT
  provider_id,
  CONCAT(span, '/', CAST(condition_tier AS VARCHAR)) AS stratum,
  span AS parent,
  half,
  SUM(log_visits) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_visits * log_visits) AS square
FROM logs
GROUP BY provider_id, span, condition_tier, half
