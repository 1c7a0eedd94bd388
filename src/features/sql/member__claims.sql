-- grain: member
-- key: person_id
WITH claim AS (
  SELECT person_id, data_source, claim_id
  FROM line
  WHERE active
  GROUP BY person_id, data_source, claim_id
)
SELECT person_id, COUNT(*) AS claim_count
FROM claim
GROUP BY person_id
