-- lines: dme_no_visit
-- Orders (a member's supplies on one orderer's word) without any service of that orderer to the member
-- from a year before the first supply to the last one. A source that begins in mid-history hides
-- earlier visits, from all suppliers alike: see the cells. The price gap is the whole amount.
WITH supply AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.member_half AS half,
    COALESCE(l.ordering_npi, l.referring_npi) AS orderer, l.service_day AS service_day, l.service_month AS service_month
  FROM line AS l
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.category = 'equipment'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
    AND COALESCE(l.ordering_npi, l.referring_npi) IS NOT NULL
),
latest AS (
  SELECT provider_id, person_id, half, orderer, MIN(service_day) AS first_day, MAX(service_day) AS last_day,
    MAX(service_month) AS last_month
  FROM supply
  WHERE orderer <> provider_id
  GROUP BY provider_id, person_id, half, orderer
),
ordered AS (
  SELECT provider_id, person_id, half, orderer, first_day, last_day,
    CAST(CAST(last_month AS DOUBLE) / NULLIF(6, 0) AS BIGINT) AS half_year
  FROM latest
),
contact AS (
  SELECT person_id, COALESCE(rendering_npi, provider_id) AS seen_by, service_day
  FROM line
  WHERE active
),
seen AS (
  SELECT o.provider_id AS provider_id, o.person_id AS person_id, o.orderer AS orderer, 1 AS found
  FROM ordered AS o
  INNER JOIN contact AS c ON o.person_id = c.person_id AND o.orderer = c.seen_by
  WHERE c.service_day >= o.first_day - 365 AND c.service_day <= o.last_day
  GROUP BY o.provider_id, o.person_id, o.orderer
),
unseen AS (
  SELECT o.provider_id AS provider_id, o.person_id AS person_id, o.orderer AS orderer
  FROM ordered AS o
  LEFT JOIN seen AS s ON o.provider_id = s.provider_id AND o.person_id = s.person_id AND o.orderer = s.orderer
  WHERE s.found IS NULL
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'no visit with the orderer within a year' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
INNER JOIN unseen AS u
  ON l.provider_id = u.provider_id AND l.person_id = u.person_id
    AND COALESCE(l.ordering_npi, l.referring_npi) = u.orderer
WHERE l.active AND l.amount_cents > 0 AND r.category = 'equipment'
  AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
