"""Where between two moments a value came to differ: the steps in release, edition and days, found by drawing between them.

The view is drawn as of steps between the moments, in one respect at a time (release, edition, day of knowledge, day looked
at), with the other respects as in A and again as in B. Halves whose ends are the same are left, so steps that undo each
other are not found. With A for B and B for A the same is found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

import pandas as pd

from dashboard.comparison.moments import moment_of
from dashboard.comparison.rows import Cell, Rows, value_at
from dashboard.params import ChartParams
from etl.contract import column_type
from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot

MOST_DRAWN = 16  # tables between the moments: a stretch that is not halved by then is named whole
LEAST_DRAWN = 3  # of them in one respect
TURNS = {
    "known": ("known_on", "end_known_on", "published_on", "set_on", "made_on", "outcome_on", "agreed_on"),
    "on": ("starts_on", "ends_on", "effective_on", "from_on", "to_on", "due_on", "outcome_on"),
}
"""The columns of datasets whose days may change what is known, and what holds."""

Moment = tuple[ChartParams, int]
"""Explicit parameters of a chart and a release."""
RowsAt = Callable[[ChartParams, int], Rows]


@dataclass(frozen=True)
class Step:
    """A step between two moments in one respect (releases, editions or days), or a stretch of several (not `single`)."""

    respect: str
    after: Any
    at: Any
    single: bool


def steps_of(
    a: Moment, b: Moment, wanted: Sequence[Cell], rows_at: RowsAt, snapshot: Snapshot
) -> dict[Cell, set[Step]]:
    """The steps that made each cell differ that differs. `snapshot`: the later release, which knows most days."""
    found: dict[Cell, set[Step]] = defaultdict(set)
    walks = [
        (respect, points, base)
        for respect, points in _respects(a, b, snapshot).items()
        for base in dict.fromkeys(_placed(base, respect, points[0]) for base in (a, b))
    ]
    most = max(LEAST_DRAWN, MOST_DRAWN // max(1, len(walks)))
    for respect, points, base in walks if wanted else ():
        tables = [partial(rows_at, *_placed(base, respect, point)) for point in points]
        for cell, low, high in _walked(tables, wanted, most):
            found[cell].add(Step(respect, points[low], points[high], high == low + 1))
    return found


def _respects(a: Moment, b: Moment, snapshot: Snapshot) -> dict[str, list[Any]]:
    """In what the moments differ, each with the steps between, the earlier end first."""
    found: dict[str, list[Any]] = {}
    if a[1] != b[1]:
        found["release"] = list(range(min(a[1], b[1]), max(a[1], b[1]) + 1))
    for name in moment_of(type(a[0])):
        ends = {getattr(a[0], name), getattr(b[0], name)}
        if len(ends) == 1:
            continue
        low, high = sorted(ends, key=lambda end: (end is not None, end or ""))
        between = turns(snapshot, name) if name in TURNS else ()
        found[name] = [low, *(one for one in between if low < one < high), high]
    return found


def _placed(moment: Moment, respect: str, point: Any) -> Moment:
    """The moment with another release, edition or day."""
    params, release = moment
    return (params, point) if respect == "release" else (params.model_copy(update={respect: point}), release)


def _walked(tables: Sequence[Callable[[], Rows]], wanted: Sequence[Cell], most: int) -> Iterable[tuple[Cell, int, int]]:
    """Each wanted cell with the places of two tables, as near as `most` tables between the ends allow, in which it differs."""
    asked: dict[int, Rows] = {}

    def table(place: int) -> Rows:
        if place not in asked:
            asked[place] = tables[place]()
        return asked[place]

    waiting = [(0, len(tables) - 1)]
    while waiting:
        low, high = waiting.pop(0)
        differing = [cell for cell in wanted if value_at(table(low), cell) != value_at(table(high), cell)]
        if differing and high > low + 1 and len(asked) < most + 2:
            middle = (low + high) // 2
            waiting += [(low, middle), (middle, high)]
        else:
            yield from ((cell, low, high) for cell in differing)


@lru_cache(maxsize=16)
def turns(snapshot: Snapshot, respect: str) -> tuple[date, ...]:
    """The days on which something became known, or began or ceased to hold, in order."""
    asked = [
        f"SELECT DISTINCT {column}::DATE AS day FROM {dataset.name} WHERE {column} IS NOT NULL"
        for dataset in all_datasets().values()
        for column in TURNS[respect]
        if column in dataset.columns and column_type(dataset, column).startswith("datetime")
    ]
    days = snapshot.sql(f"SELECT DISTINCT day FROM ({' UNION ALL '.join(asked)}) ORDER BY day")["day"]
    return tuple(pd.to_datetime(days).dt.date)
