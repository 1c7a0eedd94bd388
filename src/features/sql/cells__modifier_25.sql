-- cells: modifier_25
-- Evaluation and management visits on a day with a procedure (surgery section, injection, infusion)
-- by the same provider, and those billed apart with modifier 25. Unit: a day with a member.
-- Drawing blood (36415, 36416) is no procedure: no one bills the visit beside it apart (Medicare
-- Claims Processing Manual, chapter 16, section 60.1, pays it as specimen collection).
-- Strata: family by section of the procedure's code; parent: family.
WITH procedure AS (
  SELECT provider_id, person_id, service_day, MIN(SUBSTR(hcpcs_code, 1, 2)) AS section
  FROM line
  WHERE active AND claim_type = 'professional' AND hcpcs_code IS NOT NULL AND hcpcs_code NOT IN ('36415', '36416')
    AND REGEXP_LIKE(hcpcs_code, '^([1-6][0-9]{4}|96[345][0-9]{2})$')
  GROUP BY provider_id, person_id, service_day
),
visit AS (
  SELECT l.provider_id AS provider_id, l.person_id AS person_id, l.service_day AS service_day, l.member_half AS half,
    MIN(f.family) AS family,
    MAX(CASE WHEN CONCAT(' ', l.modifiers, ' ') LIKE '% 25 %' THEN 1 ELSE 0 END) AS apart
  FROM line AS l
  INNER JOIN em_family AS f ON l.hcpcs_code = f.hcpcs_code
  WHERE l.active AND l.claim_type = 'professional'
  GROUP BY l.provider_id, l.person_id, l.service_day, l.member_half
)
SELECT
  v.provider_id AS provider_id,
  CONCAT(v.family, '/', p.section) AS stratum,
  v.family AS parent,
  v.half AS half,
  SUM(v.apart) AS numerator,
  COUNT(*) AS denominator
FROM visit AS v
INNER JOIN procedure AS p ON v.provider_id = p.provider_id AND v.person_id = p.person_id AND v.service_day = p.service_day
GROUP BY v.provider_id, v.family, p.section, v.half
