"""What differs between two tables of one chart: rows are matched by what names them, values held against each other one by one.

Everything that compares two drawings of a chart asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from etl.files.vocabulary import CHANGED

NAMES = (
    "iso3", "country", "origin", "year", "series", "series_id", "pledge_id", "target_id", "deadline_id", "product",
    "product_id", "measure_id", "event_id", "claim_id", "item", "goal", "article", "company_id", "code",
    "label", "publisher", "measure", "kind", "hs", "period", "usmca", "line_id", "vintage", "on", "published_on", "gap", "title", "from_on",
)  # fmt: skip
FOLLOW = (
    "edition",
    "sipri_edition",
    "beside",
    "beside_edition",
    "source_id",
    "is_estimate",
    "price_base_year",
    "currency",
    "release",
    "days_left",
    "scenario",
    CHANGED,
)
"""What follows from the moment or from the figures: it names no row, and is no difference."""
ONLY_IF_NEEDED = NAMES[NAMES.index("label") :]
SAID_BESIDE = ("title", "measure", "unit", "label")  # words that say what a row is; they stand beside its key
DIGITS = 12  # significant digits in which computed figures are held against each other
SOURCE = "source_id"
ONLY_A, ONLY_B, DIFFERS = "only_in_a", "only_in_b", "changed"
CHANGE, COLUMN = "change", "column"
VALUES = ("value_a", "value_b", "b_less_a")
TEXTS = ("text_a", "text_b")

Row = tuple[Any, ...]
Rows = dict[Row, dict[str, Any]]
Cell = tuple[Row, str | None]
"""A column of a row; None is whether the row is there at all."""


def key_of(tables: Sequence[pd.DataFrame]) -> list[str]:
    """The columns that name a row: the fewest of `NAMES` that tell apart what all of them do, else the first that is no number.

    Tables of one chart have the same columns; the order of the tables does not matter. Rows that their names do not tell
    apart are counted in the order in which they stand (`by_key`).
    """
    shared = [column for column in tables[0].columns if all(column in table.columns for table in tables)]
    no_number = [column for column in shared if all(table[column].dtype.kind != "f" for table in tables)]
    names = [column for column in NAMES if column in no_number] or no_number[:1]
    least, key = _alike(names, tables), list[str]()
    for column in names:
        if key and _alike(key, tables) == least:
            break
        key.append(column)
    for column in [column for column in reversed(key) if column in ONLY_IF_NEEDED]:
        if len(key) > 1 and _alike(rest := [one for one in key if one != column], tables) == least:
            key = rest
    return key


def _alike(key: list[str], tables: Iterable[pd.DataFrame]) -> int:
    """How many rows have the names of one before them."""
    return sum(int(table.duplicated(key).sum()) for table in tables) if key else -1


def values_of(tables: Sequence[pd.DataFrame], key: Sequence[str]) -> list[str]:
    """The columns whose values are held against each other."""
    return [
        str(column)
        for column in tables[0].columns
        if column not in key and column not in FOLLOW and all(column in table.columns for table in tables)
    ]


def by_key(table: pd.DataFrame, key: list[str]) -> Rows:
    """The rows by their key; what is missing is None. Rows that no column tells apart are counted."""
    plain = table.astype(object).where(table.notna(), None)
    rows: Rows = {}
    for row in plain.to_dict("records"):
        name = tuple(_exact(row.get(column)) for column in key)
        place = 0
        while (*name, place) in rows:
            place += 1
        rows[(*name, place)] = {str(column): _exact(value) for column, value in row.items()}
    return rows


def _exact(value: Any) -> Any:
    """A value as it is compared: a number without what binary fractions add to a computed one."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def value_at(rows: Rows, cell: Cell) -> Any:
    """A value of a row; without a column whether the row is there."""
    row, column = cell
    return row in rows if column is None else rows.get(row, {}).get(column)


def cells(a: Rows, b: Rows, values: Sequence[str]) -> list[Cell]:
    """What differs, in the order of B and then of A: a row that one table lacks, or each column in which a row has another
    value. `values` are the columns that are held against each other."""
    found: list[Cell] = []
    for row in dict.fromkeys([*b, *a]):
        if row not in a or row not in b:
            found.append((row, None))
        else:
            found += [(row, column) for column in values if a[row][column] != b[row][column]]
    return found


def record(a: Rows, b: Rows, cell: Cell, key: Sequence[str], values: Sequence[str]) -> dict[str, Any]:
    """One difference: the key, what the row is called, `change`, `column`, and the values (`VALUES` if they are numbers, else
    `TEXTS`: codes, days in ISO form). Of a row that one table lacks its first number is told."""
    row, column = cell
    old, new = a.get(row, {}), b.get(row, {})
    change = ONLY_B if not old else ONLY_A if not new else DIFFERS
    if column is None:
        column = next((name for name in values if isinstance((old or new)[name], float)), None)
    told = dict(zip(key, row, strict=False))
    told |= {name: new.get(name, old.get(name)) for name in SAID_BESIDE if name not in key and name in (new or old)}
    sides = (side.get(column) if column else None for side in (old, new))
    return told | {CHANGE: change, COLUMN: column} | _sides(*sides)


def _sides(a: Any, b: Any) -> dict[str, Any]:
    """The two values as numbers or as texts, and the difference of numbers."""
    if all(value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) for value in (a, b)):
        less = None if a is None or b is None else _exact(float(b) - float(a))
        return dict(zip((*VALUES, *TEXTS), (a, b, less, None, None), strict=True))
    return dict(zip((*VALUES, *TEXTS), (None, None, None, _text(a), _text(b)), strict=True))


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return None if value is None else str(value)
