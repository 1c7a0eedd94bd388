-- grain: provider
-- key: provider_id
-- A claim belongs to one member, so claims of different buckets are different claims.
WITH claim AS (
  SELECT provider_id, data_source, claim_id
  FROM line
  WHERE active
  GROUP BY provider_id, data_source, claim_id
)
SELECT provider_id, COUNT(*) AS claim_count
FROM claim
GROUP BY provider_id
