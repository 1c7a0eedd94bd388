-- cells: lab_repeats
-- How many days a member had the same laboratory code at one provider, on the log scale. Strata:
-- code by condition tier, since some tests are made weekly for good reason; parent: the code.
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
repeated AS (
  SELECT provider_id, person_id, half, hcpcs_code, COUNT(*) AS days
  FROM test
  GROUP BY provider_id, person_id, half, hcpcs_code
),
logs AS (
  SELECT
    t.provider_id AS provider_id,
    t.half AS half,
    t.hcpcs_code AS hcpcs_code,
    m.condition_tier AS condition_tier,
    CAST(ROUND(LN(CAST(t.days AS DOUBLE)) * 65536) AS BIGINT) AS log_days
  FROM repeated AS t
  INNER JOIN member AS m ON t.person_id = m.person_id
)
SELECT
  provider_id,
  CONCAT(hcpcs_code, '/', CAST(condition_tier AS VARCHAR)) AS stratum,
  hcpcs_code AS parent,
  half,
  SUM(log_days) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_days * log_days) AS square
FROM logs
GROUP BY provider_id, hcpcs_code, condition_tier, half
