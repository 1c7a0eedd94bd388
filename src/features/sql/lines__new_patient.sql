-- lines: new_patient
-- New-patient lines of members whom the same provider has seen within three years. Their price gap
-- is what the line brought above the provider's own mean amount for the established patient's code
-- of like level; where it bills none of these, above all providers'.
WITH seen AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.service_day AS service_day
  FROM line AS l
  INNER JOIN place_of_service AS s ON l.place_of_service_code = s.place_of_service_code
  WHERE l.active AND l.claim_type = 'professional' AND l.hcpcs_code IS NOT NULL
    AND (s.face_to_face = 1 OR s.setting = 'telehealth')
    AND NOT REGEXP_LIKE(CONCAT(' ', l.modifiers, ' '), ' (26|TC) ')
  GROUP BY l.provider_id, l.person_id, l.service_day
),
day AS (
  SELECT provider_id, person_id, service_day,
    LAG(service_day) OVER (PARTITION BY provider_id, person_id ORDER BY service_day NULLS FIRST) AS day_before
  FROM seen
),
known AS (
  SELECT provider_id, person_id, service_day
  FROM day
  WHERE day_before IS NOT NULL AND service_day - day_before <= 1095
),
billed AS (
  SELECT p.provider_id AS provider_id, REPLACE(f.family, '_established', '') AS kind, f.level AS level,
    p.amount_cents AS amount_cents, p.line_count AS line_count
  FROM provider_code AS p
  INNER JOIN em_family AS f ON p.hcpcs_code = f.hcpcs_code
  WHERE ENDS_WITH(f.family, '_established')
),
established AS (
  SELECT provider_id, kind, level, SUM(amount_cents) AS cents, SUM(line_count) AS line_count
  FROM billed
  GROUP BY provider_id, kind, level
),
everyone AS (
  SELECT kind, level, SUM(cents) AS cents, SUM(line_count) AS line_count
  FROM established
  GROUP BY kind, level
),
high AS (
  SELECT
    l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
    l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
    l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
    l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
    l.amount_cents AS amount_cents, REPLACE(f.family, '_new', '') AS kind, f.level AS level
  FROM line AS l
  INNER JOIN wanted AS w ON l.provider_id = w.provider_id
  INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
  INNER JOIN known AS k ON l.provider_id = k.provider_id AND l.person_id = k.person_id AND l.service_day = k.service_day
  WHERE l.active AND f.new_patient = 1
    AND l.service_day >= COALESCE(f.effective_from_day, l.service_day)
    AND l.service_day <= COALESCE(f.effective_to_day, l.service_day)
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
  'billed as new, seen within three years' AS note
FROM high AS h
LEFT JOIN established AS o ON h.provider_id = o.provider_id AND h.kind = o.kind AND h.level = o.level
LEFT JOIN everyone AS e ON h.kind = e.kind AND h.level = e.level
