"""What was understood of a file: which sheet, which header row, which decimal mark; and the table of text it gives.

Built in the parent from cells the child already read, so another sheet, header row or decimal mark can be chosen
without reading the file again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

import pandas as pd

from etl.contract import Problem
from etl.files import header as headers
from etl.files.cells import Cell, Grids, Sheet, is_blank, rectangle
from etl.files.encodings import is_misread, undone
from etl.files.findings import Body, gap_notes, number_notes, table_notes, table_problems
from etl.files.numbers import decimal_mark, percent_of, plain
from etl.message import N_, Message

MISREAD = N_("A program had taken the text, which is UTF-8, for Windows-1252 and saved it so; it is read as UTF-8.")
SCAN_ROWS = 5_000  # rows looked at for the decimal mark


@dataclass(frozen=True)
class Understood:
    """How a file was read, for the person to see before anything else.

    `columns` are the names in the header row (row `header_row`, as the person counts); `rows` is the number of rows
    below it. `decimal_certain` is False when cells such as `1,370` leave the mark open. `notes` say what was done
    without being asked; `problems` what stands in the way. `peak_kib` is the memory the reading process needed.
    """

    name: str
    kind: str  # "csv", "xlsx", "xlsb", "xls", "ods", "json" or "xml"
    size: int  # bytes
    sheets: tuple[str, ...]
    sheet: str
    header_row: int
    columns: tuple[str, ...]
    places: tuple[int, ...]  # of the columns on the sheet, 0 = A
    rows: int
    decimal: str
    decimal_certain: bool
    encoding: str | None
    delimiter: str | None
    notes: tuple[Message, ...]
    problems: tuple[Problem, ...]
    doubts: tuple[str, ...]  # codes of what else the text could have been: encoding, encoded-twice, delimiter
    frame: pd.DataFrame  # text; index "row" = the row in the file
    cells: Grids = field(repr=False)
    peak_kib: int | None = None

    @property
    def is_workbook(self) -> bool:
        return self.kind in ("xlsx", "xlsb", "xls", "ods")

    @property
    def visible(self) -> tuple[str, ...]:
        """The sheets a person sees on opening the workbook."""
        return tuple(name for name, sheet in self.cells.items() if not sheet.hidden)

    @property
    def grids(self) -> dict[str, list[list[Cell]]]:
        """Every sheet as rows of equal length with the cells' own types, from A1; empty cells are None."""
        return {name: rectangle(sheet.rows) for name, sheet in self.cells.items()}

    def again(
        self, *, sheet: str | None = None, header_row: int | None = None, decimal: str | None = None
    ) -> "Understood":
        """The same file understood with a person's corrections; raises KeyError for a sheet that is not there."""
        read = {"kind": self.kind, "encoding": self.encoding, "delimiter": self.delimiter, "doubts": self.doubts}
        chosen = self.sheet if sheet is None else self.cells[sheet].name
        if sheet is None and header_row is None:
            header_row = self.header_row
        return understand(
            self.name,
            self.size,
            self.cells,
            read,
            peak_kib=self.peak_kib,
            sheet=chosen,
            header_row=header_row,
            decimal=decimal,
        )


def understand(
    name: str,
    size: int,
    cells: Grids,
    read: Mapping[str, Any],
    *,
    peak_kib: int | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    decimal: str | None = None,
) -> Understood:
    """Find the table in the cells read; what the person chose is taken as given."""
    chosen = cells[sheet] if sheet is not None else _main_sheet(cells)
    misread = next((is_misread(cell) for row in chosen.rows for cell in row[:1] if isinstance(cell, str)), False)
    if misread:
        rows = [[undone(cell) if isinstance(cell, str) else cell for cell in row] for row in chosen.rows]
        chosen = replace(chosen, rows=rows)
    head = headers.find(chosen.rows, chosen.merged, header_row)
    body = list(_body(chosen, head))
    body, footers = _cut_footers(body)
    texts = [cell for _, row in body[:SCAN_ROWS] for cell in row if isinstance(cell, str)]
    mark, certain, mixed = decimal_mark(texts, "," if read.get("delimiter") == ";" else ".")
    if decimal is not None:
        mark, certain = decimal, True
    frame = _frame(body, head, chosen, mark)
    problems = [*table_problems(name, chosen, head, body)]
    notes = [Message(MISREAD)] if misread else []
    notes += [*table_notes(cells, chosen, head, footers, read), *number_notes(texts, mark, certain, mixed)]
    notes += gap_notes(zip_longest(*(row for _, row in body[:SCAN_ROWS])), mark)
    return Understood(
        name,
        read["kind"],
        size,
        tuple(cells),
        chosen.name,
        head.row,
        head.names,
        head.places,
        len(body),
        mark,
        certain,
        read.get("encoding"),
        read.get("delimiter"),
        tuple(notes),
        tuple(problems),
        tuple(read.get("doubts", ())),
        frame,
        cells,
        peak_kib,
    )


def _main_sheet(cells: Grids) -> Sheet:
    """The visible sheet with the most cells; a workbook with only hidden ones gives the fullest of those."""
    return max(cells.values(), key=lambda sheet: (not sheet.hidden, sum(map(len, sheet.rows))))


def _body(sheet: Sheet, head: headers.Header) -> Iterator[tuple[int, list[Cell]]]:
    """(row in the file, cells) of every row below the header that holds something."""
    marked = {row for row, _ in (*sheet.uncached, *sheet.errors)}
    for number, row in enumerate(sheet.rows[head.last_row :], head.last_row + 1):
        if number in marked or not all(map(is_blank, row)):
            yield number, row


def _cut_footers(body: Body) -> tuple[Body, list[int]]:
    """Set aside source lines and footnotes: rows at the end with one cell of text, below a wider table."""
    end = len(body)
    while end > 1 and len([cell for cell in body[end - 1][1] if not is_blank(cell)]) == 1:
        end -= 1
    wide = sum(len([cell for cell in row if not is_blank(cell)]) > 1 for _, row in body[:end])
    if wide < max(1, end // 2) or not all(isinstance(row[0], str) and row[0] for _, row in body[end:]):
        return body, []
    return body[:end], [number for number, _ in body[end:]]


def text_of(cell: Cell, decimal: str, percent: bool = False) -> str:
    """A cell as the person would type it; numbers with the table's decimal mark, dates as ISO."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        shown = plain(percent_of(cell) if percent else cell)
        return shown.replace(".", decimal) + (" %" if percent else "")
    return cell.isoformat()


def _frame(body: Body, head: headers.Header, sheet: Sheet, decimal: str) -> pd.DataFrame:
    columns: dict[str, list[str]] = {name: [] for name in head.names}
    for number, row in body:
        for place, name in zip(head.places, head.names, strict=True):
            cell = row[place] if place < len(row) else None
            columns[name].append(text_of(cell, decimal, (number, place + 1) in sheet.percents))
    index = pd.Index([number for number, _ in body], name="row", dtype="int64")
    return pd.DataFrame(columns, index=index, dtype="str")
