-- cells: round_charge
-- Codes that a provider charges 50 dollars a unit or more for, and those whose charge is a whole
-- multiple of ten dollars. A list price repeats on every line, so the unit is the code: its mean
-- charge per unit over all lines, which is round where every charge is. This reads merged grains;
-- the halves are codes with an odd and an even last character.
-- Strata: size of the charge (below 100, below 500, 500 dollars and more); parent: all.
WITH price AS (
  SELECT provider_id, charge_cents, units_milli,
    CASE WHEN SUBSTR(hcpcs_code, 5, 1) IN ('1', '3', '5', '7', '9') THEN 1 ELSE 0 END AS half,
    CASE WHEN charge_cents < units_milli * 10 THEN 'below 100'
      WHEN charge_cents < units_milli * 50 THEN 'below 500' ELSE '500 and more' END AS size,
    CAST(TRUNC(CAST(charge_cents AS DOUBLE) / NULLIF(units_milli, 0)) AS BIGINT) AS tens
  FROM provider_code__lines
  WHERE units_milli >= 1000 AND charge_cents >= units_milli * 5
)
SELECT
  provider_id,
  size AS stratum,
  'codes' AS parent,
  half,
  SUM(CASE WHEN tens * units_milli = charge_cents THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM price
GROUP BY provider_id, size, half
