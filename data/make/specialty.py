"""The vocabulary of specialties: one short name per specialty, and the family it falls back to.

Both taxonomy.csv and cms_specialty.csv speak it, so that a provider known by a NUCC taxonomy code and
one known by a CMS specialty code meet in one peer group. The names and the families are the project's
own; families are wide on purpose, being the peer group of last resort.
"""

FAMILIES = {
    "primary_care": """
        adolescent_medicine adult_medicine family_medicine general_practice geriatrics internal_medicine
        integrative_medicine obesity_medicine pediatrics preventive_medicine""",
    "medical_specialty": """
        addiction_medicine adult_congenital_cardiology allergy_immunology cardiac_electrophysiology
        cardiology clinical_pharmacology critical_care dermatology endocrinology gastroenterology
        heart_failure_cardiology hematology hematology_oncology hepatology hospice_palliative hospitalist
        hypertension infectious_disease interventional_cardiology medical_genetics medical_oncology
        medical_toxicology neonatology nephrology neurology occupational_medicine
        pediatric_allergy_immunology pediatric_cardiology pediatric_critical_care pediatric_dermatology
        pediatric_development pediatric_endocrinology pediatric_gastroenterology
        pediatric_hematology_oncology pediatric_hepatology pediatric_infectious_disease
        pediatric_nephrology pediatric_neurology pediatric_pulmonology pediatric_rheumatology
        peripheral_vascular_disease phlebology pulmonology rheumatology sleep_medicine sports_medicine
        stem_cell_transplantation transplant_hepatology undersea_hyperbaric""",
    "surgical_specialty": """
        cardiac_surgery colorectal_surgery dermatologic_surgery facial_plastic_surgery foot_ankle_surgery
        general_surgery hand_surgery neurosurgery oral_maxillofacial_surgery orthopedic_surgery
        orthopedic_trauma otolaryngology otology pediatric_orthopedics pediatric_otolaryngology
        pediatric_surgery pediatric_urology plastic_surgery spine_surgery surgical_critical_care
        surgical_oncology thoracic_surgery transplant_surgery trauma_surgery urology vascular_surgery""",
    "obstetrics_gynecology": """
        gynecologic_oncology maternal_fetal_medicine midwife obstetrics_gynecology
        reproductive_endocrinology urogynecology""",
    "emergency_medicine": "emergency_medicine emergency_medical_services pediatric_emergency_medicine",
    "anesthesia_pain": """
        anesthesiologist_assistant anesthesiology interventional_pain nurse_anesthetist pain_medicine
        pediatric_anesthesiology""",
    "radiology": """
        diagnostic_radiology interventional_radiology medical_physics neuroradiology nuclear_medicine
        pediatric_radiology radiation_oncology radiologic_technologist""",
    "pathology": "dermatopathology pathology",
    "behavioral_health": """
        addiction_psychiatry behavior_analyst child_psychiatry clinical_psychologist counselor
        family_therapist geriatric_psychiatry mental_health_other neuropsychiatry neuropsychologist
        psychiatry psychologist social_worker""",
    "rehabilitation": """
        audiologist electrodiagnostic_medicine hearing_instrument_specialist
        neuromuscular_medicine occupational_therapist occupational_therapy_assistant osteopathic_manipulation
        pediatric_rehabilitation physical_medicine_rehabilitation physical_therapist
        physical_therapy_assistant rehabilitation_other respiratory_therapist speech_language_pathologist""",
    "eye_care": """
        cornea glaucoma neuro_ophthalmology oculoplastic_surgery ophthalmology optician optometrist
        pediatric_ophthalmology retina uveitis eye_technician""",
    "dental": """
        dental_anesthesiology dental_auxiliary dental_public_health dentist endodontics oral_medicine
        oral_pathology oral_radiology orofacial_pain orthodontics pediatric_dentistry periodontics
        prosthodontics""",
    "chiropractic": "chiropractor",
    "podiatry": "podiatrist podiatric_assistant",
    "advanced_practice": """
        clinical_nurse_specialist clinical_nurse_specialist_psychiatric nurse_practitioner
        nurse_practitioner_acute_care nurse_practitioner_pediatric nurse_practitioner_psychiatric
        nurse_practitioner_womens_health physician_assistant physician_assistant_surgical""",
    "nursing": "licensed_practical_nurse nursing_related registered_nurse",
    "nutrition": "dietitian",
    "pharmacy": "pharmacist pharmacy pharmacy_technician",
    "laboratory": "clinical_laboratory laboratory_technician physiological_laboratory",
    "imaging_supplier": """
        diagnostic_testing_facility imaging_center mammography_center portable_xray_supplier
        radiation_therapy_center slide_preparation_facility""",
    "hospital": """
        childrens_hospital chronic_disease_hospital critical_access_hospital general_hospital
        hospital_department hospital_unit long_term_care_hospital military_hospital psychiatric_hospital
        rehabilitation_hospital special_hospital""",
    "ambulatory_facility": """
        ambulatory_surgery_center birthing_center cardiac_rehabilitation clinic community_mental_health_center
        dental_clinic dialysis_facility federally_qualified_health_center freestanding_emergency_center
        infusion_center military_clinic multispecialty_clinic oncology_center opioid_treatment_program
        primary_care_clinic public_health_agency rehabilitation_clinic rural_health_clinic
        sleep_center urgent_care_center indian_health_facility""",
    "nursing_facility": """
        assisted_living custodial_care intermediate_care_facility nursing_facility
        skilled_nursing_facility""",
    "home_health_hospice": "home_care home_health_agency home_infusion hospice hospice_inpatient respite_care",
    "residential_treatment": "residential_treatment substance_use_rehabilitation",
    "medical_supply": """
        blood_bank dme_supplier eyewear_supplier hearing_aid_supplier orthotist_prosthetist
        oxygen_supplier other_supplier pedorthist prosthetic_orthotic_supplier""",
    "transport": "air_ambulance ambulance nonemergency_transport",
    "group_practice": "group_practice multispecialty_group",
    "managed_care": "managed_care",
    "other": """
        alternative_medicine care_management contractor diabetes_prevention_program health_technician
        immunization_biller independent_medical_examiner legal_medicine other_provider student unknown veterinarian""",
}

FAMILY = {name: family for family, names in FAMILIES.items() for name in names.split()}
