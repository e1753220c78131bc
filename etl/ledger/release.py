"""What a release says of itself, and what can stand between a person and one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

PUBLISHED_AT = "published_at"  # in the `extra` of a release that came with a moved ledger: when it was published there
CHANGED = "changed"  # in a release's `extra`: rows deleted and inserted, by dataset


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
    committed_at: datetime | None = None  # later than `published_at` for a release that came with a moved ledger

    @property
    def identity(self) -> tuple[int, datetime | None]:
        """What no other release has, also where a catalog was put back from a backup and numbers begin again."""
        return self.snapshot, self.committed_at
