-- grain: provider_member
-- key: provider_id, person_id, service_day
-- Days on which a member was with a provider of the member's or a referrer's choice: professional
-- services outside hospitals and other facilities, where one episode brings a member before
-- everybody who works there, and care at home (home health, hospice). Where members live goes with
-- it: two providers of one town share members for no other reason.
SELECT
  l.provider_id AS provider_id,
  l.person_id AS person_id,
  l.service_day AS service_day,
  MIN(SUBSTR(m.zip_code, 1, 5)) AS zip_code,
  MIN(m.state) AS state,
  COUNT(*) AS line_count
FROM line AS l
LEFT JOIN member AS m ON l.person_id = m.person_id
LEFT JOIN place_of_service AS p ON l.place_of_service_code = p.place_of_service_code
WHERE l.active
  AND ((l.claim_type <> 'institutional'
      AND COALESCE(p.setting, 'other') NOT IN ('inpatient', 'facility', 'emergency', 'ambulance'))
    OR (l.claim_type = 'institutional' AND SUBSTR(l.bill_type_code, 1, 2) IN ('32', '33', '34', '81', '82')))
GROUP BY l.provider_id, l.person_id, l.service_day
