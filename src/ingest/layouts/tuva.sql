-- layout: tuva
-- title: Tuva Project input layer (current and older column names)
-- source-url: https://thetuvaproject.com/connectors/input-layer
-- npi_check: on
-- date_formats: iso, yyyymmdd, us
-- null_words: NULL, NA, \N
-- delimiter: auto
-- decimals: exact, pharmacy_line = round
-- amount_level: professional = line, institutional = auto
-- missing:
--
-- The person of a row is person_id (older: patient_id), else the payer's member_id, row by row.
-- Total rows (revenue code 0001), zero units and negative amounts are passed through untouched.
--
-- source: medical_claim
--   files: medical_claim, medical_claims, *medical_claim*
--   columns: claim_id!, claim_line_number!, claim_type, person_id | patient_id, member_id, data_source, payer
--   columns: plan, claim_start_date, claim_end_date, claim_line_start_date, claim_line_end_date, admission_date
--   columns: discharge_date, paid_date, bill_type_code, place_of_service_code, revenue_center_code
--   columns: drg_code | ms_drg_code, hcpcs_code, hcpcs_modifier_1, hcpcs_modifier_2, hcpcs_modifier_3
--   columns: hcpcs_modifier_4, hcpcs_modifier_5, service_unit_quantity, rendering_npi, billing_npi, facility_npi
--   columns: referring_npi, ordering_npi, billing_tin, charge_amount, allowed_amount, paid_amount
--   columns: coinsurance_amount, copayment_amount, deductible_amount, diagnosis_code_type, diagnosis_code_1
--   columns: diagnosis_code_2, diagnosis_code_3, diagnosis_code_4, diagnosis_code_5, diagnosis_code_6
--   columns: diagnosis_code_7, diagnosis_code_8, diagnosis_code_9, diagnosis_code_10, diagnosis_code_11
--   columns: diagnosis_code_12, diagnosis_code_13, diagnosis_code_14, diagnosis_code_15, diagnosis_code_16
--   columns: diagnosis_code_17, diagnosis_code_18, diagnosis_code_19, diagnosis_code_20, diagnosis_code_21
--   columns: diagnosis_code_22, diagnosis_code_23, diagnosis_code_24, diagnosis_code_25
--   columns: discharge_disposition_code | discharge_status_code, admit_type_code, admit_source_code
--   columns: claim_status, claim_frequency_code, original_claim_id, prior_authorization_number, in_network_flag
-- source: eligibility
--   files: eligibility, *eligibility*
--   optional: yes
--   columns: person_id | patient_id, member_id, payer, plan, gender | sex, birth_date, death_date, state
--   columns: zip_code, enrollment_start_date!, enrollment_end_date!
-- source: pharmacy_claim
--   files: pharmacy_claim, pharmacy_claims, *pharmacy_claim*
--   optional: yes
--   columns: claim_id!, claim_line_number!, person_id | patient_id, member_id, data_source, payer, plan
--   columns: prescribing_provider_npi | prescribing_npi, dispensing_provider_npi | dispensing_npi
--   columns: dispensing_date, paid_date, ndc_code, quantity, days_supply, refills, paid_amount, allowed_amount
-- source: provider
--   files: provider, providers, *provider*
--   optional: yes
--   columns: npi!, entity_type_code, provider_name
--   columns: provider_organization_name | provider_organization_name_legal_business_name, provider_first_name
--   columns: provider_last_name | provider_last_name_legal_name
--   columns: primary_taxonomy_code | healthcare_provider_taxonomy_code_1, primary_specialty_description
--   columns: practice_state | provider_business_practice_location_address_state_name
--   columns: practice_zip_code | provider_business_practice_location_address_postal_code
-- source: exclusions
--   files: exclusions, updated, *leie*, *excl, *rein
--   optional: yes
--   columns: lastname, firstname, midname, busname, general, specialty, upin, npi!, dob, address, city, state
--   columns: zip, excltype!, excldate!, reindate, waiverdate, wvrstate

-- table: line; rowwise: medical_claim
SELECT
  data_source, payer, plan, claim_id, claim_line_number, LOWER(claim_type) AS claim_type,
  COALESCE(person_id, member_id) AS person_id, claim_start_date, claim_end_date,
  claim_line_start_date AS line_start_date, claim_line_end_date AS line_end_date, admission_date,
  discharge_date, paid_date,
  CASE WHEN bill_type_code LIKE '0___' THEN SUBSTR(bill_type_code, 2, 3) ELSE bill_type_code END AS bill_type_code,
  place_of_service_code, revenue_center_code, drg_code, hcpcs_code, hcpcs_modifier_1, hcpcs_modifier_2,
  hcpcs_modifier_3, hcpcs_modifier_4, hcpcs_modifier_5, service_unit_quantity AS units, rendering_npi,
  billing_npi, facility_npi, referring_npi, ordering_npi, billing_tin, charge_amount, allowed_amount,
  paid_amount, coinsurance_amount, copayment_amount, deductible_amount,
  LOWER(diagnosis_code_type) AS diagnosis_code_type, diagnosis_code_1, diagnosis_code_2, diagnosis_code_3,
  diagnosis_code_4, diagnosis_code_5, diagnosis_code_6, diagnosis_code_7, diagnosis_code_8, diagnosis_code_9,
  diagnosis_code_10, diagnosis_code_11, diagnosis_code_12, diagnosis_code_13, diagnosis_code_14,
  diagnosis_code_15, diagnosis_code_16, diagnosis_code_17, diagnosis_code_18, diagnosis_code_19,
  diagnosis_code_20, diagnosis_code_21, diagnosis_code_22, diagnosis_code_23, diagnosis_code_24,
  diagnosis_code_25, discharge_disposition_code, admit_type_code, admit_source_code,
  CASE WHEN LOWER(claim_status) IN ('denied', 'deny', 'rejected') THEN 'denied' ELSE LOWER(claim_status) END AS claim_status,
  claim_frequency_code, original_claim_id, prior_authorization_number, in_network_flag, source_file,
  source_row
FROM medical_claim;

-- table: member; rowwise: eligibility
SELECT
  COALESCE(person_id, member_id) AS person_id, birth_date, death_date,
  CASE WHEN LOWER(gender) IN ('female', 'f') THEN 'female'
       WHEN LOWER(gender) IN ('male', 'm') THEN 'male'
       ELSE 'unknown' END AS sex,
  state, zip_code, source_file, source_row
FROM eligibility;

-- table: enrollment; rowwise: eligibility
SELECT
  COALESCE(person_id, member_id) AS person_id, payer, plan, enrollment_start_date, enrollment_end_date, source_file, source_row
FROM eligibility;

-- table: provider; rowwise: provider
SELECT
  npi,
  COALESCE(provider_name, provider_organization_name, provider_first_name || ' ' || provider_last_name,
           provider_last_name) AS provider_name,
  entity_type_code, primary_taxonomy_code AS taxonomy_code, primary_specialty_description AS specialty,
  practice_state AS state, practice_zip_code AS zip_code, source_file, source_row
FROM provider;

-- table: pharmacy_line; rowwise: pharmacy_claim
SELECT
  data_source, payer, plan, claim_id, claim_line_number, COALESCE(person_id, member_id) AS person_id,
  prescribing_provider_npi AS prescribing_npi, dispensing_provider_npi AS dispensing_npi,
  dispensing_date, paid_date, ndc_code, quantity, days_supply, refills, paid_amount, allowed_amount,
  source_file, source_row
FROM pharmacy_claim;

-- table: exclusion; rowwise: exclusions
SELECT
  lastname, firstname, midname, busname, general, specialty, upin, npi, dob, address, city, state, zip,
  excltype, excldate, reindate, waiverdate, wvrstate, source_file, source_row
FROM exclusions;
