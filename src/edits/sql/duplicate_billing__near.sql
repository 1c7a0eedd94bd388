-- scheme: duplicate_billing
-- title: almost the same service paid again on another claim
-- source: CMS Medicare Claims Processing Manual (Pub. 100-04), chapter 1, section 120 (suspect duplicates)
-- precision: 0.6
-- required columns: hcpcs_code, paid_amount
-- required reference: none
-- counterpoint: a second service that the claim does not tell apart, such as another site, or another session; or a corrected claim whose first version was taken back outside these data
--
-- Two paid lines of one member, provider, code, day and plan on different claims, alike but for
-- exactly one of modifiers, units and paid amount; an amount in proportion to the units counts with
-- these, save for what is given in parts over a day (drugs, supplies, infusion, therapy, anaesthesia). The first by claim stands, the other is at risk
-- with the smaller of both amounts. Amounts that were split over the lines of a claim say
-- nothing about a line: such lines are left out.
--
-- Modifiers that say why it is not the same service take a line out: repeated (76 77 91), distinct
-- (59 XE XS XP XU), a side or site, a component (26 TC), an assistant or second surgeon, staged or
-- unrelated (58 78 79), discontinued, rented or bought, discarded drug, therapy discipline. So do
-- tests that are done for each organism, antigen or specimen: cultures, antibodies, pathology.
WITH usable AS (
  SELECT l.data_source AS data_source, l.claim_id AS claim_id, l.claim_line_number AS claim_line_number,
    l.person_id AS person_id, l.provider_id AS provider_id, l.service_date AS service_date,
    l.service_day AS service_day, l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers,
    l.drg_code AS drg_code, l.units_milli AS units_milli, COALESCE(l.units_milli, -1) AS same_units,
    l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
    CASE WHEN REGEXP_LIKE(l.hcpcs_code, '^([A-Z]|0|96|97)') THEN 1 ELSE 0 END AS in_parts,
    CONCAT(COALESCE(l.payer, ''), '|', COALESCE(l.plan, '')) AS cover
  FROM line AS l
  WHERE l.line_status = 'paid' AND l.paid_cents > 0 AND l.hcpcs_code IS NOT NULL AND l.amount_level = 'line'
    AND l.service_end_day = l.service_day AND NOT REGEXP_LIKE(l.hcpcs_code, '^(87[012]|8600|862[35]|88[13])')
    AND NOT REGEXP_LIKE(l.modifiers, '(^| )(76|77|91|59|XE|XS|XP|XU|RT|LT|50|E[1-4]|F[A1-9]|T[A1-9]|LC|LD|LM|RC|RI|26|TC|62|66|80|81|82|AS|58|78|79|53|73|74|RR|NU|UE|JW|JZ|GN|GO|GP)( |$)')
),
crowded AS (
  SELECT person_id, provider_id, hcpcs_code, service_day, COUNT(*) AS line_count
  FROM usable
  GROUP BY person_id, provider_id, hcpcs_code, service_day
  HAVING COUNT(*) > 1
),
same_day AS (
  SELECT u.*
  FROM usable AS u
  INNER JOIN crowded AS c
    ON u.person_id = c.person_id AND u.provider_id = c.provider_id AND u.hcpcs_code = c.hcpcs_code
    AND u.service_day = c.service_day
),
pair AS (
  SELECT b.data_source AS data_source, b.claim_id AS claim_id, b.claim_line_number AS claim_line_number,
    LEAST(a.paid_cents, b.paid_cents) AS risk_cents, a.claim_id AS other_claim,
    CASE WHEN a.modifiers <> b.modifiers THEN 1 ELSE 0 END AS modifiers_differ,
    CASE WHEN a.same_units <> b.same_units THEN 1 ELSE 0 END AS units_differ,
    CASE WHEN a.paid_cents = b.paid_cents THEN 0
      WHEN a.paid_cents * b.same_units = b.paid_cents * a.same_units AND a.in_parts = 0 THEN 0
      ELSE 1 END AS price_differs
  FROM same_day AS a
  INNER JOIN same_day AS b
    ON a.person_id = b.person_id AND a.provider_id = b.provider_id AND a.hcpcs_code = b.hcpcs_code
    AND a.service_day = b.service_day AND a.cover = b.cover
  WHERE CONCAT(a.data_source, '|', a.claim_id) < CONCAT(b.data_source, '|', b.claim_id)
),
one_off AS (
  SELECT data_source, claim_id, claim_line_number, risk_cents, other_claim,
    CASE WHEN modifiers_differ = 1 THEN 'modifiers' WHEN units_differ = 1 THEN 'units' ELSE 'amount' END AS differs
  FROM pair
  WHERE modifiers_differ + units_differ + price_differs = 1
),
numbered AS (
  SELECT *,
    ROW_NUMBER() OVER (
      PARTITION BY data_source, claim_id, claim_line_number
      ORDER BY risk_cents NULLS FIRST, other_claim NULLS FIRST, differs NULLS FIRST
    ) AS place_in_line
  FROM one_off
)
SELECT
  u.provider_id AS entity_id, u.data_source AS data_source, u.claim_id AS claim_id,
  u.claim_line_number AS claim_line_number, u.person_id AS person_id, u.service_date AS service_date,
  u.hcpcs_code AS hcpcs_code, u.modifiers AS modifiers, u.drg_code AS drg_code, u.units_milli AS units_milli,
  u.paid_cents AS paid_cents, u.allowed_cents AS allowed_cents, u.amount_basis AS amount_basis,
  n.risk_cents AS risk_cents,
  CONCAT('as on claim ', n.other_claim, ' but for the ', n.differs) AS note
FROM usable AS u
INNER JOIN numbered AS n
  ON u.data_source = n.data_source AND u.claim_id = n.claim_id AND u.claim_line_number = n.claim_line_number
WHERE n.place_in_line = 1
