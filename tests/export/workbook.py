"""Everything that a workbook holds, as JSON: a second reader beside LibreOffice.

usage: workbook.py FILE.xlsx
"""

import datetime
import json
import re
import sys

import openpyxl


def unescape(text):
    """Control characters as they were; openpyxl has already taken the escape off an underscore."""
    return re.sub("_x00([01][0-9A-F])_", lambda code: chr(int(code[1], 16)), text)


def value(cell):
    content = cell.value
    if content is None:
        return None
    if isinstance(content, bool):
        return {"bool": content}
    if isinstance(content, str):
        return {"text": unescape(content)}
    if isinstance(content, datetime.datetime):
        return {"date": content.date().isoformat()}
    return {"number": repr(float(content))}


book = openpyxl.load_workbook(sys.argv[1])
sheets = []
for sheet in book.worksheets:
    cells = [cell for row in sheet.iter_rows() for cell in row]
    sheets.append(
        {
            "name": sheet.title,
            "rows": [[value(cell) for cell in row] for row in sheet.iter_rows()],
            "formats": sorted({cell.number_format for cell in cells if cell.value is not None}),
            "formulas": [cell.coordinate for cell in cells if cell.data_type == "f"],
            "links": [cell.coordinate for cell in cells if cell.hyperlink],
            "frozen": sheet.freeze_panes,
            "filter": sheet.auto_filter.ref,
        }
    )
properties = book.properties
json.dump(
    {
        "sheets": sheets,
        "created": properties.created.date().isoformat(),
        "modified": properties.modified.date().isoformat(),
        "author": properties.creator,
    },
    sys.stdout,
)
