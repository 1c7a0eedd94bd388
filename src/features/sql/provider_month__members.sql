-- grain: provider_month
-- key: provider_id, service_month
WITH claim AS (
  SELECT provider_id, service_month, person_id, data_source, claim_id
  FROM line
  WHERE active
  GROUP BY provider_id, service_month, person_id, data_source, claim_id
),
panel AS (
  SELECT provider_id, service_month, person_id, COUNT(*) AS claims
  FROM claim
  GROUP BY provider_id, service_month, person_id
)
SELECT
  provider_id,
  service_month,
  SUM(claims) AS claim_count,
  COUNT(*) AS member_count
FROM panel
GROUP BY provider_id, service_month
