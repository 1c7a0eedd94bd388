-- cells: new_patient
-- Visits of members whom the same provider has seen within three years, and those among them that
-- are billed as a new patient's. Seen: a professional service in person or by telehealth; the
-- reading of an image or a test (modifier 26, TC, place laboratory) is none. Counting visits of
-- known members, not new-patient codes, keeps practices that take many or few new members alike.
-- Strata: the family without new or established; parent: all.
WITH seen AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.service_day AS service_day
  FROM line AS l
  INNER JOIN place_of_service AS s ON l.place_of_service_code = s.place_of_service_code
  WHERE l.active AND l.claim_type = 'professional' AND l.hcpcs_code IS NOT NULL
    AND (s.face_to_face = 1 OR s.setting = 'telehealth')
    AND NOT REGEXP_LIKE(CONCAT(' ', l.modifiers, ' '), ' (26|TC) ')
  GROUP BY l.provider_id, l.person_id, l.service_day
),
day AS (
  SELECT provider_id, person_id, service_day,
    LAG(service_day) OVER (PARTITION BY provider_id, person_id ORDER BY service_day NULLS FIRST) AS day_before
  FROM seen
),
known AS (
  SELECT provider_id, person_id, service_day
  FROM day
  WHERE day_before IS NOT NULL AND service_day - day_before <= 1095
),
visit AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.service_day AS service_day,
    l.member_half AS half, MAX(f.new_patient) AS is_new,
    MIN(REPLACE(REPLACE(f.family, '_new', ''), '_established', '')) AS kind
  FROM line AS l
  INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
  WHERE l.active AND (f.new_patient = 1 OR ENDS_WITH(f.family, '_established'))
    AND l.service_day >= COALESCE(f.effective_from_day, l.service_day)
    AND l.service_day <= COALESCE(f.effective_to_day, l.service_day)
  GROUP BY l.provider_id, l.person_id, l.service_day, l.member_half
)
SELECT
  v.provider_id AS provider_id,
  v.kind AS stratum,
  'visits' AS parent,
  v.half AS half,
  SUM(v.is_new) AS numerator,
  COUNT(*) AS denominator
FROM visit AS v
INNER JOIN known AS k ON v.provider_id = k.provider_id AND v.person_id = k.person_id AND v.service_day = k.service_day
GROUP BY v.provider_id, v.kind, v.half
