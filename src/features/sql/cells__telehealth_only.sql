-- cells: telehealth_only
-- Members with two days or more of a provider's professional services, one of them by telehealth, and
-- those among them whom the provider never saw otherwise.
-- Telehealth is place of service 02 or 10, or modifier 95, GT, GQ or 93.
-- Strata: condition tier by age band.
WITH visit AS (
  SELECT provider_id, person_id, member_half AS half, service_day,
    MAX(CASE WHEN (
    place_of_service_code IN ('02', '10')
    OR CONCAT(' ', modifiers, ' ') LIKE '% 95 %'
    OR CONCAT(' ', modifiers, ' ') LIKE '% GT %'
    OR CONCAT(' ', modifiers, ' ') LIKE '% GQ %'
    OR CONCAT(' ', modifiers, ' ') LIKE '% 93 %'
  ) THEN 1 ELSE 0 END) AS remote
  FROM line
  WHERE active AND claim_type = 'professional'
  GROUP BY provider_id, person_id, member_half, service_day
),
panel AS (
  SELECT provider_id, person_id, half, COUNT(*) AS days, SUM(remote) AS remote_days
  FROM visit
  GROUP BY provider_id, person_id, half
)
SELECT
  p.provider_id AS provider_id,
  CONCAT(CAST(m.condition_tier AS VARCHAR), '/', m.age_band) AS stratum,
  CAST(m.condition_tier AS VARCHAR) AS parent,
  p.half AS half,
  SUM(CASE WHEN p.remote_days = p.days THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM panel AS p
INNER JOIN member AS m ON p.person_id = m.person_id
WHERE p.days >= 2 AND p.remote_days >= 1
GROUP BY p.provider_id, m.condition_tier, m.age_band, p.half
