-- cells: dme_braces
-- Members with a brace (HCPCS orthotics), and those among them with two or more different ones. The
-- same brace for the left and the right is one. Strata: condition tier by age band.
WITH brace AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.member_half AS half, l.hcpcs_code AS hcpcs_code
  FROM line AS l
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.category = 'equipment'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code AND r.kind = 'orthotics'
  GROUP BY l.provider_id, l.person_id, l.member_half, l.hcpcs_code
),
worn AS (
  SELECT provider_id, person_id, half, COUNT(*) AS braces
  FROM brace
  GROUP BY provider_id, person_id, half
)
SELECT
  b.provider_id AS provider_id,
  CONCAT(CAST(m.condition_tier AS VARCHAR), '/', m.age_band) AS stratum,
  CAST(m.condition_tier AS VARCHAR) AS parent,
  b.half AS half,
  SUM(CASE WHEN b.braces >= 2 THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM worn AS b
INNER JOIN member AS m ON b.person_id = m.person_id
GROUP BY b.provider_id, m.condition_tier, m.age_band, b.half
