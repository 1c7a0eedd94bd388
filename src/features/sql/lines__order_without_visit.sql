-- lines: order_without_visit
-- Lines on an order or referral before which the member had no service by the orderer in 90 days; the
-- price gap is the whole amount.
WITH ordered AS (
  SELECT provider_id, person_id, member_half AS half, service_day, COALESCE(ordering_npi, referring_npi) AS orderer,
    CASE WHEN SUBSTR(hcpcs_code, 1, 1) = '8' THEN 'laboratory'
      WHEN SUBSTR(hcpcs_code, 1, 1) = '7' THEN 'imaging'
      WHEN SUBSTR(hcpcs_code, 1, 1) IN ('A', 'B', 'E', 'K', 'L') THEN 'supply'
      ELSE 'other' END AS kind
  FROM line
  WHERE active AND claim_type = 'professional' AND hcpcs_code IS NOT NULL
),
service AS (
  SELECT s.provider_id AS provider_id, s.person_id AS person_id, s.half AS half, s.service_day AS service_day,
    s.orderer AS orderer, MIN(s.kind) AS kind
  FROM ordered AS s
  INNER JOIN provider AS o ON s.orderer = o.provider_id
  INNER JOIN wanted AS w ON s.provider_id = w.provider_id
  WHERE s.orderer <> s.provider_id
  GROUP BY s.provider_id, s.person_id, s.half, s.service_day, s.orderer
),
visit AS (
  SELECT person_id, provider_id AS orderer, service_day
  FROM line
  WHERE active
  GROUP BY person_id, provider_id, service_day
  UNION ALL
  SELECT person_id, rendering_npi AS orderer, service_day
  FROM line
  WHERE active AND rendering_npi <> provider_id
  GROUP BY person_id, rendering_npi, service_day
),
backed AS (
  SELECT s.provider_id AS provider_id, s.person_id AS person_id, s.service_day AS service_day, s.orderer AS orderer, COUNT(*) AS visits
  FROM service AS s
  INNER JOIN visit AS v ON s.person_id = v.person_id AND s.orderer = v.orderer
  WHERE v.service_day <= s.service_day AND v.service_day >= s.service_day - 90
  GROUP BY s.provider_id, s.person_id, s.service_day, s.orderer
),
bare AS (
  SELECT s.provider_id AS provider_id, s.person_id AS person_id, s.service_day AS service_day, s.orderer AS orderer
  FROM service AS s
  LEFT ANTI JOIN backed AS b
    ON s.provider_id = b.provider_id AND s.person_id = b.person_id AND s.service_day = b.service_day AND s.orderer = b.orderer
),
candidate AS (
  SELECT
    l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
    l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
    l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
    l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
    l.amount_cents AS amount_cents, l.service_day AS service_day, COALESCE(l.ordering_npi, l.referring_npi) AS orderer
  FROM line AS l
  INNER JOIN wanted AS w ON l.provider_id = w.provider_id
  WHERE l.active AND l.claim_type = 'professional' AND l.hcpcs_code IS NOT NULL AND l.amount_cents > 0
)
SELECT
  h.provider_id AS provider_id, h.data_source AS data_source, h.claim_id AS claim_id,
  h.claim_line_number AS claim_line_number, h.person_id AS person_id, h.service_date AS service_date,
  h.hcpcs_code AS hcpcs_code, h.modifiers AS modifiers, h.drg_code AS drg_code, h.units_milli AS units_milli,
  h.paid_cents AS paid_cents, h.allowed_cents AS allowed_cents, h.amount_basis AS amount_basis,
  h.amount_cents AS gap_cents,
  CONCAT('ordered by ', h.orderer, ', who had not seen the member in 90 days') AS note
FROM candidate AS h
INNER JOIN bare AS b
  ON h.provider_id = b.provider_id AND h.person_id = b.person_id AND h.service_day = b.service_day AND h.orderer = b.orderer
