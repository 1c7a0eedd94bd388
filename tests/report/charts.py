"""Draws every chart of src/report/charts as a notebook does: the spec, records, a look.

    python tests/report/charts.py FOLDER

Writes one PNG a chart and look, prints a line a chart, and fails where one cannot be drawn.
"""

import json
import sys
from pathlib import Path

import vl_convert

CHARTS = Path(__file__).resolve().parents[2] / "src" / "report" / "charts"
# A picture with marks is larger than one with axes alone.
SMALLEST = 3_000

RECORDS = {
    "waterfall": {
        "steps": [
            {"order": 0, "label": "a", "text": "a: $100", "kind": "finding", "from": 0, "to": 100, "amount": 100},
            {"order": 1, "label": "b", "text": "b: $50", "kind": "finding", "from": 100, "to": 150, "amount": 50},
            {"order": 2, "label": "c", "text": "c: −$30", "kind": "less", "from": 120, "to": 150, "amount": -30},
            {"order": 3, "label": "d", "text": "d: $120", "kind": "total", "from": 0, "to": 120, "amount": 120},
        ]
    },
    "distribution": {
        "bins": [{"from": i / 10, "to": (i + 1) / 10, "peers": 10 - i, "range": ""} for i in range(10)],
        "marks": [
            {"value": 0.2, "what": "expected", "label": "expected", "align": "left"},
            {"value": 0.9, "what": "observed", "label": "observed", "align": "right"},
        ],
    },
    "funnel": {
        "peers": [{"denominator": 10 * 2**i, "value": 0.3 + i / 50, "peers": 1 + i, "shown": ""} for i in range(8)],
        "limits": [
            {
                "denominator": 10 * 2**i,
                "centre": 0.35,
                "lower95": 0.3 - 0.2 / (i + 1),
                "upper95": 0.4 + 0.2 / (i + 1),
                "lower998": 0.25 - 0.2 / (i + 1),
                "upper998": 0.45 + 0.2 / (i + 1),
            }
            for i in range(8)
        ],
        "case": [{"denominator": 300, "value": 0.8, "label": "this case", "align": "right"}],
    },
    "months": {"months": [{"month": f"2025-{m:02}", "paid": 100 * m, "at_risk": 40 * m} for m in range(1, 13)]},
    "codes": {
        "codes": [
            {"order": 0, "code": "99215", "share": 0.6, "specialty_share": 0.1},
            {"order": 1, "code": "99214", "share": 0.2, "specialty_share": None},
        ]
    },
}


def main() -> int:
    folder = Path(sys.argv[1])
    specs = sorted(CHARTS.glob("*.vl.json"))
    assert {s.name.removesuffix(".vl.json") for s in specs} == set(RECORDS), "a chart without records"
    readme = (CHARTS / "README.md").read_text(encoding="utf-8")
    for path in specs:
        name = path.name.removesuffix(".vl.json")
        assert f"## {name}\n" in readme, f"{name} is not in README.md"
        for records in RECORDS[name]:
            assert f"`{records}`" in readme, f"{name}: {records} is not in README.md"
        for look in ("light", "dark"):
            spec = json.loads(path.read_text(encoding="utf-8"))
            spec["datasets"] = RECORDS[name]
            spec["config"] = json.loads((CHARTS / f"look.{look}.json").read_text(encoding="utf-8"))
            picture = vl_convert.vegalite_to_png(spec, vl_version="6.1")
            assert len(picture) > SMALLEST, f"{name} is empty: {len(picture)} bytes"
            (folder / f"{name}.{look}.png").write_bytes(picture)
        print(f"{name}: {len(picture)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
