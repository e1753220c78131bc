"""What our own workbooks have in common: formats, and text that is never taken for a formula or a link."""

import datetime
import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from etl.files.escape import escaped

MARKED = (
    "#FFD8B8"  # pale vermilion: readable under black text; every marked cell also has a comment or a line of its own
)
# A text cell must stay text: `=1+1` no formula, an address no link, 1e400 no number.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
_FORMATS = {"day": {"num_format": "yyyy-mm-dd"}, "percent": {"num_format": "0.00%"}, "text": {"num_format": "@"}}


@dataclass(frozen=True)
class Book:
    """An XLSX in the making; `close()` gives its bytes."""

    file: io.BytesIO
    workbook: xlsxwriter.Workbook
    formats: dict[tuple[str, bool], Format]

    @classmethod
    def new(cls) -> "Book":
        file = io.BytesIO()
        workbook = xlsxwriter.Workbook(file, OPTIONS)
        formats = {}
        for kind in ("", *_FORMATS):
            for marked in (False, True):
                look = _FORMATS.get(kind, {}) | ({"bg_color": MARKED} if marked else {})
                formats[kind, marked] = workbook.add_format(look)
        formats["head", False] = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats["wrap", False] = workbook.add_format({"text_wrap": True, "valign": "top"})
        return cls(file, workbook, formats)

    def write(
        self, sheet: Worksheet, row: int, column: int, cell: Any, *, kind: str = "", marked: bool = False
    ) -> None:
        """Write a cell by its own type at (row, column) from 0."""
        if cell is None or cell == "":
            if marked:
                sheet.write_blank(row, column, None, self.formats["", True])
        elif isinstance(cell, str):
            sheet.write_string(row, column, escaped(cell), self.formats[kind, marked])
        elif isinstance(cell, bool):
            sheet.write_boolean(row, column, cell, self.formats[kind, marked])
        elif isinstance(cell, (datetime.date, datetime.datetime)):
            sheet.write_datetime(row, column, cell, self.formats["day", marked])
        else:
            sheet.write_number(row, column, cell, self.formats[kind, marked])

    def close(self) -> bytes:
        self.workbook.close()
        return self.file.getvalue()
