-- lines: closed_day
-- Office and telehealth lines on a Sunday or one of six federal holidays; the price gap is the whole
-- amount.
WITH closed AS (
  SELECT date_day AS service_day
  FROM holiday
  WHERE in_lieu = 0
    AND name IN ('New Year''s Day', 'Memorial Day', 'Independence Day', 'Labor Day', 'Thanksgiving Day', 'Christmas Day')
  GROUP BY date_day
),
candidate AS (
  SELECT
    l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
    l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
    l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
    l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
    l.amount_cents AS amount_cents, l.service_day AS service_day, l.service_weekday AS service_weekday
  FROM line AS l
  INNER JOIN wanted AS w ON l.provider_id = w.provider_id
  INNER JOIN place_of_service AS s ON l.place_of_service_code = s.place_of_service_code
  WHERE l.active AND l.claim_type = 'professional' AND l.amount_cents > 0
    AND (s.setting IN ('office', 'telehealth') OR l.place_of_service_code IN ('17', '20'))
)
SELECT
  h.provider_id AS provider_id, h.data_source AS data_source, h.claim_id AS claim_id,
  h.claim_line_number AS claim_line_number, h.person_id AS person_id, h.service_date AS service_date,
  h.hcpcs_code AS hcpcs_code, h.modifiers AS modifiers, h.drg_code AS drg_code, h.units_milli AS units_milli,
  h.paid_cents AS paid_cents, h.allowed_cents AS allowed_cents, h.amount_basis AS amount_basis,
  h.amount_cents AS gap_cents,
  CASE WHEN c.service_day IS NOT NULL THEN 'on a federal holiday' ELSE 'on a Sunday' END AS note
FROM candidate AS h
LEFT JOIN closed AS c ON h.service_day = c.service_day
WHERE h.service_weekday = 7 OR c.service_day IS NOT NULL
