-- cells: ambulance_miles
-- Miles per transport, on the log scale; a transport has one mileage line. Strata: mileage code by
-- the first modifier where it names origin and destination (one letter each, Medicare Claims
-- Processing Manual ch. 15 s. 30: residence R, hospital H, nursing facility N and so on), since what
-- lies between two hospitals is farther than what lies between a home and the nearest one.
WITH miles AS (
  SELECT
    l.provider_id AS provider_id,
    l.member_half AS half,
    l.hcpcs_code AS hcpcs_code,
    CASE WHEN SUBSTR(l.modifiers, 1, 1) IN ('D', 'E', 'G', 'H', 'I', 'J', 'N', 'P', 'R', 'S', 'X')
        AND SUBSTR(l.modifiers, 2, 1) IN ('D', 'E', 'G', 'H', 'I', 'J', 'N', 'P', 'R', 'S', 'X')
      THEN SUBSTR(l.modifiers, 1, 2) ELSE 'unstated' END AS route,
    CAST(ROUND(LN(CAST(l.units_milli AS DOUBLE) / NULLIF(1000.0, 0)) * 65536) AS BIGINT) AS log_miles
  FROM line AS l
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.category = 'ambulance_mileage'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code AND l.units_milli > 0
)
SELECT
  provider_id,
  CONCAT(hcpcs_code, '/', route) AS stratum,
  hcpcs_code AS parent,
  half,
  SUM(log_miles) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_miles * log_miles) AS square
FROM miles
GROUP BY provider_id, hcpcs_code, route, half
