-- lines: readmission
-- Lines of stays that began within 1 to 30 days of a discharge from the same hospital; the price gap
-- is the whole amount.
WITH stay AS (
  SELECT provider_id, person_id, admission_day, MAX(discharge_day) AS discharge_day
  FROM line
  WHERE active AND claim_type = 'institutional' AND drg_code IS NOT NULL AND admission_day IS NOT NULL AND discharge_day IS NOT NULL
  GROUP BY provider_id, person_id, admission_day
),
ordered AS (
  SELECT provider_id, person_id, admission_day,
    LAG(discharge_day) OVER (PARTITION BY provider_id, person_id ORDER BY admission_day NULLS FIRST) AS discharged_before
  FROM stay
),
back AS (
  SELECT provider_id, person_id, admission_day, admission_day - discharged_before AS days
  FROM ordered
  WHERE admission_day > discharged_before AND admission_day <= discharged_before + 30
)
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  CONCAT('admitted ', CAST(b.days AS VARCHAR), ' days after a discharge from here') AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
INNER JOIN back AS b ON l.provider_id = b.provider_id AND l.person_id = b.person_id AND l.admission_day = b.admission_day
WHERE l.active AND l.claim_type = 'institutional' AND l.amount_cents > 0
