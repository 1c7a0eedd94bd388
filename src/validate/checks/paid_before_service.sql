-- reason: paid before the service was given
-- request: the right date of service
-- required columns: paid_day
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND paid_day < service_day
