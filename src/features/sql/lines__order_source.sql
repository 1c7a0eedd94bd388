-- lines: order_source
-- What a supplier did on the orders of its favourite orderer: orders as counted in
-- orderer_supplier__orders, favourites as chosen for cells__order_source; the price gap is the whole
-- amount.
WITH own AS (
  SELECT g.orderer_id AS orderer_id, g.provider_id AS provider_id
  FROM orderer_supplier__orders AS g
  INNER JOIN wanted AS w ON g.provider_id = w.provider_id
  INNER JOIN provider_biller__lines AS a ON g.orderer_id = a.provider_id
  INNER JOIN provider_biller__lines AS b ON g.provider_id = b.provider_id AND a.biller = b.biller
  GROUP BY g.orderer_id, g.provider_id
),
apart AS (
  SELECT g.orderer_id AS orderer_id, g.provider_id AS supplier_id, g.kind AS kind, g.half AS half, g.order_count AS orders
  FROM orderer_supplier__orders AS g
  INNER JOIN wanted AS w ON g.provider_id = w.provider_id
  LEFT ANTI JOIN own AS o ON g.orderer_id = o.orderer_id AND g.provider_id = o.provider_id
),
ranked AS (
  SELECT supplier_id, kind, 1 - half AS other_half, orderer_id,
    ROW_NUMBER() OVER (PARTITION BY supplier_id, kind, half ORDER BY 0 - orders NULLS FIRST, orderer_id NULLS FIRST) AS place
  FROM apart
),
favourite AS (
  SELECT supplier_id, kind, other_half AS half, orderer_id
  FROM ranked
  WHERE place = 1
),
ordered AS (
  SELECT COALESCE(l.ordering_npi, l.referring_npi) AS orderer_id, l.provider_id AS provider_id, l.member_half AS half,
    l.data_source AS data_source, l.claim_id AS claim_id, l.claim_line_number AS claim_line_number,
    l.person_id AS person_id, l.service_date AS service_date, l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers,
    l.drg_code AS drg_code, l.units_milli AS units_milli, l.paid_cents AS paid_cents,
    l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis, l.amount_cents AS amount_cents,
    CASE WHEN l.claim_type = 'institutional' THEN 'home health'
      WHEN SUBSTR(l.hcpcs_code, 1, 1) = '8' THEN 'laboratory'
      WHEN SUBSTR(l.hcpcs_code, 1, 1) = '7' THEN 'imaging'
      WHEN SUBSTR(l.hcpcs_code, 1, 2) = '97' THEN 'therapy'
      ELSE 'supply' END AS kind
  FROM line AS l
  LEFT JOIN place_of_service AS p ON l.place_of_service_code = p.place_of_service_code
  WHERE l.active AND l.amount_cents > 0 AND COALESCE(l.ordering_npi, l.referring_npi) <> l.provider_id
    AND ((l.claim_type = 'professional'
        AND REGEXP_LIKE(l.hcpcs_code, '^([78][0-9]{4}|97[0-9]{3}|[ABEKL][0-9]{4})$')
        AND COALESCE(p.setting, 'other') NOT IN ('inpatient', 'facility', 'emergency', 'ambulance'))
      OR (l.claim_type = 'institutional' AND SUBSTR(l.bill_type_code, 1, 2) IN ('32', '33', '34')))
)
SELECT
  h.provider_id AS provider_id, h.data_source AS data_source, h.claim_id AS claim_id,
  h.claim_line_number AS claim_line_number, h.person_id AS person_id, h.service_date AS service_date,
  h.hcpcs_code AS hcpcs_code, h.modifiers AS modifiers, h.drg_code AS drg_code, h.units_milli AS units_milli,
  h.paid_cents AS paid_cents, h.allowed_cents AS allowed_cents, h.amount_basis AS amount_basis,
  h.amount_cents AS gap_cents,
  CONCAT(h.kind, ' ordered by ', h.orderer_id) AS note
FROM ordered AS h
INNER JOIN favourite AS f
  ON h.orderer_id = f.orderer_id AND h.kind = f.kind AND h.half = f.half AND h.provider_id = f.supplier_id
