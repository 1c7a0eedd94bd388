-- grain: provider
-- key: provider_id
-- The panel: members and visits (days with a member), members by condition tier.
WITH visit AS (
  SELECT provider_id, person_id, service_day
  FROM line
  WHERE active
  GROUP BY provider_id, person_id, service_day
),
panel AS (
  SELECT provider_id, person_id, COUNT(*) AS visits
  FROM visit
  GROUP BY provider_id, person_id
)
SELECT
  p.provider_id AS provider_id,
  COUNT(*) AS member_count,
  SUM(p.visits) AS visit_count,
  SUM(CASE WHEN m.condition_tier = 0 THEN 1 ELSE 0 END) AS tier0_members,
  SUM(CASE WHEN m.condition_tier = 1 THEN 1 ELSE 0 END) AS tier1_members,
  SUM(CASE WHEN m.condition_tier = 2 THEN 1 ELSE 0 END) AS tier2_members,
  SUM(CASE WHEN m.condition_tier = 3 THEN 1 ELSE 0 END) AS tier3_members
FROM panel AS p
INNER JOIN member AS m ON p.person_id = m.person_id
GROUP BY p.provider_id
