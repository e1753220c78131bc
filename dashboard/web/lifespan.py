"""What happens when the web process starts, while it is up, and when it stops."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import anyio
import anyio.to_thread

from dashboard.streamlit_internals import run_sessions_again
from dashboard.web.capacity import bounded_connections

WATCH_EVERY_S = 1.0

log = logging.getLogger(__name__)
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def warm_lifespan(prepare: Callable[[], object], finish: Callable[[], object]) -> Lifespan:
    """The ``lifespan`` of the app: run ``prepare``, then take all that lives by then out of garbage collection.

    ``prepare`` imports what pages use and opens the ledger. Streamlit runs a full collection after every rerun, which
    takes 53 ms with our imports and nothing once they are frozen. The server takes requests after ``prepare`` ended;
    what it raises stops the start. ``finish`` runs when the server was asked to stop: a signal ends the process without
    what is registered with ``atexit``.
    """

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        async with bounded_connections():
            await anyio.to_thread.run_sync(prepare)
            gc.collect()
            gc.freeze()
            try:
                yield
            finally:
                await anyio.to_thread.run_sync(finish)

    return lifespan


def following(lifespan: Lifespan, newest: Callable[[], int], tell: Callable[[], object]) -> Lifespan:
    """`lifespan` with a watch on `newest`, the number of the newest release, for as long as the app is up.

    After each new one `tell` is called, which nobody waits for. Open pages follow new figures: when a release appears, from here or another process, every session is run again.
    One question a second a process, whatever the number of readers; a page that nothing changed for costs nothing.
    """

    @asynccontextmanager
    async def both(app: Any) -> AsyncIterator[None]:
        async with lifespan(app):
            watch = asyncio.create_task(_watch(newest, tell))
            try:
                yield
            finally:
                watch.cancel()

    return both


async def _watch(newest: Callable[[], int], tell: Callable[[], object]) -> None:
    seen: int | None = None
    telling: threading.Thread | None = None
    while True:
        try:
            number = await anyio.to_thread.run_sync(newest)
            if seen is not None and number != seen:
                await run_sessions_again()
                if telling is None or not telling.is_alive():  # else the next who tells finds the new one, too
                    telling = threading.Thread(target=tell, daemon=True)  # a server that stops doesn't wait for it
                    telling.start()
            seen = number
        except Exception:  # a catalog that does not answer now is asked again; pages tell their readers themselves
            log.warning("can't ask which release is newest", exc_info=True)
        await anyio.sleep(WATCH_EVERY_S)
