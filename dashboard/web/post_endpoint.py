"""Endpoints that are asked with a body: nothing is changed by it, and nothing is kept."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from starlette.requests import Request

from dashboard.web.endpoint import Endpoint
from dashboard.web.problem_details import ApiProblem
from dashboard.web.response_cache import CachedResponse
from dashboard.web.single_flight import client_of

MOST_BYTES = 2**18


class PostEndpoint(Endpoint):
    """An ASGI endpoint that answers POST with what `make` gives for the body of a request."""

    methods = frozenset({"POST"})
    wrong_method = staticmethod(ApiProblem.only_posted)

    async def _cached_or_made(self, request: Request, encoding: str) -> CachedResponse:
        body = await _read(request)
        if body is None:
            return self._refused(request, encoding, lambda: ApiProblem.body_too_long(MOST_BYTES))
        asked, freshness = replace(self._data_request(request), body=body), await self.pool.clock.now()
        key = (asked.path, request.scope["query_string"], sha256(body).digest())
        return await self.pool.single_flight.done(
            (key, freshness), client_of(request.scope), lambda: self._made(asked, freshness, encoding)
        )


async def _read(request: Request) -> bytes | None:
    """The body; None when it is too long."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return body
