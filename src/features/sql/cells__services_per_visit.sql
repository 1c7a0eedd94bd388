-- cells: services_per_visit
-- Lines per visit (a day with a member). Strata: place of service by condition tier.
WITH visit AS (
  SELECT provider_id, person_id, member_half, service_day, MIN(COALESCE(place_of_service_code, claim_type)) AS place,
    COUNT(*) AS line_count
  FROM line
  WHERE active
  GROUP BY provider_id, person_id, member_half, service_day
)
SELECT
  v.provider_id AS provider_id,
  CONCAT(v.place, '/', CAST(m.condition_tier AS VARCHAR)) AS stratum,
  v.place AS parent,
  v.member_half AS half,
  SUM(v.line_count) AS numerator,
  COUNT(*) AS denominator
FROM visit AS v
INNER JOIN member AS m ON v.person_id = m.person_id
GROUP BY v.provider_id, v.place, m.condition_tier, v.member_half
