"""Makes hcpcs_range.csv: which procedure codes are transports, equipment, laboratory tests or dialysis.

HCPCS Level II is CMS's own code set; its sections are those of CMS's quarterly HCPCS file. Laboratory
numbers are the ranges that CMS's clinical laboratory fee schedule pays from; only numbers are kept. What
is left out on purpose: A0432 (paramedic intercept: who bills it transports nobody), surgical pathology
88300 to 88399 (a physician's reading), specimen collection.

`category` is what a measure asks for, `kind` what its strata tell apart:

ambulance_transport  emergency or scheduled by basic or advanced; air; specialty (42 CFR 414.605)
ambulance_mileage    ground or air
equipment            supplies, nutrition, equipment, orthotics or prosthetics
laboratory           panel, test, presumptive or definitive (drug tests), proprietary
dialysis             dialysis services
"""

from table import write

RANGES = [
    # first, last, last character if only some of the range, category, kind
    ("A0425", "A0425", "", "ambulance_mileage", "ground"),
    ("A0426", "A0426", "", "ambulance_transport", "scheduled_advanced"),
    ("A0427", "A0427", "", "ambulance_transport", "emergency_advanced"),
    ("A0428", "A0428", "", "ambulance_transport", "scheduled_basic"),
    ("A0429", "A0429", "", "ambulance_transport", "emergency_basic"),
    ("A0430", "A0431", "", "ambulance_transport", "air"),
    ("A0433", "A0433", "", "ambulance_transport", "emergency_advanced"),
    ("A0434", "A0434", "", "ambulance_transport", "specialty"),
    ("A0435", "A0436", "", "ambulance_mileage", "air"),
    ("A4206", "A8004", "", "equipment", "supplies"),
    ("B4034", "B9999", "", "equipment", "nutrition"),
    ("E0100", "E8002", "", "equipment", "equipment"),
    ("K0001", "K1999", "", "equipment", "equipment"),
    ("L0112", "L4631", "", "equipment", "orthotics"),
    ("L5000", "L9900", "", "equipment", "prosthetics"),
    ("0001M", "0099M", "M", "laboratory", "proprietary"),
    ("0001U", "0999U", "U", "laboratory", "proprietary"),
    ("80047", "80081", "", "laboratory", "panel"),
    ("80143", "80299", "", "laboratory", "test"),
    ("80305", "80307", "", "laboratory", "presumptive"),
    ("80320", "80377", "", "laboratory", "definitive"),
    ("80400", "88299", "", "laboratory", "test"),
    ("89049", "89398", "", "laboratory", "test"),
    ("G0480", "G0483", "", "laboratory", "definitive"),
    ("G0659", "G0659", "", "laboratory", "definitive"),
    ("90935", "90999", "", "dialysis", "dialysis"),
]


def main():
    rows = [(first, last, first[0], ending, category, kind) for first, last, ending, category, kind in RANGES]
    write("hcpcs_range.csv", ["first_code", "last_code", "initial", "ending", "category", "kind"], rows)


if __name__ == "__main__":
    main()
