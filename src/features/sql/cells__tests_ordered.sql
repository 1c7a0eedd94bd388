-- cells: tests_ordered
-- Evaluation and management visits, and those followed within 14 days by laboratory tests or imaging
-- that the same provider ordered, whoever did them.
-- Strata: family of the visit by condition tier by age band; parent: family by condition tier.
WITH visit AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.member_half AS half, l.service_day AS service_day,
    MIN(f.family) AS family
  FROM line AS l
  INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
  WHERE l.active
  GROUP BY l.provider_id, l.person_id, l.member_half, l.service_day
),
test AS (
  SELECT ordering_npi AS provider_id, person_id, service_day
  FROM line
  WHERE active AND ordering_npi IS NOT NULL AND hcpcs_code IS NOT NULL AND REGEXP_LIKE(hcpcs_code, '^[78][0-9]{4}$')
  GROUP BY ordering_npi, person_id, service_day
),
tested AS (
  SELECT v.provider_id AS provider_id, v.person_id AS person_id, v.service_day AS service_day, COUNT(*) AS tests
  FROM visit AS v
  INNER JOIN test AS t ON v.provider_id = t.provider_id AND v.person_id = t.person_id
  WHERE t.service_day >= v.service_day AND t.service_day <= v.service_day + 14
  GROUP BY v.provider_id, v.person_id, v.service_day
)
SELECT
  v.provider_id AS provider_id,
  CONCAT(v.family, '/', CAST(m.condition_tier AS VARCHAR), '/', m.age_band) AS stratum,
  CONCAT(v.family, '/', CAST(m.condition_tier AS VARCHAR)) AS parent,
  v.half AS half,
  SUM(CASE WHEN t.tests IS NULL THEN 0 ELSE 1 END) AS numerator,
  COUNT(*) AS denominator
FROM visit AS v
INNER JOIN member AS m ON v.person_id = m.person_id
LEFT JOIN tested AS t ON v.provider_id = t.provider_id AND v.person_id = t.person_id AND v.service_day = t.service_day
GROUP BY v.provider_id, v.family, m.condition_tier, m.age_band, v.half
