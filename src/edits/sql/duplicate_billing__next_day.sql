-- scheme: duplicate_billing
-- title: the same claim paid again under the date of the next day
-- source: CMS Medicare Claims Processing Manual (Pub. 100-04), chapter 1, section 120 (suspect duplicates)
-- precision: 0.4
-- required columns: hcpcs_code, paid_amount, diagnosis_code_1
-- required reference: em_family
-- counterpoint: the member did come back on the next day for the same service
--
-- A paid claim all of whose lines stand on another claim of the same member, provider and plan one
-- day earlier: same codes, modifiers, units, amounts, place and first diagnosis.
--
-- Only where nothing is served daily: professional claims outside hospitals and nursing facilities,
-- and no third such day within a week. Daily by nature, and left out: hospital, nursing facility and
-- emergency visits, critical care, therapy, dialysis, infusions, radiation, psychotherapy, allergy
-- shots, chiropractic, rehabilitation, laboratory tests, electrocardiograms, ambulance, drugs,
-- supplies, home health;
-- and what says that it was repeated or distinct (76 77 91 59 XE XS XP XU 78 79) or rented (RR).
--
-- Visits of known patients do come back on the next day. A claim of such visits alone counts only
-- where the provider has a habit of it: at least 5 such days, and more than 5 times as many among
-- its days of service as all providers together.

-- table: applies_to; key: provider_id
SELECT provider_id, COUNT(*) AS line_count
FROM line
WHERE active AND claim_type = 'professional'
GROUP BY provider_id

-- table: next_day_habit; key: provider_id
WITH served AS (
  SELECT l.person_id AS person_id, l.provider_id AS provider_id, l.hcpcs_code AS hcpcs_code, l.service_day AS service_day
  FROM line AS l
  INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
  WHERE l.line_status = 'paid' AND l.paid_cents > 0 AND l.claim_type = 'professional'
    AND f.setting IN ('office', 'home', 'telehealth')
  GROUP BY l.person_id, l.provider_id, l.hcpcs_code, l.service_day
),
beside AS (
  SELECT provider_id, service_day,
    LAG(service_day, 1) OVER (PARTITION BY person_id, provider_id, hcpcs_code ORDER BY service_day NULLS FIRST) AS day_before
  FROM served
)
SELECT provider_id, SUM(CASE WHEN day_before = service_day - 1 THEN 1 ELSE 0 END) AS repeats, COUNT(*) AS day_count
FROM beside
GROUP BY provider_id

-- table: finding
WITH habit_rule AS (
  SELECT least_repeats, times FROM (VALUES (5, 5)) AS constant (least_repeats, times)
),
everyone AS (
  SELECT SUM(repeats) AS repeats, SUM(day_count) AS day_count FROM next_day_habit
),
habit AS (
  SELECT h.provider_id AS provider_id, 1 AS is_habit
  FROM next_day_habit AS h
  CROSS JOIN everyone AS e
  CROSS JOIN habit_rule AS r
  WHERE h.repeats >= r.least_repeats AND h.repeats * e.day_count > r.times * e.repeats * h.day_count
),
family AS (
  SELECT hcpcs_code,
    CASE WHEN new_patient = 0 AND setting IN ('office', 'home', 'telehealth') THEN 1 ELSE 0 END AS may_return,
    CASE WHEN setting IN ('inpatient', 'facility', 'emergency') THEN 1 ELSE 0 END AS is_daily
  FROM em_family
),
usable AS (
  SELECT l.*, l.service_day + 1 AS next_day, COALESCE(l.units_milli, -1) AS same_units,
    COALESCE(l.place_of_service_code, '') AS place, COALESCE(f.may_return, 0) AS may_return,
    CONCAT(COALESCE(l.payer, ''), '|', COALESCE(l.plan, '')) AS cover
  FROM line AS l
  LEFT JOIN family AS f ON l.hcpcs_code = f.hcpcs_code
  WHERE l.line_status = 'paid' AND l.paid_cents > 0 AND l.claim_type = 'professional' AND l.amount_level = 'line'
    AND l.service_end_day = l.service_day AND l.diagnosis_code_1 IS NOT NULL AND COALESCE(f.is_daily, 0) = 0
    AND COALESCE(l.place_of_service_code, '') NOT IN ('21', '31', '32', '34', '51', '54', '55', '56', '61', '65')
    AND NOT REGEXP_LIKE(COALESCE(l.hcpcs_code, 'none'), '^([A-CE-Za-z]|8|9[78]|77[2-7]|908|909|925|930|937[89]|946|950|951|963|964|965|9929|99[56]|364)')
    AND NOT REGEXP_LIKE(l.modifiers, '(^| )(76|77|91|59|XE|XS|XP|XU|78|79|RR)( |$)')
),
served AS (
  SELECT person_id, provider_id, hcpcs_code, service_day
  FROM usable
  GROUP BY person_id, provider_id, hcpcs_code, service_day
),
beside AS (
  SELECT person_id, provider_id, hcpcs_code, service_day,
    LAG(service_day, 1) OVER (PARTITION BY person_id, provider_id, hcpcs_code ORDER BY service_day NULLS FIRST) AS day_before,
    LAG(service_day, 2) OVER (PARTITION BY person_id, provider_id, hcpcs_code ORDER BY service_day NULLS FIRST) AS day_before_that,
    LEAD(service_day, 1) OVER (PARTITION BY person_id, provider_id, hcpcs_code ORDER BY service_day NULLS FIRST) AS day_after
  FROM served
),
twice AS (
  SELECT person_id, provider_id, hcpcs_code, service_day
  FROM beside
  WHERE day_before = service_day - 1 AND COALESCE(service_day - 1 - day_before_that, 8) > 7
    AND COALESCE(day_after - service_day, 8) > 7
),
repeated AS (
  SELECT b.data_source AS data_source, b.claim_id AS claim_id, b.claim_line_number AS claim_line_number,
    b.provider_id AS provider_id, b.may_return AS may_return, a.data_source AS other_source, a.claim_id AS other_claim
  FROM usable AS b
  INNER JOIN twice AS t
    ON b.person_id = t.person_id AND b.provider_id = t.provider_id AND b.hcpcs_code = t.hcpcs_code
    AND b.service_day = t.service_day
  INNER JOIN usable AS a
    ON a.person_id = b.person_id AND a.provider_id = b.provider_id AND a.hcpcs_code = b.hcpcs_code
    AND a.next_day = b.service_day AND a.modifiers = b.modifiers AND a.same_units = b.same_units
    AND a.paid_cents = b.paid_cents AND a.cover = b.cover AND a.diagnosis_code_1 = b.diagnosis_code_1
    AND a.place = b.place
  WHERE CONCAT(a.data_source, '|', a.claim_id) <> CONCAT(b.data_source, '|', b.claim_id)
),
lines_of_claim AS (
  SELECT data_source, claim_id, COUNT(*) AS line_count
  FROM line
  WHERE active
  GROUP BY data_source, claim_id
),
pair AS (
  SELECT data_source, claim_id, other_source, other_claim, provider_id,
    COUNT(DISTINCT claim_line_number) AS line_count, MIN(may_return) AS may_return
  FROM repeated
  GROUP BY data_source, claim_id, other_source, other_claim, provider_id
),
whole_claim AS (
  SELECT p.data_source AS data_source, p.claim_id AS claim_id, MIN(p.other_claim) AS other_claim
  FROM pair AS p
  INNER JOIN lines_of_claim AS l
    ON p.data_source = l.data_source AND p.claim_id = l.claim_id AND p.line_count = l.line_count
  INNER JOIN lines_of_claim AS o
    ON p.other_source = o.data_source AND p.other_claim = o.claim_id AND p.line_count = o.line_count
  LEFT JOIN habit AS h ON p.provider_id = h.provider_id
  WHERE p.may_return = 0 OR h.is_habit = 1
  GROUP BY p.data_source, p.claim_id
)
SELECT
  u.provider_id AS entity_id, u.data_source AS data_source, u.claim_id AS claim_id,
  u.claim_line_number AS claim_line_number, u.person_id AS person_id, u.service_date AS service_date,
  u.hcpcs_code AS hcpcs_code, u.modifiers AS modifiers, u.drg_code AS drg_code, u.units_milli AS units_milli,
  u.paid_cents AS paid_cents, u.allowed_cents AS allowed_cents, u.amount_basis AS amount_basis,
  u.paid_cents AS risk_cents,
  CONCAT('as on claim ', w.other_claim, ' of the day before') AS note
FROM usable AS u
INNER JOIN whole_claim AS w ON u.data_source = w.data_source AND u.claim_id = w.claim_id
