"""Checks every reference table: header, field forms, keys, row order, and what must hold between rows.

Usage: check.py (no package needed). Exits 1 and names file, line and column of each fault.
"""

import csv
import re
import sys
from collections import Counter, defaultdict
from datetime import date

from specialty import FAMILIES, FAMILY
from table import REFERENCE

NAME = r"[a-z][a-z0-9_]*"
FLAG = r"[01]"
CODE = r"[0-9A-Z]\d{3}[0-9A-Z]"
DAY = r"\d{4}-\d{2}-\d{2}"
SETTING = r"office|facility|inpatient|emergency|home|telehealth|laboratory|ambulance|other"
PARTY = r"individual|organisation"
FAMILY_NAME = "|".join(FAMILIES)
SPECIALTY = "|".join(FAMILY)

# file -> (column, form of a field) in order; the second value is how many leading columns are the key.
SCHEMAS = {
    "cms_specialty.csv": (
        [("cms_specialty_code", r"[0-9A-FZ]\d"), ("specialty", SPECIALTY),
         ("specialty_family", FAMILY_NAME), ("setting", PARTY)], 1),
    "code_minutes.csv": (
        [("hcpcs_code", r"9[07]\d{3}"), ("minutes", r"[1-9]\d"), ("per_unit", FLAG),
         ("effective_from", f"({DAY})?"), ("effective_to", f"({DAY})?")], 1),
    "drg.csv": (
        [("drg_code", r"\d{3}"), ("geometric_mean_los_hundredths", r"[1-9]\d{1,3}"),
         ("weight_ten_thousandths", r"[1-9]\d{2,5}"), ("base_family", r"\d{3}"), ("severity", "none|cc|mcc"),
         ("split", "mcc_cc_none|mcc_rest|ccmcc_none|unsplit"), ("other_route", FLAG)], 1),
    "elixhauser_category.csv": (
        [("code_system", "icd10cm|icd9cm"), ("category", r"[A-Z][A-Z_]*"), ("measure", r"[A-Z][A-Z_]*"),
         ("present_on_admission", FLAG), ("superseded_by", r"([A-Z][A-Z_]*(\|[A-Z][A-Z_]*)*)?")], 2),
    "elixhauser_icd10cm.csv": (
        [("icd10cm_code", r"[A-Z]\d[0-9A-Z]{1,5}"), ("category", r"[A-Z][A-Z_]*")], 2),
    "elixhauser_icd9cm.csv": (
        [("icd9cm_code", r"(\d{3}|V\d{2})\d{0,2}"), ("category", r"[A-Z]+")], 2),
    "em_family.csv": (
        [("hcpcs_code", r"9[89]\d{3}"), ("family", NAME), ("level", "[1-5]"), ("top_two", FLAG),
         ("new_patient", FLAG), ("setting", SETTING), ("effective_from", f"({DAY})?"),
         ("effective_to", f"({DAY})?")], 1),
    "hcpcs_range.csv": (
        [("first_code", CODE), ("last_code", CODE), ("initial", r"[0-9A-Z]"), ("ending", r"[A-Z]?"),
         ("category", "ambulance_transport|ambulance_mileage|equipment|laboratory|dialysis"),
         ("kind", NAME)], 1),
    "holiday.csv": ([("date", DAY), ("name", r"[A-Z][A-Za-z,.' ]+"), ("in_lieu", FLAG)], 1),
    "place_of_service.csv": (
        [("place_of_service_code", r"\d{2}"), ("setting", SETTING), ("face_to_face", FLAG)], 1),
    "taxonomy.csv": (
        [("taxonomy_code", r"[0-9A-Z]{9}X"), ("specialty_family", FAMILY_NAME), ("specialty", SPECIALTY),
         ("setting", PARTY)], 1),
    "vintage.csv": (
        [("file", r"[a-z0-9_]+\.csv"), ("vintage", r".+"), ("effective_from", f"({DAY})?"),
         ("effective_to", f"({DAY})?"), ("source", r".+")], 1),
}  # fmt: skip


def read(name):
    with (REFERENCE / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def form_faults(name, columns, key_width):
    """Faults that a single table shows by itself."""
    raw = (REFERENCE / name).read_bytes()
    if b"\r" in raw or not raw.endswith(b"\n"):
        yield f"{name}: lines must end in LF"
    rows = read(name)
    header = [column for column, _ in columns]
    if list(rows[0]) != header:
        yield f"{name}: header {list(rows[0])}, expected {header}"
        return
    keys = [tuple(row[column] for column in header[:key_width]) for row in rows]
    if keys != sorted(set(keys)):
        yield f"{name}: keys {header[:key_width]} repeat or are out of order"
    for line, row in enumerate(rows, start=2):
        for column, form in columns:
            if not re.fullmatch(form, row[column]):
                yield f"{name}:{line}: {column} is {row[column]!r}"


def em_faults():
    families = defaultdict(list)
    for row in read("em_family.csv"):
        families[row["family"]].append(row)
        if row["effective_from"] and row["effective_to"] and row["effective_from"] > row["effective_to"]:
            yield f"em_family.csv: {row['hcpcs_code']} ends before it begins"
    for family, rows in families.items():
        levels = [int(row["level"]) for row in rows]
        if levels != list(range(1, len(rows) + 1)):
            yield f"em_family.csv: {family} has levels {levels}"
        if [row["top_two"] for row in rows] != ["0"] * (len(rows) - 2) + ["1", "1"]:
            yield f"em_family.csv: {family} must mark its two highest levels"
        if len({(row["new_patient"], row["setting"]) for row in rows}) != 1:
            yield f"em_family.csv: {family} is not of one kind"


def drg_faults():
    """Within a family a graver severity must weigh more, and the split must be what its rows show."""
    severities = {"mcc_cc_none": "cc mcc none", "mcc_rest": "mcc none", "ccmcc_none": "cc none"}
    families = defaultdict(list)
    for row in read("drg.csv"):
        families[row["base_family"]].append(row)
    for family, rows in families.items():
        found = " ".join(sorted(row["severity"] for row in rows))
        split = {row["split"] for row in rows}
        if len(split) != 1 or found != severities.get(min(split), found):
            yield f"drg.csv: family {family} is {split} with severities {found}"
        if min(row["drg_code"] for row in rows) != family:
            yield f"drg.csv: family {family} is not named by its first DRG"
        order = sorted(rows, key=lambda row: ["none", "cc", "mcc"].index(row["severity"]))
        weights = [int(row["weight_ten_thousandths"]) for row in order]
        if weights != sorted(weights):
            yield f"drg.csv: family {family} has weights {weights} from none to MCC"


def specialty_faults():
    for name in ("taxonomy.csv", "cms_specialty.csv"):
        for row in read(name):
            if FAMILY.get(row["specialty"]) != row["specialty_family"]:
                yield f"{name}: {row['specialty']} is not of family {row['specialty_family']}"


def elixhauser_faults():
    rows = read("elixhauser_category.csv")
    for system in ("icd10cm", "icd9cm"):
        known = {row["category"] for row in rows if row["code_system"] == system}
        mapped = {row["category"] for row in read(f"elixhauser_{system}.csv")}
        if known != mapped:
            yield f"elixhauser_category.csv: {system} differs in {sorted(known ^ mapped)}"
        for row in rows:
            graver = set(filter(None, row["superseded_by"].split("|")))
            if row["code_system"] == system and not graver <= known:
                yield f"elixhauser_category.csv: {row['category']} superseded by unknown {graver - known}"


def holiday_faults():
    rows = read("holiday.csv")
    legal = Counter(row["date"][:4] for row in rows if row["in_lieu"] == "0")
    for year in range(2008, 2031):
        if legal[str(year)] != (11 if year >= 2021 else 10):
            yield f"holiday.csv: {year} has {legal[str(year)]} legal holidays"
    for row in rows:
        if row["in_lieu"] == "1" and date.fromisoformat(row["date"]).weekday() not in (0, 4):
            yield f"holiday.csv: {row['date']} in lieu is neither Friday nor Monday"


def hcpcs_range_faults():
    """A code lies in one range, and a range begins with one character, by which it is joined."""
    rows = read("hcpcs_range.csv")
    for row in rows:
        first, last = row["first_code"], row["last_code"]
        if first > last or {first[0], last[0]} != {row["initial"]}:
            yield f"hcpcs_range.csv: {first} to {last} is no range of {row['initial']}"
        if row["ending"] and {first[-1], last[-1]} != {row["ending"]}:
            yield f"hcpcs_range.csv: {first} to {last} does not end in {row['ending']}"
    for ending in sorted({row["ending"] for row in rows}):
        same = [row for row in rows if row["ending"] == ending]
        for before, after in zip(same, same[1:]):
            if after["first_code"] <= before["last_code"]:
                yield f"hcpcs_range.csv: {after['first_code']} lies in the range before it"


def vintage_faults():
    named = {row["file"] for row in read("vintage.csv")}
    present = {path.name for path in REFERENCE.glob("*.csv")} - {"vintage.csv"}
    if named != present:
        yield f"vintage.csv: differs from the folder in {sorted(named ^ present)}"
    if present | {"vintage.csv"} != SCHEMAS.keys():
        yield f"a table has no schema: {sorted(present ^ SCHEMAS.keys())}"


def main():
    faults = [fault for name, schema in SCHEMAS.items() for fault in form_faults(name, *schema)]
    if not faults:
        for check in (em_faults, drg_faults, specialty_faults, elixhauser_faults, holiday_faults,
                      hcpcs_range_faults, vintage_faults):
            faults += check()
    print("\n".join(faults) or f"{len(SCHEMAS)} reference tables: no fault")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
