"""Which cells of a view stand in the answers it was made from, found by the keys that both share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from etl.datasets import all_datasets
from etl.ledger.recording import Asked
from etl.ledger.verify_script import rows_of, same

LEAST_ALIKE = 2  # different numbers that agree, before a column is taken for another one renamed
Row = dict[str, Any]
Claim = tuple[int, int, list[str], dict[str, str]]
"""Row of the view, answer, the keys both share, and by cell of the row the answer's column that holds it."""


@cache
def key_columns() -> frozenset[str]:
    """The columns that identify a row of any dataset; a source is named by many rows."""
    return frozenset(name for dataset in all_datasets().values() for name in dataset.key) - {"source_id"}


@dataclass(frozen=True)
class Answer:
    """An answer to a question of a view, as the script sees it; `columns` are the view's."""

    number: int
    question: Asked
    columns: tuple[str, ...]

    @cached_property
    def rows(self) -> list[Row]:
        return rows_of(self.question.columns, self.question.rows)

    @cached_property
    def names(self) -> list[str]:
        return list(dict.fromkeys(name for row in self.rows for name in row))

    @cached_property
    def keys(self) -> list[str]:
        return [name for name in self.names if name in self.columns and name in key_columns()]

    @cached_property
    def _by_keys(self) -> dict[tuple, list[Row]]:
        found: dict[tuple, list[Row]] = {}
        for row in self.rows:
            found.setdefault(tuple(row[key] for key in self.keys), []).append(row)
        return found

    def beside(self, row: Row) -> list[Row]:
        """The rows that have the keys of a row of the view."""
        key = tuple(row[name] or None for name in self.keys)
        return self._by_keys.get(key, []) if any(key) else []


def found_in(rows: list[Row], figures: list[str], answers: list[Answer]) -> list[Claim]:
    """Each cell by the answer that tells most of its row."""
    claims = [claim for answer in answers for claim in _straight(rows, figures, answer)]
    known = {cell for *_where, cells in claims for cell in cells}
    claims += [claim for cell in figures if cell not in known for claim in _renamed(rows, cell, answers)]
    claimed: set[tuple[int, str]] = set()
    kept = []
    for place, number, keys, cells in sorted(claims, key=lambda claim: (claim[0], -len(claim[3]), claim[1])):
        fresh = {cell: of for cell, of in cells.items() if (place, cell) not in claimed}
        claimed |= {(place, cell) for cell in fresh}
        if fresh:
            kept.append((place, number, keys, fresh))
    return kept


def _straight(rows: list[Row], figures: list[str], answer: Answer) -> Iterator[Claim]:
    """Cells under their own name. Texts choose among the rows with the keys; a figure must stand in all that are left."""
    shared = [name for name in answer.names if name in answer.columns and name not in answer.keys]
    for place, row in enumerate(rows):
        there, cells = answer.beside(row), {}
        for cell in sorted(shared, key=figures.__contains__):
            agreeing = [one for one in there if row[cell] is not None and same(one.get(cell), row[cell])]
            holding = [one for one in there if cell in one]
            if agreeing and (cell not in figures or len(agreeing) == len(holding)):
                there, cells[cell] = agreeing, cell
        if cells:
            yield place, answer.number, answer.keys, cells


def _renamed(rows: list[Row], cell: str, answers: list[Answer]) -> list[Claim]:
    """A number that stands in an answer under another name, at every row of the view that has one."""
    places = [place for place, row in enumerate(rows) if _is_number(row[cell])]
    if len({rows[place][cell] for place in places}) < LEAST_ALIKE:
        return []
    for answer in answers:
        for of in (name for name in answer.names if name not in answer.columns):
            if all(same(common(answer.beside(rows[place]), of), rows[place][cell]) for place in places):
                return [(place, answer.number, answer.keys, {cell: of}) for place in places]
    return []


def common(rows: list[Row], name: str) -> Any:
    """The value that all rows have in a column; None where they differ or one has none."""
    first = rows[0].get(name) if rows else None
    return first if all(name in row and same(row[name], first) for row in rows) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
