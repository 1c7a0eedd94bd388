-- cells: services_per_visit
-- Lines per visit (a day with a member), on the log scale: most visits have one line, so a count
-- model would take the spread for larger than it is. Strata: place of service by condition tier.
WITH visit AS (
  SELECT provider_id, person_id, member_half, service_day, MIN(COALESCE(place_of_service_code, claim_type)) AS place,
    COUNT(*) AS line_count
  FROM line
  WHERE active
  GROUP BY provider_id, person_id, member_half, service_day
),
logs AS (
  SELECT
    v.provider_id AS provider_id,
    v.member_half AS half,
    v.place AS place,
    m.condition_tier AS condition_tier,
    CAST(ROUND(LN(CAST(v.line_count AS DOUBLE)) * 65536) AS BIGINT) AS log_lines
  FROM visit AS v
  INNER JOIN member AS m ON v.person_id = m.person_id
)
SELECT
  provider_id,
  CONCAT(place, '/', CAST(condition_tier AS VARCHAR)) AS stratum,
  place AS parent,
  half,
  SUM(log_lines) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_lines * log_lines) AS square
FROM logs
GROUP BY provider_id, place, condition_tier, half
