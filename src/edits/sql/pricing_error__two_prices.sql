-- scheme: pricing_error
-- title: the same service on the same day at two prices
-- source: 42 CFR 414.21 and CMS Medicare Claims Processing Manual (Pub. 100-04), chapter 23, section 30 (one fee for a code, place and modifier)
-- precision: 0.6
-- required columns: hcpcs_code, allowed_amount
-- required reference: none
-- counterpoint: a reduction for the second of several procedures, or a contract that changed that day
--
-- Professional lines of one member, provider, plan, day, code, modifiers and place, with different
-- allowed amounts per unit; at risk is what the dearer lines are above the cheapest. Codes on which a
-- second procedure is reduced are left out: surgery, imaging, eye, heart and lung tests, therapy.
-- So are unlisted drugs and all lines without units, and differences up to a dollar or a tenth.
WITH tolerance AS (
  SELECT cents, times FROM (VALUES (100, 10)) AS constant (cents, times)
),
priced AS (
  SELECT l.*, CONCAT(COALESCE(l.payer, ''), '|', COALESCE(l.plan, '')) AS cover,
    COALESCE(l.place_of_service_code, '') AS place,
    CAST(ROUND(CAST(l.allowed_cents AS DOUBLE) * 1000 / NULLIF(l.units_milli, 0)) AS BIGINT) AS unit_cents
  FROM line AS l
  WHERE l.line_status = 'paid' AND l.amount_cents > 0 AND l.allowed_cents > 0 AND l.units_milli >= 1000
    AND l.claim_type = 'professional' AND l.amount_level = 'line' AND l.service_end_day = l.service_day
    AND l.hcpcs_code IS NOT NULL
    AND NOT REGEXP_LIKE(l.hcpcs_code, '^([1-7]|92|93|94|97|J3490|J3590|J7999|J9999)')
),
apart AS (
  SELECT p.person_id AS person_id, p.provider_id AS provider_id, p.cover AS cover, p.service_day AS service_day,
    p.hcpcs_code AS hcpcs_code, p.modifiers AS modifiers, p.place AS place, MIN(p.unit_cents) AS least_cents
  FROM priced AS p
  GROUP BY p.person_id, p.provider_id, p.cover, p.service_day, p.hcpcs_code, p.modifiers, p.place
  HAVING MAX(p.unit_cents) > MIN(p.unit_cents)
),
dearer AS (
  SELECT p.*, a.least_cents AS least_cents, GREATEST(t.cents, CAST(ROUND(CAST(p.allowed_cents AS DOUBLE) / NULLIF(t.times, 0)) AS BIGINT)) AS tolerance,
    p.allowed_cents - CAST(ROUND(CAST(a.least_cents * p.units_milli AS DOUBLE) / 1000) AS BIGINT) AS above_cents
  FROM priced AS p
  INNER JOIN apart AS a
    ON p.person_id = a.person_id AND p.provider_id = a.provider_id AND p.cover = a.cover
    AND p.service_day = a.service_day AND p.hcpcs_code = a.hcpcs_code AND p.modifiers = a.modifiers
    AND p.place = a.place
  CROSS JOIN tolerance AS t
)
SELECT
  provider_id AS entity_id, data_source, claim_id, claim_line_number, person_id, service_date, hcpcs_code,
  modifiers, drg_code, units_milli, paid_cents, allowed_cents, amount_basis,
  LEAST(above_cents, amount_cents) AS risk_cents,
  'allowed more per unit than on another line of the day' AS note
FROM dearer
WHERE above_cents > tolerance
