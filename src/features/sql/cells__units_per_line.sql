-- cells: units_per_line
-- Units on a line, on the log scale, against the same code's lines of the peers. Codes that nobody
-- bills with more than one unit are left out afterwards, when all buckets are known.
-- Strata: procedure code; parent: the code's first three characters.
WITH logs AS (
  SELECT
    provider_id,
    member_half AS half,
    hcpcs_code,
    CAST(ROUND(LN(CAST(units_milli AS DOUBLE) / NULLIF(1000.0, 0)) * 65536) AS BIGINT) AS log_units
  FROM line
  WHERE active AND hcpcs_code IS NOT NULL AND units_milli >= 1000
)
SELECT
  provider_id,
  hcpcs_code AS stratum,
  SUBSTR(hcpcs_code, 1, 3) AS parent,
  half,
  SUM(log_units) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_units * log_units) AS square
FROM logs
GROUP BY provider_id, hcpcs_code, half
