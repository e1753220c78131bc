"""All addresses of the app beside Streamlit's own, in the order they are tried."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from dashboard import announced
from dashboard.alerts.rule import FEED
from dashboard.auth import permission
from dashboard.ledger import ledger
from dashboard.menu import MENU
from dashboard.web import alert_pages
from dashboard.web.api import as_of, charts, datasets, docs_page, find, freshness, openapi, rates, releases
from dashboard.web.assistants.llms_txt import llms_txt
from dashboard.web.assistants.server import McpEndpoint
from dashboard.web.edit_route import edit_route
from dashboard.web.endpoint import Endpoint, EndpointPool
from dashboard.web.feeds.alerts import alerts
from dashboard.web.feeds.calendar import calendar
from dashboard.web.feeds.changes import changes
from dashboard.web.first_view import START, FirstViewEndpoint
from dashboard.web.health import health_route, ready_route
from dashboard.web.machine_catalogue import data_json
from dashboard.web.metrics_endpoint import metrics_route
from dashboard.web.origin import endpoints as origin
from dashboard.web.pack import endpoints as pack
from dashboard.web.post_endpoint import PostEndpoint
from dashboard.web.problem_details import ApiProblem
from dashboard.web.readiness import WITHOUT_PICTURES, checks
from dashboard.web.request_response import DataRequest, DataResponse
from dashboard.web.share import files, short_links
from dashboard.web.share.endpoints import PageEndpoint, embed, file_in, picture_in, pictures, share, verify_script
from dashboard.web.share.images import FORMATS
from dashboard.web.share.statement import statement
from etl.settings import settings

API = "/api/v1"


class ChartName(Convertor[str]):
    """A chart's id in a path: no dot, so that a page is told from its files whatever order routes stand in."""

    regex = "[A-Za-z0-9_-]{1,80}"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("chart", ChartName())


def overview(request: Request) -> RedirectResponse:
    """The first page has no path of its own in Streamlit; its name is good in a link all the same."""
    return RedirectResponse(request.url.replace(path="/"))


def nothing_here(request: DataRequest) -> DataResponse:
    """Every other address below /api: without it the front page would answer."""
    raise ApiProblem.nothing_here()


def routes() -> list[BaseRoute]:
    """Data, pages and files each wait in lines of their own: a flood of pictures leaves pages quick."""

    def newest() -> int:
        return ledger().newest()

    data, shared, made, pages = (EndpointPool(newest, announced.asked) for _line in range(4))
    pools = {"data": data, "share": shared, "files": made, "pages": pages}
    by_reader = {"absolute": True, "by_reader": True}
    return [
        Route("/overview", overview),
        health_route(newest),
        ready_route(checks(), needless=WITHOUT_PICTURES),
        edit_route(permission.trusts_this_machine()),
        metrics_route(pools, settings().metrics_token.get_secret_value()),
        # data
        Route(API, Endpoint(data, docs_page.manual, by_reader=True)),
        Route(f"{API}/openapi.json", Endpoint(data, openapi.document_of)),
        Route(f"{API}/releases", Endpoint(data, releases.listing)),
        Route(f"{API}/releases/{{number}}.zip", Endpoint(made, releases.as_zip)),
        Route(f"{API}/releases/{{before}}/diff/{{after}}", Endpoint(data, releases.diff)),
        Route(f"{API}/corrections", Endpoint(data, releases.corrections)),
        Route(f"{API}/datasets", Endpoint(data, datasets.contracts)),
        *(
            Route(f"{API}/datasets/{{name}}.{form}", Endpoint(data, datasets.rows_in(form)))
            for form in ("csv", "json", "parquet")
        ),
        Route(f"{API}/charts", Endpoint(data, charts.listing)),
        Route(f"{API}/charts/{{chart}}.json", Endpoint(data, charts.as_json)),
        Route(f"{API}/tariffs/rate", Endpoint(data, rates.rate)),
        Route(f"{API}/tariffs/rates", PostEndpoint(data, rates.rates)),
        Route(f"{API}/tariffs/history", Endpoint(data, rates.history)),
        Route(f"{API}/find", Endpoint(data, find.find)),
        Route(f"{API}/check", Endpoint(data, find.check)),
        Route(f"{API}/origin", Endpoint(data, origin.as_json)),
        Route(f"{API}/deadlines", Endpoint(data, as_of.deadlines)),
        Route(f"{API}/freshness", Endpoint(data, freshness.listing)),
        *(Route(path, Endpoint(data, nothing_here)) for path in (f"{API}/", "/api", "/api/{rest:path}")),
        # for assistants
        Route("/mcp", McpEndpoint()),
        Route("/llms.txt", Endpoint(data, llms_txt, absolute=True)),
        # feeds
        Route("/deadlines.ics", Endpoint(data, calendar)),
        Route("/changes.atom", Endpoint(data, changes, absolute=True)),
        Route(FEED, Endpoint(made, alerts, absolute=True)),
        *alert_pages.routes(),
        Route("/data.json", Endpoint(data, data_json, absolute=True)),
        # sharing
        Route("/c/{chart}.csv", Endpoint(data, charts.as_csv)),
        Route("/c/{chart}.json", Endpoint(data, charts.as_json)),
        *(
            Route(f"/c/{{chart:chart}}.{form}", Endpoint(made, picture_in(form)), name=f"picture-{form}")
            for form in FORMATS
        ),
        *(
            Route(f"/c/{{chart:chart}}.{form}", Endpoint(made, file_in(form), absolute=True), name=f"file-{form}")
            for form in files.FORMS
        ),
        Route("/c/{chart:chart}/verify.py", Endpoint(made, verify_script, absolute=True), name="verify"),
        Route("/c/{chart:chart}", PageEndpoint(shared, share, **by_reader), name="share"),
        Route("/embed/{chart:chart}", PageEndpoint(shared, embed, **by_reader), name="embed"),
        Route("/s/{key:chart}", PageEndpoint(shared, short_links.follow, by_reader=True), name="short"),
        *(Route(f"/pack.{form}", Endpoint(made, pack.file_in(form), absolute=True)) for form in pack.FORMS),
        Route("/pack", PageEndpoint(shared, pack.page, by_reader=True)),
        Route("/origin", PageEndpoint(data, origin.page, by_reader=True)),
        Route("/original/{sha256}", PageEndpoint(made, origin.original, by_reader=True)),
        Route("/accessibility", PageEndpoint(shared, statement, by_reader=True)),
        # pages
        *(
            Route("/" if name == START else f"/{name}", FirstViewEndpoint(pages, pictures, name), name=f"page-{name}")
            for name in MENU
        ),
    ]
