-- reason: neither procedure nor revenue code on the line
-- request: the procedure or revenue code of the service
-- required columns: hcpcs_code
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND hcpcs_code IS NULL AND revenue_center_code IS NULL AND drg_code IS NULL
