"""What was understood of a file: which sheet, which header row, which decimal mark; and the table of text it gives.

Built in the parent from cells the child already read, so another sheet, header row or decimal mark can be chosen
without reading the file again.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from etl.contract import Problem
from etl.files import header as headers
from etl.files.numbers import decimal_mark, parse_number, percent_of, plain, strip_marks
from etl.files.scan import column_letters
from etl.message import N_, Message

Cell = str | float | int | bool | datetime.date | datetime.datetime | None
SCAN_ROWS = 5_000  # rows looked at for the decimal mark


@dataclass(frozen=True)
class Sheet:
    """One sheet as read: `rows` from row 1 and column A, with trailing empty cells left off; positions from 1."""

    name: str
    rows: list[list[Cell]]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()  # top, left, bottom, right
    formulas: int = 0
    hidden_rows: int = 0
    uncached: tuple[tuple[int, int], ...] = ()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    percents: frozenset[tuple[int, int]] = frozenset()


Grids = dict[str, Sheet]


@dataclass(frozen=True)
class Understood:
    """How a file was read, for the person to see before anything else.

    `columns` are the names in the header row (row `header_row`, as the person counts); `rows` is the number of rows
    below it. `decimal_certain` is False when cells such as `1,370` leave the mark open. `notes` say what was done
    without being asked; `problems` what stands in the way. `peak_kib` is the memory the reading process needed.
    """

    name: str
    kind: str  # "csv" | "xlsx"
    size: int  # bytes
    sheets: tuple[str, ...]
    sheet: str
    header_row: int
    columns: tuple[str, ...]
    rows: int
    decimal: str
    decimal_certain: bool
    encoding: str | None
    delimiter: str | None
    notes: tuple[Message, ...]
    problems: tuple[Problem, ...]
    frame: pd.DataFrame  # text; index "row" = the row in the file
    cells: Grids = field(repr=False)
    peak_kib: int | None = None

    @property
    def grids(self) -> dict[str, list[list[Cell]]]:
        """Every sheet as rows of equal length with the cells' own types, from A1; empty cells are None."""
        return {name: _rectangle(sheet.rows) for name, sheet in self.cells.items()}

    def again(
        self, *, sheet: str | None = None, header_row: int | None = None, decimal: str | None = None
    ) -> "Understood":
        """The same file understood with a person's corrections; raises KeyError for a sheet that is not there."""
        read = {"kind": self.kind, "encoding": self.encoding, "delimiter": self.delimiter}
        chosen = self.sheet if sheet is None else self.cells[sheet].name
        if sheet is None and header_row is None:
            header_row = self.header_row
        return understand(
            self.name, self.size, self.cells, read,
            peak_kib=self.peak_kib, sheet=chosen, header_row=header_row, decimal=decimal,
        )  # fmt: skip


def decode(value: dict[str, Any]) -> Any:
    """JSON hook for dates and moments (see etl.files.workbook.encode)."""
    if len(value) == 1:
        if "d" in value:
            return datetime.date.fromisoformat(value["d"])
        if "t" in value:
            return datetime.datetime.fromisoformat(value["t"])
    return value


def _rectangle(rows: list[list[Cell]]) -> list[list[Cell]]:
    width = max(map(len, rows), default=0)
    return [row + [None] * (width - len(row)) for row in rows]


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
    head = headers.find(chosen.rows, chosen.merged, header_row)
    body = list(_body(chosen, head))
    body, footers = _cut_footers(body)
    texts = [cell for _, row in body[:SCAN_ROWS] for cell in row if isinstance(cell, str)]
    mark, certain, mixed = decimal_mark(texts, "," if read.get("delimiter") == ";" else ".")
    if decimal is not None:
        mark, certain = decimal, True
    frame = _frame(body, head, chosen, mark)
    problems = [*_problems(name, chosen, head, body)]
    notes = [*_notes(chosen, head, body, footers, read), *_number_notes(texts, mark, certain, mixed)]
    return Understood(
        name, read["kind"], size, tuple(cells), chosen.name, head.row, tuple(head.names), len(body), mark,
        certain, read.get("encoding"), read.get("delimiter"), tuple(notes), tuple(problems), frame, cells, peak_kib,
    )  # fmt: skip


def _main_sheet(cells: Grids) -> Sheet:
    """The visible sheet with the most cells; a workbook with only hidden ones gives the fullest of those."""
    return max(cells.values(), key=lambda sheet: (not sheet.hidden, sum(map(len, sheet.rows))))


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _body(sheet: Sheet, head: headers.Header) -> Iterator[tuple[int, list[Cell]]]:
    """(row in the file, cells) of every row below the header that holds something."""
    marked = {row for row, _ in (*sheet.uncached, *sheet.errors)}
    for number, row in enumerate(sheet.rows[head.last_row :], head.last_row + 1):
        if number in marked or not all(map(_is_blank, row)):
            yield number, row


def _cut_footers(body: list[tuple[int, list[Cell]]]) -> tuple[list[tuple[int, list[Cell]]], list[int]]:
    """Set aside source lines and footnotes: rows at the end with one cell of text, below a wider table."""
    end = len(body)
    while end > 1 and len([cell for cell in body[end - 1][1] if not _is_blank(cell)]) == 1:
        end -= 1
    wide = sum(len([cell for cell in row if not _is_blank(cell)]) > 1 for _, row in body[:end])
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


def _frame(
    body: list[tuple[int, list[Cell]]], head: headers.Header, sheet: Sheet, decimal: str
) -> pd.DataFrame:
    columns: dict[str, list[str]] = {name: [] for name in head.names}
    for number, row in body:
        for place, name in zip(head.places, head.names, strict=True):
            cell = row[place] if place < len(row) else None
            columns[name].append(text_of(cell, decimal, (number, place + 1) in sheet.percents))
    index = pd.Index([number for number, _ in body], name="row", dtype="int64")
    return pd.DataFrame(columns, index=index, dtype="str")


def _problems(
    name: str, sheet: Sheet, head: headers.Header, body: list[tuple[int, list[Cell]]]
) -> Iterator[Problem]:
    yield from (
        Problem(name, rule, head.row, column, remedy=remedy) for rule, column, remedy in head.problems
    )
    names = dict(zip(head.places, head.names, strict=True))
    if not body:
        yield Problem(
            name,
            N_("has a header and no rows below it."),
            head.row,
            remedy=N_("Add the rows, or choose another sheet."),
        )
    for number, row in body:
        beyond = [place for place in range(len(row)) if place not in names and not _is_blank(row[place])]
        if beyond:
            yield Problem(
                name, N_("has a value in column {letters}, which has no name in the header."), number,
                value=str(row[beyond[0]]), params={"letters": column_letters(beyond[0] + 1)},
                remedy=N_("Name the column, or put the text in quotation marks if a delimiter in it divided the cell."),
            )  # fmt: skip
        elif sheet.name == "" and len(row) <= head.places[-1]:
            yield Problem(
                name, N_("has {count} cells; the header has {expected}."), number,
                params={"count": len(row), "expected": head.places[-1] + 1}, remedy=N_("Add the missing cells or delimiters."),
            )  # fmt: skip
    for row, column in sheet.uncached:
        if row > head.last_row and column - 1 in names:
            yield Problem(
                name, N_("holds a formula without a saved value."), row, names[column - 1],
                remedy=N_("Open the file in your spreadsheet programme and save it, or paste the values instead of the formulas."),
            )  # fmt: skip
    for (row, column), code in sheet.errors.items():
        if row > head.last_row and column - 1 in names:
            yield Problem(
                name, N_("is a spreadsheet error, not a value."), row, names[column - 1], code, remedy=N_("Correct the formula in that cell.")
            )  # fmt: skip


def _notes(
    sheet: Sheet,
    head: headers.Header,
    body: list[tuple[int, list[Cell]]],
    footers: list[int],
    read: Mapping[str, Any],
) -> Iterator[Message]:
    above = sum(not all(map(_is_blank, row)) for row in sheet.rows[: head.row - 1])
    if above:
        yield Message(N_("Rows with text above the header, not read: {count}."), {"count": above})
    if head.last_row > head.row:
        yield Message(N_("The header has two rows; their names were joined."))
    if footers:
        yield Message(
            N_("Lines below the table, not read: rows {first} to {last}."),
            {"first": footers[0], "last": footers[-1]},
        )
    if read.get("encoding") == "cp1252":
        yield Message(N_("The text is not Unicode; it was read as Windows-1252. Check the accents."))
    if sheet.hidden:
        yield Message(N_("The sheet “{sheet}” is hidden in the workbook."), {"sheet": sheet.name})
    if sheet.hidden_rows:
        yield Message(
            N_("Rows hidden in the workbook, read like the others: {count}."), {"count": sheet.hidden_rows}
        )
    if sheet.formulas > len(sheet.uncached):
        yield Message(
            N_("Cells with formulas: {count}. Their last saved values are used."),
            {"count": sheet.formulas - len(sheet.uncached)},
        )
    shown = sum(row > head.last_row for row, _ in sheet.percents)
    if shown:
        yield Message(
            N_("Cells shown as percent: {count}. 0.0137 shown as 1.37 % is read as 1.37."), {"count": shown}
        )


def _number_notes(texts: Iterable[str], mark: str, certain: bool, mixed: bool) -> Iterator[Message]:
    if mixed:
        yield Message(
            N_(
                "Some numbers have a decimal comma and some a decimal point; the mark is taken to be “{mark}”."
            ),
            {"mark": mark},
        )
    elif not certain:
        yield Message(
            N_("Numbers such as 1,370 could be read in two ways; the decimal mark is taken to be “{mark}”."),
            {"mark": mark},
        )
    marks = [strip_marks(text)[1:] for text in texts if parse_number(text, mark)]
    percents, estimates = sum(percent for percent, _ in marks), sum(estimate for _, estimate in marks)
    if percents:
        yield Message(
            N_("Numbers with a percent sign: {count}. 2.01 % is read as 2.01."), {"count": percents}
        )
    if estimates:
        yield Message(
            N_("Numbers with the mark e: {count}. They are read as estimates."), {"count": estimates}
        )
