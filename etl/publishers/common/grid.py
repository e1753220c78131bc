"""Cells of a sheet as a person sees them: addresses, texts, years, numbers.

A grid is a list of rows, a row a list of cells (text, number, None), beginning at A1; rows may be ragged. Rows and
columns are counted from 1, as in a spreadsheet's own addresses.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from etl.files import numbers
from etl.files.cells import Sheet

Grid = Sequence[Sequence[Any]]
Sheets = Mapping[str, Grid]

LEAST_YEARS = 10
"""A row is a header of years when so many of its cells look like years."""

UNSAVED = "#UNSAVED!"
ERRORS = (UNSAVED, "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")
DECIMALS = 6
"""Values are kept to six decimals: what lies beyond is the noise of binary fractions."""

_YEAR = re.compile(r"((?:19|20)\d\d)\s*(?:\(?\s*(e)\s*\)?)?", re.IGNORECASE)


class Year(NamedTuple):
    """A header cell: the year and whether it is marked as an estimate (2025e)."""

    year: int
    is_estimate: bool


class Number(NamedTuple):
    """A number cell, its own estimate mark included (3.38 (e))."""

    value: float
    is_estimate: bool = False


@dataclass(frozen=True)
class Header:
    """A row of years: its row and the year of each column."""

    row: int
    years: Mapping[int, Year]

    @property
    def first_column(self) -> int:
        return min(self.years)

    def year_list(self) -> list[int]:
        return [self.years[column].year for column in sorted(self.years)]


def from_cells(cells: Mapping[str, Sheet]) -> dict[str, list[list[Any]]]:
    """Sheets as a person's file was read (`etl.files`), with what stands in place of lost values put back into them.

    A reader of workbooks hands over errors (#REF!) and formulas without a saved value as empty cells; here they
    would pass for figures a publisher left out.
    """
    grids = {}
    for name, sheet in cells.items():
        rows = [list(row) for row in sheet.rows]
        lost = dict.fromkeys(sheet.uncached, UNSAVED) | dict(sheet.errors)
        for (row, column), mark in lost.items():
            rows += [[] for _ in range(row - len(rows))]
            rows[row - 1] += [None] * (column - len(rows[row - 1]))
            rows[row - 1][column - 1] = mark
        grids[name] = rows
    return grids


def cell_at(grid: Grid, row: int, column: int) -> Any:
    """The cell, None outside the grid."""
    cells = grid[row - 1] if 0 < row <= len(grid) else ()
    return cells[column - 1] if 0 < column <= len(cells) else None


def letters(column: int) -> str:
    """Column letters: 1 -> A, 27 -> AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def address(sheet: str, row: int, column: int) -> str:
    """A cell's address as spreadsheets write it: Table 3!C12."""
    return f"{sheet}!{letters(column)}{row}"


def text_of(cell: Any) -> str:
    """A cell's text with blanks of any kind collapsed; empty for numbers and empty cells."""
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def texts(grid: Grid) -> Iterator[tuple[int, int, str]]:
    """(row, column, text) of every cell that holds text."""
    for row, cells in enumerate(grid, start=1):
        for column, cell in enumerate(cells, start=1):
            text = text_of(cell)
            if text:
                yield row, column, text


def year_of(cell: Any) -> Year | None:
    """The year a header cell holds: 2014, 2014.0, '2019', '2025e'."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        whole = math.isfinite(cell) and float(cell).is_integer() and 1900 <= cell <= 2100
        return Year(int(cell), False) if whole else None
    match = _YEAR.fullmatch(text_of(cell))
    return Year(int(match[1]), bool(match[2])) if match else None


def headers(grid: Grid) -> list[Header]:
    """Every row with LEAST_YEARS or more cells that look like years and no text before them, top to bottom.

    A row with a label is never one: spending per head of the United States runs through the 1900s and 2000s, too.
    """
    rows = []
    for row, cells in enumerate(grid, start=1):
        years = {column: year for column, cell in enumerate(cells, start=1) if (year := year_of(cell))}
        if len(years) >= LEAST_YEARS and not any(text_of(cell) for cell in cells[: min(years) - 1]):
            rows.append(Header(row, years))
    return rows


def is_missing(cell: Any) -> bool:
    """True for an empty cell and for the marks publishers use for "no figure"."""
    if isinstance(cell, float) and math.isnan(cell):
        return True
    return cell is None or (isinstance(cell, str) and (text_of(cell) == "" or numbers.is_missing(text_of(cell))))


def is_error(cell: Any) -> bool:
    """True for what a spreadsheet shows in place of a value it lost: #REF! and its kin."""
    return isinstance(cell, str) and text_of(cell).upper() in ERRORS


def number_of(cell: Any) -> Number | None:
    """The number a cell holds, None when it holds none (or one too large to be drawn)."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, (int, float)):
        return Number(round(float(cell), DECIMALS)) if math.isfinite(cell) else None
    parsed = numbers.parse_number(text_of(cell))
    if parsed is None or parsed.flags or not math.isfinite(float(parsed.text)):
        return None
    return Number(round(float(parsed.text), DECIMALS), parsed.estimate)
