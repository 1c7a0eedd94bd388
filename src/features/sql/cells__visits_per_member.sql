-- cells: visits_per_member
-- Visits (days) per member of the panel, on the log scale. A visit is a professional service in person
-- or by telehealth: what is delivered, transported, tested or read elsewhere is none.
-- Strata: condition tier by age band by time since the first visit; parent: condition tier by time.
WITH visit AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.member_half AS member_half, l.service_day AS service_day
  FROM line AS l
  INNER JOIN place_of_service AS s ON l.place_of_service_code = s.place_of_service_code
  WHERE l.active AND l.claim_type = 'professional' AND l.hcpcs_code IS NOT NULL
    AND (s.face_to_face = 1 OR s.setting = 'telehealth') AND s.setting <> 'ambulance'
    AND SUBSTR(l.hcpcs_code, 1, 1) NOT IN ('A', 'B', 'E', 'K', 'L')
    AND NOT REGEXP_LIKE(CONCAT(' ', l.modifiers, ' '), ' (26|TC) ')
  GROUP BY l.provider_id, l.person_id, l.member_half, l.service_day
),
panel AS (
  SELECT provider_id, person_id, member_half, COUNT(*) AS visits, MIN(service_day) AS first_day
  FROM visit
  GROUP BY provider_id, person_id, member_half
),
logs AS (
  SELECT p.provider_id AS provider_id, p.member_half AS half, m.condition_tier AS tier, m.age_band AS age_band,
    CASE WHEN r.as_of_day - p.first_day < 90 THEN '00-02 months'
      WHEN r.as_of_day - p.first_day < 180 THEN '03-05 months'
      WHEN r.as_of_day - p.first_day < 365 THEN '06-11 months'
      ELSE '12 months and more' END AS since,
    CAST(ROUND(LN(CAST(p.visits AS DOUBLE)) * 65536) AS BIGINT) AS log_visits
  FROM panel AS p
  INNER JOIN member AS m ON p.person_id = m.person_id
  CROSS JOIN run AS r
)
SELECT
  provider_id,
  CONCAT(CAST(tier AS VARCHAR), '/', age_band, '/', since) AS stratum,
  CONCAT(CAST(tier AS VARCHAR), '/', since) AS parent,
  half,
  SUM(log_visits) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_visits * log_visits) AS square
FROM logs
GROUP BY provider_id, tier, age_band, since, half
