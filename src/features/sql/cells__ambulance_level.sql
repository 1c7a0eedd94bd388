-- cells: ambulance_level
-- Ground transports, and those billed at a level of advanced life support.
-- Strata: emergency or scheduled, by condition tier.
WITH ride AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.member_half AS half,
    CASE WHEN r.kind IN ('emergency_basic', 'emergency_advanced') THEN 'emergency' ELSE 'scheduled' END AS urgency,
    CASE WHEN r.kind IN ('emergency_advanced', 'scheduled_advanced') THEN 1 ELSE 0 END AS advanced
  FROM line AS l
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.category = 'ambulance_transport'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
    AND r.kind IN ('emergency_basic', 'emergency_advanced', 'scheduled_basic', 'scheduled_advanced')
)
SELECT
  t.provider_id AS provider_id,
  CONCAT(t.urgency, '/', CAST(m.condition_tier AS VARCHAR)) AS stratum,
  t.urgency AS parent,
  t.half AS half,
  SUM(t.advanced) AS numerator,
  COUNT(*) AS denominator
FROM ride AS t
INNER JOIN member AS m ON t.person_id = m.person_id
GROUP BY t.provider_id, t.urgency, m.condition_tier, t.half
