"""Makes place_of_service.csv: CMS's place-of-service codes in groups that the edits ask for.

Usage: place_of_service.py PATH/CodeSystem-CLM-POS-CD.fsh (CMSgov/beneficiary-fhir-data, CC0). The file
is used to prove that every assigned code is placed here and no other; the grouping is ours:

office      scheduled ambulatory care outside a hospital. Walk-in, urgent-care, worksite and daily-dosing
            places are `other`: weekends are ordinary there.
facility    hospital outpatient, surgery centre, nursing facility, dialysis and the like
inpatient   hospital-level inpatient: the places that an inpatient stay fills
emergency   hospital emergency room
home        where the patient lives, as the home-or-residence visit codes mean it
telehealth  patient and practitioner in different places

face_to_face is 1 only where the code says that the patient was at that place: not telehealth, not a
laboratory (a specimen may have travelled), not a pharmacy (mail order) and not 99.
"""

import sys

from table import fsh_codes, write

GROUPS = {
    "office": "05 07 11 49 50 57 71 72",
    "facility": "06 08 19 22 24 25 26 31 32 34 52 53 54 56 62 65 66",
    "inpatient": "21 51 61",
    "emergency": "23",
    "home": "12 13 14 16 33 55",
    "telehealth": "02 10",
    "laboratory": "81",
    "ambulance": "41 42",
    "other": "01 03 04 09 15 17 18 20 27 58 60 99",
}

NOT_SEEN_IN_PERSON = {"01", "02", "10", "81", "99"}


def main():
    assigned = {code for code, text in fsh_codes(sys.argv[1]).items() if text != "UNASSIGNED"} - {"~"}
    placed = {code: group for group, codes in GROUPS.items() for code in codes.split()}
    if placed.keys() != assigned:
        raise SystemExit(f"differs from CMS's list: {sorted(placed.keys() ^ assigned)}")
    rows = [(code, group, int(code not in NOT_SEEN_IN_PERSON)) for code, group in placed.items()]
    write("place_of_service.csv", ["place_of_service_code", "setting", "face_to_face"], rows)


if __name__ == "__main__":
    main()
