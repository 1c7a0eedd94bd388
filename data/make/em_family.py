"""Makes em_family.csv: families of evaluation and management (E/M) codes and their levels.

Code numbers, their order and their dates are facts, gathered from HHS OIG OEI-04-10-00180 (visit
types and their codes), the physician fee schedule rules of CMS named below and CMS's MLN006764.
No descriptor of CPT is used. Each row below: family, codes from lowest to highest level, whether
the patient must be new, setting, first day, last day (empty: not recorded, or still in force).

85 FR 84472 (CY 2021): 99201 deleted. 87 FR 69404 (CY 2023): observation, domiciliary, 99241, 99251
and 99343 deleted. 75 FR 73170 (CY 2011): 99224 to 99226 new. 89 FR 97710 (CY 2025): 98000 to 98015
new in CPT, not paid by Medicare.
"""

from table import write

END_2020, END_2022 = "2020-12-31", "2022-12-31"

FAMILIES = [
    ("office_new", range(99201, 99206), 1, "office", "", {99201: END_2020}),
    ("office_established", range(99211, 99216), 0, "office", "", {}),
    ("observation_initial", range(99218, 99221), 0, "facility", "", END_2022),
    ("hospital_initial", range(99221, 99224), 0, "inpatient", "", {}),
    ("observation_subsequent", range(99224, 99227), 0, "facility", "2011-01-01", END_2022),
    ("hospital_subsequent", range(99231, 99234), 0, "inpatient", "", {}),
    ("hospital_same_day", range(99234, 99237), 0, "inpatient", "", {}),
    ("consultation_office", range(99241, 99246), 0, "office", "", {99241: END_2022}),
    ("consultation_inpatient", range(99251, 99256), 0, "inpatient", "", {99251: END_2022}),
    ("emergency", range(99281, 99286), 0, "emergency", "", {}),
    ("nursing_facility_initial", range(99304, 99307), 0, "facility", "", {}),
    ("nursing_facility_subsequent", range(99307, 99311), 0, "facility", "", {}),
    ("domiciliary_new", range(99324, 99329), 1, "home", "", END_2022),
    ("domiciliary_established", range(99334, 99338), 0, "home", "", END_2022),
    ("home_new", range(99341, 99346), 1, "home", "", {99343: END_2022}),
    ("home_established", range(99347, 99351), 0, "home", "", {}),
    ("telehealth_video_new", range(98000, 98004), 1, "telehealth", "2025-01-01", {}),
    ("telehealth_video_established", range(98004, 98008), 0, "telehealth", "2025-01-01", {}),
    ("telehealth_audio_new", range(98008, 98012), 1, "telehealth", "2025-01-01", {}),
    ("telehealth_audio_established", range(98012, 98016), 0, "telehealth", "2025-01-01", {}),
]


def rows():
    for family, codes, new, setting, first, ended in FAMILIES:
        for level, code in enumerate(codes, start=1):
            last = ended if isinstance(ended, str) else ended.get(code, "")
            top_two = int(level > len(codes) - 2)
            yield (str(code), family, level, top_two, new, setting, first, last)


def main():
    header = ["hcpcs_code", "family", "level", "top_two", "new_patient", "setting"]
    write("em_family.csv", [*header, "effective_from", "effective_to"], list(rows()))


if __name__ == "__main__":
    main()
