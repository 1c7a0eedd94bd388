-- lines: charges
-- Lines with a charge. Nothing is at risk by a charge alone, since it is not what was paid: the price
-- gap is zero.
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  0 * l.charge_cents AS gap_cents,
  CONCAT('charge of ', CAST(l.charge_cents AS VARCHAR), ' cents') AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
WHERE l.active AND l.claim_type = 'professional' AND l.hcpcs_code IS NOT NULL AND l.charge_cents > 0
