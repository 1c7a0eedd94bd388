-- reason: no type of bill on an institutional line
-- request: the type of bill
-- required columns: bill_type_code
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND claim_type = 'institutional' AND bill_type_code IS NULL
