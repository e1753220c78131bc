"""The last day of which a release knows, and what may be said of a day after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache

from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot
from etl.settings import days

COVERAGE_BEGINS_ON = date(2025, 3, 12)
"""The day from which the metals duties are held, the last of the older measures to be taken in: before it a sum may lack some."""
COVERAGE_ENDS_ON = date(2026, 10, 10)
"""The last day that the reviewed figures were gathered for."""
TARIFFS, DEADLINES, EDITIONS = "tariff_events", "deadlines", "editions"
_OF_PAGES = {"tariffs": TARIFFS, "deadlines": DEADLINES}
_DRAWN: ContextVar[Snapshot | None] = ContextVar("drawn", default=None)


def ends_on(snapshot: Snapshot | None, dataset: str = TARIFFS) -> date:
    """The last day of which a release knows what a dataset says: the reviewed figures', or that of what came since."""
    return COVERAGE_ENDS_ON if snapshot is None else _ends_on(snapshot, dataset, days.today())


@lru_cache(maxsize=64)
def _ends_on(snapshot: Snapshot, dataset: str, today: date) -> date:
    said = all_datasets()[dataset].said
    (row,) = snapshot.records(f"SELECT max({said}) AS said FROM {dataset} WHERE {said} <= $today", today=today)
    return max(COVERAGE_ENDS_ON, row["said"] or COVERAGE_ENDS_ON)


def of_page(snapshot: Snapshot, page: str) -> date:
    """The last day of which a release knows what a page is about."""
    return ends_on(snapshot, _OF_PAGES.get(page, EDITIONS))


@contextmanager
def drawing(snapshot: Snapshot) -> Iterator[None]:
    """A chart of this release is drawn: `after_coverage` and `seen` are then of what it knows."""
    token = _DRAWN.set(snapshot)
    try:
        yield
    finally:
        _DRAWN.reset(token)


def before_coverage(day: date) -> bool:
    """Whether duties older than the figures may be missing on `day`."""
    return day < COVERAGE_BEGINS_ON


def after_coverage(day: date) -> bool:
    """Whether a statement about `day` can only be "as known" on the last day covered."""
    return day > ends_on(_DRAWN.get())


def seen(known: date, dataset: str = TARIFFS) -> date:
    """The last day whose knowledge is in the figures, for a reader who asks for what was known on `known`."""
    return min(known, ends_on(_DRAWN.get(), dataset))
