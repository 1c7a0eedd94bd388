-- cells: lab_repeats
-- Laboratory tests (a code on a day of a member) that the member had had within the 30 days before,
-- wherever: counted at one provider alone, the measure would grow with its share of the market.
-- Strata: code by condition tier, since some tests are made weekly for good reason; parent: the code.
WITH test AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.member_half AS half, l.service_day AS service_day,
    l.hcpcs_code AS hcpcs_code
  FROM line AS l
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.category = 'laboratory'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
    AND SUBSTR(l.hcpcs_code, 5, 1) = COALESCE(r.ending, SUBSTR(l.hcpcs_code, 5, 1))
  GROUP BY l.provider_id, l.person_id, l.member_half, l.service_day, l.hcpcs_code
),
tested AS (
  SELECT person_id, hcpcs_code, service_day
  FROM test
  GROUP BY person_id, hcpcs_code, service_day
),
again AS (
  SELECT person_id, hcpcs_code, service_day,
    LAG(service_day) OVER (PARTITION BY person_id, hcpcs_code ORDER BY service_day NULLS FIRST) AS day_before
  FROM tested
)
SELECT
  t.provider_id AS provider_id,
  CONCAT(t.hcpcs_code, '/', CAST(m.condition_tier AS VARCHAR)) AS stratum,
  t.hcpcs_code AS parent,
  t.half AS half,
  SUM(CASE WHEN a.service_day - a.day_before <= 30 THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM test AS t
INNER JOIN again AS a
  ON t.person_id = a.person_id AND t.hcpcs_code = a.hcpcs_code AND t.service_day = a.service_day
INNER JOIN member AS m ON t.person_id = m.person_id
GROUP BY t.provider_id, t.hcpcs_code, m.condition_tier, t.half
