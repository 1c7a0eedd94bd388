-- lines: hospice_long
-- Hospice services after the 180th day of stays that ended; the price gap is the whole amount.
WITH care AS (
  SELECT provider_id, person_id, member_half AS half, data_source, claim_id, MIN(claim_start_day) AS first_day,
    MAX(claim_end_day) AS last_day, MIN(admission_day) AS admission_day,
    MIN(discharge_disposition_code) AS disposition, MIN(diagnosis_code_1) AS diagnosis
  FROM line
  WHERE active AND SUBSTR(bill_type_code, 1, 2) IN ('81', '82')
  GROUP BY provider_id, person_id, member_half, data_source, claim_id
),
begun AS (
  SELECT provider_id, person_id, MIN(first_day) AS first_day
  FROM care
  GROUP BY provider_id, person_id
),
final AS (
  SELECT c.provider_id AS provider_id, c.person_id AS person_id, c.half AS half,
    COALESCE(c.admission_day, b.first_day) AS first_day, c.last_day AS last_day,
    c.disposition AS disposition, SUBSTR(c.diagnosis, 1, 1) AS chapter
  FROM care AS c
  INNER JOIN begun AS b ON c.provider_id = b.provider_id AND c.person_id = b.person_id
  WHERE c.disposition <> '30'
),
ended AS (
  SELECT provider_id, person_id, half, first_day, last_day, MIN(disposition) AS disposition,
    COALESCE(MIN(chapter), '?') AS chapter
  FROM final
  GROUP BY provider_id, person_id, half, first_day, last_day
),
longest AS (
  SELECT provider_id, person_id, MIN(first_day) AS first_day, MAX(last_day) AS last_day
  FROM ended
  WHERE last_day - first_day + 1 > 180
  GROUP BY provider_id, person_id
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'after the 180th day' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN longest AS s ON l.provider_id = s.provider_id AND l.person_id = s.person_id
WHERE l.active AND l.amount_cents > 0 AND SUBSTR(l.bill_type_code, 1, 2) IN ('81', '82')
  AND l.service_day >= s.first_day + 180 AND l.service_day <= s.last_day
