"""Endpoints that give answers from memory, tagged and revalidated, and make what is not there.

What a reader asks for is made in a thread, a few at a time; the same question asked by many is made once, and when too
many different ones wait, the next is told to come back. So a flood of questions never holds the pages up.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Hashable
from datetime import date
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from dashboard import language
from dashboard.metrics import ANSWERS
from dashboard.web.negotiation import accepted_encoding, unless_known
from dashboard.web.problem_details import ApiProblem
from dashboard.web.request_response import DataRequest, DataResponse
from dashboard.web.response_cache import CachedResponse, Freshness, ResponseCache
from dashboard.web.single_flight import ServerBusy, SingleFlight, client_of
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.release import NoSuchRelease
from etl.settings.days import today

log = logging.getLogger(__name__)

NEWEST_TRUSTED_FOR_S = 0.5
COME_BACK_AFTER_S = 5
LONGEST_QUERY = 8000
NOTHING_KNOWN: Freshness = (0, date.min, None)


class ReleaseClock:
    """Newest release, day and what is announced, asked at most twice a second."""

    def __init__(self, newest: Callable[[], int], announced: Callable[[], Hashable]) -> None:
        self.newest, self.announced = newest, announced
        self._freshness: Freshness = NOTHING_KNOWN
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def now(self) -> Freshness:
        """The newest release and the day. Raises LedgerUnavailable."""
        if time.monotonic() - self._asked_at > NEWEST_TRUSTED_FOR_S:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask())
            await asyncio.shield(self._asking)
        return self._freshness

    async def _ask(self) -> None:
        number = await asyncio.to_thread(self.newest)
        announced = await asyncio.to_thread(self.announced)
        self._freshness, self._asked_at = (number, today(), announced), time.monotonic()


class EndpointPool:
    """What endpoints of a process share: the cache, the work and the clock."""

    def __init__(self, newest: Callable[[], int], announced: Callable[[], Hashable] = lambda: None) -> None:
        self.cache, self.single_flight = ResponseCache(), SingleFlight()
        self.clock = ReleaseClock(newest, announced)


class Endpoint:
    """An ASGI endpoint that answers GET and HEAD with what `make` gives for a request.

    make: called in a thread, in the language of the request; may raise `ApiProblem`. Its answer must depend on nothing
    but the request, the newest release and the day; an immutable one on the request alone.
    absolute: the answer holds addresses of this server. by_reader: without `lang=` the browser's language counts.
    """

    methods = frozenset({"GET", "HEAD"})
    wrong_method = staticmethod(ApiProblem.method)
    patience_s: float | None = None
    """How long a reader waits for an answer that is being made before being told that the server is busy."""

    def __init__(
        self,
        pool: EndpointPool,
        make: Callable[[DataRequest], DataResponse],
        *,
        absolute: bool = False,
        by_reader: bool = False,
    ) -> None:
        self.pool, self.make, self.absolute, self.by_reader = pool, make, absolute, by_reader

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the answer, from memory where it can be."""
        request = Request(scope, receive)
        encoding = accepted_encoding(request.headers.get("accept-encoding", ""))
        response = (await self._entry(request, encoding)).response(encoding)
        if request.method != "POST":
            response = unless_known(request.headers, response)
        await response(scope, receive, send)

    def refusal(self, problem: ApiProblem, path: str) -> DataResponse:
        """What is answered instead, in the language of the request."""
        return DataResponse(problem.document(path), "application/problem+json", problem.headers(), problem.status)

    async def _entry(self, request: Request, encoding: str) -> CachedResponse:
        """The answer, with a body in that encoding; a refusal is one, too."""
        try:
            if request.method not in self.methods:
                return self._refused(request, encoding, self.wrong_method)
            if len(request.scope["query_string"]) > LONGEST_QUERY:
                return self._refused(request, encoding, lambda: ApiProblem.too_long(LONGEST_QUERY))
            making = asyncio.create_task(self._cached_or_made(request, encoding))
            ended, _pending = await asyncio.wait({making}, timeout=self.patience_s)
            if not ended:  # it goes on, and is there when it is asked for again
                making.add_done_callback(lambda task: task.exception())
                raise ServerBusy
            return making.result()
        except ServerBusy:
            return self._refused(request, encoding, lambda: ApiProblem.busy(COME_BACK_AFTER_S))
        except LedgerUnavailable:
            log.exception("the ledger can not be read")
            return self._refused(request, encoding, lambda: ApiProblem.unreadable(COME_BACK_AFTER_S))

    async def _cached_or_made(self, request: Request, encoding: str) -> CachedResponse:
        data_request = self._data_request(request)
        key = (data_request.path, request.scope["query_string"], data_request.accept_language, data_request.base)
        entry = self.pool.cache.get(key)
        freshness = None if entry is not None and entry.freshness is None else await self.pool.clock.now()
        fresh = entry is not None and entry.freshness == freshness
        if entry is None or not fresh:
            entry = await self.pool.single_flight.done(
                (key, freshness), client_of(request.scope), lambda: self._made(data_request, freshness, encoding)
            )
        if encoding not in entry.bodies:
            await asyncio.to_thread(entry.compress, encoding)
            fresh = False  # its size is another one now
        ANSWERS.labels("hit" if fresh else "miss").inc()
        if entry.answer.status == 200 and entry.answer.keep and not fresh:
            self.pool.cache.put(key, entry)
        return entry

    def _data_request(self, request: Request) -> DataRequest:
        headers, scope = request.headers, request.scope
        return DataRequest(
            scope["path"],
            request.path_params,
            tuple(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            f"{scope['scheme']}://{headers.get('host', '')}" if self.absolute else "",
            language.preferred(headers.get("accept-language")) if self.by_reader else "en",
        )

    def _made(self, request: DataRequest, freshness: Freshness | None, encoding: str) -> CachedResponse:
        """Make the answer in the language of the request."""
        with language.spoken(dict(request.query).get("lang") or request.accept_language):
            entry = CachedResponse.of(self._answer(request, freshness), freshness)
        entry.compress(encoding)
        return entry

    def _answer(self, request: DataRequest, freshness: Freshness | None) -> DataResponse:
        try:
            return self.make(request)
        except ApiProblem as problem:
            return self.refusal(problem, request.path)
        except NoSuchRelease:
            return self.refusal(ApiProblem.no_release((freshness or NOTHING_KNOWN)[0]), request.path)
        except LedgerUnavailable:
            raise
        except Exception:
            log.exception("no answer to %s", request.path)
            return self.refusal(ApiProblem.failed(), request.path)

    def _refused(self, request: Request, encoding: str, problem: Callable[[], ApiProblem]) -> CachedResponse:
        """A refusal before anything was made."""
        query = dict(parse_qsl(request.scope["query_string"][:LONGEST_QUERY].decode("latin-1")))
        with language.spoken(query.get("lang") or language.preferred(request.headers.get("accept-language"))):
            entry = CachedResponse.of(self.refusal(problem(), request.scope["path"]), None)
        entry.compress(encoding)
        return entry
