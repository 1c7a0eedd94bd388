-- reason: the procedure code has no valid HCPCS or CPT form
-- request: the valid procedure code
-- required columns: hcpcs_code
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND NOT code_ok
