-- reason: the service is dated before the member's birth
-- request: the right date of service, or the right member
-- required columns: member.birth_date
SELECT l.data_source AS data_source, l.claim_id AS claim_id, l.claim_line_number AS claim_line_number
FROM line AS l
INNER JOIN member AS m ON l.person_id = m.person_id
WHERE l.active AND l.service_day < m.birth_day
