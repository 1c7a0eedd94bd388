-- reason: no admission date on a skilled nursing or swing-bed stay
-- request: the date of admission
-- required columns: bill_type_code, admission_date
SELECT data_source, claim_id, claim_line_number
FROM line
WHERE active AND (bill_type_code LIKE '21%' OR bill_type_code LIKE '18%') AND admission_day IS NULL
