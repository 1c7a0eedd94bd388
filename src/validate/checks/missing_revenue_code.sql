-- reason: no revenue code on an institutional line
-- request: the revenue code of the service
-- required columns: revenue_center_code
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND claim_type = 'institutional' AND revenue_center_code IS NULL
