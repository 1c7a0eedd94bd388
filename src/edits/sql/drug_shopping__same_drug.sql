-- scheme: drug_shopping
-- entity: member
-- title: one drug from four or more prescribers and four or more pharmacies within 90 days
-- source: CMS Medicare Part D overutilization monitoring (opioids: four or more prescribers and four or more pharmacies)
-- precision: 0.60
-- required columns: pharmacy_line
-- required reference: none
-- counterpoint: a move, a closed practice or several doctors of one clinic; a shortage that sends members from pharmacy to pharmacy
--
-- Fills of one drug (labeler and product of the NDC) that together last longer than the window they
-- lie in, from several prescribers and pharmacies. Nobody needs that for any drug, so no list of
-- controlled drugs is asked for. Members with cancer or in hospice care are exempt. A window opens
-- at each fill; a fill is at risk where any window holds it.
WITH exempt AS (
  SELECT person_id, COUNT(*) AS codes
  FROM diagnosis
  WHERE (code_type = 'icd-10-cm' AND code >= 'C00' AND code < 'D00')
    OR (code_type = 'icd-9-cm' AND code >= '140' AND code < '210')
  GROUP BY person_id
),
hospice AS (
  SELECT person_id, COUNT(*) AS line_count
  FROM line
  WHERE SUBSTR(bill_type_code, 1, 2) IN ('81', '82') OR place_of_service_code = '34'
  GROUP BY person_id
),
fill AS (
  SELECT
    p.person_id AS person_id, p.data_source AS data_source, p.claim_id AS claim_id,
    p.claim_line_number AS claim_line_number, p.dispensing_day AS dispensing_day,
    SUBSTR(p.ndc_code, 1, 9) AS product, p.prescribing_npi AS prescribing_npi, p.dispensing_npi AS dispensing_npi,
    COALESCE(p.days_supply, 1) AS days_supply, p.quantity_milli AS quantity_milli,
    p.paid_cents AS paid_cents, p.allowed_cents AS allowed_cents
  FROM pharmacy_line AS p
  LEFT JOIN exempt AS e ON p.person_id = e.person_id
  LEFT JOIN hospice AS h ON p.person_id = h.person_id
  WHERE e.codes IS NULL AND h.line_count IS NULL
    AND p.ndc_code IS NOT NULL AND p.prescribing_npi IS NOT NULL AND p.dispensing_npi IS NOT NULL
    AND COALESCE(p.paid_cents, p.allowed_cents, 0) >= 0
),
several AS (
  SELECT person_id, product, COUNT(*) AS fills
  FROM fill
  GROUP BY person_id, product
  HAVING COUNT(DISTINCT prescribing_npi) >= 4 AND COUNT(DISTINCT dispensing_npi) >= 4
),
opening AS (
  SELECT f.person_id AS person_id, f.product AS product, f.dispensing_day AS from_day
  FROM fill AS f
  INNER JOIN several AS s ON f.person_id = s.person_id AND f.product = s.product
  GROUP BY f.person_id, f.product, f.dispensing_day
),
crowded AS (
  SELECT o.person_id AS person_id, o.product AS product, o.from_day AS from_day,
    COUNT(DISTINCT f.prescribing_npi) AS prescribers, COUNT(DISTINCT f.dispensing_npi) AS pharmacies
  FROM opening AS o
  INNER JOIN fill AS f ON o.person_id = f.person_id AND o.product = f.product
  WHERE f.dispensing_day >= o.from_day AND f.dispensing_day < o.from_day + 90
  GROUP BY o.person_id, o.product, o.from_day
  HAVING COUNT(DISTINCT f.prescribing_npi) >= 4 AND COUNT(DISTINCT f.dispensing_npi) >= 4 AND SUM(f.days_supply) > 90
),
held AS (
  SELECT f.data_source AS data_source, f.claim_id AS claim_id, f.claim_line_number AS claim_line_number,
    MAX(c.prescribers) AS prescribers, MAX(c.pharmacies) AS pharmacies
  FROM fill AS f
  INNER JOIN crowded AS c ON f.person_id = c.person_id AND f.product = c.product
  WHERE f.dispensing_day >= c.from_day AND f.dispensing_day < c.from_day + 90
  GROUP BY f.data_source, f.claim_id, f.claim_line_number
)
SELECT
  f.person_id AS entity_id, f.data_source AS data_source, f.claim_id AS claim_id,
  f.claim_line_number AS claim_line_number, f.person_id AS person_id, f.dispensing_day AS service_date,
  CAST(NULL AS VARCHAR) AS hcpcs_code, '' AS modifiers, CAST(NULL AS VARCHAR) AS drg_code,
  f.quantity_milli AS units_milli, f.paid_cents AS paid_cents, f.allowed_cents AS allowed_cents,
  CASE WHEN f.paid_cents IS NULL THEN 'allowed' ELSE 'paid' END AS amount_basis,
  COALESCE(f.paid_cents, f.allowed_cents, 0) AS risk_cents,
  CONCAT('NDC ', f.product, ': ', CAST(h.prescribers AS VARCHAR), ' prescribers and ', CAST(h.pharmacies AS VARCHAR), ' pharmacies within 90 days') AS note
FROM fill AS f
INNER JOIN held AS h
  ON f.data_source = h.data_source AND f.claim_id = h.claim_id AND f.claim_line_number = h.claim_line_number
