-- cells: lab_drug_class
-- Definitive drug tests (G0480 to G0483, by number of drug classes), and those at the highest class
-- (G0483). One stratum.
SELECT
  provider_id,
  'all' AS stratum,
  'all' AS parent,
  member_half AS half,
  SUM(CASE WHEN hcpcs_code = 'G0483' THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM line
WHERE active AND hcpcs_code IN ('G0480', 'G0481', 'G0482', 'G0483')
GROUP BY provider_id, member_half
