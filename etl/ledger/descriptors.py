"""File descriptors in reserve: DuckDB ends the whole process when it finds none to open a database with."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

RESERVE = 16

_lock = threading.Lock()
_held: list[int] = []


class OutOfDescriptors(OSError):
    """Not even the reserve is there: nothing was opened."""


@contextmanager
def reserve_for_opening() -> Iterator[None]:
    """Give the reserve free for as long as a database is opened, one at a time. Raises OutOfDescriptors."""
    with _lock:
        _take()
        if not _held:
            raise OutOfDescriptors
        _give()
        try:
            yield
        finally:
            _take()


def keep_reserve() -> None:
    """Hold the reserve from now on; called when a process starts to serve."""
    with _lock:
        _take()


def exhausted() -> bool:
    """Whether this process can open nothing more just now, the reserve aside."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        return True
    return False


def _take() -> None:
    with suppress(OSError):
        while len(_held) < RESERVE:
            _held.append(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))


def _give() -> None:
    while _held:
        os.close(_held.pop())
