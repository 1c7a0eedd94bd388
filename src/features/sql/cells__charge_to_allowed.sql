-- cells: charge_to_allowed
-- Charge over allowed amount, on the log scale, against the same code's lines of the peers.
-- Strata: code by payer; parent: code.
WITH priced AS (
  SELECT provider_id, member_half AS half, hcpcs_code, COALESCE(payer, '') AS payer,
    CAST(ROUND(LN(CAST(charge_cents AS DOUBLE) / NULLIF(allowed_cents, 0)) * 65536) AS BIGINT) AS log_ratio
  FROM line
  WHERE active AND claim_type = 'professional' AND hcpcs_code IS NOT NULL AND charge_cents > 0 AND allowed_cents > 0
    AND amount_level = 'line'
)
SELECT
  provider_id,
  CONCAT(hcpcs_code, '/', payer) AS stratum,
  hcpcs_code AS parent,
  half,
  SUM(log_ratio) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_ratio * log_ratio) AS square
FROM priced
GROUP BY provider_id, hcpcs_code, payer, half
