-- cells: paid_per_member
-- What a provider's services brought per member, on the log scale.
-- Strata: condition tier by age band.
WITH panel AS (
  SELECT provider_id, person_id, member_half, SUM(amount_cents) AS cents
  FROM line
  WHERE active AND amount_cents > 0
  GROUP BY provider_id, person_id, member_half
),
logs AS (
  SELECT
    p.provider_id AS provider_id,
    p.member_half AS half,
    m.condition_tier AS condition_tier,
    m.age_band AS age_band,
    CAST(ROUND(LN(CAST(p.cents AS DOUBLE)) * 65536) AS BIGINT) AS log_cents
  FROM panel AS p
  INNER JOIN member AS m ON p.person_id = m.person_id
)
SELECT
  provider_id,
  CONCAT(CAST(condition_tier AS VARCHAR), '/', age_band) AS stratum,
  CAST(condition_tier AS VARCHAR) AS parent,
  half,
  SUM(log_cents) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_cents * log_cents) AS square
FROM logs
GROUP BY provider_id, condition_tier, age_band, half
