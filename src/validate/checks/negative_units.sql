-- reason: negative units on a line that is not a reversal
-- request: the units of service
-- required columns: units_milli
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND units_milli < 0
