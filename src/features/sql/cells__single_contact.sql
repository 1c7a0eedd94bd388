-- cells: single_contact
-- Members whom a provider saw or supplied at an office, at home or by telehealth, and those with one
-- contact only (all lines on one day). One contact is the rule in hospitals, emergency departments,
-- laboratories, imaging and urgent care, and says nothing there: these places are left out.
-- Strata: time since the first contact (a member who came last month had no time to come back) by
-- condition tier; parent: time since the first contact.
WITH panel AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.member_half AS member_half,
    MIN(l.service_day) AS first_day, MAX(l.service_day) AS last_day
  FROM line AS l
  INNER JOIN place_of_service AS s ON l.place_of_service_code = s.place_of_service_code
  WHERE l.active AND l.claim_type = 'professional' AND s.setting IN ('office', 'home', 'telehealth')
  GROUP BY l.provider_id, l.person_id, l.member_half
),
contact AS (
  SELECT p.provider_id AS provider_id, p.member_half AS half, m.condition_tier AS tier,
    CASE WHEN p.first_day = p.last_day THEN 1 ELSE 0 END AS single,
    CASE WHEN r.as_of_day - p.first_day < 90 THEN '00-02 months'
      WHEN r.as_of_day - p.first_day < 180 THEN '03-05 months'
      WHEN r.as_of_day - p.first_day < 365 THEN '06-11 months'
      ELSE '12 months and more' END AS since
  FROM panel AS p
  INNER JOIN member AS m ON p.person_id = m.person_id
  CROSS JOIN run AS r
)
SELECT
  provider_id,
  CONCAT(since, '/', CAST(tier AS VARCHAR)) AS stratum,
  since AS parent,
  half,
  SUM(single) AS numerator,
  COUNT(*) AS denominator
FROM contact
GROUP BY provider_id, since, tier, half
