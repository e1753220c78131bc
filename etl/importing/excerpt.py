"""What stands around a value in its file: the rows and columns beside it, with its headings, as the file has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from etl.files.table import text_of
from etl.publishers.common.grid import Grid, cell_at, is_missing, letters, year_of

ROWS, COLUMNS = 3, 3  # beside the value, on each side
LEAVES = 6  # of JSON, before and after
LONGEST = 120  # characters of a cell that are shown
ADDRESS = re.compile(r"(?P<sheet>.*)!(?P<column>[A-Z]+)(?P<row>\d+)", re.DOTALL)


@dataclass(frozen=True)
class Line:
    """A row of an excerpt: its name in the file (a row number, a path) and its cells; `skips`: rows before it are left out."""

    name: str
    cells: tuple[str, ...]
    skips: bool = False


@dataclass(frozen=True)
class Excerpt:
    """Cells around a value. `columns` are their names (letters), `at` the line and the cell that hold the value, from 0."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    at: tuple[int, int]

    @property
    def value(self) -> str:
        """What stands in the file."""
        return self.lines[self.at[0]].cells[self.at[1]]


def position(place: str) -> tuple[str, int, int]:
    """Sheet (empty for text), row and column of an address, from 1. Raises ValueError for no address."""
    found = ADDRESS.fullmatch(place)
    if found is None:
        raise ValueError(place)
    column = 0
    for letter in found["column"]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return found["sheet"], int(found["row"]), column


def around(grid: Grid, row: int, column: int) -> Excerpt:
    """The cells around one, with the row and the column that name it, where they stand further off."""
    width = max((len(cells) for cells in grid), default=column)
    heading, label = _heading(grid, row, column), _label(grid, row, column)
    rows = sorted({heading, *range(max(1, row - ROWS), min(len(grid), row + ROWS) + 1)} - {0})
    columns = sorted({label, *range(max(1, column - COLUMNS), min(width, column + COLUMNS) + 1)} - {0})
    lines = tuple(
        Line(
            str(number),
            tuple(_shown(cell_at(grid, number, place)) for place in columns),
            place > 0 and number - rows[place - 1] > 1,
        )
        for place, number in enumerate(rows)
    )
    return Excerpt(tuple(map(letters, columns)), lines, (rows.index(row), columns.index(column)))


def _heading(grid: Grid, row: int, column: int) -> int:
    """The nearest row above whose cell in this column is a text or a year; 0 where there is none."""
    cells = ((number, cell_at(grid, number, column)) for number in range(row - 1, 0, -1))
    return next((number for number, cell in cells if not is_missing(cell) and _names(cell)), 0)


def _label(grid: Grid, row: int, column: int) -> int:
    """The first column whose cell in this row is a text; 0 where there is none."""
    cells = ((place, cell_at(grid, row, place)) for place in range(1, column))
    return next((place for place, cell in cells if isinstance(cell, str) and cell.strip()), 0)


def _names(cell: Any) -> bool:
    return year_of(cell) is not None or (isinstance(cell, str) and not re.fullmatch(r"[\d\s.,%()e-]*", cell))


def _shown(cell: Any) -> str:
    text = text_of(cell, ".")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


# --- JSON ----------------------------------------------------------------------------------------------------------


def in_json(content: bytes, path: str) -> Excerpt:
    """The values beside one of a JSON document, by its path ("/1/4/value"). Raises ValueError, LookupError."""
    steps = path.removeprefix("/").split("/")
    document, above = json.loads(content), list[Any]()
    for step in steps:
        above.append(document)
        document = document[int(step) if isinstance(document, list) else step]
    depth = next(place for place in range(len(above) - 1, -1, -1) if place == 0 or _leaves_in(above[place]) > 1)
    beside = list(_leaves(above[depth], "".join(f"/{step}" for step in steps[:depth])))
    here = next(place for place, (name, _value) in enumerate(beside) if name == path)
    shown = beside[max(0, here - LEAVES) : here + LEAVES + 1]
    lines = tuple(Line(name, (_shown(value),)) for name, value in shown)
    return Excerpt((), lines, (min(here, LEAVES), 0))


def _leaves(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value that is none of several, with its path."""
    if isinstance(node, dict | list):
        inner = node.items() if isinstance(node, dict) else enumerate(node)
        for name, value in inner:
            yield from _leaves(value, f"{path}/{name}")
    else:
        yield path, node


def _leaves_in(node: Any) -> int:
    return sum(1 for _leaf in _leaves(node, ""))
