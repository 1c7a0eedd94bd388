-- cells: order_source
-- Orders that a supplier filled, and those that came from the orderer which its other half of members
-- came from most: the twin of captured_orders, seen from the supplier. What volume predicts is the
-- orderer's share of all other suppliers' orders of the kind in the same area (first three digits of
-- the supplier's ZIP code, else its state).
-- Strata: kind by predicted share; parent: predicted share.
WITH own AS (
  SELECT g.orderer_id AS orderer_id, g.provider_id AS provider_id
  FROM orderer_supplier__orders AS g
  INNER JOIN provider_biller__lines AS a ON g.orderer_id = a.provider_id
  INNER JOIN provider_biller__lines AS b ON g.provider_id = b.provider_id AND a.biller = b.biller
  GROUP BY g.orderer_id, g.provider_id
),
apart AS (
  SELECT g.orderer_id AS source_id, g.provider_id AS provider_id, g.kind AS kind, g.half AS half, g.order_count AS orders
  FROM orderer_supplier__orders AS g
  LEFT ANTI JOIN own AS o ON g.orderer_id = o.orderer_id AND g.provider_id = o.provider_id
),
placed AS (
  SELECT a.provider_id AS provider_id, a.source_id AS source_id, a.kind AS kind, a.half AS half, a.orders AS orders,
    COALESCE(SUBSTR(p.zip_code, 1, 3), p.state) AS area
  FROM apart AS a
  INNER JOIN provider AS p ON a.provider_id = p.provider_id
  WHERE COALESCE(p.zip_code, p.state) IS NOT NULL
),
pair AS (
  SELECT provider_id, area, kind, source_id, SUM(orders) AS orders
  FROM placed
  GROUP BY provider_id, area, kind, source_id
),
filler AS (
  SELECT provider_id, kind, SUM(orders) AS orders
  FROM pair
  GROUP BY provider_id, kind
),
source AS (
  SELECT area, kind, source_id, SUM(orders) AS orders
  FROM pair
  GROUP BY area, kind, source_id
),
everyone AS (
  SELECT area, kind, SUM(orders) AS orders
  FROM pair
  GROUP BY area, kind
),
predicted AS (
  SELECT x.provider_id AS provider_id, x.kind AS kind, x.source_id AS source_id,
    CAST(TRUNC(CAST((s.orders - x.orders) * 1000 AS DOUBLE) / NULLIF(e.orders - o.orders, 0)) AS BIGINT) AS permille
  FROM pair AS x
  INNER JOIN filler AS o ON x.provider_id = o.provider_id AND x.kind = o.kind
  INNER JOIN source AS s ON x.area = s.area AND x.kind = s.kind AND x.source_id = s.source_id
  INNER JOIN everyone AS e ON x.area = e.area AND x.kind = e.kind
  WHERE e.orders > o.orders
),
ranked AS (
  SELECT provider_id, kind, 1 - half AS other_half, source_id,
    ROW_NUMBER() OVER (PARTITION BY provider_id, kind, half ORDER BY 0 - orders NULLS FIRST, source_id NULLS FIRST) AS place
  FROM placed
),
favourite AS (
  SELECT provider_id, kind, other_half AS half, source_id
  FROM ranked
  WHERE place = 1
),
counted AS (
  SELECT f.provider_id AS provider_id, f.kind AS kind, f.half AS half, f.source_id AS source_id,
    SUM(CASE WHEN x.source_id = f.source_id THEN x.orders ELSE 0 END) AS numerator,
    SUM(x.orders) AS denominator
  FROM favourite AS f
  INNER JOIN placed AS x ON f.provider_id = x.provider_id AND f.kind = x.kind AND f.half = x.half
  GROUP BY f.provider_id, f.kind, f.half, f.source_id
),
banded AS (
  SELECT c.provider_id AS provider_id, c.kind AS kind, c.half AS half, c.numerator AS numerator, c.denominator AS denominator,
    CASE WHEN p.permille < 25 THEN 'below 2.5 %'
      WHEN p.permille < 50 THEN '2.5 to 5 %'
      WHEN p.permille < 100 THEN '5 to 10 %'
      WHEN p.permille < 200 THEN '10 to 20 %'
      WHEN p.permille < 350 THEN '20 to 35 %'
      WHEN p.permille < 500 THEN '35 to 50 %'
      WHEN p.permille < 700 THEN '50 to 70 %'
      WHEN p.permille < 900 THEN '70 to 90 %'
      ELSE '90 % or more' END AS band
  FROM counted AS c
  INNER JOIN predicted AS p ON c.provider_id = p.provider_id AND c.kind = p.kind AND c.source_id = p.source_id
)
SELECT
  provider_id,
  CONCAT(kind, '/', band) AS stratum,
  band AS parent,
  half,
  SUM(numerator) AS numerator,
  SUM(denominator) AS denominator
FROM banded
GROUP BY provider_id, kind, band, half
