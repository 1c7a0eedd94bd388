-- lines: single_contact
-- Lines at an office, at home or by telehealth of members with one contact only; the price gap is the
-- whole amount.
WITH single AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id
  FROM line AS l
  INNER JOIN wanted AS w ON l.provider_id = w.provider_id
  INNER JOIN place_of_service AS s ON l.place_of_service_code = s.place_of_service_code
  WHERE l.active AND l.claim_type = 'professional' AND s.setting IN ('office', 'home', 'telehealth')
  GROUP BY l.provider_id, l.person_id
  HAVING MIN(l.service_day) = MAX(l.service_day)
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'the member''s only contact' AS note
FROM line AS l
INNER JOIN place_of_service AS p ON l.place_of_service_code = p.place_of_service_code
INNER JOIN single AS s ON l.provider_id = s.provider_id AND l.person_id = s.person_id
WHERE l.active AND l.claim_type = 'professional' AND p.setting IN ('office', 'home', 'telehealth')
  AND l.amount_cents > 0
