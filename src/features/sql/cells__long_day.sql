-- cells: long_day
-- Days with a time-defined code, and those whose codes state more than 16 hours (960 minutes) by one
-- person. Organisations are left out: many people bill under their number. A day has members of all
-- buckets, so this reads the merged days; the halves are odd and even days.
-- Strata: none.
WITH organisation AS (
  SELECT provider_id
  FROM provider
  WHERE entity_type_code = '2'
),
day AS (
  SELECT d.provider_id AS provider_id, d.minutes AS minutes,
    d.service_day - 2 * CAST(TRUNC(CAST(d.service_day AS DOUBLE) / 2) AS BIGINT) AS half
  FROM provider_day__minutes AS d
  LEFT ANTI JOIN organisation AS o ON d.provider_id = o.provider_id
)
SELECT
  provider_id,
  'day' AS stratum,
  'day' AS parent,
  half,
  SUM(CASE WHEN minutes > 960 THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM day
GROUP BY provider_id, half
