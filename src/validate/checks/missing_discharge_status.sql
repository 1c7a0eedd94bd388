-- reason: no discharge status on an inpatient line
-- request: the patient's discharge status
-- required columns: bill_type_code, discharge_disposition_code
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND discharge_disposition_code IS NULL
  AND (bill_type_code LIKE '11%' OR bill_type_code LIKE '18%' OR bill_type_code LIKE '21%')
