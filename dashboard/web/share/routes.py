"""The addresses of sharing: pages and embeds of charts, their pictures and files, short links."""

from functools import cache
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import BaseRoute, Route

from dashboard import links
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.language import _
from dashboard.ledger import ledger
from dashboard.web.api import query
from dashboard.web.endpoint import Endpoint, EndpointPool
from dashboard.web.problem_details import ApiProblem
from dashboard.web.request_response import DataRequest, DataResponse
from dashboard.web.share import files, page, short_links
from dashboard.web.share.browser import NoBrowser
from dashboard.web.share.images import FORMATS, SIZES, Pictures
from dashboard.web.share.view import THEMES, ViewNotFound, ledger_name, shared_view

HTML = "text/html; charset=utf-8"


class ChartName(Convertor[str]):
    """A chart's id in a path: no dot, so that a page is told from its files whatever order routes stand in."""

    regex = "[A-Za-z0-9_-]{1,80}"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("chart", ChartName())


@cache
def pictures() -> Pictures:
    return Pictures()


class PageEndpoint(Endpoint):
    """An endpoint for people: what it refuses is told on a page."""

    def refusal(self, problem: ApiProblem, path: str) -> DataResponse:
        html = page.message_page(_("This page can not be shown now"), problem.detail)
        return DataResponse(html.encode(), HTML, problem.headers(), problem.status)


def share(asked: DataRequest) -> DataResponse:
    """The share page of a view."""
    return _page(asked, page.share_page)


def embed(asked: DataRequest) -> DataResponse:
    """The view for a frame."""
    return _page(asked, page.embed_page)


def _page(asked: DataRequest, render: Any) -> DataResponse:
    try:
        view = shared_view(asked, asked.names["chart"])
    except ViewNotFound as nothing:
        return DataResponse(
            page.message_page(_("No chart here"), nothing.sentence).encode(), HTML, status=nothing.status
        )
    headers = (("content-language", view.drawing.language),)
    return DataResponse(render(view, pictures()).encode(), HTML, headers)


def picture_in(form: str) -> Any:
    """The picture of a view in a format. A wrong parameter is refused: a file can't carry a note."""

    def answer(asked: DataRequest) -> DataResponse:
        asked_for, drawing, immutable = drawn(asked)
        size, theme = _one_of(asked_for, "size", SIZES, "page"), _one_of(asked_for, "theme", THEMES, "light")
        try:
            made = pictures().picture(drawing, ledger_name(drawing.release), form, size, theme)
        except NoBrowser as reason:
            raise no_browser(reason) from None
        headers = (("content-disposition", f'inline; filename="{files.name(drawing, form)}"'),)
        return DataResponse(made, FORMATS[form], headers, immutable=immutable)

    return answer


def file_in(form: str) -> Any:
    """A file of a view: workbook, slide or everything together."""

    def answer(asked: DataRequest) -> DataResponse:
        _asked_for, drawing, immutable = drawn(asked)
        media_type, make = files.FORMS[form]
        headers = (("content-disposition", f'attachment; filename="{files.name(drawing, form)}"'),)
        address = links.public_base(asked.base) + links.url(f"/c/{drawing.chart.id}", links.pinned_query(drawing))
        try:
            return DataResponse(make(drawing, pictures(), address), media_type, headers, immutable=immutable)
        except NoBrowser as reason:
            raise no_browser(reason) from None

    return answer


def drawn(asked: DataRequest) -> tuple[query.Query, Any, bool]:
    """The question of a file, its drawing, and whether it will never change. Raises ApiProblem."""
    chart, current_query = links.migrated(asked.names["chart"], dict(asked.query))
    if chart not in all_charts():
        raise ApiProblem.unknown(_("chart"), chart, all_charts())
    model = all_charts()[chart].Params
    now = DataRequest(asked.path, asked.names, tuple(current_query.items()), asked.base, asked.accept_language)
    asked_for = query.read(now, [*model.model_fields, "size", "theme"])
    drawing = draw(ledger(), chart, query.params(asked_for, model), asked_for.snapshot.release)
    return asked_for, drawing, query.explicit(asked_for, drawing.params)


def no_browser(reason: NoBrowser) -> ApiProblem:
    return ApiProblem(
        503,
        "no-browser",
        _(
            "Pictures are made with Chromium, which this server does not have or can not start. Its operator can install it"
            " (Debian, Ubuntu: apt-get install chromium fonts-dejavu-core); tables and data work without it."
        ),
        again_after_s=60,
        reason=str(reason)[:200],
    )


def _one_of(asked_for: query.Query, name: str, allowed: Any, default: str) -> str:
    value = asked_for.query.get(name, default)
    if value not in allowed:
        raise ApiProblem.faults([query.wrong(name, value, list(allowed))])
    return value


def share_routes() -> list[BaseRoute]:
    """All routes of sharing. Pages and files wait in lines of their own: a flood of pictures leaves pages quick."""
    newest = ledger().newest
    pages, made = EndpointPool(newest), EndpointPool(newest)
    by_reader = {"absolute": True, "by_reader": True}
    found: list[BaseRoute] = [
        Route("/c/{chart:chart}", PageEndpoint(pages, share, **by_reader), name="share"),
        Route("/embed/{chart:chart}", PageEndpoint(pages, embed, **by_reader), name="embed"),
        *short_links.routes(PageEndpoint, pages),
    ]
    for form in FORMATS:
        found.append(Route(f"/c/{{chart:chart}}.{form}", Endpoint(made, picture_in(form)), name=f"picture-{form}"))
    for form in files.FORMS:
        found.append(
            Route(f"/c/{{chart:chart}}.{form}", Endpoint(made, file_in(form), absolute=True), name=f"file-{form}")
        )
    return found
