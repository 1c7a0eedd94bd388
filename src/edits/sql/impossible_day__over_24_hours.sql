-- scheme: impossible_day
-- title: more hours of services with a stated time than a day has
-- source: CMS Medicare Claims Processing Manual (Pub. 100-04), chapter 5, section 20.2 (8-minute rule); psychotherapy times as Medicare contractors state them (LCD L35101)
-- precision: 0.9
-- required columns: hcpcs_code, rendering_npi, service_date
-- required reference: code_minutes
-- counterpoint: services of assistants or trainees billed under the practitioner's own number
--
-- The least minutes that a practitioner's services of one day took, over all members: a session of
-- psychotherapy counts its minimum, timed therapy 15 n - 7 minutes for the n units of a member's
-- day. The same code twice for one member on one day counts once, so that a duplicate claim alone
-- makes no such day. Organisations are left out, and lines said to be done by others (assistants
-- CQ CO, residents GC, incident-to SA), lines of several days, and units that cannot be quarter hours
-- (more than 24: six hours with one member). At risk is the share of the day beyond 24 hours.

-- table: applies_to; key: provider_id
SELECT l.provider_id AS provider_id, COUNT(*) AS line_count
FROM line AS l
INNER JOIN code_minutes AS c ON l.hcpcs_code = c.hcpcs_code
WHERE l.active
GROUP BY l.provider_id

-- table: timed_day; key: provider_id, service_day
WITH timed AS (
  SELECT l.provider_id AS provider_id, l.service_day AS service_day, l.person_id AS person_id,
    l.hcpcs_code AS hcpcs_code, c.per_unit AS per_unit, c.minutes AS minutes,
    COALESCE(l.units_milli, 1000) AS units_milli
  FROM line AS l
  INNER JOIN code_minutes AS c ON l.hcpcs_code = c.hcpcs_code
  WHERE l.line_status = 'paid' AND l.provider_role = 'rendering' AND l.service_end_day = l.service_day
    AND l.service_day >= COALESCE(c.effective_from_day, l.service_day)
    AND l.service_day <= COALESCE(c.effective_to_day, l.service_day)
    AND COALESCE(l.units_milli, 1000) >= 1000 AND COALESCE(l.units_milli, 1000) <= 24000
    AND NOT REGEXP_LIKE(l.modifiers, '(^| )(CQ|CO|GC|SA)( |$)')
),
of_code AS (
  SELECT provider_id, service_day, person_id, hcpcs_code, per_unit, minutes, MAX(units_milli) AS units_milli
  FROM timed
  GROUP BY provider_id, service_day, person_id, hcpcs_code, per_unit, minutes
),
of_member AS (
  SELECT provider_id, service_day, person_id,
    SUM(CASE WHEN per_unit = 0 THEN minutes ELSE 0 END) AS session_minutes,
    SUM(CASE WHEN per_unit = 1 THEN units_milli ELSE 0 END) AS units_milli
  FROM of_code
  GROUP BY provider_id, service_day, person_id
)
SELECT provider_id, service_day,
  SUM(session_minutes + CASE WHEN units_milli >= 1000
    THEN CAST(ROUND(CAST(units_milli AS DOUBLE) * 15 / 1000) AS BIGINT) - 7 ELSE 0 END) AS minutes,
  COUNT(*) AS member_count
FROM of_member
GROUP BY provider_id, service_day

-- table: finding
WITH day_length AS (
  SELECT minutes FROM (VALUES (1440)) AS constant (minutes)
),
person AS (
  SELECT provider_id FROM provider WHERE COALESCE(entity_type_code, '1') <> '2'
),
too_long AS (
  SELECT t.provider_id AS provider_id, t.service_day AS service_day, t.minutes AS minutes,
    t.member_count AS member_count, d.minutes AS most_minutes
  FROM timed_day AS t
  INNER JOIN person AS p ON t.provider_id = p.provider_id
  CROSS JOIN day_length AS d
  WHERE t.minutes > d.minutes
)
SELECT
  l.provider_id AS entity_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  CAST(ROUND(CAST(l.amount_cents AS DOUBLE) * (t.minutes - t.most_minutes) / NULLIF(t.minutes, 0)) AS BIGINT) AS risk_cents,
  CONCAT('at least ', CAST(t.minutes AS VARCHAR), ' minutes with ', CAST(t.member_count AS VARCHAR), ' members on this day') AS note
FROM line AS l
INNER JOIN code_minutes AS c ON l.hcpcs_code = c.hcpcs_code
INNER JOIN too_long AS t ON l.provider_id = t.provider_id AND l.service_day = t.service_day
WHERE l.line_status = 'paid' AND l.provider_role = 'rendering' AND l.service_end_day = l.service_day
  AND l.service_day >= COALESCE(c.effective_from_day, l.service_day)
  AND l.service_day <= COALESCE(c.effective_to_day, l.service_day)
  AND NOT REGEXP_LIKE(l.modifiers, '(^| )(CQ|CO|GC|SA)( |$)')
