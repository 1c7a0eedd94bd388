-- reason: dated more than a year after the last day of the claims
-- request: the right date of service
-- required columns: claim_id
-- A run may be told an earlier as-of day, so a later line alone is no fault.
SELECT l.data_source AS data_source, l.claim_id AS claim_id, l.claim_line_number AS claim_line_number
FROM line AS l
CROSS JOIN run AS r
WHERE l.active AND l.service_day > r.as_of_day + 366
