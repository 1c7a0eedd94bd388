-- cells: hospice_long
-- Hospice stays that ended (discharge status other than 30, still a patient), and those longer than
-- 180 days from admission. Strata: first character of the principal diagnosis (dementia runs longer
-- than cancer) by age band.
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
  SUM(CASE WHEN s.last_day - s.first_day + 1 > 180 THEN 1 ELSE 0 END) AS numerator,
  COUNT(*) AS denominator
FROM ended AS s
INNER JOIN member AS m ON s.person_id = m.person_id
GROUP BY s.provider_id, s.chapter, m.age_band, s.half
