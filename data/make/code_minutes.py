"""Makes code_minutes.csv: procedure codes that state a time, and the least minutes each stands for.

Code numbers and minutes are facts; no descriptor of CPT is used. Psychotherapy: the times from which
a code may be billed (16, 38 and 53 minutes), as Medicare contractors' billing articles on psychotherapy
state them; codes new in 2013 (77 FR 68892, CY 2013 fee schedule). Timed therapy: the codes billed in
units of 15 minutes under CMS's Medicare Claims Processing Manual ch. 5 s. 20.2; by its C, n units of a
day are at least 15 n - 7 minutes. 97532 and 97762 ended with 2017, 97763 began with 2018 (82 FR 52976);
97129 and 97130 began with 2020 (84 FR 62568).

Evaluation and management codes are not here: their level follows from decision-making as well.
"""

from table import write

PSYCHOTHERAPY = {90832: 16, 90833: 16, 90834: 38, 90836: 38, 90837: 53, 90838: 53}
THERAPY = [
    97032, 97033, 97034, 97035, 97036, 97110, 97112, 97113, 97116, 97124, 97140, 97530, 97533, 97535,
    97537, 97542, 97750, 97755, 97760, 97761,
]  # fmt: skip
DATED = {
    97129: ("2020-01-01", ""),
    97130: ("2020-01-01", ""),
    97532: ("", "2017-12-31"),
    97762: ("", "2017-12-31"),
    97763: ("2018-01-01", ""),
}
UNIT_MINUTES = 15


def rows():
    for code, minutes in PSYCHOTHERAPY.items():
        yield (str(code), minutes, 0, "2013-01-01", "")
    for code in THERAPY:
        yield (str(code), UNIT_MINUTES, 1, "", "")
    for code, (first, last) in DATED.items():
        yield (str(code), UNIT_MINUTES, 1, first, last)


def main():
    header = ["hcpcs_code", "minutes", "per_unit", "effective_from", "effective_to"]
    write("code_minutes.csv", header, list(rows()))


if __name__ == "__main__":
    main()
