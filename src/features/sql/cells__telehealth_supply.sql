-- cells: telehealth_supply
-- Members whom a provider saw by telehealth, and those among them who got equipment or supplies on
-- that provider's order on the day or within 180 days after.
-- Telehealth is place of service 02 or 10, or modifier 95, GT, GQ or 93.
-- Strata: condition tier by age band.
WITH met AS (
  SELECT provider_id, person_id, member_half AS half, service_day
  FROM line
  WHERE active AND claim_type = 'professional' AND (
    place_of_service_code IN ('02', '10')
    OR CONCAT(' ', modifiers, ' ') LIKE '% 95 %'
    OR CONCAT(' ', modifiers, ' ') LIKE '% GT %'
    OR CONCAT(' ', modifiers, ' ') LIKE '% GQ %'
    OR CONCAT(' ', modifiers, ' ') LIKE '% 93 %'
  )
  GROUP BY provider_id, person_id, member_half, service_day
),
supply AS (
  SELECT l.person_id AS person_id, COALESCE(l.ordering_npi, l.referring_npi) AS orderer, l.service_day AS service_day
  FROM line AS l
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.category = 'equipment'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
    AND COALESCE(l.ordering_npi, l.referring_npi) IS NOT NULL
),
supplied AS (
  SELECT t.provider_id AS provider_id, t.person_id AS person_id, 1 AS found
  FROM met AS t
  INNER JOIN supply AS s ON t.person_id = s.person_id AND t.provider_id = s.orderer
  WHERE s.service_day >= t.service_day AND s.service_day <= t.service_day + 180
  GROUP BY t.provider_id, t.person_id
),
panel AS (
  SELECT provider_id, person_id, half
  FROM met
  GROUP BY provider_id, person_id, half
)
SELECT
  p.provider_id AS provider_id,
  CONCAT(CAST(m.condition_tier AS VARCHAR), '/', m.age_band) AS stratum,
  CAST(m.condition_tier AS VARCHAR) AS parent,
  p.half AS half,
  SUM(COALESCE(s.found, 0)) AS numerator,
  COUNT(*) AS denominator
FROM panel AS p
INNER JOIN member AS m ON p.person_id = m.person_id
LEFT JOIN supplied AS s ON p.provider_id = s.provider_id AND p.person_id = s.person_id
GROUP BY p.provider_id, m.condition_tier, m.age_band, p.half
