-- lines: out_of_network
-- Lines out of network other than emergencies; the price gap is the whole amount.
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'out of network' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
WHERE l.active AND l.in_network = 0 AND COALESCE(l.place_of_service_code, '') NOT IN ('23', '41', '42')
  AND COALESCE(l.admit_type_code, '') <> '1' AND l.amount_cents > 0
