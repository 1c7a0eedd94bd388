-- cells: bypassed_pair
-- Components of a code pair of the NCCI (practitioner table, indicator 1, in force on the day)
-- billed by one provider on a day with a member, and those with modifier 59, XE, XS, XP or XU on
-- either code. Unit: a member's day with a component. Strata: section of the component's code;
-- parent: all.
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
),
counted AS (
  SELECT provider_id, SUBSTR(hcpcs_code, 1, 2) AS section, half, apart
  FROM bypass
)
SELECT
  provider_id,
  section AS stratum,
  'pair' AS parent,
  half,
  SUM(apart) AS numerator,
  COUNT(*) AS denominator
FROM counted
GROUP BY provider_id, section, half
