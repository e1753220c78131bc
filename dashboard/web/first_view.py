"""The first view of every page, sent with the first bytes: title, answer and first chart inside Streamlit's own page.

It is what the live page shows for the same link, made by the same functions, and stands over it until the live page has
drawn: nobody waits for a script to see the answer, and who has no script keeps it, with its table and links.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard import freshness, language, links
from dashboard.charts import all_charts
from dashboard.comparison.moments import OF_A
from dashboard.ledger import ledger
from dashboard.menu import MENU
from dashboard.navigation import data_shown
from dashboard.sections.deadlines import next_pending
from dashboard.sections.overview import HomeParams, Tile, first_chart, tiles
from dashboard.streamlit_internals import static_folder
from dashboard.web.endpoint import Endpoint, EndpointPool
from dashboard.web.middleware.front_page import front_page, named, with_first_view
from dashboard.web.problem_details import ApiProblem
from dashboard.web.request_response import DataRequest, DataResponse
from dashboard.web.share import page as share_page
from dashboard.web.share.images import Pictures
from dashboard.web.share.view import SharedView, ViewNotFound, newest_release, shared_view

log = logging.getLogger(__name__)

HTML = "text/html; charset=utf-8"
FIRST_CHART = {
    "spending": "spending-trend",
    "pledges": "pledge-path",
    "tariffs": "tariff-rate",
    "deadlines": "deadlines-timeline",
}
START = "overview"


@dataclass(frozen=True)
class FirstView:
    """What a page shows first: its first chart as share pages draw it (None: it has none) and the tiles above it."""

    page: str
    seen: SharedView | None
    tiles: tuple[Tile, ...] = ()


def of(request: DataRequest, page: str) -> FirstView:
    """The first view of a page for a link. Raises ViewNotFound when nothing was ever published."""
    newest_release()
    query = request.parameters
    home = query.get("home") or HomeParams().home
    if page == START:
        chart, fixed = first_chart(home)
        query = {name: query[name] for name in ("release", "lang", "theme") if name in query} | fixed
    elif page in FIRST_CHART:
        chart = FIRST_CHART[page]
        query = links.homely(all_charts()[chart].Params, query) | query
        query = {name: value for name, value in query.items() if name not in OF_A}  # the view itself stands first
    else:
        return FirstView(page, None)
    seen = shared_view(replace(request, query=tuple(query.items())), chart)
    if page == START:
        return FirstView(page, seen, tuple(tiles(ledger(), seen.drawing.release, home)))
    return FirstView(page, seen, tuple(next_pending(seen.drawing)) if page == "deadlines" else ())


class FirstViewEndpoint(Endpoint):
    """Answers a page's address. Where no first view can be made in time, the page comes without one and draws itself."""

    patience_s = 3.0  # a page that draws itself is seen no later than that

    def __init__(self, pool: EndpointPool, pictures: Any, page: str) -> None:
        self.page = page
        super().__init__(pool, self._made_for(page, pictures), absolute=True, by_reader=True)

    @staticmethod
    def _made_for(page: str, pictures: Any) -> Any:
        plain = front_page(static_folder())

        def make(request: DataRequest) -> DataResponse:
            whole = True
            try:
                view = of(request, page)
                html = with_first_view(plain, **rendered(view, request, pictures()))
                whole = view.seen is None or "<svg" in html
            except ViewNotFound:
                html = _without_view(page)
            except Exception:  # a page that draws itself is better than none
                log.exception("no first view of %s", page)
                html = _without_view(page)
            return DataResponse(html.encode(), HTML, (("content-language", language.current()),), keep=whole)

        return make

    def refusal(self, problem: ApiProblem, path: str) -> DataResponse:
        """A busy server, a catalog that does not answer: the page comes without its first view."""
        if problem.status not in (429, 503):
            return super().refusal(problem, path)
        return DataResponse(_without_view(self.page).encode(), HTML, (("cache-control", "no-store"),))


def _without_view(page: str) -> str:
    """A page that draws itself: it says its name all the same."""
    entry = MENU[page]
    return named(
        front_page(static_folder()),
        lang=language.current(),
        title=language._(entry.title),
        description=language._(entry.question),
    )


def rendered(view: FirstView, request: DataRequest, pictures: Pictures) -> Mapping[str, str]:
    """Head and body of a first view, and its language."""
    base = links.public_base(request.base)
    path = "/" if view.page == START else f"/{view.page}"
    own = request.parameters
    return share_page.first_view(
        view.seen,
        pictures,
        page=view.page,
        name=language._(MENU[view.page].title),
        question=language._(MENU[view.page].question),
        tiles=view.tiles,
        shown=data_shown(ledger().newest(), language.current()),
        silence=freshness.silence(ledger(), ledger().newest()),
        base=base,
        url=base + links.url(path, own),
        languages={code: links.url(path, {**own, "lang": code}) for code in language.LANGUAGES},
        menu={f"/{'' if name == START else name}": language._(entry.title) for name, entry in MENU.items()},
    )
