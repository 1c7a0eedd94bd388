-- cells: order_without_visit
-- Services done on another's order or referral (a day with a member), and those before which the
-- member had no service by the orderer in 90 days. Orderers that are no provider of these claims are
-- left out: their visits cannot be seen.
-- Strata: kind of service (laboratory, imaging, supply, other); parent: all.
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
)
SELECT
  s.provider_id AS provider_id,
  s.kind AS stratum,
  'orders' AS parent,
  s.half AS half,
  SUM(CASE WHEN b.visits IS NULL THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM service AS s
LEFT JOIN backed AS b
  ON s.provider_id = b.provider_id AND s.person_id = b.person_id AND s.service_day = b.service_day AND s.orderer = b.orderer
GROUP BY s.provider_id, s.kind, s.half
