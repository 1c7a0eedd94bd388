-- cells: foreign_service
-- Members of a provider that declares a specialty, and those of them who received a service foreign
-- to it: one that its other providers hardly give and that belongs to another group's practice. The
-- table foreign_code (peers/behaviour/foreign.rs) says which; it is made from the grain provider by
-- code. Counted are members, since one visit brings several such services.
-- One stratum: what is foreign is told apart by specialty already.
WITH panel AS (
  SELECT
    l.provider_id AS provider_id,
    l.person_id AS person_id,
    l.member_half AS member_half,
    MAX(CASE WHEN f.hcpcs_code IS NULL THEN 0 ELSE 1 END) AS is_foreign
  FROM line AS l
  INNER JOIN provider AS p ON l.provider_id = p.provider_id
  LEFT JOIN foreign_code AS f ON l.provider_id = f.provider_id AND l.hcpcs_code = f.hcpcs_code
  WHERE l.active AND l.hcpcs_code IS NOT NULL
    AND (p.taxonomy_code IS NOT NULL OR p.specialty IS NOT NULL)
  GROUP BY l.provider_id, l.person_id, l.member_half
)
SELECT
  provider_id,
  'all' AS stratum,
  'all' AS parent,
  member_half AS half,
  SUM(is_foreign) AS numerator,
  COUNT(*) AS denominator
FROM panel
GROUP BY provider_id, member_half
