-- scheme: new_patient
-- title: visits billed as new for members the practice had seen within three years
-- source: CMS Medicare Claims Processing Manual (Pub. 100-04), chapter 12, section 30.6.7 A
-- precision: 0.85
-- required columns: hcpcs_code, service_date
-- required reference: em_family
-- counterpoint: an earlier service that was not face to face, or a group under one tax number whose specialties differ more finely than their codes
--
-- A new-patient office visit where the same practitioner, or one of the same tax number (else
-- billing provider) and the same taxonomy code, had served the member face to face in the three
-- years before. A reading of a test without a visit does not make a patient known, so only visits,
-- procedures, psychotherapy, eye examinations and therapy count, without modifiers 26 and TC. Where
-- an organisation is the provider of the line, nobody knows who saw the member: left out.
--
-- At risk is the difference to the provider's own mean for the established code of the same level;
-- where it bills none, the share by which the work value falls (work RVUs of the 2021 fee schedule).

-- table: applies_to; key: provider_id
SELECT l.provider_id AS provider_id, COUNT(*) AS line_count
FROM line AS l
INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
WHERE l.active AND f.family = 'office_new'
GROUP BY l.provider_id

-- table: established_visit; key: provider_id, level
SELECT l.provider_id AS provider_id, f.level AS level, SUM(l.amount_cents) AS cents, COUNT(*) AS line_count
FROM line AS l
INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
WHERE l.line_status = 'paid' AND l.amount_cents > 0 AND f.family = 'office_established'
GROUP BY l.provider_id, f.level

-- table: finding
WITH three_years AS (
  SELECT days FROM (VALUES (1095)) AS span (days)
),
work_value AS (
  SELECT level, new_value, established_value
  FROM (VALUES (1, 48, 18), (2, 93, 70), (3, 160, 130), (4, 260, 192), (5, 350, 280)) AS constant (level, new_value, established_value)
),
person AS (
  SELECT provider_id, taxonomy_code FROM provider WHERE COALESCE(entity_type_code, '1') <> '2'
),
service AS (
  SELECT l.*, COALESCE(l.billing_tin, l.billing_npi) AS practice, p.taxonomy_code AS taxonomy_code
  FROM line AS l
  INNER JOIN person AS p ON l.provider_id = p.provider_id
  WHERE l.line_status = 'paid' AND l.amount_cents > 0 AND l.claim_type = 'professional' AND l.hcpcs_code IS NOT NULL
),
new_visit AS (
  SELECT s.*, f.level AS level, s.service_day - t.days AS since_day
  FROM service AS s
  INNER JOIN em_family AS f ON s.hcpcs_code = f.hcpcs_code
  CROSS JOIN three_years AS t
  WHERE f.family = 'office_new' AND s.units_milli >= 0
),
earlier AS (
  SELECT s.person_id AS person_id, s.provider_id AS provider_id, s.practice AS practice,
    s.taxonomy_code AS taxonomy_code, s.service_day AS service_day
  FROM service AS s
  LEFT JOIN (SELECT hcpcs_code, level FROM em_family) AS visit ON s.hcpcs_code = visit.hcpcs_code
  WHERE CONCAT(' ', s.modifiers, ' ') NOT LIKE '% 26 %' AND CONCAT(' ', s.modifiers, ' ') NOT LIKE '% TC %'
    AND (visit.level IS NOT NULL
      OR (REGEXP_LIKE(s.hcpcs_code, '^([1-6][0-9]{4}|9079[12]|908[34]|9200[24]|9201[24]|97[0-9]{3}|9892|9894|9938|9939)')
        AND s.hcpcs_code NOT LIKE '364%'))
),
by_person AS (
  SELECT n.data_source AS data_source, n.claim_id AS claim_id, n.claim_line_number AS claim_line_number,
    MAX(e.service_day) AS seen_day
  FROM new_visit AS n
  INNER JOIN earlier AS e ON n.person_id = e.person_id AND n.provider_id = e.provider_id
  WHERE e.service_day < n.service_day AND e.service_day > n.since_day
  GROUP BY n.data_source, n.claim_id, n.claim_line_number
),
by_practice AS (
  SELECT n.data_source AS data_source, n.claim_id AS claim_id, n.claim_line_number AS claim_line_number,
    MAX(e.service_day) AS seen_day
  FROM new_visit AS n
  INNER JOIN earlier AS e
    ON n.person_id = e.person_id AND n.practice = e.practice AND n.taxonomy_code = e.taxonomy_code
  WHERE e.service_day < n.service_day AND e.service_day > n.since_day
  GROUP BY n.data_source, n.claim_id, n.claim_line_number
),
known AS (
  SELECT n.*, p.seen_day AS seen_by_person, g.seen_day AS seen_by_practice
  FROM new_visit AS n
  LEFT JOIN by_person AS p
    ON n.data_source = p.data_source AND n.claim_id = p.claim_id AND n.claim_line_number = p.claim_line_number
  LEFT JOIN by_practice AS g
    ON n.data_source = g.data_source AND n.claim_id = g.claim_id AND n.claim_line_number = g.claim_line_number
),
priced AS (
  SELECT k.*,
    CAST(ROUND(CAST(v.cents AS DOUBLE) / NULLIF(v.line_count, 0)) AS BIGINT) AS own_cents,
    CAST(ROUND(CAST(k.amount_cents * w.established_value AS DOUBLE) / NULLIF(w.new_value, 0)) AS BIGINT) AS usual_cents
  FROM known AS k
  INNER JOIN work_value AS w ON k.level = w.level
  LEFT JOIN established_visit AS v ON k.provider_id = v.provider_id AND k.level = v.level
  WHERE k.seen_by_person IS NOT NULL OR k.seen_by_practice IS NOT NULL
)
SELECT
  provider_id AS entity_id, data_source, claim_id, claim_line_number, person_id, service_date, hcpcs_code,
  modifiers, drg_code, units_milli, paid_cents, allowed_cents, amount_basis,
  GREATEST(amount_cents - COALESCE(own_cents, usual_cents), 0) AS risk_cents,
  CASE WHEN seen_by_person IS NOT NULL
    THEN CONCAT('seen ', CAST(service_day - seen_by_person AS VARCHAR), ' days before by the same practitioner')
    ELSE CONCAT('seen ', CAST(service_day - seen_by_practice AS VARCHAR), ' days before in the same practice and specialty')
    END AS note
FROM priced
