-- cells: ambulance_alone
-- Transports for which the member has no service of another provider, inpatient and nursing stays
-- included, from the day before to the day after. Supplies (HCPCS sections A, B, E, K, L) arrive by
-- mail and explain no transport.
-- Strata: condition tier by age band. Not the level of transport: a scheduled one needs a service
-- at one end as much as an emergency.
WITH ride AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.service_day AS service_day,
    l.member_half AS half
  FROM line AS l
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.category = 'ambulance_transport'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
),
ride_day AS (
  SELECT provider_id, person_id, service_day
  FROM ride
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
  t.provider_id AS provider_id,
  CONCAT(CAST(m.condition_tier AS VARCHAR), '/', m.age_band) AS stratum,
  CAST(m.condition_tier AS VARCHAR) AS parent,
  t.half AS half,
  SUM(CASE WHEN e.found IS NULL THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM ride AS t
INNER JOIN member AS m ON t.person_id = m.person_id
LEFT JOIN explained AS e
  ON t.provider_id = e.provider_id AND t.person_id = e.person_id AND t.service_day = e.service_day
GROUP BY t.provider_id, m.condition_tier, m.age_band, t.half
