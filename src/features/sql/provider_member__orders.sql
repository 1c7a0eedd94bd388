-- grain: provider_member
-- key: provider_id, person_id, orderer_id
-- Who ordered or referred a member's services at a provider, where the orderer has seen the member,
-- anywhere: such an order explains that the two share the member.
WITH seen AS (
  SELECT person_id, provider_id AS orderer_id
  FROM line
  WHERE active
  GROUP BY person_id, provider_id
  UNION ALL
  SELECT person_id, rendering_npi AS orderer_id
  FROM line
  WHERE active AND rendering_npi <> provider_id
  GROUP BY person_id, rendering_npi
),
visited AS (
  SELECT person_id, orderer_id, COUNT(*) AS roles
  FROM seen
  GROUP BY person_id, orderer_id
),
named AS (
  SELECT provider_id, person_id, ordering_npi AS orderer_id
  FROM line
  WHERE active AND ordering_npi <> provider_id
  UNION ALL
  SELECT provider_id, person_id, referring_npi AS orderer_id
  FROM line
  WHERE active AND referring_npi <> provider_id
)
SELECT
  n.provider_id AS provider_id,
  n.person_id AS person_id,
  n.orderer_id AS orderer_id,
  COUNT(*) AS name_count
FROM named AS n
INNER JOIN visited AS v ON n.person_id = v.person_id AND n.orderer_id = v.orderer_id
GROUP BY n.provider_id, n.person_id, n.orderer_id
