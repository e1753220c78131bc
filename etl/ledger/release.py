"""What a release says of itself, and what can stand between a person and one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class NoSuchRelease(LookupError):
    """A release number that this ledger does not hold."""


class ReleaseConflict(Exception):
    """Somebody published since `base`: nothing was written. `newest` is the release to look at before going on."""

    def __init__(self, base: int, newest: int):
        super().__init__(f"release {newest} was published after release {base}")
        self.base, self.newest = base, newest


@dataclass(frozen=True)
class Release:
    """One state of all datasets: its number, who made it, when and why; `extra` holds what came with it (source, files)."""

    number: int
    snapshot: int
    published_at: datetime
    author: str
    message: str
    extra: Mapping[str, Any]
