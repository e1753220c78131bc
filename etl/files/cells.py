"""The cells of a file as the child hands them over: sheets of typed cells, nothing understood yet."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Cell = str | float | int | bool | datetime.date | datetime.datetime | None


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
    coloured: frozenset[tuple[int, int]] | None = frozenset()  # numbers in blue or red; None: colours were not read


Grids = dict[str, Sheet]


def decode(value: dict[str, Any]) -> Any:
    """JSON hook for dates and moments (see etl.files.workbook.encode)."""
    if len(value) == 1:
        if "d" in value:
            return datetime.date.fromisoformat(value["d"])
        if "t" in value:
            return datetime.datetime.fromisoformat(value["t"])
    return value


def rectangle(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Rows of equal length; the missing cells are None."""
    width = max(map(len, rows), default=0)
    return [row + [None] * (width - len(row)) for row in rows]


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
