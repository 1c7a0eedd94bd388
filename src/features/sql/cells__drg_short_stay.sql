-- cells: drg_short_stay
-- Inpatient stays at the highest severity of their family of DRGs, and those shorter than 80 % of the
-- geometric mean length that CMS publishes for the DRG: members with a major complication stay
-- longer, not shorter. Only DRGs whose mean is at least two days, of which a fifth shows in whole
-- days; deaths, transfers and departures against advice are left out, since these end a stay early.
-- Strata: DRG; parent: all.
WITH stay AS (
  SELECT provider_id, person_id, admission_day, MIN(member_half) AS member_half, MAX(discharge_day) AS discharge_day,
    MAX(drg_code) AS drg_code, MAX(discharge_disposition_code) AS disposition
  FROM line
  WHERE active AND claim_type = 'institutional' AND drg_code IS NOT NULL AND admission_day IS NOT NULL
  GROUP BY provider_id, person_id, admission_day
),
severe AS (
  SELECT drg_code, geometric_mean_los_hundredths AS mean_hundredths
  FROM drg
  WHERE severity = 'mcc' AND other_route = 0 AND geometric_mean_los_hundredths >= 200
)
SELECT
  s.provider_id AS provider_id,
  s.drg_code AS stratum,
  'stays' AS parent,
  s.member_half AS half,
  SUM(CASE WHEN GREATEST(s.discharge_day - s.admission_day, 1) * 500 < d.mean_hundredths * 4 THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM stay AS s
INNER JOIN severe AS d ON s.drg_code = d.drg_code
WHERE s.discharge_day IS NOT NULL AND s.discharge_day >= s.admission_day
  AND COALESCE(s.disposition, '01') NOT IN ('02', '05', '07', '20', '40', '41', '42', '43', '62', '63', '65', '66')
GROUP BY s.provider_id, s.drg_code, s.member_half
