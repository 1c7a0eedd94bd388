-- reason: no facility or billing provider on an institutional line
-- request: the identifier of the facility
-- required columns: facility_npi
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND claim_type = 'institutional' AND facility_npi IS NULL AND billing_npi IS NULL
