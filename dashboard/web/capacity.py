"""How much the process takes on: descriptors stay in reserve, because a library that finds none ends the process.

A connection takes a descriptor before any request is read, so connections are bounded where the event loop makes them:
one that sends no request in time is closed, and when descriptors run short the oldest idle one goes first. Only when
all of them are at work is the next told, with 503, to come back.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

log = logging.getLogger(__name__)

WANTED_DESCRIPTORS = 16_384  # of what the system allows; a usual soft limit of 1,024 is 250 sessions
RESERVE = 256  # for the catalog, files, pictures and child processes
SESSION_COSTS = 4  # descriptors, measured
REQUEST_WITHIN_S = 20.0
SWEEP_EVERY_S = 1.0
WAITING_AT_THE_DOOR = 64  # connections that one turn of the event loop may make: fewer than the reserve
TRY_AGAIN_LATER = 1013
COME_BACK_AFTER_S = 5
FULL = "The server has as many readers as it can take. Try again in a minute.\nLe serveur a tous les lecteurs qu’il peut accueillir. Réessayez dans une minute.\n"


def raise_descriptor_limit() -> int:
    """Raise the soft limit of open files as far as the system lets us and we want; the limit then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, WANTED_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError):
            log.warning("the limit of open files stays at %d", soft)
        else:
            return wanted
    return soft if soft != resource.RLIM_INFINITY else WANTED_DESCRIPTORS


def descriptors_left(limit: int) -> int:
    """How many descriptors are left below the limit: the system always gives the lowest that is free."""
    try:
        with open(os.devnull) as probe:  # noqa: PTH123 - a descriptor is what is wanted
            return limit - probe.fileno()
    except OSError:
        return 0


class _Refusing(asyncio.Protocol):
    """Reads the request that came too much, says so, and closes."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        asyncio.get_running_loop().call_later(1, transport.abort)

    def data_received(self, data: bytes) -> None:
        body = FULL.encode()
        self.transport.write(
            b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
            b"retry-after: %d\r\ncontent-length: %d\r\n\r\n%b" % (COME_BACK_AFTER_S, len(body), body)
        )
        self.transport.close()


class Connections:
    """The connections of a server of this process, bounded. Their protocols are uvicorn's, of either kind."""

    def __init__(self, limit: int, request_within_s: float = REQUEST_WITHIN_S) -> None:
        self.limit, self.reserve = limit, min(RESERVE, limit // 4)
        self.request_within_s = request_within_s
        self._idle: dict[Any, tuple[Any, float]] = {}  # by protocol: its last request, and since when it is idle

    def bounded(self, create_server: Callable[..., Any]) -> Callable[..., Any]:
        """`loop.create_server`, whose servers make bounded connections."""

        def create(factory: Callable[[], Any], *arguments: Any, **options: Any) -> Any:
            options["backlog"] = min(options.get("backlog", WAITING_AT_THE_DOOR), WAITING_AT_THE_DOOR)
            return create_server(lambda: self._watched(factory()), *arguments, **options)

        return create

    def _watched(self, protocol: Any) -> Any:
        made = protocol.connection_made

        def connection_made(transport: asyncio.Transport) -> None:
            short = descriptors_left(self.limit) < self.reserve
            if short and not self._close_oldest_idle():
                transport.set_protocol(_Refusing(transport))
                return
            made(transport)
            self._idle[protocol] = (None, time.monotonic())

        protocol.connection_made = connection_made
        return protocol

    def sweep(self) -> None:
        """Note which connections are idle, and close those that are for too long."""
        now = time.monotonic()
        for protocol, (request, since) in list(self._idle.items()):
            transport, cycle = protocol.transport, protocol.cycle
            if transport.is_closing() or transport.get_protocol() is not protocol:  # gone, or a websocket now
                del self._idle[protocol]
            elif cycle is not request or not self._is_idle(protocol):
                self._idle[protocol] = (cycle, now)
            elif now - since > self.request_within_s:
                del self._idle[protocol]
                transport.abort()

    @staticmethod
    def _is_idle(protocol: Any) -> bool:
        return protocol.cycle is None or protocol.cycle.response_complete

    def _close_oldest_idle(self) -> bool:
        for protocol in self._idle:  # in the order in which they were made
            if self._is_idle(protocol) and not protocol.transport.is_closing():
                protocol.transport.abort()
                del self._idle[protocol]
                return True
        return False


@asynccontextmanager
async def bounded_connections() -> AsyncIterator[None]:
    """Servers that this event loop starts within the block make bounded connections."""
    loop = asyncio.get_running_loop()
    connections = Connections(raise_descriptor_limit())
    before = loop.create_server
    loop.create_server = connections.bounded(before)  # type: ignore[method-assign]

    async def sweeping() -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            connections.sweep()

    sweeper = asyncio.create_task(sweeping())
    try:
        yield
    finally:
        sweeper.cancel()
        loop.create_server = before  # type: ignore[method-assign]


class Sessions:
    """ASGI middleware: so many open pages at once, and only while there are descriptors for one more."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most = app, most
        self.open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse a websocket with 503."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        spare = descriptors_left(limit) - min(RESERVE, limit // 4)
        if self.open >= self.most or spare < SESSION_COSTS:
            await self._refusal(scope)(scope, receive, send)
            return
        self.open += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.open -= 1

    @staticmethod
    def _refusal(scope: Scope) -> ASGIApp:
        if "websocket.http.response" not in scope.get("extensions", {}):
            return WebSocketClose(TRY_AGAIN_LATER)
        return PlainTextResponse(FULL, 503, {"retry-after": str(COME_BACK_AFTER_S)})
