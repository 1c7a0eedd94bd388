-- scheme: geography
-- title: face-to-face services on one day at places too far apart
-- source: HHS OIG, Special Fraud Alerts and telehealth evaluations (impossible travel); distances by US Census Gazetteer centroids
-- precision: 0.5
-- required columns: hcpcs_code, place_of_service_code
-- required reference: zip_centroid
-- counterpoint: a register address that is not where the service was given, or a member who flew
--
-- A member seen face to face on one day by two persons whose practice ZIP codes lie more than 200
-- miles apart. The service farther from the member's home is at risk. Telehealth (places 02 and 10,
-- modifiers 93, 95, FQ, GQ, GT), interpretations (26), services at home and in ambulances,
-- organisations, and the radiology and laboratory codes (7, 8) are exempt.
--
-- Places are points on the unit sphere in millionths, so that the squared straight line between
-- them is an integer: 200 miles of great circle are a line of 50,515 (earth's radius 3,958.76 miles).
WITH site AS (
  SELECT p.provider_id AS provider_id, z.x_micro AS x, z.y_micro AS y, z.z_micro AS z
  FROM provider AS p
  INNER JOIN zip_centroid AS z ON LEFT(p.zip_code, 5) = z.zip_code
  WHERE p.entity_type_code = '1'
),
home AS (
  SELECT m.person_id AS person_id, z.x_micro AS x, z.y_micro AS y, z.z_micro AS z
  FROM member AS m
  INNER JOIN zip_centroid AS z ON LEFT(m.zip_code, 5) = z.zip_code
),
met AS (
  SELECT l.person_id AS person_id, l.service_day AS service_day, l.provider_id AS provider_id,
    l.data_source AS data_source, l.claim_id AS claim_id, l.claim_line_number AS claim_line_number,
    l.service_date AS service_date, l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers,
    l.drg_code AS drg_code, l.units_milli AS units_milli, l.paid_cents AS paid_cents,
    l.allowed_cents AS allowed_cents, l.amount_cents AS amount_cents, l.amount_basis AS amount_basis
  FROM line AS l
  INNER JOIN place_of_service AS s ON l.place_of_service_code = s.place_of_service_code
  WHERE l.line_status = 'paid' AND l.amount_cents > 0 AND l.claim_type = 'professional'
    AND l.service_end_day = l.service_day AND s.face_to_face = 1
    AND s.setting NOT IN ('home', 'ambulance')
    AND REGEXP_LIKE(l.hcpcs_code, '^[0-69]')
    AND NOT REGEXP_LIKE(CONCAT(' ', l.modifiers, ' '), ' (26|93|95|FQ|GQ|GT) ')
),
visit AS (
  SELECT person_id, service_day, provider_id, COUNT(*) AS line_count
  FROM met
  GROUP BY person_id, service_day, provider_id
),
several AS (
  SELECT person_id, service_day, COUNT(*) AS provider_count
  FROM visit
  GROUP BY person_id, service_day
  HAVING COUNT(*) > 1
),
placed AS (
  SELECT v.person_id AS person_id, v.service_day AS service_day, v.provider_id AS provider_id,
    s.x AS x, s.y AS y, s.z AS z,
    (s.x - h.x) * (s.x - h.x) + (s.y - h.y) * (s.y - h.y) + (s.z - h.z) * (s.z - h.z) AS from_home
  FROM visit AS v
  INNER JOIN several AS d ON v.person_id = d.person_id AND v.service_day = d.service_day
  INNER JOIN site AS s ON v.provider_id = s.provider_id
  INNER JOIN home AS h ON v.person_id = h.person_id
),
apart AS (
  SELECT a.person_id AS person_id, a.service_day AS service_day, a.provider_id AS provider_id,
    (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y) + (a.z - b.z) * (a.z - b.z) AS squared
  FROM placed AS a
  INNER JOIN placed AS b ON a.person_id = b.person_id AND a.service_day = b.service_day
  WHERE a.provider_id <> b.provider_id AND a.from_home > b.from_home
),
far AS (
  SELECT person_id, service_day, provider_id, MAX(squared) AS squared
  FROM apart
  WHERE squared > 2551813815
  GROUP BY person_id, service_day, provider_id
)
SELECT
  m.provider_id AS entity_id, m.data_source AS data_source, m.claim_id AS claim_id,
  m.claim_line_number AS claim_line_number, m.person_id AS person_id, m.service_date AS service_date,
  m.hcpcs_code AS hcpcs_code, m.modifiers AS modifiers, m.drg_code AS drg_code, m.units_milli AS units_milli,
  m.paid_cents AS paid_cents, m.allowed_cents AS allowed_cents, m.amount_basis AS amount_basis,
  m.amount_cents AS risk_cents,
  CONCAT(
    'seen the same day nearer home, at least ',
    CAST(CAST(FLOOR(SQRT(CAST(f.squared AS DOUBLE)) * 0.0039587613) AS BIGINT) AS VARCHAR), ' miles away'
  ) AS note
FROM met AS m
INNER JOIN far AS f
  ON m.person_id = f.person_id AND m.service_day = f.service_day AND m.provider_id = f.provider_id
