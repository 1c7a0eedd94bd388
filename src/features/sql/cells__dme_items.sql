-- cells: dme_items
-- Items (lines) per member and kind of supply (equipment, supplies, orthotics and so on), on the log
-- scale. Strata: kind by condition tier, so that a rental month and a brace are not compared.
WITH items AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.member_half AS half, r.kind AS kind,
    COUNT(*) AS item_count
  FROM line AS l
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.category = 'equipment'
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
  GROUP BY l.provider_id, l.person_id, l.member_half, r.kind
),
logs AS (
  SELECT
    i.provider_id AS provider_id,
    i.half AS half,
    i.kind AS kind,
    m.condition_tier AS condition_tier,
    CAST(ROUND(LN(CAST(i.item_count AS DOUBLE)) * 65536) AS BIGINT) AS log_items
  FROM items AS i
  INNER JOIN member AS m ON i.person_id = m.person_id
)
SELECT
  provider_id,
  CONCAT(kind, '/', CAST(condition_tier AS VARCHAR)) AS stratum,
  kind AS parent,
  half,
  SUM(log_items) AS numerator,
  COUNT(*) AS denominator,
  SUM(log_items * log_items) AS square
FROM logs
GROUP BY provider_id, kind, condition_tier, half
