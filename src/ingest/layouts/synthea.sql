-- layout: synthea
-- title: Synthea CSV export
-- source-url: https://github.com/synthetichealth/synthea/wiki/CSV-File-Data-Dictionary
-- npi_check: off
-- date_formats: iso
-- null_words: NULL, \N
-- delimiter: auto
-- first_year: 1900
-- decimals: round
-- amount_level: professional = line, institutional = line
-- missing: hcpcs_code, hcpcs_modifier_1, revenue_center_code, bill_type_code, drg_code, paid_date, deductible_amount, diagnosis_code_type, diagnosis_code_1, admit_type_code, admit_source_code, discharge_disposition_code, claim_frequency_code, original_claim_id, prior_authorization_number, in_network_flag, billing_tin, referring_npi, ordering_npi, taxonomy_code, ndc_code, quantity, days_supply, refills
--
-- A claim line is a CHARGE transaction; the PAYMENT, ADJUSTMENT and TRANSFER transactions that follow it by
-- CHARGEID, up to the claim's next CHARGE, settle it. Paid by the plan: payments by ECHECK, primary and
-- secondary payer together (PAYER_COVERAGE of the encounter is the primary payer's alone). COPAY is the copayment;
-- CASH, CC and CHECK are the rest the member pays, given as coinsurance where the member is insured.
-- Transfers move a balance between payers and are not money. Allowed = charge less adjustments: copayments
-- can exceed the charge (60.00 on a 0.02 prescription), so the sum of payments is not the allowed amount.
-- Amounts summed here come out with leading zeros (0000000000123.45); a payment that cannot be read makes the
-- line's paid amount unreadable, so that the line is rejected.
--
-- PROCEDURECODE is SNOMED CT, CVX or RxNorm, diagnoses are SNOMED CT: neither is put into hcpcs_code or
-- diagnosis_code_*, where a rule for a range of HCPCS codes could match it by accident.
-- Claim type and place of service follow the encounter class, not HEALTHCARECLAIMTYPEID1, which calls every
-- visit but a wellness visit institutional. Transactions for a medication of the encounter are pharmacy lines;
-- they carry the price of one fill, whereas TOTALCOST of medications.csv is all fills.
-- A transaction delivered twice counts once. A TODATE of 1970-01-01 stands for none. The organisation is billing and facility provider.
--
-- source: claims_transactions
--   files: claims_transactions, *claims_transactions*
--   columns: claimid!, chargeid!, patientid!, transaction_type | type!, amount!, method, fromdate!, todate
--   columns: placeofservice, procedurecode, units, payments!, adjustments, appointmentid, providerid!
-- source: claims
--   files: claims, *claims
--   columns: id!, primarypatientinsuranceid, servicedate, status1
-- source: encounters
--   files: encounters, *encounters*
--   optional: yes
--   columns: id!, encounter_start | start, encounter_stop | stop, encounterclass
-- source: medications
--   files: medications, *medications*
--   optional: yes
--   columns: encounter!, code!
-- source: payers
--   files: payers, *payers
--   optional: yes
--   columns: id!, payer_name | name
-- source: patients
--   files: patients, *patients*
--   optional: yes
--   columns: id!, birthdate, deathdate, gender, state, zip
-- source: payer_transitions
--   files: payer_transitions, *payer_transitions*
--   optional: yes
--   columns: patient!, payer, start_year | start_date, end_year | end_date
-- source: providers
--   files: providers, *providers*
--   optional: yes
--   columns: id!, provider_name | name, speciality | specialty, state, zip
-- source: organizations
--   files: organizations, *organizations*
--   optional: yes
--   columns: id!, organization_name | name, state, zip

-- table: line
WITH delivered AS (
  SELECT
    claimid, chargeid, patientid, transaction_type, amount, method, fromdate, todate, placeofservice,
    procedurecode, units, payments, adjustments, appointmentid, providerid,
    TRY_CAST(chargeid AS BIGINT) AS charge_number,
    TRY_CAST(ROUND(TRY_CAST(amount AS DOUBLE) * 100) AS BIGINT) AS amount_cents,
    TRY_CAST(ROUND(TRY_CAST(payments AS DOUBLE) * 100) AS BIGINT) AS payment_cents,
    TRY_CAST(ROUND(TRY_CAST(adjustments AS DOUBLE) * 100) AS BIGINT) AS adjustment_cents,
    MIN(source_file) AS source_file, MIN(source_row) AS source_row
  FROM claims_transactions
  GROUP BY
    claimid, chargeid, patientid, transaction_type, amount, method, fromdate, todate, placeofservice,
    procedurecode, units, payments, adjustments, appointmentid, providerid
),
charge AS (
  SELECT
    claimid, charge_number,
    CAST(ROW_NUMBER() OVER (PARTITION BY claimid ORDER BY charge_number NULLS LAST) AS BIGINT) AS line_number,
    LEAD(charge_number) OVER (PARTITION BY claimid ORDER BY charge_number NULLS LAST) AS next_number
  FROM (SELECT DISTINCT claimid, charge_number FROM delivered WHERE transaction_type = 'CHARGE') AS d
),
settled AS (
  SELECT
    k.claimid, k.line_number,
    CAST(SUM(CASE WHEN t.transaction_type = 'CHARGE' THEN t.amount_cents ELSE 0 END
             - COALESCE(t.adjustment_cents, 0)) AS BIGINT) AS allowed_cents,
    CAST(SUM(CASE WHEN t.method = 'ECHECK' THEN COALESCE(t.payment_cents, 0) ELSE 0 END) AS BIGINT) AS plan_cents,
    CAST(SUM(CASE WHEN t.method = 'COPAY' THEN COALESCE(t.payment_cents, 0) ELSE 0 END) AS BIGINT) AS copay_cents,
    CAST(SUM(CASE WHEN t.method IN ('CASH', 'CC', 'CHECK') THEN COALESCE(t.payment_cents, 0) ELSE 0 END) AS BIGINT)
      AS patient_cents,
    MAX(CASE WHEN (t.payments IS NOT NULL AND t.payment_cents IS NULL)
               OR (t.adjustments IS NOT NULL AND t.adjustment_cents IS NULL) THEN 1 ELSE 0 END) AS unreadable
  FROM charge AS k
  JOIN delivered AS t ON t.claimid = k.claimid
  WHERE t.charge_number >= k.charge_number AND (k.next_number IS NULL OR t.charge_number < k.next_number)
  GROUP BY k.claimid, k.line_number
),
priced AS (
  SELECT
    claimid, line_number, unreadable,
    CASE WHEN allowed_cents < 0 THEN '-' ELSE '' END AS allowed_sign,
    CAST(ABS(allowed_cents) + 1000000000000000 AS VARCHAR) AS allowed_digits,
    CASE WHEN plan_cents < 0 THEN '-' ELSE '' END AS plan_sign,
    CAST(ABS(plan_cents) + 1000000000000000 AS VARCHAR) AS plan_digits,
    CASE WHEN copay_cents < 0 THEN '-' ELSE '' END AS copay_sign,
    CAST(ABS(copay_cents) + 1000000000000000 AS VARCHAR) AS copay_digits,
    CASE WHEN patient_cents < 0 THEN '-' ELSE '' END AS patient_sign,
    CAST(ABS(patient_cents) + 1000000000000000 AS VARCHAR) AS patient_digits
  FROM settled
),
prescribed AS (
  SELECT DISTINCT encounter, code FROM medications
)
SELECT
  'synthea' AS data_source,
  CASE WHEN c.primarypatientinsuranceid = '0' THEN 'NO_INSURANCE'
       ELSE COALESCE(p.payer_name, c.primarypatientinsuranceid) END AS payer,
  t.claimid AS claim_id,
  k.line_number AS claim_line_number,
  CASE WHEN e.encounterclass IN ('inpatient', 'emergency', 'outpatient', 'snf', 'hospice', 'home') THEN 'institutional'
       ELSE 'professional' END AS claim_type,
  t.patientid AS person_id,
  COALESCE(c.servicedate, e.encounter_start, t.fromdate) AS claim_start_date,
  COALESCE(e.encounter_stop, c.servicedate, t.fromdate) AS claim_end_date,
  t.fromdate AS line_start_date,
  CASE WHEN t.todate LIKE '1970-01-01%' THEN t.fromdate ELSE COALESCE(t.todate, t.fromdate) END AS line_end_date,
  CASE WHEN e.encounterclass = 'inpatient' THEN e.encounter_start END AS admission_date,
  CASE WHEN e.encounterclass = 'inpatient' THEN e.encounter_stop END AS discharge_date,
  CASE e.encounterclass WHEN 'ambulatory' THEN '11' WHEN 'wellness' THEN '11' WHEN 'urgentcare' THEN '20'
                        WHEN 'virtual' THEN '10' END AS place_of_service_code,
  t.units,
  t.providerid AS rendering_npi, t.placeofservice AS billing_npi, t.placeofservice AS facility_npi,
  t.amount AS charge_amount,
  s.allowed_sign || SUBSTR(s.allowed_digits, 2, 13) || '.' || SUBSTR(s.allowed_digits, 15, 2) AS allowed_amount,
  CASE WHEN s.unreadable = 1 THEN 'unreadable payment'
       ELSE s.plan_sign || SUBSTR(s.plan_digits, 2, 13) || '.' || SUBSTR(s.plan_digits, 15, 2) END AS paid_amount,
  CASE WHEN c.primarypatientinsuranceid <> '0' THEN
    s.patient_sign || SUBSTR(s.patient_digits, 2, 13) || '.' || SUBSTR(s.patient_digits, 15, 2) END AS coinsurance_amount,
  s.copay_sign || SUBSTR(s.copay_digits, 2, 13) || '.' || SUBSTR(s.copay_digits, 15, 2) AS copayment_amount,
  LOWER(c.status1) AS claim_status,
  t.source_file, t.source_row
FROM delivered AS t
LEFT JOIN charge AS k ON k.claimid = t.claimid AND k.charge_number = t.charge_number
LEFT JOIN priced AS s ON s.claimid = k.claimid AND s.line_number = k.line_number
LEFT JOIN claims AS c ON c.id = t.claimid
LEFT JOIN encounters AS e ON e.id = t.appointmentid
LEFT JOIN payers AS p ON p.id = c.primarypatientinsuranceid
LEFT JOIN prescribed AS m ON m.encounter = t.appointmentid AND m.code = t.procedurecode
WHERE t.transaction_type = 'CHARGE' AND m.code IS NULL;

-- table: pharmacy_line
WITH delivered AS (
  SELECT
    claimid, chargeid, patientid, transaction_type, amount, method, fromdate, todate, placeofservice,
    procedurecode, units, payments, adjustments, appointmentid, providerid,
    TRY_CAST(chargeid AS BIGINT) AS charge_number,
    TRY_CAST(ROUND(TRY_CAST(amount AS DOUBLE) * 100) AS BIGINT) AS amount_cents,
    TRY_CAST(ROUND(TRY_CAST(payments AS DOUBLE) * 100) AS BIGINT) AS payment_cents,
    TRY_CAST(ROUND(TRY_CAST(adjustments AS DOUBLE) * 100) AS BIGINT) AS adjustment_cents,
    MIN(source_file) AS source_file, MIN(source_row) AS source_row
  FROM claims_transactions
  GROUP BY
    claimid, chargeid, patientid, transaction_type, amount, method, fromdate, todate, placeofservice,
    procedurecode, units, payments, adjustments, appointmentid, providerid
),
charge AS (
  SELECT
    claimid, charge_number,
    CAST(ROW_NUMBER() OVER (PARTITION BY claimid ORDER BY charge_number NULLS LAST) AS BIGINT) AS line_number,
    LEAD(charge_number) OVER (PARTITION BY claimid ORDER BY charge_number NULLS LAST) AS next_number
  FROM (SELECT DISTINCT claimid, charge_number FROM delivered WHERE transaction_type = 'CHARGE') AS d
),
settled AS (
  SELECT
    k.claimid, k.line_number,
    CAST(SUM(CASE WHEN t.transaction_type = 'CHARGE' THEN t.amount_cents ELSE 0 END
             - COALESCE(t.adjustment_cents, 0)) AS BIGINT) AS allowed_cents,
    CAST(SUM(CASE WHEN t.method = 'ECHECK' THEN COALESCE(t.payment_cents, 0) ELSE 0 END) AS BIGINT) AS plan_cents,
    CAST(SUM(CASE WHEN t.method = 'COPAY' THEN COALESCE(t.payment_cents, 0) ELSE 0 END) AS BIGINT) AS copay_cents,
    CAST(SUM(CASE WHEN t.method IN ('CASH', 'CC', 'CHECK') THEN COALESCE(t.payment_cents, 0) ELSE 0 END) AS BIGINT)
      AS patient_cents,
    MAX(CASE WHEN (t.payments IS NOT NULL AND t.payment_cents IS NULL)
               OR (t.adjustments IS NOT NULL AND t.adjustment_cents IS NULL) THEN 1 ELSE 0 END) AS unreadable
  FROM charge AS k
  JOIN delivered AS t ON t.claimid = k.claimid
  WHERE t.charge_number >= k.charge_number AND (k.next_number IS NULL OR t.charge_number < k.next_number)
  GROUP BY k.claimid, k.line_number
),
priced AS (
  SELECT
    claimid, line_number, unreadable,
    CASE WHEN allowed_cents < 0 THEN '-' ELSE '' END AS allowed_sign,
    CAST(ABS(allowed_cents) + 1000000000000000 AS VARCHAR) AS allowed_digits,
    CASE WHEN plan_cents < 0 THEN '-' ELSE '' END AS plan_sign,
    CAST(ABS(plan_cents) + 1000000000000000 AS VARCHAR) AS plan_digits,
    CASE WHEN copay_cents < 0 THEN '-' ELSE '' END AS copay_sign,
    CAST(ABS(copay_cents) + 1000000000000000 AS VARCHAR) AS copay_digits,
    CASE WHEN patient_cents < 0 THEN '-' ELSE '' END AS patient_sign,
    CAST(ABS(patient_cents) + 1000000000000000 AS VARCHAR) AS patient_digits
  FROM settled
),
prescribed AS (
  SELECT DISTINCT encounter, code FROM medications
)
SELECT
  'synthea' AS data_source,
  CASE WHEN c.primarypatientinsuranceid = '0' THEN 'NO_INSURANCE'
       ELSE COALESCE(p.payer_name, c.primarypatientinsuranceid) END AS payer,
  t.claimid AS claim_id, k.line_number AS claim_line_number, t.patientid AS person_id,
  t.providerid AS prescribing_npi,
  t.fromdate AS dispensing_date,
  CASE WHEN s.unreadable = 1 THEN 'unreadable payment'
       ELSE s.plan_sign || SUBSTR(s.plan_digits, 2, 13) || '.' || SUBSTR(s.plan_digits, 15, 2) END AS paid_amount,
  s.allowed_sign || SUBSTR(s.allowed_digits, 2, 13) || '.' || SUBSTR(s.allowed_digits, 15, 2) AS allowed_amount,
  t.source_file, t.source_row
FROM delivered AS t
LEFT JOIN charge AS k ON k.claimid = t.claimid AND k.charge_number = t.charge_number
LEFT JOIN priced AS s ON s.claimid = k.claimid AND s.line_number = k.line_number
LEFT JOIN claims AS c ON c.id = t.claimid
LEFT JOIN encounters AS e ON e.id = t.appointmentid
LEFT JOIN payers AS p ON p.id = c.primarypatientinsuranceid
LEFT JOIN prescribed AS m ON m.encounter = t.appointmentid AND m.code = t.procedurecode
WHERE t.transaction_type = 'CHARGE' AND m.code IS NOT NULL;

-- table: member; rowwise: patients
SELECT
  id AS person_id, birthdate AS birth_date, deathdate AS death_date,
  CASE gender WHEN 'F' THEN 'female' WHEN 'M' THEN 'male' ELSE 'unknown' END AS sex,
  state, zip AS zip_code, source_file, source_row
FROM patients;

-- Older exports give years, newer ones timestamps; the end of a span is the start of the next.
-- table: enrollment
SELECT
  t.patient AS person_id, COALESCE(p.payer_name, t.payer) AS payer,
  CASE WHEN t.start_year LIKE '____' THEN t.start_year || '-01-01' ELSE t.start_year END AS enrollment_start_date,
  CASE WHEN t.end_year LIKE '____' THEN t.end_year || '-12-31' ELSE t.end_year END AS enrollment_end_date,
  t.source_file, t.source_row
FROM payer_transitions AS t
LEFT JOIN payers AS p ON p.id = t.payer
WHERE COALESCE(p.payer_name, 'unknown') <> 'NO_INSURANCE';

-- table: provider; rowwise: providers
SELECT
  id AS npi, provider_name, '1' AS entity_type_code, speciality AS specialty, state, zip AS zip_code,
  source_file, source_row
FROM providers;

-- table: provider; rowwise: organizations
SELECT
  id AS npi, organization_name AS provider_name, '2' AS entity_type_code, state, zip AS zip_code,
  source_file, source_row
FROM organizations;
