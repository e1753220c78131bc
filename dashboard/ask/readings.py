"""Which views a text can mean: each chart filled with what was said, the ones that hold it best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice, product

from dashboard.ask.days import first_of, last_of
from dashboard.ask.filling import Filling
from dashboard.ask.lexicon import Meaning
from dashboard.ask.parts import Part
from dashboard.ask.settling import settle_days, settle_places
from dashboard.ask.takes import DAY_ROLES, take
from dashboard.charts import Chart, all_charts
from dashboard.params import TARGETS
from dashboard.topics.pledges import GOALS
from etl.ledger.snapshot import Snapshot

MAIN = {
    "spending-trend",
    "pledge-path",
    "tariff-rate",
    "deadlines-timeline",
}  # what a page shows when nothing else is said
MAIN_WEIGHT, FIRST_WEIGHT = 0.25, 0.125  # of it, and of the chart behind a page's first button
MOST_COMBINATIONS, MOST_VIEWS = 24, 6
WANTED = {
    "spending-revisions",
    "pledge-backsolve",
    "pressure-map",
}  # they answer a question of their own: shown only when they are asked for
CLOSE = 1.0  # readings that say so much less than the best are still offered


@dataclass(frozen=True)
class Reading:
    """A view: chart, query of its link, the meaning taken of each part (None: left out), how much speaks for it, and the
    parameter and value that each day became (by the part's place)."""

    chart: Chart
    query: dict[str, str]
    meanings: tuple[Meaning | None, ...]
    score: float
    settled: dict[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def said(self) -> float:
        """The same without what a page shows first, which decides within a page only."""
        return self.score - _first(self.chart)

    @property
    def left_out(self) -> int:
        return self.meanings.count(None)


def readings_of(snapshot: Snapshot, parts: Sequence[Part], today: date) -> list[Reading]:
    """The views that hold the parts, best first; empty where nothing was understood."""
    told = [part for part in parts if part.meanings]
    if not told:
        return []
    found: dict[tuple[str, tuple[tuple[str, str], ...]], Reading] = {}
    wished = {meaning.value for part in told for meaning in part.meanings if meaning.kind in ("chart", "view")}
    for chart in all_charts().values():
        if chart.id in WANTED - wished:
            continue
        options = [_options(snapshot, chart, part) for part in told]
        for meanings in islice(product(*options), MOST_COMBINATIONS):
            reading = _filled(snapshot, chart, told, meanings, today)
            key = chart.id, tuple(sorted(reading.query.items()))
            if reading.score > MAIN_WEIGHT and (key not in found or _rank(reading) < _rank(found[key])):
                found[key] = reading
    return sorted(found.values(), key=_rank)


def _first(chart: Chart) -> float:
    """What speaks for a chart because its page shows it first."""
    if chart.id in MAIN:
        return MAIN_WEIGHT
    return FIRST_WEIGHT if chart.view and chart.view.place == 1 else 0.0


def _rank(reading: Reading) -> tuple[int, float, int]:
    """The best first; of equals the one that stands first on its page."""
    return reading.left_out, -reading.score, reading.chart.view.place if reading.chart.view else 0


def certain(parts: Sequence[Part], readings: Sequence[Reading]) -> bool:
    """Whether one view holds all that was said, and no other as well."""
    if not readings or readings[0].left_out or not all(part.meanings for part in parts):
        return False
    best, others = readings[0], [one for one in readings[1:] if not one.left_out]
    return all(best.score > one.score if one.chart.page == best.chart.page else best.said > one.said for one in others)


def offered(readings: Sequence[Reading]) -> list[Reading]:
    """The readings to choose from: those that hold as much of what was said, and the first of each page that comes close."""
    best, pages = readings[0], set[str]()
    close = []
    for one in readings:
        if one.left_out == best.left_out and best.score - one.score <= CLOSE:
            if one.score == best.score or one.chart.page not in pages:
                close.append(one)
            pages.add(one.chart.page)
    return close[:MOST_VIEWS]


def _options(snapshot: Snapshot, chart: Chart, part: Part) -> tuple[Meaning | None, ...]:
    """What a part may mean to a chart: the meanings that it can hold by themselves; None when it can hold none."""
    open_day = part.role not in DAY_ROLES
    found: list[Meaning] = []
    for meaning in part.meanings:
        found += _spread(snapshot, chart, meaning, open_day)
    alone = [one for one in found if _holds(snapshot, chart, one, part.role)]
    return tuple(dict.fromkeys(alone)) or (None,)


def _spread(snapshot: Snapshot, chart: Chart, meaning: Meaning, open_day: bool) -> list[Meaning]:
    """One meaning as a chart has it: a month is its first and its last day, a per cent figure the targets of its height."""
    fields = chart.Params.model_fields
    if meaning.kind in ("year", "period") and open_day and "on" in fields and "due_until" not in fields:
        return [Meaning("last", last_of(meaning.value)), Meaning("first", first_of(meaning.value))]
    if meaning.kind == "period":
        kind = "year" if open_day else "last"
        return [Meaning(kind, meaning.value)] if "due_until" in fields or not open_day else []
    if meaning.kind == "pct" and "pace" in fields:
        return [Meaning("option", f"pace={meaning.value}")]
    if meaning.kind == "pct":
        choices = _targets(snapshot, "goals" in fields)
        return [Meaning("target", code) for code in _of_height(snapshot, float(meaning.value)) if code in choices]
    return [meaning]


@lru_cache(maxsize=256)
def _of_height(snapshot: Snapshot, value: float) -> list[str]:
    found = snapshot.sql("SELECT target_id FROM targets WHERE value_pct = $value ORDER BY target_id", value=value)
    pledges = snapshot.sql("SELECT pledge_id FROM pledges WHERE value_pct = $value ORDER BY pledge_id", value=value)
    return found["target_id"].tolist() or pledges["pledge_id"].tolist()


@lru_cache(maxsize=16)
def _targets(snapshot: Snapshot, goals: bool) -> frozenset[str]:
    return frozenset((GOALS if goals else TARGETS).codes(snapshot))


def _holds(snapshot: Snapshot, chart: Chart, meaning: Meaning, role: str) -> bool:
    return take(Filling(chart, snapshot, date.max), 0, meaning, role) is not None


def _filled(
    snapshot: Snapshot, chart: Chart, parts: Sequence[Part], meanings: Sequence[Meaning | None], today: date
) -> Reading:
    filling = Filling(chart, snapshot, today, score=_first(chart))
    for place, (part, meaning) in enumerate(zip(parts, meanings, strict=True)):
        weight = None if meaning is None else take(filling, place, meaning, part.role)
        if weight is None:
            filling.left_out.append(place)
        else:
            filling.score += weight
    settle_places(filling)
    settle_days(filling)
    held = tuple(None if place in filling.left_out else meaning for place, meaning in enumerate(meanings))
    return Reading(chart, filling.query, held, filling.score, filling.settled)
