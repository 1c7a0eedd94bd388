-- scheme: unbundling
-- title: a component billed beside the service that includes it
-- source: CMS NCCI procedure-to-procedure edits; NCCI Policy Manual, chapter I, sections D and E
-- precision: 0.9
-- required columns: hcpcs_code, hcpcs_modifier_1
-- required reference: ncci_ptp
-- counterpoint: services at separate sites or encounters, for which the modifier was left off
--
-- The column 1 and the column 2 code of a pair that is in force on the day, both paid, for the same
-- member, provider and day. Indicator 0: never together; 1: unless either line bears a modifier that
-- says the services were separate; 9: not applied. The column 2 line is at risk.
--
-- Professional lines are judged by the practitioner table; institutional ones by the hospital table
-- where the type of bill is one of those that the outpatient code editor sees. Lines that span
-- several days, and pairs of two payers, are left out. Days after the table's quarter are told.
--
-- A day's codes are put together first, once each, so that no line meets another that has none of
-- the table's codes beside it.
WITH considered AS (
  SELECT COALESCE(payer, '') AS payer, person_id, provider_id, service_day, hcpcs_code, data_source,
    claim_id, claim_line_number, service_date, modifiers, drg_code, units_milli, paid_cents,
    allowed_cents, amount_cents, amount_basis,
    CASE WHEN claim_type = 'professional' THEN 'practitioner' ELSE 'hospital' END AS setting,
    CASE WHEN REGEXP_LIKE(
      CONCAT(' ', modifiers, ' '),
      ' (E[1-4]|F[A1-9]|T[A1-9]|LT|RT|LC|LD|RC|LM|RI|24|25|27|57|58|59|78|79|91|XE|XP|XS|XU) '
    ) THEN 1 ELSE 0 END AS separate
  FROM line
  WHERE line_status = 'paid' AND amount_cents > 0 AND hcpcs_code IS NOT NULL
    AND service_end_day = service_day
    AND (claim_type = 'professional' OR (
      claim_type = 'institutional'
      AND LEFT(bill_type_code, 2) IN ('12', '13', '14', '22', '23', '34', '74', '75', '76', '85')
    ))
),
billed AS (
  SELECT payer, person_id, provider_id, service_day, setting, hcpcs_code, MAX(separate) AS separate
  FROM considered
  GROUP BY payer, person_id, provider_id, service_day, setting, hcpcs_code
),
code AS (
  SELECT setting, hcpcs_code, COUNT(*) AS day_count
  FROM billed
  GROUP BY setting, hcpcs_code
),
pair AS (
  SELECT p.setting AS setting, p.column_1_code AS column_1_code, p.column_2_code AS column_2_code,
    p.modifier_indicator AS modifier_indicator, p.effective_from_day AS effective_from_day,
    p.effective_to_day AS effective_to_day, p.table_to_day AS table_to_day
  FROM ncci_ptp AS p
  INNER JOIN code AS one ON p.setting = one.setting AND p.column_1_code = one.hcpcs_code
  INNER JOIN code AS two ON p.setting = two.setting AND p.column_2_code = two.hcpcs_code
  WHERE p.modifier_indicator <> 9
),
component AS (
  SELECT setting, column_2_code, COUNT(*) AS pair_count
  FROM pair
  GROUP BY setting, column_2_code
),
comprehensive AS (
  SELECT setting, column_1_code, COUNT(*) AS pair_count
  FROM pair
  GROUP BY setting, column_1_code
),
whole AS (
  SELECT b.payer AS payer, b.person_id AS person_id, b.provider_id AS provider_id,
    b.service_day AS service_day, b.setting AS setting, b.hcpcs_code AS hcpcs_code, b.separate AS separate
  FROM billed AS b
  INNER JOIN comprehensive AS c ON b.setting = c.setting AND b.hcpcs_code = c.column_1_code
),
part AS (
  SELECT l.payer AS payer, l.person_id AS person_id, l.provider_id AS provider_id,
    l.service_day AS service_day, l.setting AS setting, l.hcpcs_code AS hcpcs_code,
    l.separate AS separate, l.data_source AS data_source, l.claim_id AS claim_id,
    l.claim_line_number AS claim_line_number, l.service_date AS service_date, l.modifiers AS modifiers,
    l.drg_code AS drg_code, l.units_milli AS units_milli, l.paid_cents AS paid_cents,
    l.allowed_cents AS allowed_cents, l.amount_cents AS amount_cents, l.amount_basis AS amount_basis
  FROM considered AS l
  INNER JOIN component AS c ON l.setting = c.setting AND l.hcpcs_code = c.column_2_code
),
beside AS (
  SELECT p.setting AS setting, p.service_day AS service_day, w.hcpcs_code AS column_1_code,
    p.hcpcs_code AS hcpcs_code, p.provider_id AS provider_id, p.person_id AS person_id,
    p.data_source AS data_source, p.claim_id AS claim_id, p.claim_line_number AS claim_line_number,
    p.service_date AS service_date, p.modifiers AS modifiers, p.drg_code AS drg_code,
    p.units_milli AS units_milli, p.paid_cents AS paid_cents, p.allowed_cents AS allowed_cents,
    p.amount_cents AS amount_cents, p.amount_basis AS amount_basis,
    w.separate + p.separate AS separate
  FROM part AS p
  INNER JOIN whole AS w
    ON p.payer = w.payer AND p.person_id = w.person_id AND p.provider_id = w.provider_id
    AND p.service_day = w.service_day AND p.setting = w.setting
  WHERE p.hcpcs_code <> w.hcpcs_code
),
hit AS (
  SELECT b.provider_id AS provider_id, b.data_source AS data_source, b.claim_id AS claim_id,
    b.claim_line_number AS claim_line_number, b.person_id AS person_id, b.service_date AS service_date,
    b.hcpcs_code AS hcpcs_code, b.modifiers AS modifiers, b.drg_code AS drg_code,
    b.units_milli AS units_milli, b.paid_cents AS paid_cents, b.allowed_cents AS allowed_cents,
    b.amount_cents AS amount_cents, b.amount_basis AS amount_basis, b.column_1_code AS column_1_code,
    e.modifier_indicator AS modifier_indicator,
    CASE WHEN b.service_day > COALESCE(e.table_to_day, b.service_day) THEN 1 ELSE 0 END AS later,
    ROW_NUMBER() OVER (
      PARTITION BY b.data_source, b.claim_id, b.claim_line_number
      ORDER BY e.modifier_indicator NULLS FIRST, b.column_1_code NULLS FIRST
    ) AS place
  FROM beside AS b
  INNER JOIN pair AS e
    ON b.setting = e.setting AND b.column_1_code = e.column_1_code AND b.hcpcs_code = e.column_2_code
  WHERE b.service_day >= e.effective_from_day
    AND b.service_day <= COALESCE(e.effective_to_day, b.service_day)
    AND (e.modifier_indicator = 0 OR b.separate = 0)
)
SELECT
  provider_id AS entity_id, data_source, claim_id, claim_line_number, person_id, service_date, hcpcs_code,
  modifiers, drg_code, units_milli, paid_cents, allowed_cents, amount_basis, amount_cents AS risk_cents,
  CONCAT(
    'included in ', column_1_code,
    CASE WHEN modifier_indicator = 0 THEN ', no modifier allows both' ELSE ', no modifier on either' END,
    CASE WHEN later = 1 THEN '; service after the table''s quarter' ELSE '' END
  ) AS note
FROM hit
WHERE place = 1
