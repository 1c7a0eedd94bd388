-- scheme: during_inpatient
-- title: office, home, equipment and therapy services during a stay in another facility
-- source: CMS Medicare Claims Processing Manual (Pub. 100-04), chapter 3, section 10.4 (services that a stay includes), and chapter 20, section 110.3 (equipment before discharge)
-- precision: 0.7
-- required columns: service_date, bill_type_code, place_of_service_code
-- required reference: place_of_service
-- counterpoint: a leave of absence from the hospital, a visit entered with the place of the practice instead of the hospital, or stay dates taken from the claim
--
-- A stay is what one facility bills as inpatient (type of bill 11x) from one admission; claims in
-- sequence are one stay. A service hits where its day lies strictly between admission and
-- discharge; the days of admission and discharge are exempt. Looked at are professional services
-- at an office or at home, and therapy and home-health visits that another institution bills for.
--
-- The first day of the claim stands for a blank admission date and may be days earlier. Where
-- practitioners billed for the member as an inpatient, and the first of them more than two days
-- after the stay began, the stay counts from that day on.
--
-- Exempt: telehealth and all other places; laboratory tests (the specimen may be older), readings
-- (modifier 26), care management without the member present, rented equipment (RR, dated by the month),
-- equipment and supplies in the two days before discharge, what the stay's own facility bills, and
-- lines that begin or end outside the stay.
WITH stay AS (
  SELECT person_id, data_source, provider_id AS stay_provider, facility_npi AS stay_facility, admission_day,
    MAX(discharge_day) AS discharge_day
  FROM line
  WHERE active AND claim_type = 'institutional' AND bill_type_code LIKE '11%'
    AND admission_day IS NOT NULL AND discharge_day IS NOT NULL
  GROUP BY person_id, data_source, provider_id, facility_npi, admission_day
),
seen AS (
  SELECT s.person_id AS person_id, s.stay_provider AS stay_provider, s.admission_day AS admission_day,
    MIN(l.service_day) AS first_seen_day
  FROM stay AS s
  INNER JOIN line AS l ON s.person_id = l.person_id
  WHERE l.active AND l.claim_type = 'professional' AND l.place_of_service_code IN ('21', '51', '61')
    AND l.service_day >= s.admission_day AND l.service_day <= s.discharge_day
  GROUP BY s.person_id, s.stay_provider, s.admission_day
),
long_stay AS (
  SELECT s.person_id AS person_id, s.stay_provider AS stay_provider, s.stay_facility AS stay_facility,
    CASE WHEN v.first_seen_day > s.admission_day + 2 THEN v.first_seen_day ELSE s.admission_day END AS admission_day,
    s.discharge_day AS discharge_day
  FROM stay AS s
  LEFT JOIN seen AS v
    ON s.person_id = v.person_id AND s.stay_provider = v.stay_provider AND s.admission_day = v.admission_day
  WHERE s.discharge_day > s.admission_day + 1
),
outside AS (
  SELECT l.*,
    CASE WHEN REGEXP_LIKE(COALESCE(l.hcpcs_code, ''), '^[ABEKL]') THEN 2 ELSE 0 END AS days_before_discharge
  FROM line AS l
  LEFT JOIN (SELECT place_of_service_code, setting FROM place_of_service WHERE setting IN ('office', 'home')) AS p
    ON l.place_of_service_code = p.place_of_service_code
  WHERE l.line_status = 'paid' AND l.amount_cents > 0
    AND (
      (l.claim_type = 'professional' AND p.setting IS NOT NULL
        AND NOT REGEXP_LIKE(COALESCE(l.hcpcs_code, ''), '^(8[0-9]{4}|994[2589]|9942|9943|9894|9896|9897|9898|9909|9937|G0179|G018|G20|G2[01]|G05|Q|J)')
        AND NOT REGEXP_LIKE(l.modifiers, '(^| )(26|RR|95|GT|GQ|93)( |$)'))
      OR (l.claim_type = 'institutional' AND REGEXP_LIKE(COALESCE(l.bill_type_code, ''), '^(13|3[234]|7[45]|85)')
        AND REGEXP_LIKE(COALESCE(l.revenue_center_code, ''), '^0(42|43|44|55|56|57)'))
    )
),
inside AS (
  SELECT o.data_source AS data_source, o.claim_id AS claim_id, o.claim_line_number AS claim_line_number,
    MIN(s.admission_day) AS admission_day
  FROM outside AS o
  INNER JOIN long_stay AS s ON o.person_id = s.person_id
  WHERE o.service_day > s.admission_day AND o.service_end_day < s.discharge_day - o.days_before_discharge
    AND o.provider_id <> s.stay_provider
    AND COALESCE(o.billing_npi, '') <> s.stay_provider
    AND COALESCE(o.billing_npi, 'none') <> COALESCE(s.stay_facility, 'no facility')
  GROUP BY o.data_source, o.claim_id, o.claim_line_number
)
SELECT
  o.provider_id AS entity_id, o.data_source AS data_source, o.claim_id AS claim_id,
  o.claim_line_number AS claim_line_number, o.person_id AS person_id, o.service_date AS service_date,
  o.hcpcs_code AS hcpcs_code, o.modifiers AS modifiers, o.drg_code AS drg_code, o.units_milli AS units_milli,
  o.paid_cents AS paid_cents, o.allowed_cents AS allowed_cents, o.amount_basis AS amount_basis,
  o.amount_cents AS risk_cents,
  CONCAT('day ', CAST(o.service_day - i.admission_day + 1 AS VARCHAR), ' of a stay in another facility') AS note
FROM outside AS o
INNER JOIN inside AS i
  ON o.data_source = i.data_source AND o.claim_id = i.claim_id AND o.claim_line_number = i.claim_line_number
