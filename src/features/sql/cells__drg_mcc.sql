-- cells: drg_mcc
-- Inpatient stays in families of DRGs that a major complication (MCC) raises, and those raised.
-- Interim claims of one stay count once. Families whose titles let in stays for another reason are
-- left out. Strata: family by condition tier (sicker members have more complications); parent: family.
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
  WHERE severity = 'mcc' AND other_route = 0
  GROUP BY base_family
)
SELECT
  s.provider_id AS provider_id,
  CONCAT(d.base_family, '/', CAST(m.condition_tier AS VARCHAR)) AS stratum,
  d.base_family AS parent,
  s.member_half AS half,
  SUM(CASE WHEN d.severity = 'mcc' THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM stay AS s
INNER JOIN drg AS d ON s.drg_code = d.drg_code
INNER JOIN family AS f ON d.base_family = f.base_family
INNER JOIN member AS m ON s.person_id = m.person_id
GROUP BY s.provider_id, d.base_family, m.condition_tier, s.member_half
