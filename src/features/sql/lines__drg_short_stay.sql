-- lines: drg_short_stay
-- Lines of stays at the highest severity that were shorter than 80 % of the DRG's geometric mean
-- length. The price gap is the amount times the share of the DRG's weight that lies above the same
-- family's DRG one severity below.
WITH below AS (
  SELECT base_family, MAX(weight_ten_thousandths) AS weight
  FROM drg
  WHERE severity <> 'mcc'
  GROUP BY base_family
),
severe AS (
  SELECT d.drg_code AS drg_code, d.geometric_mean_los_hundredths AS mean_hundredths, d.weight_ten_thousandths AS weight,
    b.weight AS weight_below
  FROM drg AS d
  INNER JOIN below AS b ON d.base_family = b.base_family
  WHERE d.severity = 'mcc' AND d.other_route = 0 AND d.geometric_mean_los_hundredths >= 200
),
stay AS (
  SELECT provider_id, person_id, admission_day, MAX(discharge_day) AS discharge_day, MAX(drg_code) AS drg_code,
    MAX(discharge_disposition_code) AS disposition
  FROM line
  WHERE active AND claim_type = 'institutional' AND drg_code IS NOT NULL AND admission_day IS NOT NULL
  GROUP BY provider_id, person_id, admission_day
),
short AS (
  SELECT s.provider_id AS provider_id, s.person_id AS person_id, s.admission_day AS admission_day,
    s.discharge_day - s.admission_day AS days, d.weight AS weight, d.weight_below AS weight_below, d.mean_hundredths AS mean_hundredths
  FROM stay AS s
  INNER JOIN severe AS d ON s.drg_code = d.drg_code
  WHERE s.discharge_day >= s.admission_day
    AND GREATEST(s.discharge_day - s.admission_day, 1) * 500 < d.mean_hundredths * 4
    AND COALESCE(s.disposition, '01') NOT IN ('02', '05', '07', '20', '40', '41', '42', '43', '62', '63', '65', '66')
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  CAST(ROUND(CAST(l.amount_cents AS DOUBLE) * (s.weight - s.weight_below) / NULLIF(s.weight, 0)) AS BIGINT) AS gap_cents,
  CONCAT(CAST(s.days AS VARCHAR), ' days, the mean is ', CAST(s.mean_hundredths AS VARCHAR), ' hundredths of a day') AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN short AS s ON l.provider_id = s.provider_id AND l.person_id = s.person_id AND l.admission_day = s.admission_day
WHERE l.active AND l.claim_type = 'institutional' AND l.amount_cents > 0
