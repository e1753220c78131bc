"""``/metrics``: what is counted, for a monitoring that gives the operator's token; for nobody when there is none."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import anyio.to_thread
from prometheus_client import CONTENT_TYPE_LATEST, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.drawing import drawings_info
from dashboard.ledger import ledger
from dashboard.metrics import REGISTRY
from dashboard.streamlit_internals import open_sessions, uploaded_bytes
from dashboard.web.endpoint import EndpointPool
from dashboard.web.middleware.error_pages import refusal
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.in_progress import writes_in_progress
from etl.ledger.watch_log import WatchLog

PATH = "/metrics"


class LiveCollector(Collector):
    """What is asked at the moment of a scrape: sessions, lines, caches, the ledger and the watch."""

    def __init__(self, pools: Mapping[str, EndpointPool]) -> None:
        self.pools = pools

    def collect(self) -> Iterator[Metric]:
        """What the process holds, then what the catalog says; the latter is left out while it does not answer."""
        yield _gauge("ledger_open_pages", "Open pages (sessions).", open_sessions())
        yield _gauge("ledger_uploaded_bytes", "Uploaded files in memory.", sum(uploaded_bytes().values()))
        yield _gauge("ledger_writes_in_progress", "Publishes and other writes going on.", writes_in_progress())
        yield from self._lines()
        kept = drawings_info()
        yield _gauge("ledger_drawings_kept", "Drawn charts in memory.", kept.currsize)
        drawn = CounterMetricFamily("ledger_drawings", "Charts asked for, by whether they were kept.", labels=["cache"])
        drawn.add_metric(["hit"], kept.hits)
        drawn.add_metric(["miss"], kept.misses)
        yield drawn
        try:
            yield from _of_the_ledger()
        except LedgerUnavailable:
            yield _gauge("ledger_catalog_up", "Whether the catalog answers.", 0)
        else:
            yield _gauge("ledger_catalog_up", "Whether the catalog answers.", 1)

    def _lines(self) -> Iterator[Metric]:
        """What waits and what is kept, by kind of endpoint."""
        waiting = GaugeMetricFamily("ledger_queue_waiting", "Answers that wait to be made.", labels=["endpoints"])
        kept = GaugeMetricFamily("ledger_cached_response_bytes", "Answers kept in memory.", labels=["endpoints"])
        for name, pool in self.pools.items():
            waiting.add_metric([name], pool.single_flight.queued)
            kept.add_metric([name], pool.cache.currsize)
        yield waiting
        yield kept


def _of_the_ledger() -> Iterator[Metric]:
    """Releases (each is a publish, whichever server made it), and what the watch of publishers came to."""
    releases = ledger().releases()
    yield _gauge("ledger_releases", "Releases published.", len(releases))
    if releases:
        published = releases[-1].published_at.timestamp()
        yield _gauge("ledger_newest_release_timestamp_seconds", "When the newest release was published.", published)
    entries = WatchLog(ledger().store).entries()
    asked = CounterMetricFamily("ledger_watch_questions", "Steps of the watch.", labels=["publisher", "outcome"])
    last = GaugeMetricFamily("ledger_watch_last_timestamp_seconds", "The newest of them.", labels=asked._labelnames)
    for names, steps in entries.groupby(["publisher", "outcome"])["asked_at"]:
        asked.add_metric(list(names), len(steps))
        last.add_metric(list(names), steps.max().tz_localize("UTC").timestamp())
    yield asked
    yield last


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def metrics_route(pools: Mapping[str, EndpointPool], token: str) -> Route:
    """The route ``/metrics``: 404 without a token set, 401 without the right one in ``Authorization: Bearer``."""
    live = LiveCollector(pools)

    def text() -> bytes:
        return generate_latest(REGISTRY) + generate_latest(_Only(live))

    async def metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not token:
            return refusal(request.scope, 404, "not_found")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return PlainTextResponse("Unauthorized\n", 401, {"www-authenticate": 'Bearer realm="metrics"'})
        body = await anyio.to_thread.run_sync(text)
        return Response(body, media_type=CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"})

    return Route(PATH, metrics, methods=["GET"], name="metrics")


class _Only:
    """One collector in the place of a registry."""

    def __init__(self, collector: Collector) -> None:
        self.collect: Callable[[], Any] = collector.collect
