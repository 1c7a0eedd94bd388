-- grain: orderer_supplier
-- key: orderer_id, provider_id, kind, half
-- Orders (a member's day with a supplier) of services that one provider orders and another supplies,
-- and that federal law names for that reason (designated health services, 42 CFR 411.351):
-- laboratory, imaging, therapy, equipment and supplies, home health. Work inside hospitals and other
-- facilities is left out: there the place decides who does it.
WITH ordered AS (
  SELECT COALESCE(l.ordering_npi, l.referring_npi) AS orderer_id, l.provider_id AS provider_id, l.person_id AS person_id,
    l.service_day AS service_day, l.member_half AS half,
    CASE WHEN l.claim_type = 'institutional' THEN 'home health'
      WHEN SUBSTR(l.hcpcs_code, 1, 1) = '8' THEN 'laboratory'
      WHEN SUBSTR(l.hcpcs_code, 1, 1) = '7' THEN 'imaging'
      WHEN SUBSTR(l.hcpcs_code, 1, 2) = '97' THEN 'therapy'
      ELSE 'supply' END AS kind
  FROM line AS l
  LEFT JOIN place_of_service AS p ON l.place_of_service_code = p.place_of_service_code
  WHERE l.active AND COALESCE(l.ordering_npi, l.referring_npi) <> l.provider_id
    AND ((l.claim_type = 'professional'
        AND REGEXP_LIKE(l.hcpcs_code, '^([78][0-9]{4}|97[0-9]{3}|[ABEKL][0-9]{4})$')
        AND COALESCE(p.setting, 'other') NOT IN ('inpatient', 'facility', 'emergency', 'ambulance'))
      OR (l.claim_type = 'institutional' AND SUBSTR(l.bill_type_code, 1, 2) IN ('32', '33', '34')))
),
one AS (
  SELECT orderer_id, provider_id, kind, half, person_id, service_day
  FROM ordered
  GROUP BY orderer_id, provider_id, kind, half, person_id, service_day
)
SELECT
  orderer_id,
  provider_id,
  kind,
  half,
  COUNT(*) AS order_count
FROM one
GROUP BY orderer_id, provider_id, kind, half
