-- scheme: excluded_provider
-- title: services of an excluded provider
-- source: 42 CFR 1001.1901; HHS OIG, List of Excluded Individuals/Entities
-- precision: 0.95
-- required columns: paid_amount
-- required reference: exclusion
-- counterpoint: a reinstatement that the files given do not hold, or a waiver
--
-- A paid line whose rendering, billing, facility, referring or ordering NPI is on OIG's list on the
-- day of service: on or after the exclusion date and before reinstatement. Entries without an NPI
-- are no match; a waiver exempts from its date on where the provider practises in its state. What
-- UPDATED.csv alone cannot tell, since it holds current exclusions only, the note says.
WITH listed AS (
  SELECT npi, effective_from_day, effective_to_day, exclusion_type, waiver_day, waiver_state, reinstatements_given
  FROM exclusion
  WHERE npi IS NOT NULL
),
named AS (
  SELECT data_source, claim_id, claim_line_number, service_day, provider_id, rendering_npi AS npi, 1 AS role
  FROM line
  WHERE line_status = 'paid' AND amount_cents > 0 AND rendering_npi IS NOT NULL
  UNION ALL
  SELECT data_source, claim_id, claim_line_number, service_day, provider_id, billing_npi AS npi, 2 AS role
  FROM line
  WHERE line_status = 'paid' AND amount_cents > 0 AND billing_npi IS NOT NULL
  UNION ALL
  SELECT data_source, claim_id, claim_line_number, service_day, provider_id, facility_npi AS npi, 3 AS role
  FROM line
  WHERE line_status = 'paid' AND amount_cents > 0 AND facility_npi IS NOT NULL
  UNION ALL
  SELECT data_source, claim_id, claim_line_number, service_day, provider_id, referring_npi AS npi, 4 AS role
  FROM line
  WHERE line_status = 'paid' AND amount_cents > 0 AND referring_npi IS NOT NULL
  UNION ALL
  SELECT data_source, claim_id, claim_line_number, service_day, provider_id, ordering_npi AS npi, 5 AS role
  FROM line
  WHERE line_status = 'paid' AND amount_cents > 0 AND ordering_npi IS NOT NULL
),
matched AS (
  SELECT n.data_source AS data_source, n.claim_id AS claim_id, n.claim_line_number AS claim_line_number,
    n.provider_id AS provider_id, n.service_day AS service_day, n.role AS role, e.exclusion_type AS exclusion_type,
    e.waiver_day AS waiver_day, e.waiver_state AS waiver_state,
    e.effective_from_day AS effective_from_day, e.reinstatements_given AS reinstatements_given
  FROM named AS n
  INNER JOIN listed AS e ON n.npi = e.npi
  WHERE n.service_day >= e.effective_from_day
    AND n.service_day <= COALESCE(e.effective_to_day, n.service_day)
),
unwaived AS (
  SELECT m.data_source AS data_source, m.claim_id AS claim_id, m.claim_line_number AS claim_line_number,
    m.role AS role, m.exclusion_type AS exclusion_type, m.reinstatements_given AS reinstatements_given,
    ROW_NUMBER() OVER (
      PARTITION BY m.data_source, m.claim_id, m.claim_line_number
      ORDER BY m.role NULLS FIRST, m.effective_from_day NULLS FIRST, m.exclusion_type NULLS FIRST, m.reinstatements_given NULLS FIRST
    ) AS place
  FROM matched AS m
  LEFT JOIN provider AS p ON m.provider_id = p.provider_id
  WHERE m.waiver_day IS NULL OR m.service_day < m.waiver_day
    OR COALESCE(p.state, '') <> COALESCE(m.waiver_state, '')
)
SELECT
  l.provider_id AS entity_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS risk_cents,
  CONCAT(
    CASE u.role WHEN 1 THEN 'rendering' WHEN 2 THEN 'billing' WHEN 3 THEN 'facility'
      WHEN 4 THEN 'referring' ELSE 'ordering' END,
    ' NPI excluded', CASE WHEN u.exclusion_type IS NULL THEN '' ELSE CONCAT(' under ', u.exclusion_type) END,
    CASE WHEN u.reinstatements_given = 0 THEN '; no reinstatement file was given' ELSE '' END
  ) AS note
FROM line AS l
INNER JOIN unwaived AS u ON l.claim_id = u.claim_id AND l.claim_line_number = u.claim_line_number
WHERE u.place = 1 AND COALESCE(l.data_source, '') = COALESCE(u.data_source, '')
