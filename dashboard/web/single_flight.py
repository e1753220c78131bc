"""Work that readers wait for: a few pieces at a time, equal ones done once, and readers served in turn.

A reader who asks for much waits in a line of their own, so that others wait for one piece of it and not for all. When
too many wait, the one with the longest line is told to come back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import Any

from starlette.types import Scope

RUNNING, WAITING = 1, 24
"""Pages and questions share one interpreter: a second piece of work at a time makes pages slower and answers no faster."""
NETWORK_BITS = 64  # of an IPv6 address: what one reader is given


class ServerBusy(Exception):
    """Too much different work waits already."""


@dataclass(eq=False)
class _Work:
    make: Callable[[], Any]
    done: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    started: bool = False


class SingleFlight:
    """At most `running` pieces of work at a time and `waiting` in all clients' lines together."""

    def __init__(self, running: int = RUNNING, waiting: int = WAITING) -> None:
        self._free, self._waiting = running, waiting
        self._work: dict[object, _Work] = {}
        self._lines: dict[str, deque[_Work]] = {}  # the client whose turn is next comes first
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def queued(self) -> int:
        """How many pieces of work wait, in all lines together."""
        return sum(map(len, self._lines.values()))

    async def done(self, key: object, client: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, run in a thread when it is the client's turn. Raises ServerBusy."""
        work = self._work.get(key)
        if work is None:
            work = _Work(make)
            self._join(client, work)
            self._work[key] = work
            work.done.add_done_callback(lambda _done: self._work.pop(key, None))
        elif not work.started:
            with suppress(ServerBusy):  # it waits already, if in the line of another
                self._join(client, work)
        self._start()
        return await asyncio.shield(work.done)

    def _join(self, client: str, work: _Work) -> None:
        """Put the work at the end of the client's line, in the place of one from a longer line when all are full."""
        line = self._lines.get(client, deque())
        if work in line:
            return
        if self.queued >= self._waiting:
            longest = max(self._lines.values(), key=len)
            if len(longest) <= len(line) + 1:
                raise ServerBusy
            dropped = longest.pop()
            if not any(dropped in others for others in self._lines.values()):
                dropped.done.set_exception(ServerBusy())
        line.append(work)
        self._lines[client] = line

    def _start(self) -> None:
        """Start what is next while there is room: one piece for each client in turn."""
        while self._free and self._lines:
            client = next(iter(self._lines))
            line = self._lines.pop(client)
            work = line.popleft()
            if line:
                self._lines[client] = line  # behind all others
            if not work.started:
                work.started = True
                self._free -= 1
                task = asyncio.create_task(self._run(work))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _run(self, work: _Work) -> None:
        try:
            result = await asyncio.to_thread(work.make)
        except Exception as error:
            work.done.set_exception(error)
        else:
            work.done.set_result(result)
        finally:
            self._free += 1
            self._start()


def client_of(scope: Scope) -> str:
    """Who asks, as far as lines go: the address, of an IPv6 one the network."""
    host = (scope.get("client") or ("", 0))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    return str(int(address) >> NETWORK_BITS) if isinstance(address, IPv6Address) else host
