-- cells: dme_items
-- How often a member got the same item (lines of one code), on the log scale. Strata: code, since a
-- rental is billed monthly and a brace once; parent: kind of equipment or supply.
WITH items AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.member_half AS half, r.kind AS kind,
    l.hcpcs_code AS hcpcs_code, COUNT(*) AS item_count
  FROM line AS l
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.category = 'equipment'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
  GROUP BY l.provider_id, l.person_id, l.member_half, r.kind, l.hcpcs_code
),
logs AS (
  SELECT provider_id, half, kind, hcpcs_code,
    CAST(ROUND(LN(CAST(item_count AS DOUBLE)) * 65536) AS BIGINT) AS log_items
  FROM items
)
SELECT
  provider_id,
  hcpcs_code AS stratum,
  kind AS parent,
  half,
  SUM(log_items) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_items * log_items) AS square
FROM logs
GROUP BY provider_id, kind, hcpcs_code, half
