-- lines: lab_drug_class
-- Definitive drug tests at the highest class. Their price gap is what the line brought above the
-- provider's own mean amount at the lower classes; where it bills none of these, above all providers'.
WITH low AS (
  SELECT provider_id, 1 AS one, SUM(amount_cents) AS cents, SUM(line_count) AS line_count
  FROM provider_code
  WHERE hcpcs_code IN ('G0480', 'G0481', 'G0482')
  GROUP BY provider_id
),
everyone AS (
  SELECT one, SUM(cents) AS cents, SUM(line_count) AS line_count
  FROM low
  GROUP BY one
),
high AS (
  SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
    l.amount_cents AS amount_cents, 1 AS one
  FROM line AS l
  INNER JOIN wanted AS w ON l.provider_id = w.provider_id
  WHERE l.active AND l.hcpcs_code = 'G0483'
)
SELECT
  h.provider_id AS provider_id, h.data_source AS data_source, h.claim_id AS claim_id,
  h.claim_line_number AS claim_line_number, h.person_id AS person_id, h.service_date AS service_date,
  h.hcpcs_code AS hcpcs_code, h.modifiers AS modifiers, h.drg_code AS drg_code, h.units_milli AS units_milli,
  h.paid_cents AS paid_cents, h.allowed_cents AS allowed_cents, h.amount_basis AS amount_basis,
  h.amount_cents - COALESCE(
    CAST(ROUND(CAST(o.cents AS DOUBLE) / NULLIF(o.line_count, 0)) AS BIGINT),
    CAST(ROUND(CAST(e.cents AS DOUBLE) / NULLIF(e.line_count, 0)) AS BIGINT),
    0
  ) AS gap_cents,
  'highest class of drug test' AS note
FROM high AS h
LEFT JOIN low AS o ON h.provider_id = o.provider_id
LEFT JOIN everyone AS e ON h.one = e.one
