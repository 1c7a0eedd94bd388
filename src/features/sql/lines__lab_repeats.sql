-- lines: lab_repeats
-- Laboratory tests (a code on a day of a member) that the member had had within the 30 days before,
-- wherever: counted at one provider alone, the measure would grow with its share of the market.
-- The price gap is the whole amount.
WITH test AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.member_half AS half, l.service_day AS service_day,
    l.hcpcs_code AS hcpcs_code
  FROM line AS l
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.category = 'laboratory'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
    AND SUBSTR(l.hcpcs_code, 5, 1) = COALESCE(r.ending, SUBSTR(l.hcpcs_code, 5, 1))
  GROUP BY l.provider_id, l.person_id, l.member_half, l.service_day, l.hcpcs_code
),
tested AS (
  SELECT person_id, hcpcs_code, service_day
  FROM test
  GROUP BY person_id, hcpcs_code, service_day
),
again AS (
  SELECT person_id, hcpcs_code, service_day,
    LAG(service_day) OVER (PARTITION BY person_id, hcpcs_code ORDER BY service_day NULLS FIRST) AS day_before
  FROM tested
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'same test within the 30 days before' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN again AS a
  ON l.person_id = a.person_id AND l.hcpcs_code = a.hcpcs_code AND l.service_day = a.service_day
WHERE l.active AND l.amount_cents > 0 AND a.service_day - a.day_before <= 30
