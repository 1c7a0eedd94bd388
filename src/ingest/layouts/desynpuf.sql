-- layout: desynpuf
-- title: CMS 2008-2010 Data Entrepreneurs' Synthetic Public Use File (DE-SynPUF)
-- source-url: https://www.cms.gov/data-research/statistics-trends-and-reports/medicare-claims-synthetic-public-use-files
-- npi_check: off
-- date_formats: yyyymmdd, iso
-- null_words: NULL, \N
-- delimiter: auto
-- decimals: exact
-- amount_level: professional = line, institutional = claim
-- missing: plan, units, place_of_service_code, paid_date, bill_type_code, revenue_center_code, charge_amount, copayment_amount, hcpcs_modifier_1, billing_npi, referring_npi, ordering_npi, discharge_disposition_code, admit_type_code, admit_source_code, claim_frequency_code, original_claim_id, prior_authorization_number, in_network_flag, zip_code, taxonomy_code, specialty, prescribing_npi, dispensing_npi, refills
--
-- A carrier row holds 13 line items side by side: each one with an identifier, code, indicator or
-- money is a line.
-- The 45 HCPCS columns of an institutional row are its lines; a row without any still gives line 1.
-- Rows of segment 2 continue their claim (lines 46 to 90) and take dates, diagnoses and the payment from
-- segment 1: the payment of a claim is that of its first segment and is counted once. The different amount
-- that the synthetic segment 2 rows bear is not money of its own.
-- Carrier lines are denied where the processing indicator is not A, R or S and nothing was paid; the
-- synthesis also left payments on lines with a denying indicator, those keep the indicator as status.
-- Institutional rendering provider: attending, else operating, else other physician; the facility is
-- PRVDR_NUM (a CMS certification number, disguised). Provider identifiers have no check digit.
-- Enrolment is months of Part A or Part B, whichever is more, counted from January of source_year, the year
-- in the file name or configured; without a year there is no enrolment. State codes are SSA codes.
--
-- source: beneficiary
--   files: bs, *beneficiary*
--   optional: yes
--   columns: desynpuf_id!, bene_birth_dt, bene_death_dt, bene_sex_ident_cd, sp_state_code
--   columns: bene_hi_cvrage_tot_mons, bene_smi_cvrage_tot_mons
-- source: carrier
--   files: cc, *carrier*
--   optional: yes
--   columns: desynpuf_id!, clm_id!, clm_from_dt!, clm_thru_dt, icd9_dgns_cd_1, icd9_dgns_cd_2, icd9_dgns_cd_3
--   columns: icd9_dgns_cd_4, icd9_dgns_cd_5, icd9_dgns_cd_6, icd9_dgns_cd_7, icd9_dgns_cd_8, prf_physn_npi_1!
--   columns: prf_physn_npi_2, prf_physn_npi_3, prf_physn_npi_4, prf_physn_npi_5, prf_physn_npi_6
--   columns: prf_physn_npi_7, prf_physn_npi_8, prf_physn_npi_9, prf_physn_npi_10, prf_physn_npi_11
--   columns: prf_physn_npi_12, prf_physn_npi_13, tax_num_1, tax_num_2, tax_num_3, tax_num_4, tax_num_5
--   columns: tax_num_6, tax_num_7, tax_num_8, tax_num_9, tax_num_10, tax_num_11, tax_num_12, tax_num_13
--   columns: hcpcs_cd_1!, hcpcs_cd_2, hcpcs_cd_3, hcpcs_cd_4, hcpcs_cd_5, hcpcs_cd_6, hcpcs_cd_7, hcpcs_cd_8
--   columns: hcpcs_cd_9, hcpcs_cd_10, hcpcs_cd_11, hcpcs_cd_12, hcpcs_cd_13, line_nch_pmt_amt_1!
--   columns: line_nch_pmt_amt_2, line_nch_pmt_amt_3, line_nch_pmt_amt_4, line_nch_pmt_amt_5, line_nch_pmt_amt_6
--   columns: line_nch_pmt_amt_7, line_nch_pmt_amt_8, line_nch_pmt_amt_9, line_nch_pmt_amt_10
--   columns: line_nch_pmt_amt_11, line_nch_pmt_amt_12, line_nch_pmt_amt_13, line_bene_ptb_ddctbl_amt_1
--   columns: line_bene_ptb_ddctbl_amt_2, line_bene_ptb_ddctbl_amt_3, line_bene_ptb_ddctbl_amt_4
--   columns: line_bene_ptb_ddctbl_amt_5, line_bene_ptb_ddctbl_amt_6, line_bene_ptb_ddctbl_amt_7
--   columns: line_bene_ptb_ddctbl_amt_8, line_bene_ptb_ddctbl_amt_9, line_bene_ptb_ddctbl_amt_10
--   columns: line_bene_ptb_ddctbl_amt_11, line_bene_ptb_ddctbl_amt_12, line_bene_ptb_ddctbl_amt_13
--   columns: line_coinsrnc_amt_1, line_coinsrnc_amt_2, line_coinsrnc_amt_3, line_coinsrnc_amt_4
--   columns: line_coinsrnc_amt_5, line_coinsrnc_amt_6, line_coinsrnc_amt_7, line_coinsrnc_amt_8
--   columns: line_coinsrnc_amt_9, line_coinsrnc_amt_10, line_coinsrnc_amt_11, line_coinsrnc_amt_12
--   columns: line_coinsrnc_amt_13, line_alowd_chrg_amt_1, line_alowd_chrg_amt_2, line_alowd_chrg_amt_3
--   columns: line_alowd_chrg_amt_4, line_alowd_chrg_amt_5, line_alowd_chrg_amt_6, line_alowd_chrg_amt_7
--   columns: line_alowd_chrg_amt_8, line_alowd_chrg_amt_9, line_alowd_chrg_amt_10, line_alowd_chrg_amt_11
--   columns: line_alowd_chrg_amt_12, line_alowd_chrg_amt_13, line_prcsg_ind_cd_1, line_prcsg_ind_cd_2
--   columns: line_prcsg_ind_cd_3, line_prcsg_ind_cd_4, line_prcsg_ind_cd_5, line_prcsg_ind_cd_6
--   columns: line_prcsg_ind_cd_7, line_prcsg_ind_cd_8, line_prcsg_ind_cd_9, line_prcsg_ind_cd_10
--   columns: line_prcsg_ind_cd_11, line_prcsg_ind_cd_12, line_prcsg_ind_cd_13, line_icd9_dgns_cd_1
--   columns: line_icd9_dgns_cd_2, line_icd9_dgns_cd_3, line_icd9_dgns_cd_4, line_icd9_dgns_cd_5
--   columns: line_icd9_dgns_cd_6, line_icd9_dgns_cd_7, line_icd9_dgns_cd_8, line_icd9_dgns_cd_9
--   columns: line_icd9_dgns_cd_10, line_icd9_dgns_cd_11, line_icd9_dgns_cd_12, line_icd9_dgns_cd_13
-- source: inpatient
--   files: ic, *inpatient*
--   optional: yes
--   columns: desynpuf_id!, clm_id!, segment, clm_from_dt!, clm_thru_dt, prvdr_num!, clm_pmt_amt!, at_physn_npi
--   columns: op_physn_npi, ot_physn_npi, clm_admsn_dt, nch_bene_dschrg_dt, clm_drg_cd, nch_bene_ip_ddctbl_amt
--   columns: nch_bene_pta_coinsrnc_lblty_am, icd9_dgns_cd_1, icd9_dgns_cd_2, icd9_dgns_cd_3, icd9_dgns_cd_4
--   columns: icd9_dgns_cd_5, icd9_dgns_cd_6, icd9_dgns_cd_7, icd9_dgns_cd_8, icd9_dgns_cd_9, icd9_dgns_cd_10
--   columns: hcpcs_cd_1, hcpcs_cd_2, hcpcs_cd_3, hcpcs_cd_4, hcpcs_cd_5, hcpcs_cd_6, hcpcs_cd_7, hcpcs_cd_8
--   columns: hcpcs_cd_9, hcpcs_cd_10, hcpcs_cd_11, hcpcs_cd_12, hcpcs_cd_13, hcpcs_cd_14, hcpcs_cd_15
--   columns: hcpcs_cd_16, hcpcs_cd_17, hcpcs_cd_18, hcpcs_cd_19, hcpcs_cd_20, hcpcs_cd_21, hcpcs_cd_22
--   columns: hcpcs_cd_23, hcpcs_cd_24, hcpcs_cd_25, hcpcs_cd_26, hcpcs_cd_27, hcpcs_cd_28, hcpcs_cd_29
--   columns: hcpcs_cd_30, hcpcs_cd_31, hcpcs_cd_32, hcpcs_cd_33, hcpcs_cd_34, hcpcs_cd_35, hcpcs_cd_36
--   columns: hcpcs_cd_37, hcpcs_cd_38, hcpcs_cd_39, hcpcs_cd_40, hcpcs_cd_41, hcpcs_cd_42, hcpcs_cd_43
--   columns: hcpcs_cd_44, hcpcs_cd_45
-- source: outpatient
--   files: oc, *outpatient*
--   optional: yes
--   columns: desynpuf_id!, clm_id!, segment, clm_from_dt!, clm_thru_dt, prvdr_num!, clm_pmt_amt!, at_physn_npi
--   columns: op_physn_npi, ot_physn_npi, nch_bene_ptb_ddctbl_amt, nch_bene_ptb_coinsrnc_amt, icd9_dgns_cd_1
--   columns: icd9_dgns_cd_2, icd9_dgns_cd_3, icd9_dgns_cd_4, icd9_dgns_cd_5, icd9_dgns_cd_6, icd9_dgns_cd_7
--   columns: icd9_dgns_cd_8, icd9_dgns_cd_9, icd9_dgns_cd_10, hcpcs_cd_1, hcpcs_cd_2, hcpcs_cd_3, hcpcs_cd_4
--   columns: hcpcs_cd_5, hcpcs_cd_6, hcpcs_cd_7, hcpcs_cd_8, hcpcs_cd_9, hcpcs_cd_10, hcpcs_cd_11, hcpcs_cd_12
--   columns: hcpcs_cd_13, hcpcs_cd_14, hcpcs_cd_15, hcpcs_cd_16, hcpcs_cd_17, hcpcs_cd_18, hcpcs_cd_19
--   columns: hcpcs_cd_20, hcpcs_cd_21, hcpcs_cd_22, hcpcs_cd_23, hcpcs_cd_24, hcpcs_cd_25, hcpcs_cd_26
--   columns: hcpcs_cd_27, hcpcs_cd_28, hcpcs_cd_29, hcpcs_cd_30, hcpcs_cd_31, hcpcs_cd_32, hcpcs_cd_33
--   columns: hcpcs_cd_34, hcpcs_cd_35, hcpcs_cd_36, hcpcs_cd_37, hcpcs_cd_38, hcpcs_cd_39, hcpcs_cd_40
--   columns: hcpcs_cd_41, hcpcs_cd_42, hcpcs_cd_43, hcpcs_cd_44, hcpcs_cd_45
-- source: prescription
--   files: pde, *prescription*
--   optional: yes
--   columns: desynpuf_id!, pde_id!, srvc_dt!, prod_srvc_id, qty_dspnsd_num, days_suply_num, tot_rx_cst_amt

-- table: line; rowwise: carrier
WITH item AS (
  SELECT 1 AS item, prf_physn_npi_1 AS npi, tax_num_1 AS tin, hcpcs_cd_1 AS hcpcs, line_nch_pmt_amt_1 AS paid,
    line_bene_ptb_ddctbl_amt_1 AS deductible, line_coinsrnc_amt_1 AS coinsurance, line_alowd_chrg_amt_1 AS
    allowed, line_prcsg_ind_cd_1 AS processing, line_icd9_dgns_cd_1 AS diagnosis, source_file, source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_1, tax_num_1, hcpcs_cd_1, line_icd9_dgns_cd_1, line_prcsg_ind_cd_1) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_1, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_1, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 2, prf_physn_npi_2, tax_num_2, hcpcs_cd_2, line_nch_pmt_amt_2, line_bene_ptb_ddctbl_amt_2,
    line_coinsrnc_amt_2, line_alowd_chrg_amt_2, line_prcsg_ind_cd_2, line_icd9_dgns_cd_2, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_2, tax_num_2, hcpcs_cd_2, line_icd9_dgns_cd_2, line_prcsg_ind_cd_2) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_2, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_2, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 3, prf_physn_npi_3, tax_num_3, hcpcs_cd_3, line_nch_pmt_amt_3, line_bene_ptb_ddctbl_amt_3,
    line_coinsrnc_amt_3, line_alowd_chrg_amt_3, line_prcsg_ind_cd_3, line_icd9_dgns_cd_3, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_3, tax_num_3, hcpcs_cd_3, line_icd9_dgns_cd_3, line_prcsg_ind_cd_3) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_3, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_3, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 4, prf_physn_npi_4, tax_num_4, hcpcs_cd_4, line_nch_pmt_amt_4, line_bene_ptb_ddctbl_amt_4,
    line_coinsrnc_amt_4, line_alowd_chrg_amt_4, line_prcsg_ind_cd_4, line_icd9_dgns_cd_4, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_4, tax_num_4, hcpcs_cd_4, line_icd9_dgns_cd_4, line_prcsg_ind_cd_4) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_4, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_4, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 5, prf_physn_npi_5, tax_num_5, hcpcs_cd_5, line_nch_pmt_amt_5, line_bene_ptb_ddctbl_amt_5,
    line_coinsrnc_amt_5, line_alowd_chrg_amt_5, line_prcsg_ind_cd_5, line_icd9_dgns_cd_5, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_5, tax_num_5, hcpcs_cd_5, line_icd9_dgns_cd_5, line_prcsg_ind_cd_5) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_5, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_5, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 6, prf_physn_npi_6, tax_num_6, hcpcs_cd_6, line_nch_pmt_amt_6, line_bene_ptb_ddctbl_amt_6,
    line_coinsrnc_amt_6, line_alowd_chrg_amt_6, line_prcsg_ind_cd_6, line_icd9_dgns_cd_6, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_6, tax_num_6, hcpcs_cd_6, line_icd9_dgns_cd_6, line_prcsg_ind_cd_6) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_6, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_6, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 7, prf_physn_npi_7, tax_num_7, hcpcs_cd_7, line_nch_pmt_amt_7, line_bene_ptb_ddctbl_amt_7,
    line_coinsrnc_amt_7, line_alowd_chrg_amt_7, line_prcsg_ind_cd_7, line_icd9_dgns_cd_7, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_7, tax_num_7, hcpcs_cd_7, line_icd9_dgns_cd_7, line_prcsg_ind_cd_7) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_7, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_7, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 8, prf_physn_npi_8, tax_num_8, hcpcs_cd_8, line_nch_pmt_amt_8, line_bene_ptb_ddctbl_amt_8,
    line_coinsrnc_amt_8, line_alowd_chrg_amt_8, line_prcsg_ind_cd_8, line_icd9_dgns_cd_8, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_8, tax_num_8, hcpcs_cd_8, line_icd9_dgns_cd_8, line_prcsg_ind_cd_8) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_8, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_8, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 9, prf_physn_npi_9, tax_num_9, hcpcs_cd_9, line_nch_pmt_amt_9, line_bene_ptb_ddctbl_amt_9,
    line_coinsrnc_amt_9, line_alowd_chrg_amt_9, line_prcsg_ind_cd_9, line_icd9_dgns_cd_9, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_9, tax_num_9, hcpcs_cd_9, line_icd9_dgns_cd_9, line_prcsg_ind_cd_9) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_9, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_9, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 10, prf_physn_npi_10, tax_num_10, hcpcs_cd_10, line_nch_pmt_amt_10, line_bene_ptb_ddctbl_amt_10,
    line_coinsrnc_amt_10, line_alowd_chrg_amt_10, line_prcsg_ind_cd_10, line_icd9_dgns_cd_10, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_10, tax_num_10, hcpcs_cd_10, line_icd9_dgns_cd_10, line_prcsg_ind_cd_10) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_10, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_10, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 11, prf_physn_npi_11, tax_num_11, hcpcs_cd_11, line_nch_pmt_amt_11, line_bene_ptb_ddctbl_amt_11,
    line_coinsrnc_amt_11, line_alowd_chrg_amt_11, line_prcsg_ind_cd_11, line_icd9_dgns_cd_11, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_11, tax_num_11, hcpcs_cd_11, line_icd9_dgns_cd_11, line_prcsg_ind_cd_11) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_11, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_11, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 12, prf_physn_npi_12, tax_num_12, hcpcs_cd_12, line_nch_pmt_amt_12, line_bene_ptb_ddctbl_amt_12,
    line_coinsrnc_amt_12, line_alowd_chrg_amt_12, line_prcsg_ind_cd_12, line_icd9_dgns_cd_12, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_12, tax_num_12, hcpcs_cd_12, line_icd9_dgns_cd_12, line_prcsg_ind_cd_12) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_12, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_12, '0') NOT IN ('0', '0.0', '0.00')
  UNION ALL
  SELECT 13, prf_physn_npi_13, tax_num_13, hcpcs_cd_13, line_nch_pmt_amt_13, line_bene_ptb_ddctbl_amt_13,
    line_coinsrnc_amt_13, line_alowd_chrg_amt_13, line_prcsg_ind_cd_13, line_icd9_dgns_cd_13, source_file,
    source_row
  FROM carrier
  WHERE COALESCE(prf_physn_npi_13, tax_num_13, hcpcs_cd_13, line_icd9_dgns_cd_13, line_prcsg_ind_cd_13) IS NOT NULL
     OR COALESCE(line_nch_pmt_amt_13, '0') NOT IN ('0', '0.0', '0.00')
     OR COALESCE(line_alowd_chrg_amt_13, '0') NOT IN ('0', '0.0', '0.00')
)
SELECT
  'desynpuf' AS data_source, 'medicare' AS payer, c.clm_id AS claim_id,
  CAST(i.item AS BIGINT) AS claim_line_number, 'professional' AS claim_type, c.desynpuf_id AS person_id,
  c.clm_from_dt AS claim_start_date, c.clm_thru_dt AS claim_end_date, c.clm_from_dt AS line_start_date,
  c.clm_thru_dt AS line_end_date, i.hcpcs AS hcpcs_code, i.npi AS rendering_npi, i.tin AS billing_tin,
  i.allowed AS allowed_amount, i.paid AS paid_amount, i.coinsurance AS coinsurance_amount,
  i.deductible AS deductible_amount, 'icd-9-cm' AS diagnosis_code_type,
  COALESCE(c.icd9_dgns_cd_1, i.diagnosis) AS diagnosis_code_1, c.icd9_dgns_cd_2 AS diagnosis_code_2,
  c.icd9_dgns_cd_3 AS diagnosis_code_3, c.icd9_dgns_cd_4 AS diagnosis_code_4,
  c.icd9_dgns_cd_5 AS diagnosis_code_5, c.icd9_dgns_cd_6 AS diagnosis_code_6,
  c.icd9_dgns_cd_7 AS diagnosis_code_7, c.icd9_dgns_cd_8 AS diagnosis_code_8,
  CASE WHEN i.processing IN ('A', 'R', 'S') OR i.processing IS NULL THEN i.processing
       WHEN TRY_CAST(i.paid AS DOUBLE) = 0 THEN 'denied' ELSE i.processing END AS claim_status,
  c.source_file, c.source_row
FROM item AS i
JOIN carrier AS c ON c.source_file = i.source_file AND c.source_row = i.source_row;

-- table: line; rowwise: inpatient
WITH item AS (
  SELECT 1 AS item, hcpcs_cd_1 AS hcpcs, source_file, source_row FROM inpatient
  WHERE COALESCE(segment, '1') = '1' AND (hcpcs_cd_1 IS NOT NULL OR
      COALESCE(hcpcs_cd_1, hcpcs_cd_2, hcpcs_cd_3, hcpcs_cd_4, hcpcs_cd_5, hcpcs_cd_6, hcpcs_cd_7, hcpcs_cd_8,
      hcpcs_cd_9, hcpcs_cd_10, hcpcs_cd_11, hcpcs_cd_12, hcpcs_cd_13, hcpcs_cd_14, hcpcs_cd_15, hcpcs_cd_16,
      hcpcs_cd_17, hcpcs_cd_18, hcpcs_cd_19, hcpcs_cd_20, hcpcs_cd_21, hcpcs_cd_22, hcpcs_cd_23, hcpcs_cd_24,
      hcpcs_cd_25, hcpcs_cd_26, hcpcs_cd_27, hcpcs_cd_28, hcpcs_cd_29, hcpcs_cd_30, hcpcs_cd_31, hcpcs_cd_32,
      hcpcs_cd_33, hcpcs_cd_34, hcpcs_cd_35, hcpcs_cd_36, hcpcs_cd_37, hcpcs_cd_38, hcpcs_cd_39, hcpcs_cd_40,
      hcpcs_cd_41, hcpcs_cd_42, hcpcs_cd_43, hcpcs_cd_44, hcpcs_cd_45) IS NULL)
  UNION ALL
  SELECT 2, hcpcs_cd_2, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_2 IS NOT NULL
  UNION ALL
  SELECT 3, hcpcs_cd_3, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_3 IS NOT NULL
  UNION ALL
  SELECT 4, hcpcs_cd_4, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_4 IS NOT NULL
  UNION ALL
  SELECT 5, hcpcs_cd_5, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_5 IS NOT NULL
  UNION ALL
  SELECT 6, hcpcs_cd_6, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_6 IS NOT NULL
  UNION ALL
  SELECT 7, hcpcs_cd_7, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_7 IS NOT NULL
  UNION ALL
  SELECT 8, hcpcs_cd_8, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_8 IS NOT NULL
  UNION ALL
  SELECT 9, hcpcs_cd_9, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_9 IS NOT NULL
  UNION ALL
  SELECT 10, hcpcs_cd_10, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_10 IS NOT NULL
  UNION ALL
  SELECT 11, hcpcs_cd_11, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_11 IS NOT NULL
  UNION ALL
  SELECT 12, hcpcs_cd_12, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_12 IS NOT NULL
  UNION ALL
  SELECT 13, hcpcs_cd_13, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_13 IS NOT NULL
  UNION ALL
  SELECT 14, hcpcs_cd_14, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_14 IS NOT NULL
  UNION ALL
  SELECT 15, hcpcs_cd_15, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_15 IS NOT NULL
  UNION ALL
  SELECT 16, hcpcs_cd_16, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_16 IS NOT NULL
  UNION ALL
  SELECT 17, hcpcs_cd_17, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_17 IS NOT NULL
  UNION ALL
  SELECT 18, hcpcs_cd_18, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_18 IS NOT NULL
  UNION ALL
  SELECT 19, hcpcs_cd_19, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_19 IS NOT NULL
  UNION ALL
  SELECT 20, hcpcs_cd_20, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_20 IS NOT NULL
  UNION ALL
  SELECT 21, hcpcs_cd_21, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_21 IS NOT NULL
  UNION ALL
  SELECT 22, hcpcs_cd_22, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_22 IS NOT NULL
  UNION ALL
  SELECT 23, hcpcs_cd_23, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_23 IS NOT NULL
  UNION ALL
  SELECT 24, hcpcs_cd_24, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_24 IS NOT NULL
  UNION ALL
  SELECT 25, hcpcs_cd_25, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_25 IS NOT NULL
  UNION ALL
  SELECT 26, hcpcs_cd_26, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_26 IS NOT NULL
  UNION ALL
  SELECT 27, hcpcs_cd_27, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_27 IS NOT NULL
  UNION ALL
  SELECT 28, hcpcs_cd_28, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_28 IS NOT NULL
  UNION ALL
  SELECT 29, hcpcs_cd_29, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_29 IS NOT NULL
  UNION ALL
  SELECT 30, hcpcs_cd_30, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_30 IS NOT NULL
  UNION ALL
  SELECT 31, hcpcs_cd_31, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_31 IS NOT NULL
  UNION ALL
  SELECT 32, hcpcs_cd_32, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_32 IS NOT NULL
  UNION ALL
  SELECT 33, hcpcs_cd_33, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_33 IS NOT NULL
  UNION ALL
  SELECT 34, hcpcs_cd_34, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_34 IS NOT NULL
  UNION ALL
  SELECT 35, hcpcs_cd_35, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_35 IS NOT NULL
  UNION ALL
  SELECT 36, hcpcs_cd_36, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_36 IS NOT NULL
  UNION ALL
  SELECT 37, hcpcs_cd_37, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_37 IS NOT NULL
  UNION ALL
  SELECT 38, hcpcs_cd_38, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_38 IS NOT NULL
  UNION ALL
  SELECT 39, hcpcs_cd_39, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_39 IS NOT NULL
  UNION ALL
  SELECT 40, hcpcs_cd_40, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_40 IS NOT NULL
  UNION ALL
  SELECT 41, hcpcs_cd_41, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_41 IS NOT NULL
  UNION ALL
  SELECT 42, hcpcs_cd_42, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_42 IS NOT NULL
  UNION ALL
  SELECT 43, hcpcs_cd_43, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_43 IS NOT NULL
  UNION ALL
  SELECT 44, hcpcs_cd_44, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_44 IS NOT NULL
  UNION ALL
  SELECT 45, hcpcs_cd_45, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_45 IS NOT NULL
)
SELECT
  'desynpuf' AS data_source, 'medicare' AS payer, c.clm_id AS claim_id,
  CAST(i.item AS BIGINT) AS claim_line_number, 'institutional' AS claim_type, c.desynpuf_id AS person_id,
  c.clm_from_dt AS claim_start_date, c.clm_thru_dt AS claim_end_date, c.clm_admsn_dt AS admission_date,
  c.nch_bene_dschrg_dt AS discharge_date,
  CASE WHEN c.clm_drg_cd LIKE '_' THEN '00' || c.clm_drg_cd WHEN c.clm_drg_cd LIKE '__' THEN '0' || c.clm_drg_cd ELSE c.clm_drg_cd END AS drg_code,
  i.hcpcs AS hcpcs_code, COALESCE(c.at_physn_npi, c.op_physn_npi, c.ot_physn_npi) AS rendering_npi,
  c.prvdr_num AS facility_npi, c.clm_pmt_amt AS paid_amount,
  c.nch_bene_pta_coinsrnc_lblty_am AS coinsurance_amount, c.nch_bene_ip_ddctbl_amt AS deductible_amount,
  'icd-9-cm' AS diagnosis_code_type, c.icd9_dgns_cd_1 AS diagnosis_code_1,
  c.icd9_dgns_cd_2 AS diagnosis_code_2, c.icd9_dgns_cd_3 AS diagnosis_code_3,
  c.icd9_dgns_cd_4 AS diagnosis_code_4, c.icd9_dgns_cd_5 AS diagnosis_code_5,
  c.icd9_dgns_cd_6 AS diagnosis_code_6, c.icd9_dgns_cd_7 AS diagnosis_code_7,
  c.icd9_dgns_cd_8 AS diagnosis_code_8, c.icd9_dgns_cd_9 AS diagnosis_code_9,
  c.icd9_dgns_cd_10 AS diagnosis_code_10, c.source_file, c.source_row
FROM item AS i
JOIN inpatient AS c ON c.source_file = i.source_file AND c.source_row = i.source_row;

-- table: line
WITH item AS (
  SELECT 1 AS item, hcpcs_cd_1 AS hcpcs, source_file, source_row FROM inpatient
  WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_1 IS NOT NULL
  UNION ALL
  SELECT 2, hcpcs_cd_2, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_2 IS NOT NULL
  UNION ALL
  SELECT 3, hcpcs_cd_3, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_3 IS NOT NULL
  UNION ALL
  SELECT 4, hcpcs_cd_4, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_4 IS NOT NULL
  UNION ALL
  SELECT 5, hcpcs_cd_5, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_5 IS NOT NULL
  UNION ALL
  SELECT 6, hcpcs_cd_6, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_6 IS NOT NULL
  UNION ALL
  SELECT 7, hcpcs_cd_7, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_7 IS NOT NULL
  UNION ALL
  SELECT 8, hcpcs_cd_8, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_8 IS NOT NULL
  UNION ALL
  SELECT 9, hcpcs_cd_9, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_9 IS NOT NULL
  UNION ALL
  SELECT 10, hcpcs_cd_10, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_10 IS NOT NULL
  UNION ALL
  SELECT 11, hcpcs_cd_11, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_11 IS NOT NULL
  UNION ALL
  SELECT 12, hcpcs_cd_12, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_12 IS NOT NULL
  UNION ALL
  SELECT 13, hcpcs_cd_13, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_13 IS NOT NULL
  UNION ALL
  SELECT 14, hcpcs_cd_14, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_14 IS NOT NULL
  UNION ALL
  SELECT 15, hcpcs_cd_15, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_15 IS NOT NULL
  UNION ALL
  SELECT 16, hcpcs_cd_16, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_16 IS NOT NULL
  UNION ALL
  SELECT 17, hcpcs_cd_17, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_17 IS NOT NULL
  UNION ALL
  SELECT 18, hcpcs_cd_18, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_18 IS NOT NULL
  UNION ALL
  SELECT 19, hcpcs_cd_19, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_19 IS NOT NULL
  UNION ALL
  SELECT 20, hcpcs_cd_20, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_20 IS NOT NULL
  UNION ALL
  SELECT 21, hcpcs_cd_21, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_21 IS NOT NULL
  UNION ALL
  SELECT 22, hcpcs_cd_22, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_22 IS NOT NULL
  UNION ALL
  SELECT 23, hcpcs_cd_23, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_23 IS NOT NULL
  UNION ALL
  SELECT 24, hcpcs_cd_24, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_24 IS NOT NULL
  UNION ALL
  SELECT 25, hcpcs_cd_25, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_25 IS NOT NULL
  UNION ALL
  SELECT 26, hcpcs_cd_26, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_26 IS NOT NULL
  UNION ALL
  SELECT 27, hcpcs_cd_27, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_27 IS NOT NULL
  UNION ALL
  SELECT 28, hcpcs_cd_28, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_28 IS NOT NULL
  UNION ALL
  SELECT 29, hcpcs_cd_29, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_29 IS NOT NULL
  UNION ALL
  SELECT 30, hcpcs_cd_30, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_30 IS NOT NULL
  UNION ALL
  SELECT 31, hcpcs_cd_31, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_31 IS NOT NULL
  UNION ALL
  SELECT 32, hcpcs_cd_32, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_32 IS NOT NULL
  UNION ALL
  SELECT 33, hcpcs_cd_33, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_33 IS NOT NULL
  UNION ALL
  SELECT 34, hcpcs_cd_34, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_34 IS NOT NULL
  UNION ALL
  SELECT 35, hcpcs_cd_35, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_35 IS NOT NULL
  UNION ALL
  SELECT 36, hcpcs_cd_36, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_36 IS NOT NULL
  UNION ALL
  SELECT 37, hcpcs_cd_37, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_37 IS NOT NULL
  UNION ALL
  SELECT 38, hcpcs_cd_38, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_38 IS NOT NULL
  UNION ALL
  SELECT 39, hcpcs_cd_39, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_39 IS NOT NULL
  UNION ALL
  SELECT 40, hcpcs_cd_40, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_40 IS NOT NULL
  UNION ALL
  SELECT 41, hcpcs_cd_41, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_41 IS NOT NULL
  UNION ALL
  SELECT 42, hcpcs_cd_42, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_42 IS NOT NULL
  UNION ALL
  SELECT 43, hcpcs_cd_43, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_43 IS NOT NULL
  UNION ALL
  SELECT 44, hcpcs_cd_44, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_44 IS NOT NULL
  UNION ALL
  SELECT 45, hcpcs_cd_45, source_file, source_row FROM inpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_45 IS NOT NULL
),
head AS (
  SELECT * FROM inpatient WHERE COALESCE(segment, '1') = '1'
)
SELECT
  'desynpuf' AS data_source, 'medicare' AS payer, c.clm_id AS claim_id,
  CAST((TRY_CAST(c.segment AS BIGINT) - 1) * 45 + i.item AS BIGINT) AS claim_line_number,
  'institutional' AS claim_type, c.desynpuf_id AS person_id, h.clm_from_dt AS claim_start_date,
  h.clm_thru_dt AS claim_end_date, h.clm_admsn_dt AS admission_date, h.nch_bene_dschrg_dt AS discharge_date,
  CASE WHEN h.clm_drg_cd LIKE '_' THEN '00' || h.clm_drg_cd WHEN h.clm_drg_cd LIKE '__' THEN '0' || h.clm_drg_cd ELSE h.clm_drg_cd END AS drg_code,
  i.hcpcs AS hcpcs_code, COALESCE(h.at_physn_npi, h.op_physn_npi, h.ot_physn_npi) AS rendering_npi,
  h.prvdr_num AS facility_npi, h.clm_pmt_amt AS paid_amount,
  h.nch_bene_pta_coinsrnc_lblty_am AS coinsurance_amount, h.nch_bene_ip_ddctbl_amt AS deductible_amount,
  'icd-9-cm' AS diagnosis_code_type, h.icd9_dgns_cd_1 AS diagnosis_code_1,
  h.icd9_dgns_cd_2 AS diagnosis_code_2, h.icd9_dgns_cd_3 AS diagnosis_code_3,
  h.icd9_dgns_cd_4 AS diagnosis_code_4, h.icd9_dgns_cd_5 AS diagnosis_code_5,
  h.icd9_dgns_cd_6 AS diagnosis_code_6, h.icd9_dgns_cd_7 AS diagnosis_code_7,
  h.icd9_dgns_cd_8 AS diagnosis_code_8, h.icd9_dgns_cd_9 AS diagnosis_code_9,
  h.icd9_dgns_cd_10 AS diagnosis_code_10, c.source_file, c.source_row
FROM item AS i
JOIN inpatient AS c ON c.source_file = i.source_file AND c.source_row = i.source_row
LEFT JOIN head AS h
  ON h.desynpuf_id = c.desynpuf_id AND h.clm_id = c.clm_id;

-- table: line; rowwise: outpatient
WITH item AS (
  SELECT 1 AS item, hcpcs_cd_1 AS hcpcs, source_file, source_row FROM outpatient
  WHERE COALESCE(segment, '1') = '1' AND (hcpcs_cd_1 IS NOT NULL OR
      COALESCE(hcpcs_cd_1, hcpcs_cd_2, hcpcs_cd_3, hcpcs_cd_4, hcpcs_cd_5, hcpcs_cd_6, hcpcs_cd_7, hcpcs_cd_8,
      hcpcs_cd_9, hcpcs_cd_10, hcpcs_cd_11, hcpcs_cd_12, hcpcs_cd_13, hcpcs_cd_14, hcpcs_cd_15, hcpcs_cd_16,
      hcpcs_cd_17, hcpcs_cd_18, hcpcs_cd_19, hcpcs_cd_20, hcpcs_cd_21, hcpcs_cd_22, hcpcs_cd_23, hcpcs_cd_24,
      hcpcs_cd_25, hcpcs_cd_26, hcpcs_cd_27, hcpcs_cd_28, hcpcs_cd_29, hcpcs_cd_30, hcpcs_cd_31, hcpcs_cd_32,
      hcpcs_cd_33, hcpcs_cd_34, hcpcs_cd_35, hcpcs_cd_36, hcpcs_cd_37, hcpcs_cd_38, hcpcs_cd_39, hcpcs_cd_40,
      hcpcs_cd_41, hcpcs_cd_42, hcpcs_cd_43, hcpcs_cd_44, hcpcs_cd_45) IS NULL)
  UNION ALL
  SELECT 2, hcpcs_cd_2, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_2 IS NOT NULL
  UNION ALL
  SELECT 3, hcpcs_cd_3, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_3 IS NOT NULL
  UNION ALL
  SELECT 4, hcpcs_cd_4, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_4 IS NOT NULL
  UNION ALL
  SELECT 5, hcpcs_cd_5, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_5 IS NOT NULL
  UNION ALL
  SELECT 6, hcpcs_cd_6, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_6 IS NOT NULL
  UNION ALL
  SELECT 7, hcpcs_cd_7, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_7 IS NOT NULL
  UNION ALL
  SELECT 8, hcpcs_cd_8, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_8 IS NOT NULL
  UNION ALL
  SELECT 9, hcpcs_cd_9, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_9 IS NOT NULL
  UNION ALL
  SELECT 10, hcpcs_cd_10, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_10 IS NOT NULL
  UNION ALL
  SELECT 11, hcpcs_cd_11, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_11 IS NOT NULL
  UNION ALL
  SELECT 12, hcpcs_cd_12, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_12 IS NOT NULL
  UNION ALL
  SELECT 13, hcpcs_cd_13, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_13 IS NOT NULL
  UNION ALL
  SELECT 14, hcpcs_cd_14, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_14 IS NOT NULL
  UNION ALL
  SELECT 15, hcpcs_cd_15, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_15 IS NOT NULL
  UNION ALL
  SELECT 16, hcpcs_cd_16, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_16 IS NOT NULL
  UNION ALL
  SELECT 17, hcpcs_cd_17, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_17 IS NOT NULL
  UNION ALL
  SELECT 18, hcpcs_cd_18, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_18 IS NOT NULL
  UNION ALL
  SELECT 19, hcpcs_cd_19, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_19 IS NOT NULL
  UNION ALL
  SELECT 20, hcpcs_cd_20, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_20 IS NOT NULL
  UNION ALL
  SELECT 21, hcpcs_cd_21, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_21 IS NOT NULL
  UNION ALL
  SELECT 22, hcpcs_cd_22, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_22 IS NOT NULL
  UNION ALL
  SELECT 23, hcpcs_cd_23, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_23 IS NOT NULL
  UNION ALL
  SELECT 24, hcpcs_cd_24, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_24 IS NOT NULL
  UNION ALL
  SELECT 25, hcpcs_cd_25, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_25 IS NOT NULL
  UNION ALL
  SELECT 26, hcpcs_cd_26, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_26 IS NOT NULL
  UNION ALL
  SELECT 27, hcpcs_cd_27, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_27 IS NOT NULL
  UNION ALL
  SELECT 28, hcpcs_cd_28, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_28 IS NOT NULL
  UNION ALL
  SELECT 29, hcpcs_cd_29, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_29 IS NOT NULL
  UNION ALL
  SELECT 30, hcpcs_cd_30, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_30 IS NOT NULL
  UNION ALL
  SELECT 31, hcpcs_cd_31, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_31 IS NOT NULL
  UNION ALL
  SELECT 32, hcpcs_cd_32, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_32 IS NOT NULL
  UNION ALL
  SELECT 33, hcpcs_cd_33, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_33 IS NOT NULL
  UNION ALL
  SELECT 34, hcpcs_cd_34, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_34 IS NOT NULL
  UNION ALL
  SELECT 35, hcpcs_cd_35, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_35 IS NOT NULL
  UNION ALL
  SELECT 36, hcpcs_cd_36, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_36 IS NOT NULL
  UNION ALL
  SELECT 37, hcpcs_cd_37, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_37 IS NOT NULL
  UNION ALL
  SELECT 38, hcpcs_cd_38, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_38 IS NOT NULL
  UNION ALL
  SELECT 39, hcpcs_cd_39, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_39 IS NOT NULL
  UNION ALL
  SELECT 40, hcpcs_cd_40, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_40 IS NOT NULL
  UNION ALL
  SELECT 41, hcpcs_cd_41, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_41 IS NOT NULL
  UNION ALL
  SELECT 42, hcpcs_cd_42, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_42 IS NOT NULL
  UNION ALL
  SELECT 43, hcpcs_cd_43, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_43 IS NOT NULL
  UNION ALL
  SELECT 44, hcpcs_cd_44, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_44 IS NOT NULL
  UNION ALL
  SELECT 45, hcpcs_cd_45, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') = '1' AND hcpcs_cd_45 IS NOT NULL
)
SELECT
  'desynpuf' AS data_source, 'medicare' AS payer, c.clm_id AS claim_id,
  CAST(i.item AS BIGINT) AS claim_line_number, 'institutional' AS claim_type, c.desynpuf_id AS person_id,
  c.clm_from_dt AS claim_start_date, c.clm_thru_dt AS claim_end_date, i.hcpcs AS hcpcs_code,
  COALESCE(c.at_physn_npi, c.op_physn_npi, c.ot_physn_npi) AS rendering_npi, c.prvdr_num AS facility_npi,
  c.clm_pmt_amt AS paid_amount, c.nch_bene_ptb_coinsrnc_amt AS coinsurance_amount,
  c.nch_bene_ptb_ddctbl_amt AS deductible_amount, 'icd-9-cm' AS diagnosis_code_type,
  c.icd9_dgns_cd_1 AS diagnosis_code_1, c.icd9_dgns_cd_2 AS diagnosis_code_2,
  c.icd9_dgns_cd_3 AS diagnosis_code_3, c.icd9_dgns_cd_4 AS diagnosis_code_4,
  c.icd9_dgns_cd_5 AS diagnosis_code_5, c.icd9_dgns_cd_6 AS diagnosis_code_6,
  c.icd9_dgns_cd_7 AS diagnosis_code_7, c.icd9_dgns_cd_8 AS diagnosis_code_8,
  c.icd9_dgns_cd_9 AS diagnosis_code_9, c.icd9_dgns_cd_10 AS diagnosis_code_10, c.source_file, c.source_row
FROM item AS i
JOIN outpatient AS c ON c.source_file = i.source_file AND c.source_row = i.source_row;

-- table: line
WITH item AS (
  SELECT 1 AS item, hcpcs_cd_1 AS hcpcs, source_file, source_row FROM outpatient
  WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_1 IS NOT NULL
  UNION ALL
  SELECT 2, hcpcs_cd_2, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_2 IS NOT NULL
  UNION ALL
  SELECT 3, hcpcs_cd_3, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_3 IS NOT NULL
  UNION ALL
  SELECT 4, hcpcs_cd_4, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_4 IS NOT NULL
  UNION ALL
  SELECT 5, hcpcs_cd_5, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_5 IS NOT NULL
  UNION ALL
  SELECT 6, hcpcs_cd_6, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_6 IS NOT NULL
  UNION ALL
  SELECT 7, hcpcs_cd_7, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_7 IS NOT NULL
  UNION ALL
  SELECT 8, hcpcs_cd_8, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_8 IS NOT NULL
  UNION ALL
  SELECT 9, hcpcs_cd_9, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_9 IS NOT NULL
  UNION ALL
  SELECT 10, hcpcs_cd_10, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_10 IS NOT NULL
  UNION ALL
  SELECT 11, hcpcs_cd_11, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_11 IS NOT NULL
  UNION ALL
  SELECT 12, hcpcs_cd_12, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_12 IS NOT NULL
  UNION ALL
  SELECT 13, hcpcs_cd_13, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_13 IS NOT NULL
  UNION ALL
  SELECT 14, hcpcs_cd_14, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_14 IS NOT NULL
  UNION ALL
  SELECT 15, hcpcs_cd_15, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_15 IS NOT NULL
  UNION ALL
  SELECT 16, hcpcs_cd_16, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_16 IS NOT NULL
  UNION ALL
  SELECT 17, hcpcs_cd_17, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_17 IS NOT NULL
  UNION ALL
  SELECT 18, hcpcs_cd_18, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_18 IS NOT NULL
  UNION ALL
  SELECT 19, hcpcs_cd_19, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_19 IS NOT NULL
  UNION ALL
  SELECT 20, hcpcs_cd_20, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_20 IS NOT NULL
  UNION ALL
  SELECT 21, hcpcs_cd_21, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_21 IS NOT NULL
  UNION ALL
  SELECT 22, hcpcs_cd_22, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_22 IS NOT NULL
  UNION ALL
  SELECT 23, hcpcs_cd_23, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_23 IS NOT NULL
  UNION ALL
  SELECT 24, hcpcs_cd_24, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_24 IS NOT NULL
  UNION ALL
  SELECT 25, hcpcs_cd_25, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_25 IS NOT NULL
  UNION ALL
  SELECT 26, hcpcs_cd_26, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_26 IS NOT NULL
  UNION ALL
  SELECT 27, hcpcs_cd_27, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_27 IS NOT NULL
  UNION ALL
  SELECT 28, hcpcs_cd_28, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_28 IS NOT NULL
  UNION ALL
  SELECT 29, hcpcs_cd_29, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_29 IS NOT NULL
  UNION ALL
  SELECT 30, hcpcs_cd_30, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_30 IS NOT NULL
  UNION ALL
  SELECT 31, hcpcs_cd_31, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_31 IS NOT NULL
  UNION ALL
  SELECT 32, hcpcs_cd_32, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_32 IS NOT NULL
  UNION ALL
  SELECT 33, hcpcs_cd_33, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_33 IS NOT NULL
  UNION ALL
  SELECT 34, hcpcs_cd_34, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_34 IS NOT NULL
  UNION ALL
  SELECT 35, hcpcs_cd_35, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_35 IS NOT NULL
  UNION ALL
  SELECT 36, hcpcs_cd_36, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_36 IS NOT NULL
  UNION ALL
  SELECT 37, hcpcs_cd_37, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_37 IS NOT NULL
  UNION ALL
  SELECT 38, hcpcs_cd_38, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_38 IS NOT NULL
  UNION ALL
  SELECT 39, hcpcs_cd_39, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_39 IS NOT NULL
  UNION ALL
  SELECT 40, hcpcs_cd_40, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_40 IS NOT NULL
  UNION ALL
  SELECT 41, hcpcs_cd_41, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_41 IS NOT NULL
  UNION ALL
  SELECT 42, hcpcs_cd_42, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_42 IS NOT NULL
  UNION ALL
  SELECT 43, hcpcs_cd_43, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_43 IS NOT NULL
  UNION ALL
  SELECT 44, hcpcs_cd_44, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_44 IS NOT NULL
  UNION ALL
  SELECT 45, hcpcs_cd_45, source_file, source_row FROM outpatient WHERE COALESCE(segment, '1') <> '1' AND hcpcs_cd_45 IS NOT NULL
),
head AS (
  SELECT * FROM outpatient WHERE COALESCE(segment, '1') = '1'
)
SELECT
  'desynpuf' AS data_source, 'medicare' AS payer, c.clm_id AS claim_id,
  CAST((TRY_CAST(c.segment AS BIGINT) - 1) * 45 + i.item AS BIGINT) AS claim_line_number,
  'institutional' AS claim_type, c.desynpuf_id AS person_id, h.clm_from_dt AS claim_start_date,
  h.clm_thru_dt AS claim_end_date, i.hcpcs AS hcpcs_code,
  COALESCE(h.at_physn_npi, h.op_physn_npi, h.ot_physn_npi) AS rendering_npi, h.prvdr_num AS facility_npi,
  h.clm_pmt_amt AS paid_amount, h.nch_bene_ptb_coinsrnc_amt AS coinsurance_amount,
  h.nch_bene_ptb_ddctbl_amt AS deductible_amount, 'icd-9-cm' AS diagnosis_code_type,
  h.icd9_dgns_cd_1 AS diagnosis_code_1, h.icd9_dgns_cd_2 AS diagnosis_code_2,
  h.icd9_dgns_cd_3 AS diagnosis_code_3, h.icd9_dgns_cd_4 AS diagnosis_code_4,
  h.icd9_dgns_cd_5 AS diagnosis_code_5, h.icd9_dgns_cd_6 AS diagnosis_code_6,
  h.icd9_dgns_cd_7 AS diagnosis_code_7, h.icd9_dgns_cd_8 AS diagnosis_code_8,
  h.icd9_dgns_cd_9 AS diagnosis_code_9, h.icd9_dgns_cd_10 AS diagnosis_code_10, c.source_file, c.source_row
FROM item AS i
JOIN outpatient AS c ON c.source_file = i.source_file AND c.source_row = i.source_row
LEFT JOIN head AS h
  ON h.desynpuf_id = c.desynpuf_id AND h.clm_id = c.clm_id;

-- table: member; rowwise: beneficiary
SELECT
  desynpuf_id AS person_id, bene_birth_dt AS birth_date, bene_death_dt AS death_date,
  CASE bene_sex_ident_cd WHEN '1' THEN 'male' WHEN '2' THEN 'female' ELSE 'unknown' END AS sex,
  CASE CASE WHEN sp_state_code LIKE '_' THEN '0' || sp_state_code ELSE sp_state_code END
    WHEN '01' THEN 'AL' WHEN '02' THEN 'AK' WHEN '03' THEN 'AZ' WHEN '04' THEN 'AR' WHEN '05' THEN 'CA'
    WHEN '06' THEN 'CO' WHEN '07' THEN 'CT' WHEN '08' THEN 'DE' WHEN '09' THEN 'DC' WHEN '10' THEN 'FL'
    WHEN '11' THEN 'GA' WHEN '12' THEN 'HI' WHEN '13' THEN 'ID' WHEN '14' THEN 'IL' WHEN '15' THEN 'IN'
    WHEN '16' THEN 'IA' WHEN '17' THEN 'KS' WHEN '18' THEN 'KY' WHEN '19' THEN 'LA' WHEN '20' THEN 'ME'
    WHEN '21' THEN 'MD' WHEN '22' THEN 'MA' WHEN '23' THEN 'MI' WHEN '24' THEN 'MN' WHEN '25' THEN 'MS'
    WHEN '26' THEN 'MO' WHEN '27' THEN 'MT' WHEN '28' THEN 'NE' WHEN '29' THEN 'NV' WHEN '30' THEN 'NH'
    WHEN '31' THEN 'NJ' WHEN '32' THEN 'NM' WHEN '33' THEN 'NY' WHEN '34' THEN 'NC' WHEN '35' THEN 'ND'
    WHEN '36' THEN 'OH' WHEN '37' THEN 'OK' WHEN '38' THEN 'OR' WHEN '39' THEN 'PA' WHEN '40' THEN 'PR'
    WHEN '41' THEN 'RI' WHEN '42' THEN 'SC' WHEN '43' THEN 'SD' WHEN '44' THEN 'TN' WHEN '45' THEN 'TX'
    WHEN '46' THEN 'UT' WHEN '47' THEN 'VT' WHEN '48' THEN 'VI' WHEN '49' THEN 'VA' WHEN '50' THEN 'WA'
    WHEN '51' THEN 'WV' WHEN '52' THEN 'WI' WHEN '53' THEN 'WY' WHEN '64' THEN 'AS' WHEN '65' THEN 'GU'
    WHEN '66' THEN 'MP'
  END AS state,
  source_file, source_row
FROM beneficiary;

-- table: enrollment; rowwise: beneficiary
WITH counted AS (
  SELECT
    desynpuf_id, source_year, source_file, source_row,
    COALESCE(TRY_CAST(bene_hi_cvrage_tot_mons AS BIGINT), 0) AS part_a,
    COALESCE(TRY_CAST(bene_smi_cvrage_tot_mons AS BIGINT), 0) AS part_b
  FROM beneficiary
  WHERE source_year IS NOT NULL
),
covered AS (
  SELECT *, CASE WHEN part_a >= part_b THEN part_a ELSE part_b END AS months FROM counted
)
SELECT
  desynpuf_id AS person_id, 'medicare' AS payer,
  source_year || '0101' AS enrollment_start_date,
  source_year || CASE months
    WHEN 1 THEN '0131'
    WHEN 2 THEN CASE WHEN source_year IN ('1992', '1996', '2000', '2004', '2008', '2012', '2016', '2020', '2024', '2028', '2032', '2036', '2040') THEN '0229' ELSE '0228' END
    WHEN 3 THEN '0331' WHEN 4 THEN '0430' WHEN 5 THEN '0531' WHEN 6 THEN '0630'
    WHEN 7 THEN '0731' WHEN 8 THEN '0831' WHEN 9 THEN '0930' WHEN 10 THEN '1031' WHEN 11 THEN '1130'
    ELSE '1231' END AS enrollment_end_date,
  source_file, source_row
FROM covered
WHERE months > 0;

-- What the plan paid is not in the file; the total cost is given as allowed amount.
-- table: pharmacy_line; rowwise: prescription
SELECT
  'desynpuf' AS data_source, 'medicare' AS payer, pde_id AS claim_id, '1' AS claim_line_number,
  desynpuf_id AS person_id, srvc_dt AS dispensing_date, prod_srvc_id AS ndc_code,
  qty_dspnsd_num AS quantity, days_suply_num AS days_supply, tot_rx_cst_amt AS allowed_amount,
  source_file, source_row
FROM prescription;
