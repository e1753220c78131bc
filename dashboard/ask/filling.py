"""A chart on the way to a view: the query of its link, what speaks for it, and what it can't hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, get_args

from dashboard import links
from dashboard.ask.lexicon import Meaning
from dashboard.charts import Chart
from etl.ledger.snapshot import Snapshot

WISH, SAID, SHOWN_ALREADY, HINT = 3.0, 1.0, 0.75, 0.5
"""How much it says for a chart: its own words, a value that it holds, one that it always shows, a word of its topic."""


NUMBERS = ("pace", "spend", "spend_year", "due")
"""Fields of numbers within bounds."""


@dataclass
class Filling:
    """A chart being filled: the query of its link so far, what speaks for it, and the parts (by place) it can't hold."""

    chart: Chart
    snapshot: Snapshot
    today: date
    query: dict[str, str] = field(default_factory=dict)
    score: float = 0.0
    left_out: list[int] = field(default_factory=list)
    places: list[tuple[int, str, str]] = field(default_factory=list)  # part, code, role
    days: list[tuple[int, Meaning]] = field(default_factory=list)
    settled: dict[int, tuple[str, str]] = field(default_factory=dict)  # parameter and value of each day, by part

    @property
    def fields(self) -> dict[str, Any]:
        return self.chart.Params.model_fields

    def codes(self, name: str) -> frozenset[Any]:
        """The codes a field may hold in this release."""
        return _codes(self.snapshot, self.chart, name)

    def add(self, name: str, value: str) -> bool:
        """One more value of a field; False when it has none left."""
        if name not in self.fields or (name in NUMBERS and self._refuses(name, value)):
            return False
        if links.is_list(self.chart.Params, name):
            own = [part for part in self.query.get(name, "").split(",") if part]
            most = links.longest(self.chart.Params).get(name, 99)
            if value in own or len(own) >= most:
                return value in own
            self.query[name] = ",".join([*own, value])
            return True
        if self.query.get(name, value) != value:
            return False
        self.query[name] = value
        return True

    def _refuses(self, name: str, value: str) -> bool:
        return bool(links.params_of(self.chart.Params, {name: value}, self.snapshot).refused)


@lru_cache(maxsize=512)
def _codes(snapshot: Snapshot, chart: Chart, name: str) -> frozenset[Any]:
    choices = links.choices_of(chart.Params).get(name)
    return frozenset(choices.codes(snapshot) if choices else get_args(chart.Params.model_fields[name].annotation))
