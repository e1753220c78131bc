"""The addresses of the data side."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from dashboard.ledger import ledger
from dashboard.web.api import as_of, charts, datasets, openapi, releases
from dashboard.web.api.docs_page import manual
from dashboard.web.endpoint import Endpoint, EndpointPool
from dashboard.web.feeds.calendar import calendar
from dashboard.web.feeds.changes import changes
from dashboard.web.problem_details import ApiProblem
from dashboard.web.request_response import DataRequest, DataResponse

API = "/api/v1"


def nothing_here(asked: DataRequest) -> DataResponse:
    """Every other address below /api: without it the front page would answer."""
    raise ApiProblem.nothing_here()


def data_routes() -> list[BaseRoute]:
    """Routes in the order they are tried. All share one pool: what is kept and what is being made."""
    pool = EndpointPool(lambda: ledger().newest())
    made = {
        f"{API}/releases": releases.listing,
        f"{API}/releases/{{before}}/diff/{{after}}": releases.diff,
        f"{API}/datasets": datasets.contracts,
        **{f"{API}/datasets/{{name}}.{form}": datasets.rows_in(form) for form in ("csv", "json", "parquet")},
        f"{API}/charts": charts.listing,
        f"{API}/charts/{{chart}}.json": charts.as_json,
        "/c/{chart}.csv": charts.as_csv,
        "/c/{chart}.json": charts.as_json,
        f"{API}/tariffs/rate": as_of.rate,
        f"{API}/deadlines": as_of.deadlines,
        f"{API}/openapi.json": openapi.document_of,
    }
    spoken = [Route(API, Endpoint(pool, manual, by_reader=True)), Route("/deadlines.ics", Endpoint(pool, calendar))]
    feeds = [Route("/changes.atom", Endpoint(pool, changes, absolute=True))]
    rest = [Route(path, Endpoint(pool, nothing_here)) for path in (f"{API}/", "/api", "/api/{rest:path}")]
    return [*(Route(path, Endpoint(pool, make)) for path, make in made.items()), *spoken, *feeds, *rest]
