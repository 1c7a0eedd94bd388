-- reason: the eligibility data do not know the member
-- request: the member's identifier and coverage on the day of service
-- required columns: enrollment
SELECT l.data_source AS data_source, l.claim_id AS claim_id, l.claim_line_number AS claim_line_number
FROM line AS l
LEFT JOIN (SELECT person_id, COUNT(*) AS span_count FROM enrollment GROUP BY person_id) AS e
  ON l.person_id = e.person_id
WHERE l.active AND e.span_count IS NULL
