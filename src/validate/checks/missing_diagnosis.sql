-- reason: no diagnosis on the claim
-- request: the diagnosis for which the service was given
-- required columns: diagnosis_code_1
SELECT l.data_source AS data_source, l.claim_id AS claim_id, l.claim_line_number AS claim_line_number
FROM line AS l
LEFT JOIN (SELECT data_source, claim_id, COUNT(*) AS codes FROM diagnosis GROUP BY data_source, claim_id) AS d
  ON l.data_source = d.data_source AND l.claim_id = d.claim_id
WHERE l.active AND d.codes IS NULL
