-- cells: em_level
-- Evaluation and management visits, and those billed at one of the family's top two levels.
-- Strata: family (which tells new from established patients) by condition tier by age band.
SELECT
  l.provider_id AS provider_id,
  CONCAT(f.family, '/', CAST(m.condition_tier AS VARCHAR), '/', m.age_band) AS stratum,
  f.family AS parent,
  l.member_half AS half,
  SUM(f.top_two) AS numerator,
  COUNT(*) AS denominator
FROM line AS l
INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
INNER JOIN member AS m ON l.person_id = m.person_id
WHERE l.active
  AND l.service_day >= COALESCE(f.effective_from_day, l.service_day)
  AND l.service_day <= COALESCE(f.effective_to_day, l.service_day)
GROUP BY l.provider_id, f.family, m.condition_tier, m.age_band, l.member_half
