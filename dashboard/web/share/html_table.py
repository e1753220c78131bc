"""A chart's rows as a table for reading: names for codes, numbers as the language writes them, sources and origins as links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from dashboard import labels, language
from dashboard.comparison.rows import VALUES

SOURCE = "source_id"
SHORT = 32  # characters that stand on one line


@dataclass(frozen=True)
class Cell:
    """A text; `sources` are the ids it names instead, if it is the column of sources; `origin`: where it leads to, if anywhere."""

    text: str
    is_number: bool = False
    sources: tuple[str, ...] = ()
    origin: str = ""

    @property
    def shape(self) -> str:
        """How it stands in a table: on one line (s) or as text of a decent width (t)."""
        return "s" if len(self.text) <= SHORT else "t"


@dataclass(frozen=True)
class Table:
    """Headers with units, whether each column is of numbers, and the rows."""

    headers: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def characters(self) -> int:
        """How much text stands in it."""
        return sum(len(cell.text) or sum(map(len, cell.sources)) for row in self.rows for cell in row)


def readable(rows: pd.DataFrame, origins: Mapping[str, Sequence[str]] | None = None) -> Table:
    """The table of a chart; columns that hold nothing are left out, sources stand last.

    origins: by column the address of each row's value, where it has one.
    """
    filled = [column for column in rows.columns if rows[column].notna().any() and column != SOURCE]
    filled += [SOURCE] if SOURCE in rows and rows[SOURCE].notna().any() else []
    shown = labels.readable(rows[filled])
    columns = [_cells(column, rows[column], shown.iloc[:, place]) for place, column in enumerate(filled)]
    for place, column in enumerate(filled):
        if origins and column in origins:
            pairs = zip(columns[place], origins[column], strict=True)
            columns[place] = [replace(cell, origin=address) if cell.text else cell for cell, address in pairs]
    numeric = tuple(all(cell.is_number or not cell.text for cell in cells) for cells in columns)
    return Table(tuple(shown.columns), numeric, tuple(zip(*columns, strict=True)))


def _cells(column: str, values: pd.Series, shown: pd.Series) -> list[Cell]:
    if column == SOURCE:
        return [
            Cell("", sources=tuple(filter(None, value.split(";")))) if isinstance(value, str) else Cell("")
            for value in values
        ]
    most = labels.MOST_OF_DIFFERENCES if column in VALUES else 2
    digits = labels.digits_of(values, most) if values.dtype.kind == "f" else 0
    return [text_cell(value, digits) for value in shown]


def text_cell(value: Any, digits: int) -> Cell:
    """One value; `digits` are the decimals of its column."""
    if value is None or value is pd.NA or (not isinstance(value, str) and pd.isna(value)):
        return Cell("")
    if isinstance(value, float):
        return Cell(language.number(value, digits), is_number=True)
    if isinstance(value, int) or hasattr(value, "item"):
        return Cell(str(value), is_number=True)
    if isinstance(value, date):
        return Cell(language.day(value))
    return Cell(str(value))
