-- cells: captured_orders
-- Orders of a kind, and those that went to the supplier which the orderer's other half of members
-- went to most: chosen by one half and counted in the other, a favourite has no advantage of having
-- been chosen. Colleagues who bill under one number are one organisation, and left out. What volume
-- predicts is the supplier's share of all other orderers' orders of the kind in the same area (first
-- three digits of the orderer's ZIP code, else its state): of the only supplier, everything.
-- Strata: kind by predicted share; parent: predicted share.
WITH own AS (
  SELECT g.orderer_id AS orderer_id, g.provider_id AS provider_id
  FROM orderer_supplier__orders AS g
  INNER JOIN provider_biller__lines AS a ON g.orderer_id = a.provider_id
  INNER JOIN provider_biller__lines AS b ON g.provider_id = b.provider_id AND a.biller = b.biller
  GROUP BY g.orderer_id, g.provider_id
),
apart AS (
  SELECT g.orderer_id AS orderer_id, g.provider_id AS supplier_id, g.kind AS kind, g.half AS half, g.order_count AS orders
  FROM orderer_supplier__orders AS g
  LEFT ANTI JOIN own AS o ON g.orderer_id = o.orderer_id AND g.provider_id = o.provider_id
),
placed AS (
  SELECT a.orderer_id AS orderer_id, a.supplier_id AS supplier_id, a.kind AS kind, a.half AS half, a.orders AS orders,
    COALESCE(SUBSTR(p.zip_code, 1, 3), p.state) AS area
  FROM apart AS a
  INNER JOIN provider AS p ON a.orderer_id = p.provider_id
  WHERE COALESCE(p.zip_code, p.state) IS NOT NULL
),
pair AS (
  SELECT orderer_id, area, kind, supplier_id, SUM(orders) AS orders
  FROM placed
  GROUP BY orderer_id, area, kind, supplier_id
),
orderer AS (
  SELECT orderer_id, kind, SUM(orders) AS orders
  FROM pair
  GROUP BY orderer_id, kind
),
supplier AS (
  SELECT area, kind, supplier_id, SUM(orders) AS orders
  FROM pair
  GROUP BY area, kind, supplier_id
),
everyone AS (
  SELECT area, kind, SUM(orders) AS orders
  FROM pair
  GROUP BY area, kind
),
predicted AS (
  SELECT x.orderer_id AS orderer_id, x.kind AS kind, x.supplier_id AS supplier_id,
    CAST(TRUNC(CAST((s.orders - x.orders) * 1000 AS DOUBLE) / NULLIF(e.orders - o.orders, 0)) AS BIGINT) AS permille
  FROM pair AS x
  INNER JOIN orderer AS o ON x.orderer_id = o.orderer_id AND x.kind = o.kind
  INNER JOIN supplier AS s ON x.area = s.area AND x.kind = s.kind AND x.supplier_id = s.supplier_id
  INNER JOIN everyone AS e ON x.area = e.area AND x.kind = e.kind
  WHERE e.orders > o.orders
),
ranked AS (
  SELECT orderer_id, kind, 1 - half AS other_half, supplier_id,
    ROW_NUMBER() OVER (PARTITION BY orderer_id, kind, half ORDER BY 0 - orders NULLS FIRST, supplier_id NULLS FIRST) AS place
  FROM placed
),
favourite AS (
  SELECT orderer_id, kind, other_half AS half, supplier_id
  FROM ranked
  WHERE place = 1
),
counted AS (
  SELECT f.orderer_id AS orderer_id, f.kind AS kind, f.half AS half, f.supplier_id AS supplier_id,
    SUM(CASE WHEN x.supplier_id = f.supplier_id THEN x.orders ELSE 0 END) AS numerator,
    SUM(x.orders) AS denominator
  FROM favourite AS f
  INNER JOIN placed AS x ON f.orderer_id = x.orderer_id AND f.kind = x.kind AND f.half = x.half
  GROUP BY f.orderer_id, f.kind, f.half, f.supplier_id
),
banded AS (
  SELECT c.orderer_id AS orderer_id, c.kind AS kind, c.half AS half, c.numerator AS numerator, c.denominator AS denominator,
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
  INNER JOIN predicted AS p ON c.orderer_id = p.orderer_id AND c.kind = p.kind AND c.supplier_id = p.supplier_id
)
SELECT
  orderer_id AS provider_id,
  CONCAT(kind, '/', band) AS stratum,
  band AS parent,
  half,
  SUM(numerator) AS numerator,
  SUM(denominator) AS denominator
FROM banded
GROUP BY orderer_id, kind, band, half
