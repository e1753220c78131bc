"""The pages around the views: the app's own, each with its charts or lists, and the search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import language
from dashboard.charts import Chart, all_charts
from dashboard.citations import plain
from dashboard.glossary import all_terms
from dashboard.language import LANGUAGES, _
from dashboard.ledger import ledger
from dashboard.menu import MENU
from dashboard.offline.view import CHARTS, Edition, FiledView, release_file
from dashboard.sections import catalogue
from dashboard.sections.deadlines import next_pending
from dashboard.sections.overview import tiles
from dashboard.topics.tariff_words import folded
from dashboard.web.share.html_table import Cell, text_cell
from dashboard.web.share.images import Pictures
from dashboard.web.share.page import NAMES, figure_of, rendered
from etl.datasets import all_datasets
from etl.message import N_

SEARCH = "search.html"
OVERVIEW_CHARTS = ("spending-trend", "tariff-schedule")
DATA = "data"  # folder of the tables, as CSV
LISTS = {
    N_("Editions"): catalogue.editions,
    N_("Articles and claims"): catalogue.claims,
    N_("All sources"): catalogue.sources,
    N_("Conflicts"): catalogue.disputed,
}
WORDS = {
    "search": N_("Search"),
    "search_hint": N_("Words of a title or a text"),
    "found": N_("Found: {count}"),
    "offline": N_("Offline edition of release {number} of {day}. Nothing here asks a server."),
    "files": N_("Files"),
    "pages": N_("Pages"),
    "open": N_("Table, files and sources"),
}


@dataclass(frozen=True)
class Listed:
    """A table under its name."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Found:
    """What the search lists: a page or a view, and the words it is found by, folded."""

    title: str
    address: str
    text: str

    @property
    def words(self) -> str:
        return folded(f"{self.title} {self.text}")


def charts_of(page: str, wanted: Iterable[str]) -> list[Chart]:
    """The charts of a page, in the order of its buttons."""
    if page == "overview":
        return [all_charts()[name] for name in OVERVIEW_CHARTS if name in wanted]
    own = [chart for chart in all_charts().values() if chart.page == page and chart.id in wanted]
    return sorted(own, key=lambda chart: (chart.view.place if chart.view else 0, chart.id))


def page_of(name: str, seen: Mapping[str, FiledView], edition: Edition, pictures: Pictures) -> str:
    """A page of the app, in the current language."""
    release = edition.release
    views = [seen[chart.id] for chart in charts_of(name, seen)]
    told: dict[str, Any] = {"tiles": (), "lists": (), "terms": (), "files": {}, "texts": {}}
    if name == "overview":
        told["tiles"] = tiles(ledger(), release, edition.home)
    elif name == "deadlines" and views:
        told["tiles"] = next_pending(views[0].drawing)
    elif name == "sources":
        told["lists"] = [_listed(_(title), table(ledger().at(release))) for title, table in LISTS.items()]
        told["terms"] = all_terms()
        told["texts"] = {_("Known gaps"): [_(text) for text in catalogue.GAPS]}
    elif name == "update":
        told["lists"] = [_listed(_("Releases"), _releases(release))]
    elif name == "data":
        told["lists"] = [_listed(_("The datasets of this release"), catalogue.datasets(ledger(), release))]
        told["files"] = {release_file(release): f"../{release_file(release)}"}
        told["files"] |= {f"{dataset}.csv": f"../{DATA}/{dataset}.csv" for dataset in all_datasets()}
    drawn = [
        figure_of(view, pictures)
        | {
            "address": f"{CHARTS}/{view.address()}",
            "summary": view.drawing.summary,
            "credit_line": view.drawing.credit_line,
            "notes": view.warnings,
        }
        for view in views
    ]
    title, question = _(MENU[name].title), _(MENU[name].question)
    return _page("offline_page.html", f"{name}.html", release, title=title, question=question, charts=drawn, **told)


def search_page(found: Iterable[Found], release: int) -> str:
    """Everything there is, to be searched; without script the whole list."""
    return _page("offline_search.html", SEARCH, release, title=_("Search"), question=_("Pages"), found=list(found))


def entries(seen: Mapping[str, FiledView]) -> list[Found]:
    """The pages and views of the edition in the current language."""
    pages = [Found(_(entry.title), f"{name}.html", _(entry.question)) for name, entry in MENU.items()]
    views = [
        Found(
            plain(view.drawing.title),
            f"{CHARTS}/{view.address()}",
            f"{_(view.drawing.chart.title)} {view.drawing.summary}",
        )
        for view in seen.values()
    ]
    terms = [Found(term.name, "sources.html#terms", term.meaning) for term in all_terms()]
    data = [Found(_(one.title), f"../{DATA}/{name}.csv", _(one.description)) for name, one in all_datasets().items()]
    return [*pages, *views, *data, *terms]


def around(up: str, release: int) -> dict[str, Any]:
    """What every page of the edition says: the menu, and which release it is of. `up` leads to the language's folder."""
    day = language.day(ledger().release(release).published_on)
    words = {name: _(text) for name, text in WORDS.items()}
    words["offline"] = words["offline"].format(number=release, day=day)
    menu = {f"{up}{name}.html": _(entry.title) for name, entry in MENU.items()}
    return {"menu": menu, "o": words, "search": f"{up}{SEARCH}"}


def _page(template: str, name: str, release: int, **values: Any) -> str:
    languages = {code: f"../{code}/{name}" for code in LANGUAGES}
    return rendered(template, theme="", here=name, languages=languages, names=NAMES, **around("", release), **values)


def _releases(release: int) -> pd.DataFrame:
    rows = [one for one in ledger().releases() if one.number <= release]
    return pd.DataFrame(
        {
            _("Release"): [one.number for one in rows],
            _("Published on"): [language.day(one.published_on) for one in rows],
            _("Author"): [one.author for one in rows],
            _("Message"): [one.said(language.current())[0] for one in rows],
        }
    )


def _listed(name: str, frame: pd.DataFrame) -> Listed:
    rows = tuple(tuple(text_cell(value, 4) for value in row) for row in frame.itertuples(index=False, name=None))
    return Listed(name, tuple(map(str, frame.columns)), rows)
