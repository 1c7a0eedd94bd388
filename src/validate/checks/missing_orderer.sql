-- reason: no ordering or referring provider on equipment or a laboratory's test
-- request: the identifier of who ordered it
-- required columns: referring_npi
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND claim_type = 'professional' AND referring_npi IS NULL AND ordering_npi IS NULL
  AND (hcpcs_code LIKE 'E%' OR hcpcs_code LIKE 'K%' OR hcpcs_code LIKE 'L%'
    OR (place_of_service_code = '81' AND hcpcs_code LIKE '8%'))
