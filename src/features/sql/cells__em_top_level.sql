-- cells: em_top_level
-- Among evaluation and management visits at one of the family's top two levels, those at the top
-- one: what the share of the two levels cannot see, and independent of it.
-- Strata and parents as for that share.
WITH top AS (
  SELECT family, MAX(level) AS level
  FROM em_family
  GROUP BY family
),
visit AS (
  SELECT l.provider_id AS provider_id, l.member_half AS half, f.family AS family,
    CASE WHEN f.level = t.level THEN 1 ELSE 0 END AS at_top,
    CASE WHEN m.condition_count > 7 THEN 7 ELSE m.condition_count END AS conditions,
    m.condition_tier AS tier, m.age_band AS age_band
  FROM line AS l
  INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
  INNER JOIN top AS t ON f.family = t.family
  INNER JOIN member AS m ON l.person_id = m.person_id
  WHERE l.active AND f.top_two = 1
    AND l.service_day >= COALESCE(f.effective_from_day, l.service_day)
    AND l.service_day <= COALESCE(f.effective_to_day, l.service_day)
)
SELECT
  provider_id,
  CONCAT(family, '/', CAST(conditions AS VARCHAR), '/', age_band) AS stratum,
  CONCAT(family, '/', CAST(tier AS VARCHAR)) AS parent,
  half,
  SUM(at_top) AS numerator,
  COUNT(*) AS denominator
FROM visit
GROUP BY provider_id, family, conditions, tier, age_band, half
