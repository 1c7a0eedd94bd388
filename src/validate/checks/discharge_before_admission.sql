-- reason: discharge before admission
-- request: the right admission and discharge dates
-- required columns: admission_day
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND discharge_day < admission_day
