-- reason: no rendering or billing provider on a professional line
-- request: the identifier of who rendered the service
-- required columns: rendering_npi
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND claim_type = 'professional' AND rendering_npi IS NULL AND billing_npi IS NULL
