-- layout: rif
-- title: CMS synthetic Medicare claims, Research Identifiable File (RIF) layout
-- source-url: https://resdac.org/cms-data (record layouts); https://data.cms.gov/collection/synthetic-medicare-enrollment-fee-for-service-claims-and-prescription-drug-event
-- npi_check: off
-- date_formats: dd-mon-yyyy, yyyymmdd, iso
-- null_words: ~, NULL, \N
-- delimiter: auto
-- decimals: exact
-- amount_level: professional = line, institutional = claim
-- charge_level: professional = line, institutional = line
-- missing: plan, copayment_amount, hcpcs_modifier_5, original_claim_id, prior_authorization_number, in_network_flag, provider_name, taxonomy_code, refills
--
-- Carrier and DME rows are lines with amounts of their own. On institutional rows CLM_PMT_AMT and the
-- deductible and coinsurance are the claim's, repeated on every revenue line; the charge
-- (REV_CNTR_TOT_CHRG_AMT) is the line's. Identifiers of the synthetic files begin with '-' and their NPIs
-- with 8 or 9, so the check digit is not asked for.
-- Rows that are not final action (FINAL_ACTION = N) or are deletions (DML_IND = DELETE) are left out.
-- A line is denied where CARR_CLM_PMT_DNL_CD is 0 or D, where its processing indicator is not A, R or S and
-- nothing was paid, or where an institutional claim bears a Medicare non-payment reason other than P.
-- paid_date is the date the intermediary or the NCH processed the claim (not the date of the check).
-- Diagnosis 1 is the principal diagnosis; the others follow in order, without it where it is repeated first.
-- Rendering provider of an institutional line: rendering, else attending physician; on home health and hospice
-- claims the attending physician certifies the care and is given as ordering provider.
-- DME lines are the supplier's. State codes are SSA codes; codes and ZIP codes that lost leading zeros get them
-- back. Specialty is the CMS specialty code of carrier and DME lines, and the facility type of the bill type.
-- Enrolment has one row for each month entitled to Part A or B; it covers only the years whose beneficiary
-- file is given. PDE: paid is what the plan paid under the covered benefit, allowed the total drug cost.
--
-- source: beneficiary
--   files: beneficiary, beneficiary_2*, *mbsf*, *master_beneficiary*
--   optional: yes
--   columns: bene_id!, state_code | bene_state_cd, bene_zip_cd, bene_birth_dt, death_dt | bene_death_dt
--   columns: bene_sex_ident_cd | sex_ident_cd, rfrnc_yr | bene_enrollmt_ref_yr
--   columns: mdcr_entlmt_buyin_1_ind | mdcr_entlmt_buyin_ind_01 | bene_mdcr_entlmt_buyin_ind_01
--   columns: mdcr_entlmt_buyin_2_ind | mdcr_entlmt_buyin_ind_02 | bene_mdcr_entlmt_buyin_ind_02
--   columns: mdcr_entlmt_buyin_3_ind | mdcr_entlmt_buyin_ind_03 | bene_mdcr_entlmt_buyin_ind_03
--   columns: mdcr_entlmt_buyin_4_ind | mdcr_entlmt_buyin_ind_04 | bene_mdcr_entlmt_buyin_ind_04
--   columns: mdcr_entlmt_buyin_5_ind | mdcr_entlmt_buyin_ind_05 | bene_mdcr_entlmt_buyin_ind_05
--   columns: mdcr_entlmt_buyin_6_ind | mdcr_entlmt_buyin_ind_06 | bene_mdcr_entlmt_buyin_ind_06
--   columns: mdcr_entlmt_buyin_7_ind | mdcr_entlmt_buyin_ind_07 | bene_mdcr_entlmt_buyin_ind_07
--   columns: mdcr_entlmt_buyin_8_ind | mdcr_entlmt_buyin_ind_08 | bene_mdcr_entlmt_buyin_ind_08
--   columns: mdcr_entlmt_buyin_9_ind | mdcr_entlmt_buyin_ind_09 | bene_mdcr_entlmt_buyin_ind_09
--   columns: mdcr_entlmt_buyin_10_ind | mdcr_entlmt_buyin_ind_10 | bene_mdcr_entlmt_buyin_ind_10
--   columns: mdcr_entlmt_buyin_11_ind | mdcr_entlmt_buyin_ind_11 | bene_mdcr_entlmt_buyin_ind_11
--   columns: mdcr_entlmt_buyin_12_ind | mdcr_entlmt_buyin_ind_12 | bene_mdcr_entlmt_buyin_ind_12
-- source: carrier
--   files: carrier, *carrier*
--   optional: yes
--   columns: dml_ind, final_action, bene_id!, clm_id!, clm_from_dt!, clm_thru_dt, nch_wkly_proc_dt
--   columns: carr_clm_pmt_dnl_cd, rfr_physn_npi, line_num!, tax_num, prvdr_state_cd, prvdr_spclty, line_srvc_cnt
--   columns: line_place_of_srvc_cd, line_1st_expns_dt, line_last_expns_dt, hcpcs_cd, hcpcs_1st_mdfr_cd
--   columns: hcpcs_2nd_mdfr_cd, hcpcs_3rd_mdfr_cd, hcpcs_4th_mdfr_cd, line_nch_pmt_amt!
--   columns: line_bene_ptb_ddctbl_amt, line_coinsrnc_amt, line_sbmtd_chrg_amt, line_alowd_chrg_amt
--   columns: line_prcsg_ind_cd, prncpal_dgns_cd, prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1, icd_dgns_cd1
--   columns: icd_dgns_cd2, icd_dgns_cd3, icd_dgns_cd4, icd_dgns_cd5, icd_dgns_cd6, icd_dgns_cd7, icd_dgns_cd8
--   columns: icd_dgns_cd9, icd_dgns_cd10, icd_dgns_cd11, icd_dgns_cd12, prf_physn_npi!, org_npi_num
--   columns: carr_clm_blg_npi_num, prvdr_zip
-- source: dme
--   files: dme, *dme*
--   optional: yes
--   columns: dml_ind, final_action, bene_id!, clm_id!, clm_from_dt!, clm_thru_dt, nch_wkly_proc_dt
--   columns: carr_clm_pmt_dnl_cd, rfr_physn_npi, line_num!, tax_num, prvdr_state_cd, prvdr_spclty, line_srvc_cnt
--   columns: line_place_of_srvc_cd, line_1st_expns_dt, line_last_expns_dt, hcpcs_cd, hcpcs_1st_mdfr_cd
--   columns: hcpcs_2nd_mdfr_cd, hcpcs_3rd_mdfr_cd, hcpcs_4th_mdfr_cd, line_nch_pmt_amt!
--   columns: line_bene_ptb_ddctbl_amt, line_coinsrnc_amt, line_sbmtd_chrg_amt, line_alowd_chrg_amt
--   columns: line_prcsg_ind_cd, prncpal_dgns_cd, prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1, icd_dgns_cd1
--   columns: icd_dgns_cd2, icd_dgns_cd3, icd_dgns_cd4, icd_dgns_cd5, icd_dgns_cd6, icd_dgns_cd7, icd_dgns_cd8
--   columns: icd_dgns_cd9, icd_dgns_cd10, icd_dgns_cd11, icd_dgns_cd12, prvdr_npi!
-- source: hospice
--   files: hospice, *hospice*
--   optional: yes
--   columns: dml_ind, final_action, bene_id!, clm_id!, clm_from_dt!, clm_thru_dt, nch_wkly_proc_dt
--   columns: fi_clm_proc_dt, clm_fac_type_cd, clm_srvc_clsfctn_type_cd, clm_freq_cd, clm_mdcr_non_pmt_rsn_cd
--   columns: clm_pmt_amt!, org_npi_num!, prvdr_state_cd, at_physn_npi, ptnt_dschrg_stus_cd, clm_line_num!
--   columns: rev_cntr, rev_cntr_dt, hcpcs_cd, hcpcs_1st_mdfr_cd, hcpcs_2nd_mdfr_cd, hcpcs_3rd_mdfr_cd
--   columns: hcpcs_4th_mdfr_cd, rev_cntr_unit_cnt, rev_cntr_tot_chrg_amt, rndrng_physn_npi
--   columns: clm_hospc_start_dt_id | clm_hospc_start_dt, nch_bene_dschrg_dt, prncpal_dgns_cd
--   columns: prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1, icd_dgns_cd1, icd_dgns_cd2, icd_dgns_cd3, icd_dgns_cd4
--   columns: icd_dgns_cd5, icd_dgns_cd6, icd_dgns_cd7, icd_dgns_cd8, icd_dgns_cd9, icd_dgns_cd10, icd_dgns_cd11
--   columns: icd_dgns_cd12, icd_dgns_cd13, icd_dgns_cd14, icd_dgns_cd15, icd_dgns_cd16, icd_dgns_cd17
--   columns: icd_dgns_cd18, icd_dgns_cd19, icd_dgns_cd20, icd_dgns_cd21, icd_dgns_cd22, icd_dgns_cd23
--   columns: icd_dgns_cd24, icd_dgns_cd25
-- source: hha
--   files: hha, *hha*, *home_health*
--   optional: yes
--   columns: dml_ind, final_action, bene_id!, clm_id!, clm_from_dt!, clm_thru_dt, nch_wkly_proc_dt
--   columns: fi_clm_proc_dt, clm_fac_type_cd, clm_srvc_clsfctn_type_cd, clm_freq_cd, clm_mdcr_non_pmt_rsn_cd
--   columns: clm_pmt_amt!, org_npi_num!, prvdr_state_cd, at_physn_npi, ptnt_dschrg_stus_cd, clm_line_num!
--   columns: rev_cntr, rev_cntr_dt, hcpcs_cd, hcpcs_1st_mdfr_cd, hcpcs_2nd_mdfr_cd, hcpcs_3rd_mdfr_cd
--   columns: hcpcs_4th_mdfr_cd, rev_cntr_unit_cnt, rev_cntr_tot_chrg_amt, rndrng_physn_npi, clm_admsn_dt
--   columns: prncpal_dgns_cd, prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1, icd_dgns_cd1, icd_dgns_cd2, icd_dgns_cd3
--   columns: icd_dgns_cd4, icd_dgns_cd5, icd_dgns_cd6, icd_dgns_cd7, icd_dgns_cd8, icd_dgns_cd9, icd_dgns_cd10
--   columns: icd_dgns_cd11, icd_dgns_cd12, icd_dgns_cd13, icd_dgns_cd14, icd_dgns_cd15, icd_dgns_cd16
--   columns: icd_dgns_cd17, icd_dgns_cd18, icd_dgns_cd19, icd_dgns_cd20, icd_dgns_cd21, icd_dgns_cd22
--   columns: icd_dgns_cd23, icd_dgns_cd24, icd_dgns_cd25
-- source: snf
--   files: snf, *snf*
--   optional: yes
--   columns: dml_ind, final_action, bene_id!, clm_id!, clm_from_dt!, clm_thru_dt, nch_wkly_proc_dt
--   columns: fi_clm_proc_dt, clm_fac_type_cd, clm_srvc_clsfctn_type_cd, clm_freq_cd, clm_mdcr_non_pmt_rsn_cd
--   columns: clm_pmt_amt!, org_npi_num!, prvdr_state_cd, at_physn_npi, ptnt_dschrg_stus_cd, clm_line_num!
--   columns: rev_cntr, rev_cntr_dt, hcpcs_cd, hcpcs_1st_mdfr_cd, hcpcs_2nd_mdfr_cd, hcpcs_3rd_mdfr_cd
--   columns: hcpcs_4th_mdfr_cd, rev_cntr_unit_cnt, rev_cntr_tot_chrg_amt, rndrng_physn_npi, clm_admsn_dt
--   columns: nch_bene_dschrg_dt, clm_drg_cd, clm_ip_admsn_type_cd, clm_src_ip_admsn_cd, nch_bene_ip_ddctbl_amt
--   columns: nch_bene_pta_coinsrnc_lblty_am, prncpal_dgns_cd, prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1
--   columns: icd_dgns_cd1, icd_dgns_cd2, icd_dgns_cd3, icd_dgns_cd4, icd_dgns_cd5, icd_dgns_cd6, icd_dgns_cd7
--   columns: icd_dgns_cd8, icd_dgns_cd9, icd_dgns_cd10, icd_dgns_cd11, icd_dgns_cd12, icd_dgns_cd13
--   columns: icd_dgns_cd14, icd_dgns_cd15, icd_dgns_cd16, icd_dgns_cd17, icd_dgns_cd18, icd_dgns_cd19
--   columns: icd_dgns_cd20, icd_dgns_cd21, icd_dgns_cd22, icd_dgns_cd23, icd_dgns_cd24, icd_dgns_cd25
-- source: inpatient
--   files: inpatient, *inpatient*
--   optional: yes
--   columns: dml_ind, final_action, bene_id!, clm_id!, clm_from_dt!, clm_thru_dt, nch_wkly_proc_dt
--   columns: fi_clm_proc_dt, clm_fac_type_cd, clm_srvc_clsfctn_type_cd, clm_freq_cd, clm_mdcr_non_pmt_rsn_cd
--   columns: clm_pmt_amt!, org_npi_num!, prvdr_state_cd, at_physn_npi, ptnt_dschrg_stus_cd, clm_line_num!
--   columns: rev_cntr, rev_cntr_dt, hcpcs_cd, hcpcs_1st_mdfr_cd, hcpcs_2nd_mdfr_cd, hcpcs_3rd_mdfr_cd
--   columns: hcpcs_4th_mdfr_cd, rev_cntr_unit_cnt, rev_cntr_tot_chrg_amt, rndrng_physn_npi, clm_admsn_dt
--   columns: nch_bene_dschrg_dt, clm_drg_cd, clm_ip_admsn_type_cd, clm_src_ip_admsn_cd, nch_bene_ip_ddctbl_amt
--   columns: nch_bene_pta_coinsrnc_lblty_am, prncpal_dgns_cd, prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1
--   columns: icd_dgns_cd1, icd_dgns_cd2, icd_dgns_cd3, icd_dgns_cd4, icd_dgns_cd5, icd_dgns_cd6, icd_dgns_cd7
--   columns: icd_dgns_cd8, icd_dgns_cd9, icd_dgns_cd10, icd_dgns_cd11, icd_dgns_cd12, icd_dgns_cd13
--   columns: icd_dgns_cd14, icd_dgns_cd15, icd_dgns_cd16, icd_dgns_cd17, icd_dgns_cd18, icd_dgns_cd19
--   columns: icd_dgns_cd20, icd_dgns_cd21, icd_dgns_cd22, icd_dgns_cd23, icd_dgns_cd24, icd_dgns_cd25
-- source: outpatient
--   files: outpatient, *outpatient*
--   optional: yes
--   columns: dml_ind, final_action, bene_id!, clm_id!, clm_from_dt!, clm_thru_dt, nch_wkly_proc_dt
--   columns: fi_clm_proc_dt, clm_fac_type_cd, clm_srvc_clsfctn_type_cd, clm_freq_cd, clm_mdcr_non_pmt_rsn_cd
--   columns: clm_pmt_amt!, org_npi_num!, prvdr_state_cd, at_physn_npi, ptnt_dschrg_stus_cd, clm_line_num!
--   columns: rev_cntr, rev_cntr_dt, hcpcs_cd, hcpcs_1st_mdfr_cd, hcpcs_2nd_mdfr_cd, hcpcs_3rd_mdfr_cd
--   columns: hcpcs_4th_mdfr_cd, rev_cntr_unit_cnt, rev_cntr_tot_chrg_amt, rndrng_physn_npi
--   columns: nch_bene_ptb_ddctbl_amt, nch_bene_ptb_coinsrnc_amt, prncpal_dgns_cd, prncpal_dgns_vrsn_cd
--   columns: icd_dgns_vrsn_cd1, icd_dgns_cd1, icd_dgns_cd2, icd_dgns_cd3, icd_dgns_cd4, icd_dgns_cd5
--   columns: icd_dgns_cd6, icd_dgns_cd7, icd_dgns_cd8, icd_dgns_cd9, icd_dgns_cd10, icd_dgns_cd11, icd_dgns_cd12
--   columns: icd_dgns_cd13, icd_dgns_cd14, icd_dgns_cd15, icd_dgns_cd16, icd_dgns_cd17, icd_dgns_cd18
--   columns: icd_dgns_cd19, icd_dgns_cd20, icd_dgns_cd21, icd_dgns_cd22, icd_dgns_cd23, icd_dgns_cd24
--   columns: icd_dgns_cd25
-- source: pde
--   files: pde, *pde*
--   optional: yes
--   columns: dml_ind, final_action, pde_id!, bene_id!, srvc_dt!, pd_dt, srvc_prvdr_id, prscrbr_id_qlfyr_cd
--   columns: prscrbr_id, prod_srvc_id, plan_cntrct_rec_id, qty_dspnsd_num, days_suply_num, fill_num
--   columns: drug_cvrg_stus_cd, cvrd_d_plan_pd_amt, tot_rx_cst_amt

-- table: line; rowwise: carrier
WITH claim AS (
  SELECT *, CASE WHEN prncpal_dgns_cd IS NULL OR prncpal_dgns_cd = icd_dgns_cd1 THEN 0 ELSE 1 END AS principal_apart
  FROM carrier
  WHERE COALESCE(final_action, 'F') <> 'N' AND COALESCE(dml_ind, 'INSERT') <> 'DELETE'
)
SELECT
  'rif' AS data_source, 'medicare' AS payer, clm_id AS claim_id, line_num AS claim_line_number,
  'professional' AS claim_type, bene_id AS person_id, clm_from_dt AS claim_start_date,
  clm_thru_dt AS claim_end_date, line_1st_expns_dt AS line_start_date, line_last_expns_dt AS line_end_date,
  nch_wkly_proc_dt AS paid_date,
  CASE WHEN line_place_of_srvc_cd LIKE '_' THEN '0' || line_place_of_srvc_cd ELSE line_place_of_srvc_cd END AS place_of_service_code,
  hcpcs_cd AS hcpcs_code, hcpcs_1st_mdfr_cd AS hcpcs_modifier_1, hcpcs_2nd_mdfr_cd AS hcpcs_modifier_2,
  hcpcs_3rd_mdfr_cd AS hcpcs_modifier_3, hcpcs_4th_mdfr_cd AS hcpcs_modifier_4, line_srvc_cnt AS units,
  prf_physn_npi AS rendering_npi, COALESCE(carr_clm_blg_npi_num, org_npi_num) AS billing_npi,
  rfr_physn_npi AS referring_npi, tax_num AS billing_tin, line_sbmtd_chrg_amt AS charge_amount,
  line_alowd_chrg_amt AS allowed_amount, line_nch_pmt_amt AS paid_amount,
  line_coinsrnc_amt AS coinsurance_amount, line_bene_ptb_ddctbl_amt AS deductible_amount,
  CASE COALESCE(prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1) WHEN '0' THEN 'icd-10-cm' WHEN '9' THEN 'icd-9-cm' END
    AS diagnosis_code_type,
  COALESCE(prncpal_dgns_cd, icd_dgns_cd1) AS diagnosis_code_1,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd1 ELSE icd_dgns_cd2 END AS diagnosis_code_2,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd2 ELSE icd_dgns_cd3 END AS diagnosis_code_3,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd3 ELSE icd_dgns_cd4 END AS diagnosis_code_4,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd4 ELSE icd_dgns_cd5 END AS diagnosis_code_5,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd5 ELSE icd_dgns_cd6 END AS diagnosis_code_6,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd6 ELSE icd_dgns_cd7 END AS diagnosis_code_7,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd7 ELSE icd_dgns_cd8 END AS diagnosis_code_8,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd8 ELSE icd_dgns_cd9 END AS diagnosis_code_9,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd9 ELSE icd_dgns_cd10 END AS diagnosis_code_10,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd10 ELSE icd_dgns_cd11 END AS diagnosis_code_11,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd11 ELSE icd_dgns_cd12 END AS diagnosis_code_12,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd12 END AS diagnosis_code_13,
  CASE WHEN carr_clm_pmt_dnl_cd IN ('0', 'D') THEN 'denied'
       WHEN line_prcsg_ind_cd IN ('A', 'R', 'S') OR line_prcsg_ind_cd IS NULL THEN line_prcsg_ind_cd
       WHEN TRY_CAST(line_nch_pmt_amt AS DOUBLE) = 0 THEN 'denied' ELSE line_prcsg_ind_cd END AS claim_status,
  source_file, source_row
FROM claim;

-- table: line; rowwise: dme
WITH claim AS (
  SELECT *, CASE WHEN prncpal_dgns_cd IS NULL OR prncpal_dgns_cd = icd_dgns_cd1 THEN 0 ELSE 1 END AS principal_apart
  FROM dme
  WHERE COALESCE(final_action, 'F') <> 'N' AND COALESCE(dml_ind, 'INSERT') <> 'DELETE'
)
SELECT
  'rif' AS data_source, 'medicare' AS payer, clm_id AS claim_id, line_num AS claim_line_number,
  'professional' AS claim_type, bene_id AS person_id, clm_from_dt AS claim_start_date,
  clm_thru_dt AS claim_end_date, line_1st_expns_dt AS line_start_date, line_last_expns_dt AS line_end_date,
  nch_wkly_proc_dt AS paid_date,
  CASE WHEN line_place_of_srvc_cd LIKE '_' THEN '0' || line_place_of_srvc_cd ELSE line_place_of_srvc_cd END AS place_of_service_code,
  hcpcs_cd AS hcpcs_code, hcpcs_1st_mdfr_cd AS hcpcs_modifier_1, hcpcs_2nd_mdfr_cd AS hcpcs_modifier_2,
  hcpcs_3rd_mdfr_cd AS hcpcs_modifier_3, hcpcs_4th_mdfr_cd AS hcpcs_modifier_4, line_srvc_cnt AS units,
  prvdr_npi AS rendering_npi, prvdr_npi AS billing_npi, rfr_physn_npi AS referring_npi, tax_num AS billing_tin,
  line_sbmtd_chrg_amt AS charge_amount, line_alowd_chrg_amt AS allowed_amount, line_nch_pmt_amt AS paid_amount,
  line_coinsrnc_amt AS coinsurance_amount, line_bene_ptb_ddctbl_amt AS deductible_amount,
  CASE COALESCE(prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1) WHEN '0' THEN 'icd-10-cm' WHEN '9' THEN 'icd-9-cm' END
    AS diagnosis_code_type,
  COALESCE(prncpal_dgns_cd, icd_dgns_cd1) AS diagnosis_code_1,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd1 ELSE icd_dgns_cd2 END AS diagnosis_code_2,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd2 ELSE icd_dgns_cd3 END AS diagnosis_code_3,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd3 ELSE icd_dgns_cd4 END AS diagnosis_code_4,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd4 ELSE icd_dgns_cd5 END AS diagnosis_code_5,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd5 ELSE icd_dgns_cd6 END AS diagnosis_code_6,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd6 ELSE icd_dgns_cd7 END AS diagnosis_code_7,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd7 ELSE icd_dgns_cd8 END AS diagnosis_code_8,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd8 ELSE icd_dgns_cd9 END AS diagnosis_code_9,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd9 ELSE icd_dgns_cd10 END AS diagnosis_code_10,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd10 ELSE icd_dgns_cd11 END AS diagnosis_code_11,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd11 ELSE icd_dgns_cd12 END AS diagnosis_code_12,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd12 END AS diagnosis_code_13,
  CASE WHEN carr_clm_pmt_dnl_cd IN ('0', 'D') THEN 'denied'
       WHEN line_prcsg_ind_cd IN ('A', 'R', 'S') OR line_prcsg_ind_cd IS NULL THEN line_prcsg_ind_cd
       WHEN TRY_CAST(line_nch_pmt_amt AS DOUBLE) = 0 THEN 'denied' ELSE line_prcsg_ind_cd END AS claim_status,
  source_file, source_row
FROM claim;

-- table: line; rowwise: inpatient
WITH claim AS (
  SELECT *, CASE WHEN prncpal_dgns_cd IS NULL OR prncpal_dgns_cd = icd_dgns_cd1 THEN 0 ELSE 1 END AS principal_apart
  FROM inpatient
  WHERE COALESCE(final_action, 'F') <> 'N' AND COALESCE(dml_ind, 'INSERT') <> 'DELETE'
)
SELECT
  'rif' AS data_source, 'medicare' AS payer, clm_id AS claim_id, clm_line_num AS claim_line_number,
  'institutional' AS claim_type, bene_id AS person_id, clm_from_dt AS claim_start_date,
  clm_thru_dt AS claim_end_date, rev_cntr_dt AS line_start_date, rev_cntr_dt AS line_end_date,
  clm_admsn_dt AS admission_date, nch_bene_dschrg_dt AS discharge_date,
  COALESCE(fi_clm_proc_dt, nch_wkly_proc_dt) AS paid_date,
  clm_fac_type_cd || clm_srvc_clsfctn_type_cd || clm_freq_cd AS bill_type_code,
  rev_cntr AS revenue_center_code,
  CASE WHEN clm_drg_cd LIKE '_' THEN '00' || clm_drg_cd WHEN clm_drg_cd LIKE '__' THEN '0' || clm_drg_cd ELSE clm_drg_cd END AS drg_code,
  hcpcs_cd AS hcpcs_code, hcpcs_1st_mdfr_cd AS hcpcs_modifier_1, hcpcs_2nd_mdfr_cd AS hcpcs_modifier_2,
  hcpcs_3rd_mdfr_cd AS hcpcs_modifier_3, hcpcs_4th_mdfr_cd AS hcpcs_modifier_4, rev_cntr_unit_cnt AS units,
  COALESCE(rndrng_physn_npi, at_physn_npi) AS rendering_npi, org_npi_num AS billing_npi,
  org_npi_num AS facility_npi, rev_cntr_tot_chrg_amt AS charge_amount, clm_pmt_amt AS paid_amount,
  nch_bene_pta_coinsrnc_lblty_am AS coinsurance_amount, nch_bene_ip_ddctbl_amt AS deductible_amount,
  CASE COALESCE(prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1) WHEN '0' THEN 'icd-10-cm' WHEN '9' THEN 'icd-9-cm' END
    AS diagnosis_code_type,
  COALESCE(prncpal_dgns_cd, icd_dgns_cd1) AS diagnosis_code_1,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd1 ELSE icd_dgns_cd2 END AS diagnosis_code_2,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd2 ELSE icd_dgns_cd3 END AS diagnosis_code_3,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd3 ELSE icd_dgns_cd4 END AS diagnosis_code_4,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd4 ELSE icd_dgns_cd5 END AS diagnosis_code_5,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd5 ELSE icd_dgns_cd6 END AS diagnosis_code_6,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd6 ELSE icd_dgns_cd7 END AS diagnosis_code_7,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd7 ELSE icd_dgns_cd8 END AS diagnosis_code_8,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd8 ELSE icd_dgns_cd9 END AS diagnosis_code_9,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd9 ELSE icd_dgns_cd10 END AS diagnosis_code_10,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd10 ELSE icd_dgns_cd11 END AS diagnosis_code_11,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd11 ELSE icd_dgns_cd12 END AS diagnosis_code_12,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd12 ELSE icd_dgns_cd13 END AS diagnosis_code_13,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd13 ELSE icd_dgns_cd14 END AS diagnosis_code_14,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd14 ELSE icd_dgns_cd15 END AS diagnosis_code_15,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd15 ELSE icd_dgns_cd16 END AS diagnosis_code_16,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd16 ELSE icd_dgns_cd17 END AS diagnosis_code_17,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd17 ELSE icd_dgns_cd18 END AS diagnosis_code_18,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd18 ELSE icd_dgns_cd19 END AS diagnosis_code_19,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd19 ELSE icd_dgns_cd20 END AS diagnosis_code_20,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd20 ELSE icd_dgns_cd21 END AS diagnosis_code_21,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd21 ELSE icd_dgns_cd22 END AS diagnosis_code_22,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd22 ELSE icd_dgns_cd23 END AS diagnosis_code_23,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd23 ELSE icd_dgns_cd24 END AS diagnosis_code_24,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd24 ELSE icd_dgns_cd25 END AS diagnosis_code_25,
  CASE WHEN ptnt_dschrg_stus_cd LIKE '_' THEN '0' || ptnt_dschrg_stus_cd ELSE ptnt_dschrg_stus_cd END AS discharge_disposition_code,
  clm_ip_admsn_type_cd AS admit_type_code, clm_src_ip_admsn_cd AS admit_source_code,
  CASE WHEN clm_mdcr_non_pmt_rsn_cd <> 'P' THEN 'denied' END AS claim_status,
  clm_freq_cd AS claim_frequency_code, source_file, source_row
FROM claim;

-- table: line; rowwise: outpatient
WITH claim AS (
  SELECT *, CASE WHEN prncpal_dgns_cd IS NULL OR prncpal_dgns_cd = icd_dgns_cd1 THEN 0 ELSE 1 END AS principal_apart
  FROM outpatient
  WHERE COALESCE(final_action, 'F') <> 'N' AND COALESCE(dml_ind, 'INSERT') <> 'DELETE'
)
SELECT
  'rif' AS data_source, 'medicare' AS payer, clm_id AS claim_id, clm_line_num AS claim_line_number,
  'institutional' AS claim_type, bene_id AS person_id, clm_from_dt AS claim_start_date,
  clm_thru_dt AS claim_end_date, rev_cntr_dt AS line_start_date, rev_cntr_dt AS line_end_date,
  COALESCE(fi_clm_proc_dt, nch_wkly_proc_dt) AS paid_date,
  clm_fac_type_cd || clm_srvc_clsfctn_type_cd || clm_freq_cd AS bill_type_code,
  rev_cntr AS revenue_center_code, hcpcs_cd AS hcpcs_code, hcpcs_1st_mdfr_cd AS hcpcs_modifier_1,
  hcpcs_2nd_mdfr_cd AS hcpcs_modifier_2, hcpcs_3rd_mdfr_cd AS hcpcs_modifier_3,
  hcpcs_4th_mdfr_cd AS hcpcs_modifier_4, rev_cntr_unit_cnt AS units,
  COALESCE(rndrng_physn_npi, at_physn_npi) AS rendering_npi, org_npi_num AS billing_npi,
  org_npi_num AS facility_npi, rev_cntr_tot_chrg_amt AS charge_amount, clm_pmt_amt AS paid_amount,
  nch_bene_ptb_coinsrnc_amt AS coinsurance_amount, nch_bene_ptb_ddctbl_amt AS deductible_amount,
  CASE COALESCE(prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1) WHEN '0' THEN 'icd-10-cm' WHEN '9' THEN 'icd-9-cm' END
    AS diagnosis_code_type,
  COALESCE(prncpal_dgns_cd, icd_dgns_cd1) AS diagnosis_code_1,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd1 ELSE icd_dgns_cd2 END AS diagnosis_code_2,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd2 ELSE icd_dgns_cd3 END AS diagnosis_code_3,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd3 ELSE icd_dgns_cd4 END AS diagnosis_code_4,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd4 ELSE icd_dgns_cd5 END AS diagnosis_code_5,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd5 ELSE icd_dgns_cd6 END AS diagnosis_code_6,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd6 ELSE icd_dgns_cd7 END AS diagnosis_code_7,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd7 ELSE icd_dgns_cd8 END AS diagnosis_code_8,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd8 ELSE icd_dgns_cd9 END AS diagnosis_code_9,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd9 ELSE icd_dgns_cd10 END AS diagnosis_code_10,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd10 ELSE icd_dgns_cd11 END AS diagnosis_code_11,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd11 ELSE icd_dgns_cd12 END AS diagnosis_code_12,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd12 ELSE icd_dgns_cd13 END AS diagnosis_code_13,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd13 ELSE icd_dgns_cd14 END AS diagnosis_code_14,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd14 ELSE icd_dgns_cd15 END AS diagnosis_code_15,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd15 ELSE icd_dgns_cd16 END AS diagnosis_code_16,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd16 ELSE icd_dgns_cd17 END AS diagnosis_code_17,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd17 ELSE icd_dgns_cd18 END AS diagnosis_code_18,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd18 ELSE icd_dgns_cd19 END AS diagnosis_code_19,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd19 ELSE icd_dgns_cd20 END AS diagnosis_code_20,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd20 ELSE icd_dgns_cd21 END AS diagnosis_code_21,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd21 ELSE icd_dgns_cd22 END AS diagnosis_code_22,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd22 ELSE icd_dgns_cd23 END AS diagnosis_code_23,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd23 ELSE icd_dgns_cd24 END AS diagnosis_code_24,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd24 ELSE icd_dgns_cd25 END AS diagnosis_code_25,
  CASE WHEN ptnt_dschrg_stus_cd LIKE '_' THEN '0' || ptnt_dschrg_stus_cd ELSE ptnt_dschrg_stus_cd END AS discharge_disposition_code,
  CASE WHEN clm_mdcr_non_pmt_rsn_cd <> 'P' THEN 'denied' END AS claim_status,
  clm_freq_cd AS claim_frequency_code, source_file, source_row
FROM claim;

-- table: line; rowwise: hha
WITH claim AS (
  SELECT *, CASE WHEN prncpal_dgns_cd IS NULL OR prncpal_dgns_cd = icd_dgns_cd1 THEN 0 ELSE 1 END AS principal_apart
  FROM hha
  WHERE COALESCE(final_action, 'F') <> 'N' AND COALESCE(dml_ind, 'INSERT') <> 'DELETE'
)
SELECT
  'rif' AS data_source, 'medicare' AS payer, clm_id AS claim_id, clm_line_num AS claim_line_number,
  'institutional' AS claim_type, bene_id AS person_id, clm_from_dt AS claim_start_date,
  clm_thru_dt AS claim_end_date, rev_cntr_dt AS line_start_date, rev_cntr_dt AS line_end_date,
  clm_admsn_dt AS admission_date, COALESCE(fi_clm_proc_dt, nch_wkly_proc_dt) AS paid_date,
  clm_fac_type_cd || clm_srvc_clsfctn_type_cd || clm_freq_cd AS bill_type_code,
  rev_cntr AS revenue_center_code, hcpcs_cd AS hcpcs_code, hcpcs_1st_mdfr_cd AS hcpcs_modifier_1,
  hcpcs_2nd_mdfr_cd AS hcpcs_modifier_2, hcpcs_3rd_mdfr_cd AS hcpcs_modifier_3,
  hcpcs_4th_mdfr_cd AS hcpcs_modifier_4, rev_cntr_unit_cnt AS units, rndrng_physn_npi AS rendering_npi,
  org_npi_num AS billing_npi, org_npi_num AS facility_npi, at_physn_npi AS ordering_npi,
  rev_cntr_tot_chrg_amt AS charge_amount, clm_pmt_amt AS paid_amount,
  CASE COALESCE(prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1) WHEN '0' THEN 'icd-10-cm' WHEN '9' THEN 'icd-9-cm' END
    AS diagnosis_code_type,
  COALESCE(prncpal_dgns_cd, icd_dgns_cd1) AS diagnosis_code_1,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd1 ELSE icd_dgns_cd2 END AS diagnosis_code_2,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd2 ELSE icd_dgns_cd3 END AS diagnosis_code_3,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd3 ELSE icd_dgns_cd4 END AS diagnosis_code_4,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd4 ELSE icd_dgns_cd5 END AS diagnosis_code_5,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd5 ELSE icd_dgns_cd6 END AS diagnosis_code_6,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd6 ELSE icd_dgns_cd7 END AS diagnosis_code_7,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd7 ELSE icd_dgns_cd8 END AS diagnosis_code_8,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd8 ELSE icd_dgns_cd9 END AS diagnosis_code_9,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd9 ELSE icd_dgns_cd10 END AS diagnosis_code_10,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd10 ELSE icd_dgns_cd11 END AS diagnosis_code_11,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd11 ELSE icd_dgns_cd12 END AS diagnosis_code_12,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd12 ELSE icd_dgns_cd13 END AS diagnosis_code_13,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd13 ELSE icd_dgns_cd14 END AS diagnosis_code_14,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd14 ELSE icd_dgns_cd15 END AS diagnosis_code_15,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd15 ELSE icd_dgns_cd16 END AS diagnosis_code_16,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd16 ELSE icd_dgns_cd17 END AS diagnosis_code_17,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd17 ELSE icd_dgns_cd18 END AS diagnosis_code_18,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd18 ELSE icd_dgns_cd19 END AS diagnosis_code_19,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd19 ELSE icd_dgns_cd20 END AS diagnosis_code_20,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd20 ELSE icd_dgns_cd21 END AS diagnosis_code_21,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd21 ELSE icd_dgns_cd22 END AS diagnosis_code_22,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd22 ELSE icd_dgns_cd23 END AS diagnosis_code_23,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd23 ELSE icd_dgns_cd24 END AS diagnosis_code_24,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd24 ELSE icd_dgns_cd25 END AS diagnosis_code_25,
  CASE WHEN ptnt_dschrg_stus_cd LIKE '_' THEN '0' || ptnt_dschrg_stus_cd ELSE ptnt_dschrg_stus_cd END AS discharge_disposition_code,
  CASE WHEN clm_mdcr_non_pmt_rsn_cd <> 'P' THEN 'denied' END AS claim_status,
  clm_freq_cd AS claim_frequency_code, source_file, source_row
FROM claim;

-- table: line; rowwise: snf
WITH claim AS (
  SELECT *, CASE WHEN prncpal_dgns_cd IS NULL OR prncpal_dgns_cd = icd_dgns_cd1 THEN 0 ELSE 1 END AS principal_apart
  FROM snf
  WHERE COALESCE(final_action, 'F') <> 'N' AND COALESCE(dml_ind, 'INSERT') <> 'DELETE'
)
SELECT
  'rif' AS data_source, 'medicare' AS payer, clm_id AS claim_id, clm_line_num AS claim_line_number,
  'institutional' AS claim_type, bene_id AS person_id, clm_from_dt AS claim_start_date,
  clm_thru_dt AS claim_end_date, rev_cntr_dt AS line_start_date, rev_cntr_dt AS line_end_date,
  clm_admsn_dt AS admission_date, nch_bene_dschrg_dt AS discharge_date,
  COALESCE(fi_clm_proc_dt, nch_wkly_proc_dt) AS paid_date,
  clm_fac_type_cd || clm_srvc_clsfctn_type_cd || clm_freq_cd AS bill_type_code,
  rev_cntr AS revenue_center_code,
  CASE WHEN clm_drg_cd LIKE '_' THEN '00' || clm_drg_cd WHEN clm_drg_cd LIKE '__' THEN '0' || clm_drg_cd ELSE clm_drg_cd END AS drg_code,
  hcpcs_cd AS hcpcs_code, hcpcs_1st_mdfr_cd AS hcpcs_modifier_1, hcpcs_2nd_mdfr_cd AS hcpcs_modifier_2,
  hcpcs_3rd_mdfr_cd AS hcpcs_modifier_3, hcpcs_4th_mdfr_cd AS hcpcs_modifier_4, rev_cntr_unit_cnt AS units,
  COALESCE(rndrng_physn_npi, at_physn_npi) AS rendering_npi, org_npi_num AS billing_npi,
  org_npi_num AS facility_npi, rev_cntr_tot_chrg_amt AS charge_amount, clm_pmt_amt AS paid_amount,
  nch_bene_pta_coinsrnc_lblty_am AS coinsurance_amount, nch_bene_ip_ddctbl_amt AS deductible_amount,
  CASE COALESCE(prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1) WHEN '0' THEN 'icd-10-cm' WHEN '9' THEN 'icd-9-cm' END
    AS diagnosis_code_type,
  COALESCE(prncpal_dgns_cd, icd_dgns_cd1) AS diagnosis_code_1,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd1 ELSE icd_dgns_cd2 END AS diagnosis_code_2,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd2 ELSE icd_dgns_cd3 END AS diagnosis_code_3,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd3 ELSE icd_dgns_cd4 END AS diagnosis_code_4,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd4 ELSE icd_dgns_cd5 END AS diagnosis_code_5,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd5 ELSE icd_dgns_cd6 END AS diagnosis_code_6,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd6 ELSE icd_dgns_cd7 END AS diagnosis_code_7,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd7 ELSE icd_dgns_cd8 END AS diagnosis_code_8,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd8 ELSE icd_dgns_cd9 END AS diagnosis_code_9,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd9 ELSE icd_dgns_cd10 END AS diagnosis_code_10,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd10 ELSE icd_dgns_cd11 END AS diagnosis_code_11,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd11 ELSE icd_dgns_cd12 END AS diagnosis_code_12,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd12 ELSE icd_dgns_cd13 END AS diagnosis_code_13,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd13 ELSE icd_dgns_cd14 END AS diagnosis_code_14,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd14 ELSE icd_dgns_cd15 END AS diagnosis_code_15,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd15 ELSE icd_dgns_cd16 END AS diagnosis_code_16,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd16 ELSE icd_dgns_cd17 END AS diagnosis_code_17,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd17 ELSE icd_dgns_cd18 END AS diagnosis_code_18,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd18 ELSE icd_dgns_cd19 END AS diagnosis_code_19,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd19 ELSE icd_dgns_cd20 END AS diagnosis_code_20,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd20 ELSE icd_dgns_cd21 END AS diagnosis_code_21,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd21 ELSE icd_dgns_cd22 END AS diagnosis_code_22,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd22 ELSE icd_dgns_cd23 END AS diagnosis_code_23,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd23 ELSE icd_dgns_cd24 END AS diagnosis_code_24,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd24 ELSE icd_dgns_cd25 END AS diagnosis_code_25,
  CASE WHEN ptnt_dschrg_stus_cd LIKE '_' THEN '0' || ptnt_dschrg_stus_cd ELSE ptnt_dschrg_stus_cd END AS discharge_disposition_code,
  clm_ip_admsn_type_cd AS admit_type_code, clm_src_ip_admsn_cd AS admit_source_code,
  CASE WHEN clm_mdcr_non_pmt_rsn_cd <> 'P' THEN 'denied' END AS claim_status,
  clm_freq_cd AS claim_frequency_code, source_file, source_row
FROM claim;

-- table: line; rowwise: hospice
WITH claim AS (
  SELECT *, CASE WHEN prncpal_dgns_cd IS NULL OR prncpal_dgns_cd = icd_dgns_cd1 THEN 0 ELSE 1 END AS principal_apart
  FROM hospice
  WHERE COALESCE(final_action, 'F') <> 'N' AND COALESCE(dml_ind, 'INSERT') <> 'DELETE'
)
SELECT
  'rif' AS data_source, 'medicare' AS payer, clm_id AS claim_id, clm_line_num AS claim_line_number,
  'institutional' AS claim_type, bene_id AS person_id, clm_from_dt AS claim_start_date,
  clm_thru_dt AS claim_end_date, rev_cntr_dt AS line_start_date, rev_cntr_dt AS line_end_date,
  clm_hospc_start_dt_id AS admission_date, nch_bene_dschrg_dt AS discharge_date,
  COALESCE(fi_clm_proc_dt, nch_wkly_proc_dt) AS paid_date,
  clm_fac_type_cd || clm_srvc_clsfctn_type_cd || clm_freq_cd AS bill_type_code,
  rev_cntr AS revenue_center_code, hcpcs_cd AS hcpcs_code, hcpcs_1st_mdfr_cd AS hcpcs_modifier_1,
  hcpcs_2nd_mdfr_cd AS hcpcs_modifier_2, hcpcs_3rd_mdfr_cd AS hcpcs_modifier_3,
  hcpcs_4th_mdfr_cd AS hcpcs_modifier_4, rev_cntr_unit_cnt AS units, rndrng_physn_npi AS rendering_npi,
  org_npi_num AS billing_npi, org_npi_num AS facility_npi, at_physn_npi AS ordering_npi,
  rev_cntr_tot_chrg_amt AS charge_amount, clm_pmt_amt AS paid_amount,
  CASE COALESCE(prncpal_dgns_vrsn_cd, icd_dgns_vrsn_cd1) WHEN '0' THEN 'icd-10-cm' WHEN '9' THEN 'icd-9-cm' END
    AS diagnosis_code_type,
  COALESCE(prncpal_dgns_cd, icd_dgns_cd1) AS diagnosis_code_1,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd1 ELSE icd_dgns_cd2 END AS diagnosis_code_2,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd2 ELSE icd_dgns_cd3 END AS diagnosis_code_3,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd3 ELSE icd_dgns_cd4 END AS diagnosis_code_4,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd4 ELSE icd_dgns_cd5 END AS diagnosis_code_5,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd5 ELSE icd_dgns_cd6 END AS diagnosis_code_6,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd6 ELSE icd_dgns_cd7 END AS diagnosis_code_7,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd7 ELSE icd_dgns_cd8 END AS diagnosis_code_8,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd8 ELSE icd_dgns_cd9 END AS diagnosis_code_9,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd9 ELSE icd_dgns_cd10 END AS diagnosis_code_10,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd10 ELSE icd_dgns_cd11 END AS diagnosis_code_11,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd11 ELSE icd_dgns_cd12 END AS diagnosis_code_12,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd12 ELSE icd_dgns_cd13 END AS diagnosis_code_13,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd13 ELSE icd_dgns_cd14 END AS diagnosis_code_14,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd14 ELSE icd_dgns_cd15 END AS diagnosis_code_15,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd15 ELSE icd_dgns_cd16 END AS diagnosis_code_16,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd16 ELSE icd_dgns_cd17 END AS diagnosis_code_17,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd17 ELSE icd_dgns_cd18 END AS diagnosis_code_18,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd18 ELSE icd_dgns_cd19 END AS diagnosis_code_19,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd19 ELSE icd_dgns_cd20 END AS diagnosis_code_20,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd20 ELSE icd_dgns_cd21 END AS diagnosis_code_21,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd21 ELSE icd_dgns_cd22 END AS diagnosis_code_22,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd22 ELSE icd_dgns_cd23 END AS diagnosis_code_23,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd23 ELSE icd_dgns_cd24 END AS diagnosis_code_24,
  CASE WHEN principal_apart = 1 THEN icd_dgns_cd24 ELSE icd_dgns_cd25 END AS diagnosis_code_25,
  CASE WHEN ptnt_dschrg_stus_cd LIKE '_' THEN '0' || ptnt_dschrg_stus_cd ELSE ptnt_dschrg_stus_cd END AS discharge_disposition_code,
  CASE WHEN clm_mdcr_non_pmt_rsn_cd <> 'P' THEN 'denied' END AS claim_status,
  clm_freq_cd AS claim_frequency_code, source_file, source_row
FROM claim;

-- table: pharmacy_line; rowwise: pde
SELECT
  'rif' AS data_source, 'medicare' AS payer, plan_cntrct_rec_id AS plan, pde_id AS claim_id, '1' AS claim_line_number,
  bene_id AS person_id,
  CASE WHEN COALESCE(prscrbr_id_qlfyr_cd, '01') IN ('01', '1') THEN prscrbr_id END AS prescribing_npi,
  srvc_prvdr_id AS dispensing_npi, srvc_dt AS dispensing_date, pd_dt AS paid_date, prod_srvc_id AS ndc_code,
  qty_dspnsd_num AS quantity, days_suply_num AS days_supply,
  cvrd_d_plan_pd_amt AS paid_amount, tot_rx_cst_amt AS allowed_amount, source_file, source_row
FROM pde
WHERE COALESCE(final_action, 'F') <> 'N' AND COALESCE(dml_ind, 'INSERT') <> 'DELETE';

-- table: member; rowwise: beneficiary
SELECT
  bene_id AS person_id, bene_birth_dt AS birth_date, death_dt AS death_date,
  CASE bene_sex_ident_cd WHEN '1' THEN 'male' WHEN '2' THEN 'female' ELSE 'unknown' END AS sex,
  CASE CASE WHEN state_code LIKE '_' THEN '0' || state_code ELSE state_code END
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
  CASE WHEN bene_zip_cd LIKE '____' THEN '0' || bene_zip_cd WHEN bene_zip_cd LIKE '___' THEN '00' || bene_zip_cd
       ELSE bene_zip_cd END AS zip_code,
  source_file, source_row
FROM beneficiary;

-- table: enrollment; rowwise: beneficiary
WITH entitled AS (
  SELECT
    bene_id, COALESCE(rfrnc_yr, source_year) AS coverage_year,
    mdcr_entlmt_buyin_1_ind, mdcr_entlmt_buyin_2_ind, mdcr_entlmt_buyin_3_ind, mdcr_entlmt_buyin_4_ind,
    mdcr_entlmt_buyin_5_ind, mdcr_entlmt_buyin_6_ind, mdcr_entlmt_buyin_7_ind, mdcr_entlmt_buyin_8_ind,
    mdcr_entlmt_buyin_9_ind, mdcr_entlmt_buyin_10_ind, mdcr_entlmt_buyin_11_ind, mdcr_entlmt_buyin_12_ind,
    source_file, source_row
  FROM beneficiary
  WHERE COALESCE(rfrnc_yr, source_year) IS NOT NULL
)
SELECT bene_id AS person_id, 'medicare' AS payer, coverage_year || '-01-01' AS enrollment_start_date,
  coverage_year || '-01-31' AS enrollment_end_date,
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_1_ind <> '0'
UNION ALL
SELECT bene_id, 'medicare', coverage_year || '-02-01',
  coverage_year || CASE WHEN coverage_year IN ('1992', '1996', '2000', '2004', '2008', '2012', '2016', '2020', '2024', '2028', '2032', '2036', '2040') THEN '-02-29' ELSE '-02-28' END,
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_2_ind <> '0'
UNION ALL
SELECT bene_id, 'medicare', coverage_year || '-03-01',
  coverage_year || '-03-31',
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_3_ind <> '0'
UNION ALL
SELECT bene_id, 'medicare', coverage_year || '-04-01',
  coverage_year || '-04-30',
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_4_ind <> '0'
UNION ALL
SELECT bene_id, 'medicare', coverage_year || '-05-01',
  coverage_year || '-05-31',
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_5_ind <> '0'
UNION ALL
SELECT bene_id, 'medicare', coverage_year || '-06-01',
  coverage_year || '-06-30',
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_6_ind <> '0'
UNION ALL
SELECT bene_id, 'medicare', coverage_year || '-07-01',
  coverage_year || '-07-31',
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_7_ind <> '0'
UNION ALL
SELECT bene_id, 'medicare', coverage_year || '-08-01',
  coverage_year || '-08-31',
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_8_ind <> '0'
UNION ALL
SELECT bene_id, 'medicare', coverage_year || '-09-01',
  coverage_year || '-09-30',
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_9_ind <> '0'
UNION ALL
SELECT bene_id, 'medicare', coverage_year || '-10-01',
  coverage_year || '-10-31',
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_10_ind <> '0'
UNION ALL
SELECT bene_id, 'medicare', coverage_year || '-11-01',
  coverage_year || '-11-30',
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_11_ind <> '0'
UNION ALL
SELECT bene_id, 'medicare', coverage_year || '-12-01',
  coverage_year || '-12-31',
  source_file, source_row
FROM entitled WHERE mdcr_entlmt_buyin_12_ind <> '0';

-- table: provider; rowwise: carrier
SELECT
  prf_physn_npi AS npi, '1' AS entity_type_code, 'CMS specialty ' || CASE WHEN prvdr_spclty LIKE '_' THEN '0' || prvdr_spclty ELSE prvdr_spclty END AS specialty,
  CASE CASE WHEN prvdr_state_cd LIKE '_' THEN '0' || prvdr_state_cd ELSE prvdr_state_cd END
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
  prvdr_zip AS zip_code,
  source_file, source_row
FROM carrier
WHERE prf_physn_npi IS NOT NULL;

-- table: provider; rowwise: dme
SELECT
  prvdr_npi AS npi, 'CMS specialty ' || CASE WHEN prvdr_spclty LIKE '_' THEN '0' || prvdr_spclty ELSE prvdr_spclty END AS specialty,
  CASE CASE WHEN prvdr_state_cd LIKE '_' THEN '0' || prvdr_state_cd ELSE prvdr_state_cd END
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
FROM dme
WHERE prvdr_npi IS NOT NULL;

-- table: provider; rowwise: inpatient
SELECT
  org_npi_num AS npi, '2' AS entity_type_code,
  CASE clm_fac_type_cd
    WHEN '1' THEN 'hospital' WHEN '2' THEN 'skilled nursing facility' WHEN '3' THEN 'home health agency'
    WHEN '4' THEN 'religious nonmedical institution' WHEN '6' THEN 'intermediate care facility'
    WHEN '7' THEN CASE clm_srvc_clsfctn_type_cd
      WHEN '1' THEN 'rural health clinic' WHEN '2' THEN 'renal dialysis facility'
      WHEN '4' THEN 'outpatient rehabilitation facility' WHEN '5' THEN 'comprehensive outpatient rehabilitation facility'
      WHEN '6' THEN 'community mental health center' WHEN '7' THEN 'federally qualified health center'
      ELSE 'clinic' END
    WHEN '8' THEN CASE clm_srvc_clsfctn_type_cd
      WHEN '1' THEN 'hospice' WHEN '2' THEN 'hospice' WHEN '3' THEN 'ambulatory surgical center'
      WHEN '5' THEN 'hospital' ELSE 'special facility' END
  END AS specialty,
  CASE CASE WHEN prvdr_state_cd LIKE '_' THEN '0' || prvdr_state_cd ELSE prvdr_state_cd END
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
FROM inpatient
WHERE org_npi_num IS NOT NULL;

-- table: provider; rowwise: snf
SELECT
  org_npi_num AS npi, '2' AS entity_type_code,
  CASE clm_fac_type_cd
    WHEN '1' THEN 'hospital' WHEN '2' THEN 'skilled nursing facility' WHEN '3' THEN 'home health agency'
    WHEN '4' THEN 'religious nonmedical institution' WHEN '6' THEN 'intermediate care facility'
    WHEN '7' THEN CASE clm_srvc_clsfctn_type_cd
      WHEN '1' THEN 'rural health clinic' WHEN '2' THEN 'renal dialysis facility'
      WHEN '4' THEN 'outpatient rehabilitation facility' WHEN '5' THEN 'comprehensive outpatient rehabilitation facility'
      WHEN '6' THEN 'community mental health center' WHEN '7' THEN 'federally qualified health center'
      ELSE 'clinic' END
    WHEN '8' THEN CASE clm_srvc_clsfctn_type_cd
      WHEN '1' THEN 'hospice' WHEN '2' THEN 'hospice' WHEN '3' THEN 'ambulatory surgical center'
      WHEN '5' THEN 'hospital' ELSE 'special facility' END
  END AS specialty,
  CASE CASE WHEN prvdr_state_cd LIKE '_' THEN '0' || prvdr_state_cd ELSE prvdr_state_cd END
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
FROM snf
WHERE org_npi_num IS NOT NULL;

-- table: provider; rowwise: outpatient
SELECT
  org_npi_num AS npi, '2' AS entity_type_code,
  CASE clm_fac_type_cd
    WHEN '1' THEN 'hospital' WHEN '2' THEN 'skilled nursing facility' WHEN '3' THEN 'home health agency'
    WHEN '4' THEN 'religious nonmedical institution' WHEN '6' THEN 'intermediate care facility'
    WHEN '7' THEN CASE clm_srvc_clsfctn_type_cd
      WHEN '1' THEN 'rural health clinic' WHEN '2' THEN 'renal dialysis facility'
      WHEN '4' THEN 'outpatient rehabilitation facility' WHEN '5' THEN 'comprehensive outpatient rehabilitation facility'
      WHEN '6' THEN 'community mental health center' WHEN '7' THEN 'federally qualified health center'
      ELSE 'clinic' END
    WHEN '8' THEN CASE clm_srvc_clsfctn_type_cd
      WHEN '1' THEN 'hospice' WHEN '2' THEN 'hospice' WHEN '3' THEN 'ambulatory surgical center'
      WHEN '5' THEN 'hospital' ELSE 'special facility' END
  END AS specialty,
  CASE CASE WHEN prvdr_state_cd LIKE '_' THEN '0' || prvdr_state_cd ELSE prvdr_state_cd END
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
FROM outpatient
WHERE org_npi_num IS NOT NULL;

-- table: provider; rowwise: hha
SELECT
  org_npi_num AS npi, '2' AS entity_type_code,
  CASE clm_fac_type_cd
    WHEN '1' THEN 'hospital' WHEN '2' THEN 'skilled nursing facility' WHEN '3' THEN 'home health agency'
    WHEN '4' THEN 'religious nonmedical institution' WHEN '6' THEN 'intermediate care facility'
    WHEN '7' THEN CASE clm_srvc_clsfctn_type_cd
      WHEN '1' THEN 'rural health clinic' WHEN '2' THEN 'renal dialysis facility'
      WHEN '4' THEN 'outpatient rehabilitation facility' WHEN '5' THEN 'comprehensive outpatient rehabilitation facility'
      WHEN '6' THEN 'community mental health center' WHEN '7' THEN 'federally qualified health center'
      ELSE 'clinic' END
    WHEN '8' THEN CASE clm_srvc_clsfctn_type_cd
      WHEN '1' THEN 'hospice' WHEN '2' THEN 'hospice' WHEN '3' THEN 'ambulatory surgical center'
      WHEN '5' THEN 'hospital' ELSE 'special facility' END
  END AS specialty,
  CASE CASE WHEN prvdr_state_cd LIKE '_' THEN '0' || prvdr_state_cd ELSE prvdr_state_cd END
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
FROM hha
WHERE org_npi_num IS NOT NULL;

-- table: provider; rowwise: hospice
SELECT
  org_npi_num AS npi, '2' AS entity_type_code,
  CASE clm_fac_type_cd
    WHEN '1' THEN 'hospital' WHEN '2' THEN 'skilled nursing facility' WHEN '3' THEN 'home health agency'
    WHEN '4' THEN 'religious nonmedical institution' WHEN '6' THEN 'intermediate care facility'
    WHEN '7' THEN CASE clm_srvc_clsfctn_type_cd
      WHEN '1' THEN 'rural health clinic' WHEN '2' THEN 'renal dialysis facility'
      WHEN '4' THEN 'outpatient rehabilitation facility' WHEN '5' THEN 'comprehensive outpatient rehabilitation facility'
      WHEN '6' THEN 'community mental health center' WHEN '7' THEN 'federally qualified health center'
      ELSE 'clinic' END
    WHEN '8' THEN CASE clm_srvc_clsfctn_type_cd
      WHEN '1' THEN 'hospice' WHEN '2' THEN 'hospice' WHEN '3' THEN 'ambulatory surgical center'
      WHEN '5' THEN 'hospital' ELSE 'special facility' END
  END AS specialty,
  CASE CASE WHEN prvdr_state_cd LIKE '_' THEN '0' || prvdr_state_cd ELSE prvdr_state_cd END
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
FROM hospice
WHERE org_npi_num IS NOT NULL;
