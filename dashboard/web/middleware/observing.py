"""The outermost layer: every request has a name of its own, is counted by its route, and is told to the log."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.metrics import REQUEST_SECONDS, REQUESTS
from dashboard.streamlit_internals import UPLOAD, UPLOAD_PATH
from dashboard.web.request_log import REQUEST_ID

log = logging.getLogger("ledger.request")

HEADER = "x-request-id"
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
STREAMLITS = re.compile(r"/(static|media|_stcore|component)/|/(auth/log(in|out)|oauth2callback)$")
INTERRUPTED = 499  # the reader went before there was an answer, as nginx says it


class Observing:
    """ASGI middleware. `routes` are those that requests are counted by; all others are `streamlit` or `other`."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self.app = app
        self.routes = [route for route in routes if isinstance(route, Route)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; the answer carries the request's name."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        name = given if GIVEN.fullmatch(given) else uuid4().hex
        before = REQUEST_ID.set(name)
        status, began = INTERRUPTED, time.perf_counter()

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        try:
            await self.app(scope, receive, named)
        finally:
            if scope["type"] == "http":
                self._tell(scope, status, time.perf_counter() - began)
            REQUEST_ID.reset(before)

    def _tell(self, scope: Scope, status: int, took_s: float) -> None:
        route, method = self.route_of(scope), scope["method"] if scope["method"] in METHODS else "other"
        REQUESTS.labels(method, route, str(status)).inc()
        REQUEST_SECONDS.labels(route).observe(took_s)
        path = UPLOAD_PATH if UPLOAD.fullmatch(scope["path"]) else scope["path"]  # a session's id is its key
        event = {
            "method": method,
            "path": path,
            "route": route,
            "status": status,
            "duration_ms": round(took_s * 1e3, 1),
        }
        log.info("%s %s %d", method, path, status, extra={"event": event})

    def route_of(self, scope: Scope) -> str:
        """The pattern of the route, so that counts do not grow with what people ask."""
        if STREAMLITS.match(scope["path"]):
            return "streamlit"
        return next((route.path for route in self.routes if route.matches(scope)[0] != Match.NONE), "other")
