"""What happens once when the web process starts."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import anyio.to_thread


def warm_lifespan(prepare: Callable[[], object]) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """The ``lifespan`` of the app: run ``prepare``, then take all that lives by then out of garbage collection.

    ``prepare`` imports what pages use and opens the ledger. Streamlit runs a full collection after every rerun, which
    takes 53 ms with our imports and nothing once they are frozen. The server takes requests after ``prepare`` ended;
    what it raises stops the start.
    """

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(prepare)
        gc.collect()
        gc.freeze()
        yield

    return lifespan
