-- lines: ambulance_level
-- Ground transports at a level of advanced life support. Their price gap is what the line brought
-- above the provider's own mean amount at the basic level of the same urgency; where it bills none
-- of these, above all providers'.
WITH low AS (
  SELECT p.provider_id AS provider_id, r.kind AS kind, SUM(p.amount_cents) AS cents, SUM(p.line_count) AS line_count
  FROM provider_code AS p
  INNER JOIN hcpcs_range AS r ON SUBSTR(p.hcpcs_code, 1, 1) = r.initial
  WHERE r.category = 'ambulance_transport' AND r.kind IN ('emergency_basic', 'scheduled_basic')
    AND p.hcpcs_code >= r.first_code AND p.hcpcs_code <= r.last_code
  GROUP BY p.provider_id, r.kind
),
everyone AS (
  SELECT kind, SUM(cents) AS cents, SUM(line_count) AS line_count
  FROM low
  GROUP BY kind
),
high AS (
  SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
    l.amount_cents AS amount_cents,
    CASE WHEN r.kind = 'emergency_advanced' THEN 'emergency_basic' ELSE 'scheduled_basic' END AS lower_kind
  FROM line AS l
  INNER JOIN wanted AS w ON l.provider_id = w.provider_id
  INNER JOIN hcpcs_range AS r ON SUBSTR(l.hcpcs_code, 1, 1) = r.initial
  WHERE l.active AND r.kind IN ('emergency_advanced', 'scheduled_advanced')
    AND l.hcpcs_code >= r.first_code AND l.hcpcs_code <= r.last_code
)
SELECT
  h.provider_id AS provider_id, h.data_source AS data_source, h.claim_id AS claim_id,
  h.claim_line_number AS claim_line_number, h.person_id AS person_id, h.service_date AS service_date,
  h.hcpcs_code AS hcpcs_code, h.modifiers AS modifiers, h.drg_code AS drg_code, h.units_milli AS units_milli,
  h.paid_cents AS paid_cents, h.allowed_cents AS allowed_cents, h.amount_basis AS amount_basis,
  h.amount_cents - COALESCE(
    CAST(ROUND(CAST(o.cents AS DOUBLE) / NULLIF(o.line_count, 0)) AS BIGINT),
    CAST(ROUND(CAST(e.cents AS DOUBLE) / NULLIF(e.line_count, 0)) AS BIGINT),
    0
  ) AS gap_cents,
  'advanced level of transport' AS note
FROM high AS h
LEFT JOIN low AS o ON h.provider_id = o.provider_id AND h.lower_kind = o.kind
LEFT JOIN everyone AS e ON h.lower_kind = e.kind
