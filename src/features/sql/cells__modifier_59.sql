-- cells: modifier_59
-- Days with a member on which a provider billed two or more procedures (surgery and medicine
-- sections), and those with one of them marked as distinct (modifier 59, XE, XS, XP, XU).
-- Strata: procedures on the day (2, 3, 4 and more) by section of the first code, since some sections
-- are made of pairs; parent: procedures on the day.
WITH visit AS (
  SELECT provider_id, person_id, service_day, member_half AS half, COUNT(*) AS procedures,
    MIN(SUBSTR(hcpcs_code, 1, 2)) AS section,
    MAX(CASE WHEN REGEXP_LIKE(CONCAT(' ', modifiers, ' '), ' (59|XE|XS|XP|XU) ') THEN 1 ELSE 0 END) AS distinct_service
  FROM line
  WHERE active AND claim_type = 'professional' AND hcpcs_code IS NOT NULL AND REGEXP_LIKE(hcpcs_code, '^([1-6][0-9]{4}|9[0-7][0-9]{3})$')
  GROUP BY provider_id, person_id, service_day, member_half
),
several AS (
  SELECT provider_id, half, section, distinct_service,
    CASE WHEN procedures > 4 THEN 4 ELSE procedures END AS procedures
  FROM visit
  WHERE procedures > 1
)
SELECT
  provider_id,
  CONCAT(CAST(procedures AS VARCHAR), '/', section) AS stratum,
  CAST(procedures AS VARCHAR) AS parent,
  half,
  SUM(distinct_service) AS numerator,
  COUNT(*) AS denominator
FROM several
GROUP BY provider_id, procedures, section, half
