"""A chart drawn for a release and a language: what every page, link, image and file of it is made from.

A release never changes, so a drawing is kept without expiry, the least used going first.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from dashboard import coverage, labels, language, style
from dashboard.charts import Chart, all_charts
from dashboard.language import _
from dashboard.params import ChartParams
from etl import days
from etl.ledger.ledger import Ledger
from etl.ledger.snapshot import Snapshot

DRAWINGS_KEPT = 1024
NATURAL_HEIGHT = 450  # of a figure that names none


@dataclass(frozen=True)
class Source:
    """Where figures of a chart come from, as a reader is told."""

    source_id: str
    title: str
    publisher: str
    url: str | None
    licence: str | None
    credit: str | None


@dataclass(frozen=True)
class Drawing:
    """A chart, drawn. `params` says everything explicitly; `data` is the figure as plain data, without its title."""

    chart: Chart
    params: Any  # of the chart's own model
    release: int
    language: str
    rows: pd.DataFrame
    title: str
    subtitle: str
    summary: str
    data: dict[str, Any]
    sources: tuple[Source, ...]

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows for people: names for codes, units in the headers."""
        return labels.readable(self.rows)

    @cached_property
    def dark(self) -> dict[str, Any]:
        return style.themed(self.data, "dark")

    @property
    def natural_height(self) -> int:
        """The height the figure is made for, in CSS pixels."""
        return int(self.data["layout"].get("height") or NATURAL_HEIGHT)

    def themed(self, theme: str) -> dict[str, Any]:
        return self.dark if theme == "dark" else self.data

    @cached_property
    def credit_line(self) -> str:
        """Publisher and edition, release, and the day looked at or known on."""
        parts = [*publications(self.rows), _("release {number}").format(number=self.release)]
        if getattr(self.params, "whatif", ()):
            parts.append(_("scenario: {changes}").format(changes=", ".join(self.params.whatif)))
        for name, words in (("on", _("as of {day}")), ("known", _("as known on {day}"))):
            if getattr(self.params, name, None):
                value = getattr(self.params, name)
                parts.append(words.format(day=language.day(coverage.seen(value) if name == "known" else value)))
        return " · ".join(parts)


def draw(ledger: Ledger, chart_id: str, params: ChartParams, release: int) -> Drawing:
    """Draw a chart in the current language. `params` may leave defaults open: they are filled in for this release and day."""
    return _drawn(ledger, chart_id, _explicit(ledger, params, release, days.today()), release, language.current())


@lru_cache(maxsize=DRAWINGS_KEPT)
def _explicit(ledger: Ledger, params: ChartParams, release: int, today: date) -> ChartParams:
    """The defaults of a day: asked again when the day changes, because open defaults follow it."""
    return params.explicit(ledger.at(release))


@lru_cache(maxsize=DRAWINGS_KEPT)
def _drawn(ledger: Ledger, chart_id: str, params: ChartParams, release: int, spoken: str) -> Drawing:
    return drawn_from(ledger.at(release), chart_id, params)


def drawings_info() -> Any:
    """How many drawings are kept, and how often one was (`functools.lru_cache`)."""
    return _drawn.cache_info()


def drawn_from(snapshot: Snapshot, chart_id: str, params: ChartParams) -> Drawing:
    """Draw a chart from any view, as one of figures not published yet. Nothing is kept; `params` say all explicitly."""
    chart = all_charts()[chart_id]
    rows, scenario = chart.rows(snapshot, params), ";".join(getattr(params, "whatif", ()))
    figure, summary = chart.figure(rows, params), chart.summary(rows, params)
    if scenario:  # on every picture and in every file
        rows = rows.assign(scenario=scenario)
        style.mark_scenario(figure, _("Scenario"))
        summary = _("Scenario, not the ledger: {said}").format(said=summary)
    data = figure.to_plotly_json()
    title = data["layout"].pop("title", {})
    return Drawing(
        chart=chart,
        params=params,
        release=snapshot.release,
        language=language.current(),
        rows=rows,
        title=_("Scenario: {said}").format(said=title.get("text", "")) if scenario else title.get("text", ""),
        subtitle=title.get("subtitle", {}).get("text", ""),
        summary=summary,
        data=data,
        sources=sources_of(snapshot, rows),
    )


def sources_of(snapshot: Snapshot, rows: pd.DataFrame) -> tuple[Source, ...]:
    """The sources that a table names in its column `source_id` (several in a cell with semicolons between), each once."""
    if "source_id" not in rows:
        return ()
    ids = sorted({part for cell in rows["source_id"].dropna() for part in cell.split(";")})
    sources = snapshot.sql(
        "SELECT source_id, title, publisher, url, licence, credit FROM sources WHERE list_contains($ids, source_id) ORDER BY source_id",
        ids=ids,
    )
    sources = sources.astype(object).where(sources.notna(), None)
    return tuple(Source(*row) for row in sources.itertuples(index=False, name=None))


def publications(rows: pd.DataFrame) -> list[str]:
    """Publishers and editions that a table holds figures of, in words."""
    if not {"publisher", "edition"} <= set(rows.columns):
        return []
    pairs = rows[["publisher", "edition"]].dropna().drop_duplicates().sort_values(["publisher", "edition"])
    return [
        _("{publisher}, edition {edition}").format(
            publisher=labels.of("publisher", pair.publisher), edition=pair.edition
        )
        for pair in pairs.itertuples()
    ]
