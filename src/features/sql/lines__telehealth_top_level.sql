-- lines: telehealth_top_level
-- The telehealth lines at a family's top level. Their price gap is what the line brought above the
-- provider's own mean amount one level below; where it bills none of these, above all providers'.
WITH top AS (
  SELECT family, MAX(level) AS level
  FROM em_family
  GROUP BY family
),
next AS (
  SELECT p.provider_id AS provider_id, f.family AS family, SUM(p.amount_cents) AS cents, SUM(p.line_count) AS line_count
  FROM provider_code AS p
  INNER JOIN em_family AS f ON p.hcpcs_code = f.hcpcs_code
  INNER JOIN top AS t ON f.family = t.family
  WHERE f.level = t.level - 1
  GROUP BY p.provider_id, f.family
),
everyone AS (
  SELECT family, SUM(cents) AS cents, SUM(line_count) AS line_count
  FROM next
  GROUP BY family
),
high AS (
  SELECT
    l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
    l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
    l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
    l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
    l.amount_cents AS amount_cents, f.family AS family
  FROM line AS l
  INNER JOIN wanted AS w ON l.provider_id = w.provider_id
  INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
  INNER JOIN top AS t ON f.family = t.family
  WHERE l.active AND f.level = t.level
    AND (f.setting = 'telehealth' OR l.place_of_service_code IN ('02', '10')
      OR REGEXP_LIKE(CONCAT(' ', l.modifiers, ' '), ' (93|95|GT|GQ) '))
    AND l.service_day >= COALESCE(f.effective_from_day, l.service_day)
    AND l.service_day <= COALESCE(f.effective_to_day, l.service_day)
)
SELECT
  h.provider_id AS provider_id, h.data_source AS data_source, h.claim_id AS claim_id,
  h.claim_line_number AS claim_line_number, h.person_id AS person_id, h.service_date AS service_date,
  h.hcpcs_code AS hcpcs_code, h.modifiers AS modifiers, h.drg_code AS drg_code, h.units_milli AS units_milli,
  h.paid_cents AS paid_cents, h.allowed_cents AS allowed_cents, h.amount_basis AS amount_basis,
  h.amount_cents - COALESCE(
    CAST(ROUND(CAST(n.cents AS DOUBLE) / NULLIF(n.line_count, 0)) AS BIGINT),
    CAST(ROUND(CAST(e.cents AS DOUBLE) / NULLIF(e.line_count, 0)) AS BIGINT),
    0
  ) AS gap_cents,
  CONCAT('telehealth, top level of ', h.family) AS note
FROM high AS h
LEFT JOIN next AS n ON h.provider_id = n.provider_id AND h.family = n.family
LEFT JOIN everyone AS e ON h.family = e.family
