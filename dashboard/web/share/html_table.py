"""A chart's rows as a table for reading: names for codes, numbers as the language writes them, sources as links."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard import labels, language

SOURCE = "source_id"
SHORT = 32  # characters that stand on one line


@dataclass(frozen=True)
class Cell:
    """A text; `sources` are the ids it names instead, if it is the column of sources."""

    text: str
    is_number: bool = False
    sources: tuple[str, ...] = ()

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


def readable(rows: pd.DataFrame) -> Table:
    """The table of a chart; columns that hold nothing are left out, sources stand last."""
    filled = [column for column in rows.columns if rows[column].notna().any() and column != SOURCE]
    filled += [SOURCE] if SOURCE in rows and rows[SOURCE].notna().any() else []
    shown = labels.readable(rows[filled])
    columns = [_cells(column, rows[column], shown.iloc[:, place]) for place, column in enumerate(filled)]
    numeric = tuple(all(cell.is_number or not cell.text for cell in cells) for cells in columns)
    return Table(tuple(shown.columns), numeric, tuple(zip(*columns, strict=True)))


def _cells(column: str, values: pd.Series, shown: pd.Series) -> list[Cell]:
    if column == SOURCE:
        return [Cell("", sources=tuple(value.split(";"))) if isinstance(value, str) else Cell("") for value in values]
    digits = digits_of(values) if values.dtype.kind == "f" else 0
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


def digits_of(values: pd.Series, most: int = 2) -> int:
    """The fewest decimals that lose nothing, at most two, or four where all is smaller than one."""
    magnitudes = values.dropna().abs()
    if len(magnitudes) and magnitudes.max() < 0.1:
        most = 4
    return next(
        (digits for digits in range(most) if ((magnitudes.round(digits) - magnitudes).abs() < 1e-9).all()), most
    )
