"""What share pages, embeds, pictures and files of a view answer."""

from functools import cache
from typing import Any

from dashboard import links
from dashboard.charts import all_charts
from dashboard.comparison.moments import OF_A
from dashboard.drawing import draw
from dashboard.language import _
from dashboard.ledger import ledger
from dashboard.web.api import formats, query
from dashboard.web.endpoint import Endpoint
from dashboard.web.problem_details import ApiProblem, Fault
from dashboard.web.request_response import DataRequest, DataResponse
from dashboard.web.share import evidence, files, page
from dashboard.web.share.browser import NoBrowser
from dashboard.web.share.images import FORMATS, SIZES, Pictures
from dashboard.web.share.view import THEMES, ViewNotFound, ledger_name, shared_view

HTML, PYTHON = "text/html; charset=utf-8", "text/x-python; charset=utf-8"


@cache
def pictures() -> Pictures:
    return Pictures()


class PageEndpoint(Endpoint):
    """An endpoint for people: what it refuses is told on a page."""

    def refusal(self, problem: ApiProblem, path: str) -> DataResponse:
        html = page.message_page(_("This page can not be shown now"), problem.detail)
        return DataResponse(html.encode(), HTML, problem.headers(), problem.status)


def share(request: DataRequest) -> DataResponse:
    """The share page of a view."""
    return _page(request, page.share_page)


def embed(request: DataRequest) -> DataResponse:
    """The view for a frame."""
    return _page(request, page.embed_page)


def _page(request: DataRequest, render: Any) -> DataResponse:
    try:
        view = shared_view(request, request.names["chart"])
    except ViewNotFound as nothing:
        return DataResponse(
            page.message_page(_("No chart here"), nothing.sentence).encode(), HTML, status=nothing.status
        )
    headers = (("content-language", view.drawing.language),)
    return DataResponse(render(view, pictures()).encode(), HTML, headers)


def picture_in(form: str) -> Any:
    """The picture of a view in a format. A wrong parameter is refused: a file can't carry a note."""

    def answer(request: DataRequest) -> DataResponse:
        question, drawing, immutable = drawn(request)
        size, theme = _one_of(question, "size", SIZES, "page"), _one_of(question, "theme", THEMES, "light")
        try:
            made = pictures().picture(drawing, ledger_name(drawing.release), form, size, theme)
        except NoBrowser as reason:
            raise no_browser(reason) from None
        headers = (formats.disposition("inline", drawing.file_name(form)),)
        return DataResponse(made, FORMATS[form], headers, immutable=immutable)

    return answer


def file_in(form: str) -> Any:
    """A file of a view: workbook, slide or everything together."""

    def answer(request: DataRequest) -> DataResponse:
        _asked_for, drawing, immutable = drawn(request)
        media_type, make = files.FORMS[form]
        headers = (formats.disposition("attachment", drawing.file_name(form)),)
        address = links.public_base(request.base) + links.url(f"/c/{drawing.chart.id}", links.pinned_query(drawing))
        try:
            return DataResponse(make(drawing, pictures(), address), media_type, headers, immutable=immutable)
        except NoBrowser as reason:
            raise no_browser(reason) from None

    return answer


def verify_script(request: DataRequest) -> DataResponse:
    """The script that holds a view against the release it is from."""
    asked, drawing, immutable = drawn(request)
    if drawing.is_comparison:
        told = _("Each moment of a comparison has a verify.py of its own: ask without what begins with “with_”.")
        raise ApiProblem.faults([Fault(name, asked.query[name], told, "") for name in OF_A if name in asked.query])
    base = links.public_base(request.base)
    address = base + links.url(f"/c/{drawing.chart.id}", links.pinned_query(drawing))
    script = evidence.script_of(
        drawing, ledger().at(drawing.release), address, f"{base}/api/v1/releases/{drawing.release}.zip"
    )
    headers = (formats.disposition("attachment", f"verify-{drawing.file_name('py')}"),)
    return DataResponse(script.encode(), PYTHON, headers, immutable=immutable)


def drawn(request: DataRequest) -> tuple[query.Query, Any, bool]:
    """The question of a file, its drawing, and whether it will never change. Raises ApiProblem."""
    chart, current_query = links.migrated(request.names["chart"], request.parameters)
    if chart not in all_charts():
        raise ApiProblem.unknown(_("chart"), chart, all_charts())
    model = all_charts()[chart].Compared
    now = DataRequest(request.path, request.names, tuple(current_query.items()), request.base, request.accept_language)
    question = query.read(now, [*model.model_fields, "size", "theme"])
    drawing = draw(ledger(), chart, query.params(question, model), question.snapshot.release)
    return question, drawing, query.explicit(question, drawing.params)


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


def _one_of(question: query.Query, name: str, allowed: Any, default: str) -> str:
    value = question.query.get(name, default)
    if value not in allowed:
        raise ApiProblem.faults([query.wrong(name, value, list(allowed))])
    return value
