-- lines: dme_braces
-- Braces of members with two or more different ones of the provider; the price gap is the whole amount.
WITH brace AS (
  SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
    l.amount_cents AS amount_cents
  FROM line AS l
  INNER JOIN wanted AS w ON l.provider_id = w.provider_id
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.kind = 'orthotics'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
),
several AS (
  SELECT provider_id, person_id
  FROM brace
  GROUP BY provider_id, person_id
  HAVING COUNT(DISTINCT hcpcs_code) >= 2
)
SELECT
  h.provider_id AS provider_id, h.data_source AS data_source, h.claim_id AS claim_id,
  h.claim_line_number AS claim_line_number, h.person_id AS person_id, h.service_date AS service_date,
  h.hcpcs_code AS hcpcs_code, h.modifiers AS modifiers, h.drg_code AS drg_code, h.units_milli AS units_milli,
  h.paid_cents AS paid_cents, h.allowed_cents AS allowed_cents, h.amount_basis AS amount_basis,
  h.amount_cents AS gap_cents,
  'one of several braces' AS note
FROM brace AS h
INNER JOIN several AS s ON h.provider_id = s.provider_id AND h.person_id = s.person_id
WHERE h.amount_cents > 0
