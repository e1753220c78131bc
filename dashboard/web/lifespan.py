"""What happens once when the web process starts and when it stops."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import anyio.to_thread


def warm_lifespan(
    prepare: Callable[[], object], finish: Callable[[], object]
) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """The ``lifespan`` of the app: run ``prepare``, then take all that lives by then out of garbage collection.

    ``prepare`` imports what pages use and opens the ledger. Streamlit runs a full collection after every rerun, which
    takes 53 ms with our imports and nothing once they are frozen. The server takes requests after ``prepare`` ended;
    what it raises stops the start. ``finish`` runs when the server was asked to stop: a signal ends the process without
    what is registered with ``atexit``.
    """

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(prepare)
        gc.collect()
        gc.freeze()
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(finish)

    return lifespan
