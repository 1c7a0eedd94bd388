-- scheme: after_death
-- title: services after the member's death
-- source: HHS OIG OEI-04-12-00130 (Medicare payments after the death of the beneficiary)
-- precision: 0.9
-- required columns: service_date, member.death_date
-- required reference: none
-- counterpoint: a death date that is wrong or belongs to a namesake, or a service dated when it was billed
--
-- A paid line whose first day is later than the death by more than the grace days: 1 for all
-- services, since a death before midnight is often entered a day early; 7 where the date may be that
-- of the reading or the test (laboratory and pathology, modifier 26); 31 for services that stand for
-- a month and may be dated at its end (dialysis capitation, care management, remote monitoring, care
-- plan oversight). Autopsies are exempt, and so is what began before: a stay or a supply is judged
-- by its first day. Recurring supplies delivered after death are not exempt.
WITH days AS (
  SELECT grace, reading_grace, monthly_grace FROM (VALUES (1, 7, 31)) AS constant (grace, reading_grace, monthly_grace)
),
dead AS (
  SELECT m.person_id AS person_id, m.death_day AS death_day, d.grace AS grace, d.reading_grace AS reading_grace,
    d.monthly_grace AS monthly_grace
  FROM member AS m
  CROSS JOIN days AS d
  WHERE m.death_day IS NOT NULL
),
late AS (
  SELECT l.*, l.service_day - d.death_day AS days_after
  FROM line AS l
  INNER JOIN dead AS d ON l.person_id = d.person_id
  WHERE l.line_status = 'paid' AND l.amount_cents > 0
    AND l.service_day > d.death_day + d.grace
    AND l.claim_start_day > d.death_day
    AND COALESCE(l.admission_day, l.service_day) > d.death_day
    AND COALESCE(l.hcpcs_code, '') NOT LIKE '880%'
    AND (l.service_day > d.death_day + d.reading_grace
      OR NOT (COALESCE(l.hcpcs_code, '') LIKE '8%' OR CONCAT(' ', l.modifiers, ' ') LIKE '% 26 %'))
    AND (l.service_day > d.death_day + d.monthly_grace
      OR NOT REGEXP_LIKE(COALESCE(l.hcpcs_code, ''), '^(909[56]|9909[19]|9945[3-9]|9948[79]|9949[01]|9943[79]|9942[4-7]|G0179|G018[0-2])'))
)
SELECT
  provider_id AS entity_id, data_source, claim_id, claim_line_number, person_id, service_date, hcpcs_code,
  modifiers, drg_code, units_milli, paid_cents, allowed_cents, amount_basis,
  amount_cents AS risk_cents,
  CONCAT(CAST(days_after AS VARCHAR), ' days after the date of death') AS note
FROM late
