"""Find the header of a table among titles, units and blank rows, in one row or two (merged cells)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from etl.files.numbers import parse_number
from etl.files.scan import column_letters
from etl.message import N_

LOOK_ROWS = 60
YEAR = re.compile(r"(?:19|20)\d\d\s*(?:e|\(e\))?", re.IGNORECASE)
DIFFERENT = N_("Give each column its own name, or leave one of them out: the later one is called “{called}”.")
Merged = tuple[int, int, int, int]


@dataclass(frozen=True)
class Header:
    """Rows (from 1) and the columns' places (from 0) and names; `problems` as (rule, column, what the
    later column of that name is called here)."""

    row: int
    last_row: int
    places: tuple[int, ...]
    names: tuple[str, ...]
    problems: tuple[tuple[str, str, str], ...]


def find(rows: Sequence[Sequence[Any]], merged: Sequence[Merged] = (), row: int | None = None) -> Header:
    """The header at `row`, or the first row that looks like one: nearly as wide as the widest, words rather than
    numbers (years may be column names)."""
    top = row or _first_header(rows, merged)
    first = _filled(rows, top, merged)
    second = _filled(rows, top + 1, merged)
    grouped = any(upper == top and lower == top and right > left for upper, left, lower, right in merged)
    two = grouped and sum(map(bool, second)) > 1 and _wordy(second)
    if two:
        width = max(len(first), len(second))
        first, second = (names + [""] * (width - len(names)) for names in (first, second))
        first = [
            upper if lower in ("", upper) else f"{upper} {lower}".strip()
            for upper, lower in zip(first, second, strict=True)
        ]
    first = _name_label_columns(first, rows[top + two : top + two + LOOK_ROWS])
    places = tuple(place for place, name in enumerate(first) if name)
    names, problems = _distinct([(place, first[place]) for place in places])
    return Header(top, top + two, places, names, problems)


def _name_label_columns(names: list[str], below: Sequence[Sequence[Any]]) -> list[str]:
    """Columns of labels left of the first name have often no name themselves: call them by their letter."""
    first = next((place for place, name in enumerate(names) if name), 0)
    for place in range(first):
        filled = sum(place < len(row) and bool(shown(row[place]).strip()) for row in below)
        if filled > len(below) / 2:
            names[place] = column_letters(place + 1)
    return names


def _first_header(rows: Sequence[Sequence[Any]], merged: Sequence[Merged]) -> int:
    near = [one for one in merged if one[0] <= LOOK_ROWS]
    sample = [(number, _filled(rows, number, near)) for number in range(1, min(len(rows), LOOK_ROWS) + 1)]
    widest = max((sum(map(bool, names)) for _, names in sample), default=0)
    filled = [(number, names) for number, names in sample if any(names)]
    for number, names in filled:
        # a title merged over the whole table is one name, not many
        several = len(set(names) - {""}) > 1 or widest < 2
        if several and sum(map(bool, names)) >= 0.6 * widest and _wordy(names):
            return number
    return filled[0][0] if filled else 1


def _names(row: Sequence[Any]) -> list[str]:
    return [" ".join(shown(cell).split()) for cell in row]


def shown(cell: Any) -> str:
    """A cell as a person sees it: 2025 and not 2025.0."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _filled(rows: Sequence[Sequence[Any]], number: int, merged: Sequence[Merged]) -> list[str]:
    """The names in a row, a merged cell's name repeated over the columns and rows it covers."""
    names = _names(rows[number - 1]) if 0 < number <= len(rows) else []
    for upper, left, lower, right in merged:
        if upper <= number <= lower and right - left < 1000:
            source = _names(rows[upper - 1]) if upper <= len(rows) else []
            name = source[left - 1] if left <= len(source) else ""
            names += [""] * (right - len(names))
            names[left - 1 : right] = [name] * (right - left + 1)
    return names


def _wordy(names: Sequence[str]) -> bool:
    present = [name for name in names if name]
    words = [name for name in present if YEAR.fullmatch(name) or not (parse_number(name) or parse_number(name, ","))]
    return len(words) >= 0.8 * len(present)


def _distinct(named: list[tuple[int, str]]) -> tuple[tuple[str, ...], tuple[tuple[str, str, str], ...]]:
    names, problems, seen = [], [], {}
    for place, name in named:
        if name in seen:
            first, name = name, f"{name} ({column_letters(place + 1)})"  # noqa: PLW2901 - so that no column is lost
            while name in seen:
                name += "'"  # noqa: PLW2901
            problems.append((N_("stands in the header more than once."), first, name))
        seen[name] = place
        names.append(name)
    return tuple(names), tuple(problems)
