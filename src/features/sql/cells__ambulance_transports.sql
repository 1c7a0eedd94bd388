-- cells: ambulance_transports
-- Transports (base lines: one for each way) per member, on the log scale: most members have one or
-- two, patients on dialysis some hundred. Strata: end-stage renal disease by condition tier.
WITH rides AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.member_half AS half, COUNT(*) AS transports
  FROM line AS l
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.category = 'ambulance_transport'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
  GROUP BY l.provider_id, l.person_id, l.member_half
),
renal AS (
  SELECT person_id, 1 AS dialysis
  FROM diagnosis
  WHERE code IN ('N186', '5856')
  GROUP BY person_id
),
logs AS (
  SELECT
    t.provider_id AS provider_id,
    t.half AS half,
    COALESCE(e.dialysis, 0) AS dialysis,
    m.condition_tier AS condition_tier,
    CAST(ROUND(LN(CAST(t.transports AS DOUBLE)) * 65536) AS BIGINT) AS log_transports
  FROM rides AS t
  INNER JOIN member AS m ON t.person_id = m.person_id
  LEFT JOIN renal AS e ON t.person_id = e.person_id
)
SELECT
  provider_id,
  CONCAT(CAST(dialysis AS VARCHAR), '/', CAST(condition_tier AS VARCHAR)) AS stratum,
  CAST(dialysis AS VARCHAR) AS parent,
  half,
  SUM(log_transports) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_transports * log_transports) AS square
FROM logs
GROUP BY provider_id, dialysis, condition_tier, half
