-- cells: readmission
-- Live discharges home or to further care, and those followed by another admission to the same
-- hospital within 1 to 30 days. Transfers and deaths are left out, and discharges in the last 30
-- days before the as-of date, whose return could not yet be seen.
-- Strata: base family of DRGs by condition tier; parent: condition tier.
WITH stay AS (
  SELECT provider_id, person_id, admission_day, MIN(member_half) AS member_half, MAX(discharge_day) AS discharge_day,
    MAX(drg_code) AS drg_code, MAX(discharge_disposition_code) AS disposition
  FROM line
  WHERE active AND claim_type = 'institutional' AND drg_code IS NOT NULL AND admission_day IS NOT NULL AND discharge_day IS NOT NULL
  GROUP BY provider_id, person_id, admission_day
),
followed AS (
  SELECT provider_id, person_id, member_half, admission_day, discharge_day, drg_code, disposition,
    LEAD(admission_day) OVER (PARTITION BY provider_id, person_id ORDER BY admission_day NULLS FIRST) AS next_admission
  FROM stay
),
discharge AS (
  SELECT f.provider_id AS provider_id, f.person_id AS person_id, f.member_half AS half, f.drg_code AS drg_code,
    CASE WHEN f.next_admission > f.discharge_day AND f.next_admission <= f.discharge_day + 30 THEN 1 ELSE 0 END AS came_back
  FROM followed AS f
  CROSS JOIN run AS r
  WHERE f.discharge_day <= r.as_of_day - 30
    AND COALESCE(f.disposition, '01') NOT IN ('02', '05', '20', '40', '41', '42', '43', '62', '63', '65', '66')
)
SELECT
  s.provider_id AS provider_id,
  CONCAT(d.base_family, '/', CAST(m.condition_tier AS VARCHAR)) AS stratum,
  CAST(m.condition_tier AS VARCHAR) AS parent,
  s.half AS half,
  SUM(s.came_back) AS numerator,
  COUNT(*) AS denominator
FROM discharge AS s
INNER JOIN drg AS d ON s.drg_code = d.drg_code
INNER JOIN member AS m ON s.person_id = m.person_id
GROUP BY s.provider_id, d.base_family, m.condition_tier, s.half
