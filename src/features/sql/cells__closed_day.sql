-- cells: closed_day
-- Visits at an office or by telehealth, and those on a Sunday or on one of the six federal holidays
-- on which offices are closed. Saturdays are left out: many honest offices are open, and either a
-- practice is or it is not, so that no spread of habits describes it. Unit: a visit, not a day, since
-- the busier a practice is the more of its odd days have a visit. Emergency, inpatient, facility and
-- home places are left out; urgent care and retail clinics are strata of their own.
-- Strata: place of service; parent: its setting.
WITH closed AS (
  SELECT date_day AS service_day
  FROM holiday
  WHERE in_lieu = 0
    AND name IN ('New Year''s Day', 'Memorial Day', 'Independence Day', 'Labor Day', 'Thanksgiving Day', 'Christmas Day')
  GROUP BY date_day
),
visit AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.service_day AS service_day,
    l.service_weekday AS service_weekday, l.member_half AS half, l.place_of_service_code AS place, s.setting AS setting
  FROM line AS l
  INNER JOIN place_of_service AS s ON l.place_of_service_code = s.place_of_service_code
  WHERE l.active AND l.claim_type = 'professional'
    AND (s.setting IN ('office', 'telehealth') OR l.place_of_service_code IN ('17', '20'))
  GROUP BY l.provider_id, l.person_id, l.service_day, l.service_weekday, l.member_half, l.place_of_service_code, s.setting
)
SELECT
  v.provider_id AS provider_id,
  v.place AS stratum,
  v.setting AS parent,
  v.half AS half,
  SUM(CASE WHEN v.service_weekday = 7 OR c.service_day IS NOT NULL THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM visit AS v
LEFT JOIN closed AS c ON v.service_day = c.service_day
GROUP BY v.provider_id, v.place, v.setting, v.half
