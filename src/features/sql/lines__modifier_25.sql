-- lines: modifier_25
-- Evaluation and management lines with modifier 25 on a day with a procedure by the same provider;
-- the price gap is the whole amount, since without the modifier the visit is part of the procedure. Procedures as in the cells.
WITH procedure AS (
  SELECT provider_id, person_id, service_day, MIN(SUBSTR(hcpcs_code, 1, 2)) AS section
  FROM line
  WHERE active AND claim_type = 'professional' AND hcpcs_code IS NOT NULL AND hcpcs_code NOT IN ('36415', '36416')
    AND REGEXP_LIKE(hcpcs_code, '^([1-6][0-9]{4}|96[345][0-9]{2})$')
  GROUP BY provider_id, person_id, service_day
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'modifier 25 on a day with a procedure' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
INNER JOIN procedure AS p ON l.provider_id = p.provider_id AND l.person_id = p.person_id AND l.service_day = p.service_day
WHERE l.active AND l.claim_type = 'professional' AND l.amount_cents > 0 AND CONCAT(' ', l.modifiers, ' ') LIKE '% 25 %'
