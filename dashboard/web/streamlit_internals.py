"""Open pages follow new figures: when a release appears, from here or another process, every session is run again.

One question a second a process, whatever the number of readers; a page that nothing changed for costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import anyio
import anyio.to_thread
from streamlit import runtime

EVERY_S = 1.0
PATIENCE_S, BUSY_PAUSE_S = 20.0, 0.1

log = logging.getLogger(__name__)
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def following(lifespan: Lifespan, newest: Callable[[], int]) -> Lifespan:
    """`lifespan` with a watch on `newest`, the number of the newest release, for as long as the app is up."""

    @asynccontextmanager
    async def both(app: Any) -> AsyncIterator[None]:
        async with lifespan(app):
            watch = asyncio.create_task(_watch(newest))
            try:
                yield
            finally:
                watch.cancel()

    return both


async def _watch(newest: Callable[[], int]) -> None:
    seen: int | None = None
    while True:
        try:
            number = await anyio.to_thread.run_sync(newest)
            if seen is not None and number != seen:
                await run_sessions_again()
            seen = number
        except Exception:  # a catalog that does not answer now is asked again; pages tell their readers themselves
            log.warning("can't ask which release is newest", exc_info=True)
        await anyio.sleep(EVERY_S)


async def run_sessions_again() -> None:
    """Run every open session's script with what its reader last chose; Streamlit offers no public way to do this.

    A session whose script runs just now is waited for: to run it again would break it off, in the middle of a publish.
    """
    if not runtime.exists():
        return
    waiting = [info.session for info in runtime.get_instance()._session_mgr.list_active_sessions()]
    until = anyio.current_time() + PATIENCE_S
    while waiting and anyio.current_time() < until:
        for session in [one for one in waiting if one._scriptrunner is None]:
            session.request_rerun(session._client_state)
            waiting.remove(session)
        await anyio.sleep(BUSY_PAUSE_S)


def held_by_streamlit() -> Mapping[str, int]:
    """Bytes of uploaded files in memory, by session; empty while no runtime runs.

    Streamlit drops a session's files when the session ends and a file when its reader removes it, so this is never
    out of step with the memory it stands for.
    """
    if not runtime.exists():
        return {}
    storage = runtime.get_instance().uploaded_file_mgr.file_storage
    return {session: sum(len(file.data) for file in list(files.values())) for session, files in list(storage.items())}
