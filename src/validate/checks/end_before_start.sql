-- reason: the service ends before it starts
-- request: the right dates of service
-- required columns: service_date
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND (service_end_day < service_day OR claim_end_day < claim_start_day)
