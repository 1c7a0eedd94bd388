-- lines: ambulance_alone
-- Transports for which the member has no service of another provider, inpatient and nursing stays
-- included, from the day before to the day after. Supplies (HCPCS sections A, B, E, K, L) arrive by
-- mail and explain no transport. Their miles go with them; the price gap is the whole amount.
WITH high AS (
  SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
    l.amount_cents AS amount_cents, l.service_day AS service_day
  FROM line AS l
  INNER JOIN wanted AS w ON l.provider_id = w.provider_id
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND l.amount_cents > 0 AND r.category IN ('ambulance_transport', 'ambulance_mileage')
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
),
ride_day AS (
  SELECT provider_id, person_id, service_day
  FROM high
  GROUP BY provider_id, person_id, service_day
),
elsewhere AS (
  SELECT
    provider_id,
    person_id,
    CASE WHEN SUBSTR(bill_type_code, 1, 2) IN ('11', '12', '18', '21') THEN COALESCE(admission_day, service_day)
      ELSE service_day END AS first_day,
    CASE WHEN SUBSTR(bill_type_code, 1, 2) IN ('11', '12', '18', '21') THEN COALESCE(discharge_day, service_end_day)
      ELSE service_end_day END AS last_day
  FROM line
  WHERE active AND COALESCE(SUBSTR(hcpcs_code, 1, 1), '') NOT IN ('A', 'B', 'E', 'K', 'L')
),
other AS (
  SELECT provider_id, person_id, first_day, last_day
  FROM elsewhere
  GROUP BY provider_id, person_id, first_day, last_day
),
explained AS (
  SELECT t.provider_id AS provider_id, t.person_id AS person_id, t.service_day AS service_day, 1 AS found
  FROM ride_day AS t
  INNER JOIN other AS o ON t.person_id = o.person_id
  WHERE o.provider_id <> t.provider_id AND o.first_day <= t.service_day + 1 AND o.last_day >= t.service_day - 1
  GROUP BY t.provider_id, t.person_id, t.service_day
)
SELECT
  h.provider_id AS provider_id, h.data_source AS data_source, h.claim_id AS claim_id,
  h.claim_line_number AS claim_line_number, h.person_id AS person_id, h.service_date AS service_date,
  h.hcpcs_code AS hcpcs_code, h.modifiers AS modifiers, h.drg_code AS drg_code, h.units_milli AS units_milli,
  h.paid_cents AS paid_cents, h.allowed_cents AS allowed_cents, h.amount_basis AS amount_basis,
  h.amount_cents AS gap_cents,
  'no other service from the day before to the day after' AS note
FROM high AS h
LEFT JOIN explained AS e
  ON h.provider_id = e.provider_id AND h.person_id = e.person_id AND h.service_day = e.service_day
WHERE e.found IS NULL
