-- scheme: no_authorization
-- title: services that need prior authorization, paid without one
-- source: the plan's prior-authorization list as given in the reference folder
-- precision: 0.7
-- required columns: hcpcs_code, prior_authorization_number
-- required reference: prior_authorization
-- counterpoint: an authorization that was given and not written on the claim, or an emergency
--
-- A paid line whose code is on the plan's list on the day of service, without an authorization number on any line of the
-- claim. Emergencies are exempt: emergency place or revenue code (045x) or admission type 1 on the
-- claim, modifier ET, and for a professional the day on which the member was in an emergency room.
-- A row of the list that names a payer or a plan is for their claims only; its days may be open.
WITH claim AS (
  SELECT data_source, claim_id,
    MAX(CASE WHEN prior_authorization_number IS NOT NULL THEN 1 ELSE 0 END) AS authorized,
    MAX(CASE WHEN place_of_service_code = '23' OR revenue_center_code LIKE '045%' OR admit_type_code = '1' THEN 1 ELSE 0 END) AS emergency
  FROM line
  GROUP BY data_source, claim_id
),
listed AS (
  SELECT l.data_source AS data_source, l.claim_id AS claim_id, l.claim_line_number AS claim_line_number,
    COUNT(*) AS row_count
  FROM line AS l
  INNER JOIN prior_authorization AS a ON l.hcpcs_code = a.hcpcs_code
  WHERE l.line_status = 'paid' AND l.amount_cents > 0
    AND (a.payer IS NULL OR a.payer = l.payer) AND (a.plan IS NULL OR a.plan = l.plan)
    AND l.service_day >= COALESCE(a.effective_from_day, l.service_day)
    AND l.service_day <= COALESCE(a.effective_to_day, l.service_day)
  GROUP BY l.data_source, l.claim_id, l.claim_line_number
),
emergency_day AS (
  SELECT person_id, service_day, COUNT(*) AS line_count
  FROM line
  WHERE active AND (place_of_service_code = '23' OR revenue_center_code LIKE '045%')
  GROUP BY person_id, service_day
)
SELECT
  l.provider_id AS entity_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS risk_cents,
  'on the prior-authorization list, no number on the claim' AS note
FROM line AS l
INNER JOIN listed AS a
  ON l.data_source = a.data_source AND l.claim_id = a.claim_id AND l.claim_line_number = a.claim_line_number
INNER JOIN claim AS c ON l.data_source = c.data_source AND l.claim_id = c.claim_id
LEFT JOIN emergency_day AS e ON l.person_id = e.person_id AND l.service_day = e.service_day
WHERE l.line_status = 'paid' AND l.amount_cents > 0 AND c.authorized = 0 AND c.emergency = 0 AND e.line_count IS NULL
  AND CONCAT(' ', l.modifiers, ' ') NOT LIKE '% ET %'
