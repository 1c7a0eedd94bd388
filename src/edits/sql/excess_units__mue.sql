-- scheme: excess_units
-- title: more units than are medically likely
-- source: CMS NCCI medically unlikely edits; NCCI Policy Manual, chapter I, section V
-- precision: 0.8
-- required columns: hcpcs_code, units, service_unit_quantity, hcpcs_modifier_1
-- required reference: mue
-- counterpoint: units on the day that the records bear out (values with indicator 3 can be appealed)
--
-- Units of one code for one member, provider and day above the medically unlikely value: on each
-- line where the adjudication indicator is 1, else of all the day's lines together (2 policy, 3
-- clinical). A line with modifier 50 counts half its units, since both sides are one service, and
-- lines of the right and of the left side (RT, LT) are judged apart. A line over several days may
-- hold the value once a day and is judged alone.
--
-- Professional lines are judged by the practitioner or the supplier table, whichever allows more;
-- institutional ones, outpatient bills only, by the hospital table. The share of the units that is
-- above the value is at risk on each line.
WITH considered AS (
  SELECT COALESCE(payer, '') AS payer, person_id, provider_id, service_day, hcpcs_code, data_source,
    claim_id, claim_line_number, service_date, modifiers, drg_code, units_milli, paid_cents,
    allowed_cents, amount_cents, amount_basis,
    CASE WHEN claim_type = 'professional' THEN 'professional' ELSE 'hospital' END AS kind,
    CASE WHEN service_end_day > service_day THEN service_end_day - service_day + 1 ELSE 1 END AS day_count,
    CASE WHEN CONCAT(' ', modifiers, ' ') LIKE '% 50 %' THEN 2 ELSE 1 END AS side_count
  FROM line
  WHERE line_status = 'paid' AND amount_cents > 0 AND hcpcs_code IS NOT NULL AND units_milli > 0
    AND (claim_type = 'professional' OR (
      claim_type = 'institutional'
      AND LEFT(bill_type_code, 2) IN ('12', '13', '14', '22', '23', '34', '74', '75', '76', '85')
    ))
),
value AS (
  SELECT CASE WHEN setting = 'hospital' THEN 'hospital' ELSE 'professional' END AS kind, hcpcs_code,
    mue_value, -mue_value AS minus_value, adjudication_indicator, applies_from_day, applies_to_day,
    COALESCE(effective_from_day, applies_from_day) AS from_day,
    COALESCE(effective_to_day, applies_to_day) AS to_day
  FROM mue
),
judged AS (
  SELECT l.payer AS payer, l.person_id AS person_id, l.provider_id AS provider_id,
    l.service_day AS service_day, l.hcpcs_code AS hcpcs_code, l.data_source AS data_source,
    l.claim_id AS claim_id, l.claim_line_number AS claim_line_number, l.service_date AS service_date,
    l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
    l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_cents AS amount_cents,
    l.amount_basis AS amount_basis, l.kind AS kind, l.day_count AS day_count,
    l.side_count AS side_count, v.mue_value AS mue_value,
    v.adjudication_indicator AS adjudication_indicator,
    CASE WHEN l.service_day < v.from_day OR l.service_day > v.to_day THEN 1 ELSE 0 END AS outside,
    ROW_NUMBER() OVER (
      PARTITION BY l.data_source, l.claim_id, l.claim_line_number
      ORDER BY v.minus_value NULLS FIRST, v.adjudication_indicator NULLS FIRST
    ) AS place
  FROM considered AS l
  INNER JOIN value AS v ON l.kind = v.kind AND l.hcpcs_code = v.hcpcs_code
  WHERE l.service_day >= v.applies_from_day AND l.service_day <= v.applies_to_day
),
grouped AS (
  SELECT payer, person_id, provider_id, service_day, hcpcs_code, data_source, claim_id,
    claim_line_number, service_date, modifiers, drg_code, units_milli, paid_cents, allowed_cents,
    amount_cents, amount_basis, mue_value, adjudication_indicator, outside,
    CASE WHEN adjudication_indicator = 1 OR day_count > 1 THEN claim_line_number ELSE 0 END AS line_key,
    CASE WHEN adjudication_indicator = 1 OR day_count > 1 THEN claim_id ELSE '' END AS claim_key,
    CASE WHEN CONCAT(' ', modifiers, ' ') LIKE '% RT %' THEN 'RT'
      WHEN CONCAT(' ', modifiers, ' ') LIKE '% LT %' THEN 'LT' ELSE '' END AS side_key,
    2 * units_milli - (side_count - 1) * units_milli AS half_units,
    2000 * mue_value * day_count AS half_limit
  FROM judged
  WHERE place = 1
),
counted AS (
  SELECT payer, person_id, provider_id, service_day, hcpcs_code, data_source, claim_id,
    claim_line_number, service_date, modifiers, drg_code, units_milli, paid_cents, allowed_cents,
    amount_cents, amount_basis, mue_value, adjudication_indicator, outside, half_limit,
    SUM(half_units) OVER (
      PARTITION BY payer, person_id, provider_id, service_day, hcpcs_code, side_key, claim_key, line_key
    ) AS half_total
  FROM grouped
)
SELECT
  provider_id AS entity_id, data_source, claim_id, claim_line_number, person_id, service_date, hcpcs_code,
  modifiers, drg_code, units_milli, paid_cents, allowed_cents, amount_basis,
  CAST(TRUNC(CAST(amount_cents * (half_total - half_limit) AS DOUBLE) / NULLIF(half_total, 0)) AS BIGINT) AS risk_cents,
  CONCAT(
    'value ', CAST(mue_value AS VARCHAR),
    CASE WHEN adjudication_indicator = 1 THEN ' a line' ELSE ' a day' END,
    CASE WHEN adjudication_indicator = 2 THEN ', absolute' ELSE '' END,
    CASE WHEN outside = 1 THEN '; service outside the table''s quarter' ELSE '' END
  ) AS note
FROM counted
WHERE half_total > half_limit
