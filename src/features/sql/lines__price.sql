-- lines: price
-- The priced lines; the price gap is the whole amount, of which the share above the peers'
-- price is at risk.
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'priced against the same code of the peers' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
WHERE l.active AND l.claim_type = 'professional' AND l.hcpcs_code IS NOT NULL AND l.units_milli >= 1000 AND l.allowed_cents > 0
  AND l.amount_level = 'line'
  AND NOT REGEXP_LIKE(CONCAT(' ', l.modifiers, ' '), ' (50|51|52|53|54|55|56|62|66|73|74|78|80|81|82|AS|NU|RR|UE) ')
  AND COALESCE(l.in_network, 1) = 1
  AND l.amount_cents > 0
