-- lines: lab_tests
-- Laboratory tests; the price gap is the whole amount.
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'laboratory test' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
WHERE l.active AND l.amount_cents > 0 AND r.category = 'laboratory'
  AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
  AND SUBSTR(l.hcpcs_code, 5, 1) = COALESCE(r.ending, SUBSTR(l.hcpcs_code, 5, 1))
