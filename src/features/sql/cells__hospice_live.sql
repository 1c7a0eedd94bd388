-- cells: hospice_live
-- Hospice stays that ended otherwise than by a transfer to another hospice (50, 51), and those that
-- ended alive: discharge status other than died (20, 40, 41, 42). Strata: first character of the
-- principal diagnosis by age band.
WITH care AS (
  SELECT provider_id, person_id, member_half AS half, data_source, claim_id, MIN(claim_start_day) AS first_day,
    MAX(claim_end_day) AS last_day, MIN(admission_day) AS admission_day,
    MIN(discharge_disposition_code) AS disposition, MIN(diagnosis_code_1) AS diagnosis
  FROM line
  WHERE active AND SUBSTR(bill_type_code, 1, 2) IN ('81', '82')
  GROUP BY provider_id, person_id, member_half, data_source, claim_id
),
begun AS (
  SELECT provider_id, person_id, MIN(first_day) AS first_day
  FROM care
  GROUP BY provider_id, person_id
),
final AS (
  SELECT c.provider_id AS provider_id, c.person_id AS person_id, c.half AS half,
    COALESCE(c.admission_day, b.first_day) AS first_day, c.last_day AS last_day,
    c.disposition AS disposition, SUBSTR(c.diagnosis, 1, 1) AS chapter
  FROM care AS c
  INNER JOIN begun AS b ON c.provider_id = b.provider_id AND c.person_id = b.person_id
  WHERE c.disposition <> '30'
),
ended AS (
  SELECT provider_id, person_id, half, first_day, last_day, MIN(disposition) AS disposition,
    COALESCE(MIN(chapter), '?') AS chapter
  FROM final
  GROUP BY provider_id, person_id, half, first_day, last_day
)
SELECT
  s.provider_id AS provider_id,
  CONCAT(s.chapter, '/', m.age_band) AS stratum,
  s.chapter AS parent,
  s.half AS half,
  SUM(CASE WHEN s.disposition IN ('20', '40', '41', '42') THEN 0 ELSE 1 END) AS numerator,
  COUNT(*) AS denominator
FROM ended AS s
INNER JOIN member AS m ON s.person_id = m.person_id
WHERE s.disposition NOT IN ('50', '51')
GROUP BY s.provider_id, s.chapter, m.age_band, s.half
