"""What the endpoints of a process share: kept answers, a few pieces of work at a time, and which release is newest."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.web.endpoint import CachedResponse

NEWEST_TRUSTED_FOR_S = 0.5
KEPT_BYTES = 96 * 2**20
KEPT_ANSWERS = 4096
RUNNING, WAITING = 1, 24
"""Pages and questions share one interpreter: a second piece of work at a time makes pages slower and answers no faster."""

Freshness = tuple[int, date]
"""Newest release and day: what every answer that is not immutable depends on."""


class ResponseCache:
    """Entries by question, the least used going first when they are too many or too large together."""

    def __init__(self, most_bytes: int = KEPT_BYTES, most: int = KEPT_ANSWERS) -> None:
        self.most_bytes, self.most = most_bytes, most
        self._entries: OrderedDict[object, tuple[CachedResponse, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: object) -> CachedResponse | None:
        found = self._entries.get(key)
        if found is None:
            return None
        self._entries.move_to_end(key)
        return found[0]

    def put(self, key: object, entry: CachedResponse) -> None:
        self._bytes += entry.size - self._entries.pop(key, (entry, 0))[1]
        self._entries[key] = (entry, entry.size)
        while self._bytes > self.most_bytes or len(self._entries) > self.most:
            self._bytes -= self._entries.popitem(last=False)[1][1]


class ServerBusy(Exception):
    """Too many different questions wait already."""


class SingleFlight:
    """At most `running` pieces of work at a time and `waiting` behind them; equal ones are done once."""

    def __init__(self, running: int = RUNNING, waiting: int = WAITING) -> None:
        self.most = running + waiting
        self._turns = asyncio.Semaphore(running)
        self._tasks: dict[object, asyncio.Task] = {}

    async def done(self, key: object, make: Callable[[], CachedResponse]) -> CachedResponse:
        """What `make` gives, run in a thread. Raises ServerBusy."""
        task = self._tasks.get(key)
        if task is None:
            if len(self._tasks) >= self.most:
                raise ServerBusy
            task = self._tasks[key] = asyncio.create_task(self._run(make))
            task.add_done_callback(lambda _task: self._tasks.pop(key, None))
        return await asyncio.shield(task)

    async def _run(self, make: Callable[[], CachedResponse]) -> CachedResponse:
        async with self._turns:
            return await asyncio.to_thread(make)


class ReleaseClock:
    """Newest release and day, asked at most twice a second."""

    def __init__(self, newest: Callable[[], int]) -> None:
        self.newest = newest
        self._moment: Freshness = (0, date.min)
        self._asked = float("-inf")
        self._asking: asyncio.Task | None = None

    async def now(self) -> Freshness:
        """The newest release and the day. Raises LedgerUnavailable."""
        if time.monotonic() - self._asked > NEWEST_TRUSTED_FOR_S:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask())
            await asyncio.shield(self._asking)
        return self._moment

    async def _ask(self) -> None:
        number = await asyncio.to_thread(self.newest)
        self._moment, self._asked = (number, date.today()), time.monotonic()


class EndpointPool:
    """What all endpoints of a process share: the shelf, the work and the clock."""

    def __init__(self, newest: Callable[[], int]) -> None:
        self.cache, self.single_flight, self.clock = ResponseCache(), SingleFlight(), ReleaseClock(newest)
