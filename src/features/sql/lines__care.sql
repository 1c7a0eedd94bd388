-- lines: care
-- Professional lines in person or by telehealth; the price gap is the whole amount.
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'part of the visits' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN place_of_service AS s ON l.place_of_service_code = s.place_of_service_code
WHERE l.active AND l.claim_type = 'professional' AND l.hcpcs_code IS NOT NULL
  AND (s.face_to_face = 1 OR s.setting = 'telehealth') AND s.setting <> 'ambulance'
  AND SUBSTR(l.hcpcs_code, 1, 1) NOT IN ('A', 'B', 'E', 'K', 'L')
  AND NOT REGEXP_LIKE(CONCAT(' ', l.modifiers, ' '), ' (26|TC) ')
  AND l.amount_cents > 0
