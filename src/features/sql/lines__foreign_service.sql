-- lines: foreign_service
-- Lines of services foreign to the provider's declared specialty, with their whole amount. The visits
-- around them, which any specialty bills, are not questioned.
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'service that others of the declared specialty hardly give' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN foreign_code AS f ON l.provider_id = f.provider_id AND l.hcpcs_code = f.hcpcs_code
WHERE l.active AND l.amount_cents > 0
