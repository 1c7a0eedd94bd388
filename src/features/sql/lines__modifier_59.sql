-- lines: modifier_59
-- Procedures marked as distinct (modifier 59, XE, XS, XP, XU) on a day with another procedure; the
-- price gap is the whole amount, since without the modifier the service may be part of the other.
WITH several AS (
  SELECT provider_id, person_id, service_day
  FROM line
  WHERE active AND claim_type = 'professional' AND hcpcs_code IS NOT NULL AND REGEXP_LIKE(hcpcs_code, '^([1-6][0-9]{4}|9[0-7][0-9]{3})$')
  GROUP BY provider_id, person_id, service_day
  HAVING COUNT(*) > 1
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'marked as a distinct service' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN several AS s ON l.provider_id = s.provider_id AND l.person_id = s.person_id AND l.service_day = s.service_day
WHERE l.active AND l.claim_type = 'professional' AND l.amount_cents > 0
  AND REGEXP_LIKE(l.hcpcs_code, '^([1-6][0-9]{4}|9[0-7][0-9]{3})$') AND REGEXP_LIKE(CONCAT(' ', l.modifiers, ' '), ' (59|XE|XS|XP|XU) ')
