-- cells: em_level
-- Evaluation and management visits, and those billed at one of the family's top two levels.
-- Strata: family (which tells new from established patients) by number of chronic conditions (seven
-- and more together) by age band: every further condition is one more problem to be dealt with, so
-- the four tiers would take the sickest panels for upcoded ones. Parent: family by condition tier.
WITH visit AS (
  SELECT l.provider_id AS provider_id, l.member_half AS half, f.family AS family, f.top_two AS top_two,
    CASE WHEN m.condition_count > 7 THEN 7 ELSE m.condition_count END AS conditions,
    m.condition_tier AS tier, m.age_band AS age_band
  FROM line AS l
  INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
  INNER JOIN member AS m ON l.person_id = m.person_id
  WHERE l.active
    AND l.service_day >= COALESCE(f.effective_from_day, l.service_day)
    AND l.service_day <= COALESCE(f.effective_to_day, l.service_day)
)
SELECT
  provider_id,
  CONCAT(family, '/', CAST(conditions AS VARCHAR), '/', age_band) AS stratum,
  CONCAT(family, '/', CAST(tier AS VARCHAR)) AS parent,
  half,
  SUM(top_two) AS numerator,
  COUNT(*) AS denominator
FROM visit
GROUP BY provider_id, family, conditions, tier, age_band, half
