"""Writes that go on in this process, so that who ends it can let them finish."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_writes: set[object] = set()
_changed = threading.Condition()


@contextmanager
def write_in_progress() -> Iterator[None]:
    """While the block runs, `wait_for_writes` waits for it. Blocks may hold others."""
    write = object()
    with _changed:
        _writes.add(write)
    try:
        yield
    finally:
        with _changed:
            _writes.remove(write)
            _changed.notify_all()


def writes_in_progress() -> int:
    """How many blocks run now."""
    return len(_writes)


def wait_for_writes(patience_s: float) -> bool:
    """Wait until no write goes on; False when one still does after `patience_s`."""
    with _changed:
        return _changed.wait_for(lambda: not _writes, patience_s)
