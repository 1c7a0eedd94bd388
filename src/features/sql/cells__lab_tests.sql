-- cells: lab_tests
-- Different laboratory codes per encounter (a day with a member), on the log scale.
-- Strata: condition tier by age band.
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
encounter AS (
  SELECT provider_id, person_id, half, service_day, COUNT(*) AS tests
  FROM test
  GROUP BY provider_id, person_id, half, service_day
),
logs AS (
  SELECT
    e.provider_id AS provider_id,
    e.half AS half,
    m.condition_tier AS condition_tier,
    m.age_band AS age_band,
    CAST(ROUND(LN(CAST(e.tests AS DOUBLE)) * 65536) AS BIGINT) AS log_tests
  FROM encounter AS e
  INNER JOIN member AS m ON e.person_id = m.person_id
)
SELECT
  provider_id,
  CONCAT(CAST(condition_tier AS VARCHAR), '/', age_band) AS stratum,
  CAST(condition_tier AS VARCHAR) AS parent,
  half,
  SUM(log_tests) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_tests * log_tests) AS square
FROM logs
GROUP BY provider_id, condition_tier, age_band, half
