-- lines: shared_members
-- Lines of some providers for care outside hospitals and other facilities, as counted in
-- provider_member__visits, those that cost nothing too: a visit within a deductible shares a member
-- as any other. The price gap is the whole amount.
SELECT
  l.provider_id AS provider_id, l.data_source AS data_source, l.claim_id AS claim_id,
  l.claim_line_number AS claim_line_number, l.person_id AS person_id, l.service_date AS service_date,
  l.hcpcs_code AS hcpcs_code, l.modifiers AS modifiers, l.drg_code AS drg_code, l.units_milli AS units_milli,
  l.paid_cents AS paid_cents, l.allowed_cents AS allowed_cents, l.amount_basis AS amount_basis,
  l.amount_cents AS gap_cents,
  'member shared within the group' AS note
FROM line AS l
INNER JOIN wanted AS w ON l.provider_id = w.provider_id
LEFT JOIN place_of_service AS p ON l.place_of_service_code = p.place_of_service_code
WHERE l.active
  AND ((l.claim_type <> 'institutional'
      AND COALESCE(p.setting, 'other') NOT IN ('inpatient', 'facility', 'emergency', 'ambulance'))
    OR (l.claim_type = 'institutional' AND SUBSTR(l.bill_type_code, 1, 2) IN ('32', '33', '34', '81', '82')))
