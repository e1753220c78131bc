"""A chart drawn for a release and a language: what every page, link, image and file of it is made from.

A release never changes, so a drawing is kept without expiry, the least used going first.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import coverage, event_lines, events, forms, labels, language, style
from dashboard.charts import Chart, all_charts
from dashboard.cited import Source, publications, sources_of
from dashboard.comparison import moments, view
from dashboard.comparison.moments import Compared
from dashboard.language import _
from dashboard.params import ChartParams, known_to
from dashboard.provenance import Change, corrections_of, in_words, settled
from etl.files.vocabulary import CHANGED
from etl.ledger.ledger import Ledger
from etl.ledger.provenance import marked
from etl.ledger.release import Release
from etl.ledger.snapshot import Snapshot
from etl.settings import days

DRAWINGS_KEPT = 1024
ROWS_KEPT = 256  # tables between two moments that are compared
NATURAL_HEIGHT = 450  # of a figure that names none


@dataclass(frozen=True)
class Drawing:
    """A chart, drawn. `params` says everything explicitly; `data` is the figure as plain data, without its title,
    `narrow_data` its form for narrow places, where it has one.
    """

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
    narrow_data: dict[str, Any] | None = None
    covered_to: date = coverage.COVERAGE_ENDS_ON  # the last day of which its release knows what it is about
    changes: tuple[Change, ...] = ()  # releases that set figures of it, where that was no publisher's own file
    below: str | None = None  # the chart's own sentence below its picture

    @property
    def further(self) -> str:
        """The sentence below the picture: the chart's own, else what the summary says beyond the title."""
        return self.below if self.below is not None else self.summary.removeprefix(self.title).lstrip(".; ")

    @property
    def is_comparison(self) -> bool:
        """Whether it shows what differs between two moments of the chart."""
        return isinstance(self.params, Compared)

    @property
    def key(self) -> str:
        """What tells it from the other drawings of a page."""
        return f"{self.chart.id}-compared" if self.is_comparison else self.chart.id

    @property
    def shown(self) -> pd.DataFrame:
        """The rows that people read: of a comparison without the codes of what its column `cause` says in words."""
        return self.rows.drop(columns=[*view.CODES]) if self.is_comparison else self.rows

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows for people: names for codes, units in the headers."""
        return labels.readable(self.shown)

    @cached_property
    def narrow(self) -> dict[str, Any]:
        """The figure in its form for narrow places."""
        return forms.narrowed(self.narrow_data or self.data)

    @cached_property
    def _dark(self) -> dict[bool, dict[str, Any]]:
        return {True: style.themed(self.narrow, "dark"), False: style.themed(self.data, "dark")}

    def height_for(self, width: int = forms.NARROW_PX) -> int:
        """The height the figure is made for in a place of that width, in CSS pixels."""
        return int(self._form(width)["layout"].get("height") or NATURAL_HEIGHT)

    def themed(self, theme: str, width: int = forms.NARROW_PX) -> dict[str, Any]:
        """The figure for a place of that width in a theme ("light" or "dark")."""
        return self._dark[width < forms.NARROW_PX] if theme == "dark" else self._form(width)

    def _form(self, width: int) -> dict[str, Any]:
        return self.narrow if width < forms.NARROW_PX else self.data

    def file_name(self, ending: str) -> str:
        """What a file of this view is called: a scenario never looks like the ledger's own."""
        scenario = f"-{_('scenario')}" if getattr(self.params, "whatif", ()) else ""
        return f"{self.key}-{_('release')}-{self.release}{scenario}.{ending}"

    @cached_property
    def credit_line(self) -> str:
        """Publisher and edition, release, and the day looked at or known on; of a comparison both moments."""
        if self.is_comparison:
            return " · ".join(filter(None, (moments.in_words(self.params, self.release), in_words(self.changes))))
        parts = [*publications(self.rows), _("release {number}").format(number=self.release)]
        if changed := in_words(self.changes):
            parts.append(changed)
        if getattr(self.params, "whatif", ()):
            parts.append(_("scenario: {changes}").format(changes=", ".join(self.params.whatif)))
        for name, words in (("on", _("as of {day}")), ("known", _("as known on {day}"))):
            if getattr(self.params, name, None):
                value = getattr(self.params, name)
                parts.append(words.format(day=language.day(min(value, self.covered_to) if name == "known" else value)))
        return " · ".join(parts)


def draw(ledger: Ledger, chart_id: str, params: ChartParams, release: int) -> Drawing:
    """Draw a chart in the current language. `params` may leave defaults open: they are filled in for this release and day.

    Where they name another moment, what differs between it and this one is drawn. Raises NoSuchRelease.
    """
    if isinstance(params, Compared) and not params.asked:
        params = params.own
    return _drawn(ledger, chart_id, _explicit(ledger, params, release, days.today()), release, language.current())


def corrected_since(ledger: Ledger, drawing: Drawing) -> list[Release]:
    """The releases after a drawing's that corrected figures of the same view."""
    newest = ledger.newest()
    if drawing.release >= newest:
        return []
    now = draw(ledger, drawing.chart.id, drawing.params, newest)
    return [release for release in corrections_of(now.changes) if release.number > drawing.release]


@lru_cache(maxsize=DRAWINGS_KEPT)
def _explicit(ledger: Ledger, params: ChartParams, release: int, today: date) -> ChartParams:
    """The defaults of a day: asked again when the day changes, because open defaults follow it."""
    here = ledger.at(release)
    if isinstance(params, Compared):
        return params.explicit(here, ledger.at(params.with_release or release))
    return params.explicit(here)


@lru_cache(maxsize=DRAWINGS_KEPT)
def _drawn(ledger: Ledger, chart_id: str, params: ChartParams, release: int, spoken: str) -> Drawing:
    if isinstance(params, Compared):
        return _compared(ledger, chart_id, params, release)
    return drawn_from(marked(ledger, release), chart_id, params)


@lru_cache(maxsize=ROWS_KEPT)
def _rows_at(ledger: Ledger, chart_id: str, spoken: str, params: ChartParams, release: int) -> pd.DataFrame:
    """A chart's rows in any release: a code that it does not know yet gives way to the default."""
    held = marked(ledger, release)
    return settled(all_charts()[chart_id].rows(held, known_to(held, params)[0].explicit(held)), held)[0]


def _compared(ledger: Ledger, chart_id: str, params: Compared, release: int) -> Drawing:
    """What differs between A and B, both explicit, and what did it."""
    then, own = (one.model_copy(update=events.OFF) if events.asked(one) else one for one in (params.then, params.own))
    sides = ((then, params.with_release or release), (own, release))
    a, b = (_drawn(ledger, chart_id, one, number, language.current()) for one, number in sides)
    later = ledger.at(max(number for _params, number in sides))
    rows, key = view.differing_rows(
        sides, (a.rows, b.rows), partial(_rows_at, ledger, chart_id, b.language), ledger.releases(), later
    )
    said, called = moments.in_words(params, release), _(b.chart.title)
    figure = view.figure(rows, key, called, said)
    if scenario := ";".join(getattr(params, "whatif", ())):
        rows = rows.assign(scenario=scenario)
        style.mark_scenario(figure, _("Scenario"))
    data = figure.to_plotly_json()
    title = data["layout"].pop("title")
    named = set(";".join(rows["source_id"].dropna()).split(";"))
    sources = {one.source_id: one for one in (*a.sources, *b.sources, *sources_of(later, rows))}
    return Drawing(
        chart=b.chart,
        params=params,
        release=release,
        language=b.language,
        rows=rows,
        title=title["text"],
        subtitle=title["subtitle"]["text"],
        summary=view.summary_of(rows, key, said),
        data=data,
        sources=tuple(one for name, one in sources.items() if rows.empty or name in named),
        covered_to=b.covered_to,
        changes=tuple(sorted({*a.changes, *b.changes}, key=lambda change: (change.number, change.by_hand))),
    )


def drawings_info() -> Any:
    """How many drawings are kept, and how often one was (`functools.lru_cache`)."""
    return _drawn.cache_info()


def drawn_from(snapshot: Snapshot, chart_id: str, params: ChartParams) -> Drawing:
    """Draw a chart from any view, as one of figures not published yet. Nothing is kept; `params` say all explicitly."""
    chart = all_charts()[chart_id]
    with coverage.drawing(snapshot):
        rows, changes, changed = settled(chart.rows(snapshot, params), snapshot)
        figure, summary = chart.figure(rows, params), chart.summary(rows, params)
        narrow = chart.narrow(rows, params) if chart.narrow else None
        below = chart.further(rows, params) if chart.further else None
    for drawn in filter(None, (figure, narrow)):
        forms.without_empty_axes(drawn)
    scenario = ";".join(getattr(params, "whatif", ()))
    if changed is not None:
        rows = rows.assign(**{CHANGED: changed})
    sources = sources_of(snapshot, rows)
    if events.asked(params):
        narrow = narrow or go.Figure(figure.to_dict())  # its names need other places there
        shown = event_lines.within(events.held(snapshot, params, chart.page), figure)
        rows, told = events.beside(rows, shown), events.in_words(shown)
        summary, below = f"{summary} {told}".strip(), None if below is None else f"{below} {told}".strip()
        sources = tuple(dict.fromkeys((*sources, *sources_of(snapshot, shown))))
        for drawn in filter(None, (figure, narrow)):
            event_lines.draw(drawn, shown, narrow=drawn is narrow)
    if scenario:  # on every picture and in every file
        rows = rows.assign(scenario=scenario)
        for drawn in filter(None, (figure, narrow)):
            style.mark_scenario(drawn, _("Scenario"))
        summary = _("Scenario, not the ledger: {said}").format(said=summary)
    data = figure.to_plotly_json()
    title = data["layout"].pop("title", {})
    narrow_data = narrow.to_plotly_json() if narrow else None
    if narrow_data:
        narrow_data["layout"].pop("title", None)
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
        sources=sources,
        narrow_data=narrow_data,
        covered_to=coverage.of_page(snapshot, chart.page),
        changes=changes,
        below=below,
    )
