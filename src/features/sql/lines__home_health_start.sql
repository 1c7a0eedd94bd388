-- lines: home_health_start
-- Starts of home health (the first claim, or one more than 60 days after the last) with neither an
-- inpatient or nursing stay nor a practitioner's service from 90 days before to 30 days after, the
-- time in which 42 CFR 424.22 asks for a face-to-face encounter. Tests, images, supplies, drugs and
-- the certification itself are no encounter. All lines of the claims in the first 60
-- days of such a start; the price gap is the whole amount.
WITH period AS (
  SELECT provider_id, person_id, member_half AS half, data_source, claim_id, MIN(claim_start_day) AS first_day,
    MAX(claim_end_day) AS last_day, MIN(service_month) AS first_month
  FROM line
  WHERE active AND SUBSTR(bill_type_code, 1, 2) IN ('32', '33', '34')
  GROUP BY provider_id, person_id, member_half, data_source, claim_id
),
followed AS (
  SELECT provider_id, person_id, half, first_day, first_month,
    LAG(last_day) OVER (PARTITION BY provider_id, person_id ORDER BY first_day NULLS FIRST, last_day NULLS FIRST,
      data_source NULLS FIRST, claim_id NULLS FIRST) AS day_before
  FROM period
),
begun AS (
  SELECT provider_id, person_id, half, first_day, MIN(first_month) AS first_month
  FROM followed
  WHERE day_before IS NULL OR first_day - day_before > 60
  GROUP BY provider_id, person_id, half, first_day
),
start AS (
  SELECT provider_id, person_id, half, first_day,
    CAST(CAST(first_month AS DOUBLE) / NULLIF(6, 0) AS BIGINT) AS half_year
  FROM begun
),
contact AS (
  SELECT person_id,
    CASE WHEN claim_type = 'institutional' THEN COALESCE(admission_day, service_day)
      ELSE service_day END AS first_day,
    CASE WHEN claim_type = 'institutional' THEN COALESCE(discharge_day, service_end_day)
      ELSE service_day END AS last_day
  FROM line
  WHERE active AND (
    SUBSTR(bill_type_code, 1, 2) IN ('11', '12', '18', '21')
    OR (claim_type = 'professional'
      AND COALESCE(SUBSTR(hcpcs_code, 1, 1), '') NOT IN ('7', '8', 'A', 'B', 'E', 'J', 'K', 'L', 'P', 'Q')
      AND COALESCE(hcpcs_code, '') NOT IN ('G0179', 'G0180', 'G0181', 'G0182'))
  )
),
met AS (
  SELECT s.provider_id AS provider_id, s.person_id AS person_id, s.first_day AS first_day, 1 AS found
  FROM start AS s
  INNER JOIN contact AS c ON s.person_id = c.person_id
  WHERE c.first_day <= s.first_day + 30 AND c.last_day >= s.first_day - 90
  GROUP BY s.provider_id, s.person_id, s.first_day
),
unmet AS (
  SELECT s.provider_id AS provider_id, s.person_id AS person_id, s.first_day AS first_day
  FROM start AS s
  LEFT JOIN met AS e ON s.provider_id = e.provider_id AND s.person_id = e.person_id AND s.first_day = e.first_day
  WHERE e.found IS NULL
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'no stay and no visit around the start' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN unmet AS u ON l.provider_id = u.provider_id AND l.person_id = u.person_id
WHERE l.active AND l.amount_cents > 0 AND SUBSTR(l.bill_type_code, 1, 2) IN ('32', '33', '34')
  AND l.claim_start_day >= u.first_day AND l.claim_start_day <= u.first_day + 59
