"""What somebody wants to be told of: a view, and a rule. Both stand in an address, and nowhere else is said more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from dashboard import briefing, labels, links
from dashboard.charts import Chart, all_charts
from dashboard.comparison.moments import OF_A
from dashboard.comparison.rows import key_of, values_of
from dashboard.language import _, current, labelled, ngettext, number
from dashboard.params import ChartParams
from dashboard.topics.tariffs import TariffParams
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from etl.settings import days as calendar

TOUCHED, REVISED, CROSSED, DUTY, DEADLINE = "touched", "revised", "crossed", "duty", "deadline"
RULES = {
    TOUCHED: N_("A release touches this view"),
    REVISED: N_("A value is revised"),
    CROSSED: N_("A line is crossed"),
    DUTY: N_("The sum of duties changes, or will soon"),
    DEADLINE: N_("A deadline comes near or moves"),
}
CHANGES, DEADLINES = "tariff-changes", "deadlines-timeline"  # the charts that the last two rules look at
KEPT = N_("The address is kept for this alert alone, and deleted when you stop it.")
FEED = "/alerts.atom"
FIELDS = ("view", "rule", "line", "column", "days")
DAYS, MOST_DAYS = 30, 365
FAR = 1e12  # beyond any figure


class WrongAlert(ValueError):
    """A part of an alert's address that is wrong: its name, what was given, a sentence, and what may stand there."""

    def __init__(self, name: str, given: str, sentence: str, allowed: Sequence[str] | str = ()):
        super().__init__(sentence)
        self.name, self.given, self.allowed = name, given, allowed


@dataclass(frozen=True)
class Alert:
    """A view that follows new figures (`params` leave open what follows them), and the rule by which it is told.

    `line` is what is crossed, by the figures of `column` (empty: of the first one), `days` how long before a day it is told of.
    """

    chart: Chart
    params: Any  # of the chart's own model
    rule: str
    line: float | None = None
    days: int = DAYS
    column: str = ""

    @property
    def followed(self) -> tuple[Chart, Any]:
        """The chart that is looked at, and its parameters: the sum of duties is followed where its changes are listed."""
        if self.rule != DUTY:
            return self.chart, self.params
        said = {name: getattr(self.params, name) for name in TariffParams.model_fields}
        return all_charts()[CHANGES], TariffParams.model_construct(**said)

    @property
    def view(self) -> str:
        """The view as it stands in the address."""
        return links.url(self.chart.id, links.query_of(self.params))

    @property
    def address(self) -> str:
        """Path and query of the view as it is now, in the reader's language."""
        return links.url(f"/c/{self.chart.id}", links.query_of(self.params) | {"lang": current()})

    @property
    def feed(self) -> str:
        """Path and query of its feed, in the reader's language."""
        return links.url(FEED, self.query | {"lang": current()})

    @property
    def query(self) -> dict[str, str]:
        """All of it as an address says it, always in the same words."""
        told = {"view": self.view, "rule": self.rule}
        if self.rule == CROSSED and self.line is not None:
            told["line"] = links.text_of(self.line)
            told |= {"column": self.column} if self.column else {}
        return told | ({"days": str(self.days)} if self.is_of_days else {})

    @property
    def name(self) -> str:
        """What tells it from other alerts, also in later versions: parameters that are as by default don't count."""
        fields = type(self.params).model_fields
        own = {
            name: value for name, value in self.params if value != fields[name].get_default(call_default_factory=True)
        }
        said = {name: links.text_of(value) for name, value in own.items() if value is not None}
        told = urlencode(self.query | {"view": links.url(self.chart.id, said)})
        return sha256(told.encode()).hexdigest()[:16]

    @property
    def text(self) -> str:
        """The same as one text."""
        return urlencode(self.query, safe=",?=/:")

    @property
    def is_of_days(self) -> bool:
        """Whether time alone gives something to tell."""
        return self.rule in (DUTY, DEADLINE)

    @property
    def in_words(self) -> str:
        """The rule in the reader's language: "A line is crossed: 2"."""
        said = _(RULES[self.rule])
        if self.rule == CROSSED and self.line is not None:
            digits = 0 if self.line.is_integer() else 2
            told = labelled(said, number(self.line, digits))
            return f"{told} ({labels.header(self.column)})" if self.column else told
        if self.is_of_days:
            days = ngettext("{days} day before", "{days} days before", self.days).format(days=self.days)
            return labelled(said, days)
        return said


def rules_of(chart: Chart) -> list[str]:
    """The rules that a chart can be followed by."""
    special = {DUTY: issubclass(chart.Params, TariffParams), DEADLINE: chart.id == DEADLINES}
    return [rule for rule in RULES if special.get(rule, True)]


def opened(params: ChartParams, rule: str) -> ChartParams:
    """The parameters of a view as an alert follows them: what becomes known later counts, and so do days to come."""
    names = ("known", "on") if rule in (DUTY, DEADLINE) else ("known",)
    return params.model_copy(update={name: None for name in names if name in type(params).model_fields})


def read(query: Mapping[str, str], snapshot: Snapshot) -> Alert:
    """The alert that an address says. Raises WrongAlert."""
    chart, params = _view(query.get("view", ""), snapshot)
    rule = query.get("rule", TOUCHED)
    if rule not in rules_of(chart):
        sentence = _("“{value}” is no rule that this view can be followed by.").format(value=rule[:60])
        raise WrongAlert("rule", rule, sentence, rules_of(chart))
    line = _number(query, "line", None, -FAR, FAR)
    if rule == CROSSED and line is None:
        raise WrongAlert("line", "", _("Which line? Give it as a number in the unit of the view."), "2")
    days = _number(query, "days", DAYS, 0, MOST_DAYS)
    _refuse_idle(query, rule)
    params, column = opened(params, rule), query.get("column", "")
    if column and column not in (known := figures_of(_rows(chart, params, snapshot))):
        sentence = _("“{value}” is no column of figures of this view.").format(value=column[:60])
        raise WrongAlert("column", column, sentence, known)
    return Alert(chart, params, rule, line, int(days or 0), column)


def _refuse_idle(query: Mapping[str, str], rule: str) -> None:
    """What belongs to another rule is not passed over: who gave it expects something of it. Raises WrongAlert."""
    of = {"line": (CROSSED,), "column": (CROSSED,), "days": (DUTY, DEADLINE)}
    for name, rules in of.items():
        if query.get(name) and rule not in rules:
            sentence = _("“{name}” says nothing to the rule “{rule}”: leave it out, or take the rule “{other}”.")
            raise WrongAlert(name, query[name], sentence.format(name=name, rule=rule, other=", ".join(rules)))


def figures_of(rows: pd.DataFrame) -> list[str]:
    """The columns of a view's table whose figures can cross a line, the first one is taken where none is named."""
    tables = (rows, rows)
    return [one for one in values_of(tables, key_of(tables)) if rows[one].dtype.kind == "f"]


def _rows(chart: Chart, params: ChartParams, snapshot: Snapshot) -> pd.DataFrame:
    on = {name: calendar.today() for name in ("on", "known") if name in type(params).model_fields}
    return chart.rows(snapshot, params.filled(**on).explicit(snapshot))


def of_text(text: str, snapshot: Snapshot) -> Alert:
    """The alert of a text that `Alert.text` made. Raises WrongAlert."""
    return read(links.query_in(f"?{text}"), snapshot)


def _view(link: str, snapshot: Snapshot) -> tuple[Chart, ChartParams]:
    chart_id, pairs = briefing.parts_of(next(iter(briefing.views_in(link)), ""))
    if chart_id not in all_charts():
        sentence = _("An alert follows one view: give its chart and parameters, or the address of its page.")
        raise WrongAlert("view", link, sentence, "spending-trend?countries=CAN")
    query = dict(pairs)
    if pinned := [name for name in ("release", *OF_A) if name in query]:
        sentence = _("An alert follows the newest figures: leave “{name}” out.").format(name=pinned[0])
        raise WrongAlert("view", link, sentence)
    chart = all_charts()[chart_id]
    parsed = links.params_of(chart.Params, query, snapshot)
    if parsed.refused:
        name = parsed.refused[0]
        sentence = _("“{value}” is not a value of “{name}” here. No alert was made: correct the view’s address.")
        raise WrongAlert("view", link, sentence.format(name=name, value=query.get(name, "")[:60]))
    return chart, parsed.params


def _number(query: Mapping[str, str], name: str, default: float | None, low: float, high: float) -> float | None:
    if not (text := query.get(name, "")):
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high or (name == "days" and not value.is_integer()):
        allowed = f"{low:g}..{high:g}"
        sentence = _("“{value}” is not a value of “{name}”.").format(value=text[:60], name=name)
        raise WrongAlert(name, text, sentence, allowed)
    return value
