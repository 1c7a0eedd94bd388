-- lines: bypassed_pair
-- Components of an NCCI code pair paid beside their comprehensive code by way of modifier 59, XE,
-- XS, XP or XU on either; the price gap is the whole amount, since without it nothing is paid.
WITH billed AS (
  SELECT person_id, provider_id, service_day, hcpcs_code, member_half AS half,
    MAX(CASE WHEN REGEXP_LIKE(CONCAT(' ', modifiers, ' '), ' (59|XE|XP|XS|XU) ') THEN 1 ELSE 0 END) AS apart
  FROM line
  WHERE active AND claim_type = 'professional' AND hcpcs_code IS NOT NULL AND service_end_day = service_day
  GROUP BY person_id, provider_id, service_day, hcpcs_code, member_half
),
code AS (
  SELECT hcpcs_code, COUNT(*) AS day_count
  FROM billed
  GROUP BY hcpcs_code
),
pair AS (
  SELECT p.column_1_code AS column_1_code, p.column_2_code AS column_2_code,
    p.effective_from_day AS effective_from_day, p.effective_to_day AS effective_to_day
  FROM ncci_ptp AS p
  INNER JOIN code AS one ON p.column_1_code = one.hcpcs_code
  INNER JOIN code AS two ON p.column_2_code = two.hcpcs_code
  WHERE p.setting = 'practitioner' AND p.modifier_indicator = 1
),
component AS (
  SELECT column_2_code, COUNT(*) AS pair_count
  FROM pair
  GROUP BY column_2_code
),
part AS (
  SELECT b.person_id AS person_id, b.provider_id AS provider_id, b.service_day AS service_day,
    b.hcpcs_code AS hcpcs_code, b.half AS half, b.apart AS apart
  FROM billed AS b
  INNER JOIN component AS c ON b.hcpcs_code = c.column_2_code
),
beside AS (
  SELECT t.person_id AS person_id, t.provider_id AS provider_id, t.service_day AS service_day,
    t.hcpcs_code AS hcpcs_code, t.half AS half, o.hcpcs_code AS column_1_code,
    CASE WHEN t.apart + o.apart > 0 THEN 1 ELSE 0 END AS apart
  FROM part AS t
  INNER JOIN billed AS o
    ON t.person_id = o.person_id AND t.provider_id = o.provider_id AND t.service_day = o.service_day
  WHERE t.hcpcs_code <> o.hcpcs_code
),
bypass AS (
  SELECT b.person_id AS person_id, b.provider_id AS provider_id, b.service_day AS service_day,
    b.hcpcs_code AS hcpcs_code, b.half AS half, MAX(b.apart) AS apart
  FROM beside AS b
  INNER JOIN pair AS p ON b.column_1_code = p.column_1_code AND b.hcpcs_code = p.column_2_code
  WHERE b.service_day >= p.effective_from_day
    AND b.service_day <= COALESCE(p.effective_to_day, b.service_day)
  GROUP BY b.person_id, b.provider_id, b.service_day, b.hcpcs_code, b.half
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'component of a code pair, marked as distinct' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN bypass AS b
  ON l.person_id = b.person_id AND l.provider_id = b.provider_id AND l.service_day = b.service_day
  AND l.hcpcs_code = b.hcpcs_code
WHERE l.active AND l.claim_type = 'professional' AND l.amount_cents > 0 AND b.apart = 1
