"""Makes cms_specialty.csv: CMS's two-character provider specialty codes in the project's vocabulary.

Usage: cms_specialty.py PATH/CodeSystem-CLM-PRVDR-SPCLTY-CD.fsh (CMSgov/beneficiary-fhir-data, CC0). The
file is used to prove that every code that CMS lists is placed here and no other; the placing is ours.
"""

import sys

from specialty import FAMILY
from table import fsh_codes, write

INDIVIDUAL = {
    "01": "general_practice", "02": "general_surgery", "03": "allergy_immunology", "04": "otolaryngology",
    "05": "anesthesiology", "06": "cardiology", "07": "dermatology", "08": "family_medicine",
    "09": "interventional_pain", "10": "gastroenterology", "11": "internal_medicine",
    "12": "osteopathic_manipulation", "13": "neurology", "14": "neurosurgery",
    "15": "speech_language_pathologist", "16": "obstetrics_gynecology", "17": "hospice_palliative",
    "18": "ophthalmology", "19": "oral_maxillofacial_surgery", "20": "orthopedic_surgery",
    "21": "cardiac_electrophysiology", "22": "pathology", "23": "sports_medicine", "24": "plastic_surgery",
    "25": "physical_medicine_rehabilitation", "26": "psychiatry", "27": "geriatric_psychiatry",
    "28": "colorectal_surgery", "29": "pulmonology", "30": "diagnostic_radiology",
    "32": "anesthesiologist_assistant", "33": "thoracic_surgery", "34": "urology", "35": "chiropractor",
    "36": "nuclear_medicine", "37": "pediatrics", "38": "geriatrics", "39": "nephrology",
    "40": "hand_surgery", "41": "optometrist", "42": "midwife", "43": "nurse_anesthetist",
    "44": "infectious_disease", "46": "endocrinology", "48": "podiatrist", "50": "nurse_practitioner",
    "55": "orthotist_prosthetist", "56": "orthotist_prosthetist", "57": "orthotist_prosthetist",
    "62": "psychologist", "64": "audiologist", "65": "physical_therapist", "66": "rheumatology",
    "67": "occupational_therapist", "68": "clinical_psychologist", "71": "dietitian",
    "72": "pain_medicine", "76": "peripheral_vascular_disease", "77": "vascular_surgery",
    "78": "cardiac_surgery", "79": "addiction_medicine", "80": "social_worker", "81": "critical_care",
    "82": "hematology", "83": "hematology_oncology", "84": "preventive_medicine",
    "85": "oral_maxillofacial_surgery", "86": "neuropsychiatry", "89": "clinical_nurse_specialist",
    "90": "medical_oncology", "91": "surgical_oncology", "92": "radiation_oncology",
    "93": "emergency_medicine", "94": "interventional_radiology", "96": "optician",
    "97": "physician_assistant", "98": "gynecologic_oncology", "99": "unknown", "B2": "pedorthist",
    "B5": "eye_technician", "C0": "sleep_medicine", "C3": "interventional_cardiology", "C5": "dentist",
    "C6": "hospitalist", "C7": "heart_failure_cardiology", "C8": "medical_toxicology",
    "C9": "stem_cell_transplantation", "D3": "medical_genetics", "D4": "undersea_hyperbaric",
    "D7": "dermatologic_surgery", "D8": "adult_congenital_cardiology", "E1": "family_therapist",
    "E2": "counselor", "E3": "dental_anesthesiology", "E4": "dental_public_health", "E5": "endodontics",
    "E6": "oral_pathology", "E7": "oral_radiology", "E9": "oral_medicine", "F1": "orofacial_pain",
    "F2": "orthodontics", "F3": "pediatric_dentistry", "F4": "periodontics", "F5": "prosthodontics",
    "F6": "neurology",
}  # fmt: skip

ORGANISATION = {
    "31": "cardiac_rehabilitation", "45": "mammography_center", "47": "diagnostic_testing_facility",
    "49": "ambulatory_surgery_center", "51": "prosthetic_orthotic_supplier",
    "52": "prosthetic_orthotic_supplier", "53": "prosthetic_orthotic_supplier", "54": "dme_supplier",
    "58": "dme_supplier", "59": "ambulance", "60": "public_health_agency", "61": "public_health_agency",
    "63": "portable_xray_supplier", "69": "clinical_laboratory", "70": "group_practice",
    "73": "immunization_biller", "74": "radiation_therapy_center", "75": "slide_preparation_facility",
    "87": "other_supplier", "88": "unknown", "95": "unknown", "A0": "general_hospital",
    "A1": "skilled_nursing_facility", "A2": "intermediate_care_facility", "A3": "nursing_facility",
    "A4": "home_health_agency", "A5": "pharmacy", "A6": "dme_supplier", "A7": "other_supplier",
    "A8": "other_supplier", "A9": "indian_health_facility", "B1": "oxygen_supplier",
    "B3": "prosthetic_orthotic_supplier", "B4": "rehabilitation_clinic", "C1": "immunization_biller",
    "C2": "other_provider", "C4": "other_provider", "D1": "diabetes_prevention_program",
    "D2": "other_provider", "D5": "opioid_treatment_program", "D6": "home_infusion",
    "Z1": "hospital_department", "Z2": "managed_care", "Z3": "managed_care", "Z4": "group_practice",
    "Z5": "group_practice",
}  # fmt: skip

NOT_A_SPECIALTY = {"~"}


def main():
    placed = INDIVIDUAL.keys() | ORGANISATION.keys()
    listed = fsh_codes(sys.argv[1]).keys() - NOT_A_SPECIALTY
    if placed != listed:
        raise SystemExit(f"not placed: {sorted(listed - placed)}; not CMS's: {sorted(placed - listed)}")
    rows = [
        (code, name, FAMILY[name], setting)
        for setting, names in (("individual", INDIVIDUAL), ("organisation", ORGANISATION))
        for code, name in names.items()
    ]
    write("cms_specialty.csv", ["cms_specialty_code", "specialty", "specialty_family", "setting"], rows)


if __name__ == "__main__":
    main()
