-- cells: telehealth_top_level
-- Evaluation and management visits held by telehealth (by code, place of service 02 or 10, or
-- modifier 93, 95, GT or GQ), and those at the family's top level.
-- Strata: family by condition tier; parent: family.
WITH top AS (
  SELECT family, MAX(level) AS level
  FROM em_family
  GROUP BY family
)
SELECT
  l.provider_id AS provider_id,
  CONCAT(f.family, '/', CAST(m.condition_tier AS VARCHAR)) AS stratum,
  f.family AS parent,
  l.member_half AS half,
  SUM(CASE WHEN f.level = t.level THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM line AS l
INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
INNER JOIN top AS t ON f.family = t.family
INNER JOIN member AS m ON l.person_id = m.person_id
WHERE l.active
  AND (f.setting = 'telehealth' OR l.place_of_service_code IN ('02', '10')
    OR REGEXP_LIKE(CONCAT(' ', l.modifiers, ' '), ' (93|95|GT|GQ) '))
  AND l.service_day >= COALESCE(f.effective_from_day, l.service_day)
  AND l.service_day <= COALESCE(f.effective_to_day, l.service_day)
GROUP BY l.provider_id, f.family, m.condition_tier, l.member_half
