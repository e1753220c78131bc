"""A briefing: views in an order, held in an address and nowhere else. A view stands in it as `chart?query`, without its language."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from dashboard import links
from dashboard.charts import all_charts, views_of

MOST_VIEWS = 20
LONGEST_ADDRESS = 5500  # characters that all views take in an address, however a browser writes it
PATH = "/pack"
SPOKEN = {"en": ("en",), "fr": ("fr",), "both": ("en", "fr")}
"""In which languages a briefing can be made; `both` stand side by side."""
KEPT = "kept.briefing"  # in a session of the app, whose address says it, too
BETWEEN = "|"  # urlencode never leaves it in a view


def view_of(chart_id: str, query: Iterable[tuple[str, str]]) -> str:
    """A view as it stands in a briefing: the chart's own parameters and the release, as this version says them."""
    chart_id, current = links.migrated(chart_id, links.joined(query))
    known = (*all_charts()[chart_id].Compared.model_fields, "release") if chart_id in all_charts() else ()
    return links.url(chart_id, {name: value for name, value in current.items() if name in known})


def parts_of(view: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Chart and query of a view."""
    chart_id, _mark, query = view.partition("?")
    return chart_id, tuple(parse_qsl(query, keep_blank_values=True))


def views_in(link: str) -> list[str]:
    """The views that an address shows: of a share page, a file, an embed, a page of the app, another briefing, or a view
    as it stands in one; none for anything else."""
    split = urlsplit(link.strip())
    path, query = PurePosixPath(split.path), parse_qsl(split.query, keep_blank_values=True)
    name = path.name.partition(".")[0]
    if f"/{name}" == PATH:
        return [view for key, value in query if key == "view" for view in views_in(value)]
    if path.parent.name in ("c", "embed") or name in all_charts():
        return [view_of(name, query)] if name in all_charts() else []
    code = dict(query).get("view")
    own = {chart.view and chart.view.code: chart for chart in all_charts().values() if chart.page == name}
    chart = views_of(name).get(code) if code else own.get(None)
    return [view_of(chart.id, query)] if chart else []


def address(views: Sequence[str], ending: str = "", **more: str) -> str:
    """Path and query of a briefing as a page (no ending) or a file (`.docx`); what is empty is left out."""
    pairs = [(name, value) for name, value in more.items() if value] + [("view", view) for view in views]
    return f"{PATH}{ending}?{urlencode(pairs, safe=',?=/:;|')}"


def added(views: Sequence[str], more: Iterable[str]) -> tuple[list[str], bool]:
    """The views with more of them, each once, and whether all found a place."""
    wanted = list(dict.fromkeys([*views, *more]))
    held = wanted[:MOST_VIEWS]
    while held and len(quote(in_one(held), safe="")) > LONGEST_ADDRESS:
        held.pop()
    return held, len(held) == len(wanted)


def in_one(views: Sequence[str]) -> str:
    """All views as one value of a query."""
    return BETWEEN.join(views)


def from_one(text: str) -> list[str]:
    """The views of such a value; what is none is left out."""
    views = [view for part in text.split(BETWEEN) if part for view in views_in(part)]
    return added((), views)[0]
