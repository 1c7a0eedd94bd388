-- grain: provider_biller
-- key: provider_id, biller
-- Under whose tax number, or where there is none under whose billing number, a provider's lines are
-- billed: providers of one biller are colleagues of one organisation.
WITH billed AS (
  SELECT provider_id, COALESCE(billing_tin, billing_npi) AS biller
  FROM line
  WHERE active AND COALESCE(billing_tin, billing_npi) IS NOT NULL
)
SELECT
  provider_id,
  biller,
  COUNT(*) AS line_count
FROM billed
GROUP BY provider_id, biller
