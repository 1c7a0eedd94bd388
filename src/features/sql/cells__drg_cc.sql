-- cells: drg_cc
-- Inpatient stays without a major complication, in families of DRGs that a complication (CC) raises,
-- and those raised: what the share with MCC cannot see, and independent of it.
-- Strata: family by condition tier; parent: family.
WITH stay AS (
  SELECT provider_id, person_id, admission_day, MIN(member_half) AS member_half, MAX(discharge_day) AS discharge_day,
    MAX(drg_code) AS drg_code, MAX(discharge_disposition_code) AS disposition
  FROM line
  WHERE active AND claim_type = 'institutional' AND drg_code IS NOT NULL AND admission_day IS NOT NULL
  GROUP BY provider_id, person_id, admission_day
),
family AS (
  SELECT base_family
  FROM drg
  WHERE severity = 'cc' AND other_route = 0
  GROUP BY base_family
)
SELECT
  s.provider_id AS provider_id,
  CONCAT(d.base_family, '/', CAST(m.condition_tier AS VARCHAR)) AS stratum,
  d.base_family AS parent,
  s.member_half AS half,
  SUM(CASE WHEN d.severity = 'cc' THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM stay AS s
INNER JOIN drg AS d ON s.drg_code = d.drg_code
INNER JOIN family AS f ON d.base_family = f.base_family
INNER JOIN member AS m ON s.person_id = m.person_id
WHERE d.severity <> 'mcc'
GROUP BY s.provider_id, d.base_family, m.condition_tier, s.member_half
