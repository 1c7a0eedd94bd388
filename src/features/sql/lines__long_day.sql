-- lines: long_day
-- Time-defined lines of days whose codes state more than 16 hours. The price gap is the part of the
-- line's amount that corresponds to the minutes above 16 hours.
WITH long_day AS (
  SELECT d.provider_id AS provider_id, d.service_day AS service_day, d.minutes AS minutes
  FROM provider_day__minutes AS d
  INNER JOIN wanted AS w ON d.provider_id = w.provider_id
  WHERE d.minutes > 960
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  CAST(ROUND(CAST(l.amount_cents AS DOUBLE) * (d.minutes - 960) / NULLIF(d.minutes, 0)) AS BIGINT) AS gap_cents,
  CONCAT(CAST(d.minutes AS VARCHAR), ' minutes stated on the day') AS note
FROM line AS l
INNER JOIN code_minutes AS c ON l.hcpcs_code = c.hcpcs_code
INNER JOIN long_day AS d ON l.provider_id = d.provider_id AND l.service_day = d.service_day
WHERE l.active AND l.provider_role = 'rendering' AND l.units_milli >= 1000 AND l.amount_cents > 0
  AND NOT REGEXP_LIKE(CONCAT(' ', l.modifiers, ' '), ' (CO|CQ) ')
  AND l.service_day >= COALESCE(c.effective_from_day, l.service_day)
  AND l.service_day <= COALESCE(c.effective_to_day, l.service_day)
