-- cells: out_of_network
-- Visits (a day with a member), and those with a line out of network. Emergencies are left out:
-- emergency department, ambulance, emergency admission.
-- Strata: payer by plan, since a provider is in the network of some and not of others; parent: payer.
WITH visit AS (
  SELECT provider_id, person_id, member_half AS half, service_day, payer, plan, MAX(1 - in_network) AS outside
  FROM line
  WHERE active AND in_network IS NOT NULL AND COALESCE(place_of_service_code, '') NOT IN ('23', '41', '42')
    AND COALESCE(admit_type_code, '') <> '1'
  GROUP BY provider_id, person_id, member_half, service_day, payer, plan
)
SELECT
  provider_id,
  CONCAT(COALESCE(payer, ''), '/', COALESCE(plan, '')) AS stratum,
  COALESCE(payer, '') AS parent,
  half,
  SUM(outside) AS numerator,
  COUNT(*) AS denominator
FROM visit
GROUP BY provider_id, payer, plan, half
