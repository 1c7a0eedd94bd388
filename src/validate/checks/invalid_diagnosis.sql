-- reason: a diagnosis code has no valid ICD form
-- request: the valid diagnosis code
-- required columns: diagnosis_code_1
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND NOT diagnosis_ok
