-- reason: a provider identifier fails the NPI check digit
-- request: the provider's valid NPI
-- required columns: rendering_npi
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND NOT npi_ok
