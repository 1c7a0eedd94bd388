-- lines: drg_mcc
-- Lines of stays raised by a major complication.
-- The price gap is the stay's amount times the share of the DRG's weight that lies above the same
-- family's DRG one severity below; a stay of several lines shares the gap by their amounts.
WITH below AS (
  SELECT base_family, MAX(weight_ten_thousandths) AS weight
  FROM drg
  WHERE severity <> 'mcc'
  GROUP BY base_family
),
raised AS (
  SELECT d.drg_code AS drg_code, d.base_family AS base_family, d.weight_ten_thousandths AS weight, b.weight AS weight_below
  FROM drg AS d
  INNER JOIN below AS b ON d.base_family = b.base_family
  WHERE d.severity = 'mcc' AND d.other_route = 0
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  CAST(ROUND(CAST(l.amount_cents AS DOUBLE) * (r.weight - r.weight_below) / NULLIF(r.weight, 0)) AS BIGINT) AS gap_cents,
  CONCAT('MCC in the family of DRG ', r.base_family) AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN raised AS r ON l.drg_code = r.drg_code
WHERE l.active AND l.claim_type = 'institutional' AND l.admission_day IS NOT NULL AND l.amount_cents > 0
