-- reason: no valid place of service on a professional line
-- request: the place of service
-- required columns: place_of_service_code
SELECT l.data_source AS data_source, l.claim_id AS claim_id, l.claim_line_number AS claim_line_number
FROM line AS l
LEFT JOIN place_of_service AS p ON l.place_of_service_code = p.place_of_service_code
WHERE l.active AND l.claim_type = 'professional' AND p.setting IS NULL
