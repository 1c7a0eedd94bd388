-- cells: dme_no_visit
-- Orders (a member's supplies on one orderer's word) without any service of that orderer to the member
-- from a year before the first supply to the last one. A source that begins in mid-history hides
-- earlier visits, from all suppliers alike: the half-year of the last supply is a stratum.
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
)
SELECT
  o.provider_id AS provider_id,
  CONCAT(CAST(o.half_year AS VARCHAR), '/', CAST(m.condition_tier AS VARCHAR)) AS stratum,
  CAST(o.half_year AS VARCHAR) AS parent,
  o.half AS half,
  SUM(CASE WHEN s.found IS NULL THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM ordered AS o
INNER JOIN member AS m ON o.person_id = m.person_id
LEFT JOIN seen AS s ON o.provider_id = s.provider_id AND o.person_id = s.person_id AND o.orderer = s.orderer
GROUP BY o.provider_id, o.half_year, m.condition_tier, o.half
