"""Executes the notebooks and writes them with their outputs.

    python notebooks/make.py [--run RUN] [--into FOLDER] [NOTEBOOK ...]

Without NOTEBOOK: every notebook beside this script. Without --into: in place. Without --run: the
run that CLAIMHOUND_RUN names, else out/demo/latest below the repository's root. Fails at the first
cell that fails. What differs from one machine to the next (times, the Python's patch version) is
taken out of the metadata, so that the same run gives the same file.
"""

import argparse
import base64
import os
import struct
import sys
import zlib
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).resolve().parent
CELL_SECONDS = 300


def repacked(png: bytes) -> bytes:
    """The same picture, its pixels packed as tightly as zlib can: a quarter of what the renderer writes."""
    head, position, packed, rest = png[:8], 8, b"", []
    while position < len(png):
        length, kind = struct.unpack(">I4s", png[position : position + 8])
        body = png[position + 8 : position + 8 + length]
        if kind == b"IDAT":
            packed += body
        else:
            rest.append((kind, body))
        position += 12 + length
    pixels = (b"IDAT", zlib.compress(zlib.decompress(packed), 9))
    chunks = [*rest[:-1], pixels, rest[-1]]
    return head + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def execute(notebook: Path, into: Path) -> None:
    cells = nbformat.read(notebook, as_version=4)
    client = NotebookClient(
        cells,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(FOLDER)}},
        # Nothing is left in the user's IPython history.
        extra_arguments=["--HistoryManager.enabled=False"],
    )
    client.execute()
    for cell in cells.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                png = repacked(base64.b64decode(output["data"]["image/png"]))
                output["data"]["image/png"] = base64.b64encode(png).decode() + "\n"
    cells.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.validate(cells)
    into.mkdir(parents=True, exist_ok=True)
    nbformat.write(cells, into / notebook.name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", type=Path, help="the run folder to read")
    parser.add_argument("--into", type=Path, default=FOLDER, help="where to write [default: in place]")
    parser.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK")
    args = parser.parse_args()
    # What the notebooks import leaves no compiled copy beside them.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    if args.run is not None:
        # The kernel inherits it; absolute, since the kernel starts in the notebooks' folder.
        os.environ["CLAIMHOUND_RUN"] = str(args.run.resolve())
    for notebook in args.notebooks or sorted(FOLDER.glob("*.ipynb")):
        try:
            execute(notebook, args.into)
        except CellExecutionError as error:
            print(f"{notebook.name}: a cell failed\n{error}", file=sys.stderr)
            return 1
        print(notebook.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
