-- reason: no units of service on a professional line
-- request: the units of service
-- required columns: units, service_unit_quantity
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND claim_type = 'professional' AND hcpcs_code IS NOT NULL AND COALESCE(units_milli, 0) = 0
