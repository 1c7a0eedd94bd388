-- scheme: during_inpatient
-- title: an inpatient stay that overlaps one in another facility
-- source: CMS Medicare Claims Processing Manual (Pub. 100-04), chapter 3, sections 20.1.2.4 and 40.2.4 (transfers between hospitals)
-- precision: 0.6
-- required columns: service_date, bill_type_code
-- required reference: none
-- counterpoint: a discharge date entered late, an interrupted stay, or services that one hospital had from the other under arrangement
--
-- Two stays (type of bill 11x; claims in sequence are one stay) of one member in different facilities
-- with at least one night in common. Discharge and admission on one day are a transfer. So is one
-- common night where the first stay ended in a transfer by its discharge status. A stay inside that
-- of a long-term, rehabilitation or psychiatric hospital is exempt: such stays may be interrupted.
-- The stay that began later is at risk with the share of its nights that both claim.
WITH stay AS (
  SELECT l.person_id AS person_id, l.data_source AS data_source, l.provider_id AS provider_id,
    l.admission_day AS admission_day, MAX(l.discharge_day) AS discharge_day,
    MAX(CASE WHEN l.discharge_disposition_code IN ('02', '05', '43', '61', '62', '63', '65', '66', '70', '82', '85', '88', '90', '91', '93', '94') THEN 1 ELSE 0 END) AS transferred
  FROM line AS l
  WHERE l.active AND l.claim_type = 'institutional' AND l.bill_type_code LIKE '11%'
    AND l.admission_day IS NOT NULL AND l.discharge_day IS NOT NULL
  GROUP BY l.person_id, l.data_source, l.provider_id, l.admission_day
),
kind AS (
  SELECT provider_id, 1 AS may_interrupt
  FROM provider
  WHERE taxonomy_code LIKE '282E%' OR taxonomy_code LIKE '283%' OR taxonomy_code LIKE '273R%' OR taxonomy_code LIKE '273Y%'
),
known AS (
  SELECT s.person_id AS person_id, s.data_source AS data_source, s.provider_id AS provider_id,
    s.admission_day AS admission_day, s.discharge_day AS discharge_day, s.transferred AS transferred,
    COALESCE(k.may_interrupt, 0) AS may_interrupt
  FROM stay AS s
  LEFT JOIN kind AS k ON s.provider_id = k.provider_id
),
overlap AS (
  SELECT b.person_id AS person_id, b.data_source AS data_source, b.provider_id AS provider_id,
    b.admission_day AS admission_day, b.discharge_day AS discharge_day,
    LEAST(a.discharge_day, b.discharge_day) - b.admission_day AS nights,
    a.transferred AS transferred, a.may_interrupt AS may_interrupt, a.discharge_day AS first_discharge_day
  FROM known AS a
  INNER JOIN known AS b ON a.person_id = b.person_id AND a.data_source = b.data_source
  WHERE a.provider_id <> b.provider_id
    AND (a.admission_day < b.admission_day OR (a.admission_day = b.admission_day AND a.provider_id < b.provider_id))
    AND b.admission_day < a.discharge_day
),
claimed AS (
  SELECT person_id, data_source, provider_id, admission_day, discharge_day, MAX(nights) AS nights
  FROM overlap
  WHERE nights >= 1 AND (nights > 1 OR transferred = 0)
    AND (may_interrupt = 0 OR discharge_day > first_discharge_day)
  GROUP BY person_id, data_source, provider_id, admission_day, discharge_day
)
SELECT
  l.provider_id AS entity_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  CAST(ROUND(CAST(l.amount_cents AS DOUBLE) * c.nights / NULLIF(c.discharge_day - c.admission_day, 0)) AS BIGINT) AS risk_cents,
  CONCAT(CAST(c.nights AS VARCHAR), ' of ', CAST(c.discharge_day - c.admission_day AS VARCHAR), ' nights also billed by another facility') AS note
FROM line AS l
INNER JOIN claimed AS c
  ON l.person_id = c.person_id AND l.data_source = c.data_source AND l.provider_id = c.provider_id
  AND l.admission_day = c.admission_day
WHERE l.line_status = 'paid' AND l.amount_cents > 0 AND l.claim_type = 'institutional' AND l.bill_type_code LIKE '11%'
