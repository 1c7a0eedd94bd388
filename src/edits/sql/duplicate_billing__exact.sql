-- scheme: duplicate_billing
-- title: the same service billed and paid again
-- source: CMS Medicare Claims Processing Manual (Pub. 100-04), chapter 1, section 120 (exact duplicates)
-- precision: 0.85
-- required columns: hcpcs_code, paid_amount
-- required reference: none
-- counterpoint: a repeat-procedure modifier left off, or a genuine second service on the day
--
-- Same member, provider, code, modifiers, date, units and paid amount, both paid, under another
-- claim or line. Denied, reversed and replaced lines never pair; the modifiers that say "repeated
-- on purpose" are exempt. The first line by claim stands, each later one is at risk in full.
--
-- Where a claim's payment was split over its lines, equal lines of one claim have equal amounts by
-- construction, and where a line spans several days, equal lines of one claim may be of different
-- days: there the n-th of them pairs with the n-th of another claim only.
--
-- Lines that share the main parts of the key are found first, so that only few are numbered.
WITH repeated AS (
  SELECT person_id, provider_id, hcpcs_code, service_day, paid_cents, COUNT(*) AS line_count
  FROM line
  WHERE line_status = 'paid' AND hcpcs_code IS NOT NULL AND paid_cents > 0
  GROUP BY person_id, provider_id, hcpcs_code, service_day, paid_cents
  HAVING COUNT(*) > 1
),
considered AS (
  SELECT l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
    l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
    l.service_day AS service_day, l.service_end_day AS service_end_day, l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code,
    l.units_milli AS units_milli, l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents,
    l.amount_basis AS amount_basis, l.amount_level AS amount_level
  FROM line AS l
  INNER JOIN repeated AS r
    ON l.person_id = r.person_id AND l.provider_id = r.provider_id AND l.hcpcs_code = r.hcpcs_code
    AND l.service_day = r.service_day AND l.paid_cents = r.paid_cents
  WHERE l.line_status = 'paid'
    AND CONCAT(' ', l.modifiers, ' ') NOT LIKE '% 76 %'
    AND CONCAT(' ', l.modifiers, ' ') NOT LIKE '% 77 %'
    AND CONCAT(' ', l.modifiers, ' ') NOT LIKE '% 91 %'
),
candidate AS (
  SELECT provider_id, data_source, claim_id, claim_line_number, person_id, service_date, service_day,
    service_end_day, hcpcs_code, modifiers, drg_code, units_milli, paid_cents, allowed_cents, amount_basis, amount_level,
    ROW_NUMBER() OVER (
      PARTITION BY data_source, claim_id, provider_id, hcpcs_code, modifiers, service_day, units_milli, paid_cents
      ORDER BY claim_line_number NULLS FIRST
    ) AS place_in_claim
  FROM considered
),
keyed AS (
  SELECT *, CASE WHEN amount_level = 'allocated' OR service_end_day > service_day THEN place_in_claim ELSE 0 END AS pair_key
  FROM candidate
),
paid AS (
  SELECT *,
    ROW_NUMBER() OVER (
      PARTITION BY person_id, provider_id, hcpcs_code, modifiers, service_day, units_milli, paid_cents, pair_key
      ORDER BY data_source NULLS FIRST, claim_id NULLS FIRST, claim_line_number NULLS FIRST
    ) AS occurrence
  FROM keyed
)
SELECT
  provider_id AS entity_id, data_source, claim_id, claim_line_number, person_id, service_date, hcpcs_code,
  modifiers, drg_code, units_milli, paid_cents, allowed_cents, amount_basis,
  paid_cents AS risk_cents,
  CONCAT('occurrence ', CAST(occurrence AS VARCHAR), ' of the same service') AS note
FROM paid
WHERE occurrence > 1
