"""Replays the draw of a sample folder from sample.json and frame.parquet, and compares it with
sample.csv.

Written from the description in sample.json alone; it shares no code with the program. Needs pyarrow.

    python replay_sample.py FOLDER
"""

import csv
import hashlib
import json
import pathlib
import sys
from decimal import Decimal

import pyarrow.parquet as pq


def main(folder):
    folder = pathlib.Path(folder)
    declared = json.loads((folder / "sample.json").read_text())
    units = pq.read_table(folder / "frame.parquet").to_pylist()
    seed = declared["draw"]["seed"]

    assert [u["unit_id"] for u in units] == list(range(1, len(units) + 1)), "units are numbered from 1"
    keys = ["data_source", "claim_id", "claim_line_number", "person_id"]
    whole = declared["unit"] == "line"
    order = [tuple((u[k] is not None, u[k]) for k in (keys[:3] if whole else keys)) for u in units]
    assert order == sorted(order), "the frame is in its order"
    assert sum(u["paid_amount"] for u in units) == Decimal(declared["frame"]["paid_amount"])
    assert all(u["paid_amount"] > 0 for u in units)

    text = "".join(
        "\t".join(
            [str(u["unit_id"])]
            + ["" if u[k] is None else str(u[k]) for k in keys]
            + [str(int(u["paid_amount"] * 100))]
        )
        + "\n"
        for u in units
    )
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    assert sha256 == declared["frame"]["sha256"], "the frame's hash"
    if declared["draw"]["seed_from"] == "frame":
        assert seed == int(sha256[:12], 16), "the seed is the frame's"

    drawn = []
    for stratum in declared["design"]["strata"]:
        inside = [
            u
            for u in units
            if (stratum["above"] is None or u["paid_amount"] > Decimal(stratum["above"]))
            and (stratum["up_to"] is None or u["paid_amount"] <= Decimal(stratum["up_to"]))
        ]
        assert {u["stratum"] for u in inside} == {stratum["stratum"]}, "limits and strata agree"
        assert len(inside) == stratum["units"]
        number = {
            u["unit_id"]: hashlib.sha256(f"{seed},{u['unit_id']}".encode("ascii")).digest()[:8]
            for u in inside
        }
        ids = sorted(number, key=lambda i: (int.from_bytes(number[i], "big"), i))[: stratum["drawn"]]
        drawn += [(i, stratum["stratum"], number[i].hex()) for i in ids]
    assert len(drawn) == declared["design"]["size"]

    with open(folder / "sample.csv", newline="") as file:
        rows = [(int(r["unit_id"]), int(r["stratum"]), r["random_number"]) for r in csv.DictReader(file)]
    assert rows == drawn, "the same units in the same order"
    print(f"replayed {len(drawn)} of {len(units)} units")


if __name__ == "__main__":
    main(sys.argv[1])
