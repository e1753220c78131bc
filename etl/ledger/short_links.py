"""Short links: a key for a path with its query, kept in the ledger's store so that every server knows it.

The key comes from the content: the same view has the same key in every ledger. A short link never expires; a revoked
one keeps its row, so that its page can say so. Writing one is a commit without an author: no release is made.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from etl.ledger.store import LAKE, Store
from etl.ledger.transactions import Catalog

LINKS = "_links"
TABLE = f"{LAKE}.{LINKS}"
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that reads like something else
KEY_LENGTH = 9
LONGEST_PATH = 8000

_COLUMNS = "key, path, epoch_us(made_at), made_by, epoch_us(revoked_at)"


class InvalidPath(ValueError):
    """The path is not one of this product's own."""


@dataclass(frozen=True)
class ShortLink:
    """A key, the path and query it stands for, who made it and when; `revoked_at` is None while it leads there."""

    key: str
    path: str
    made_at: datetime
    made_by: str
    revoked_at: datetime | None


def key_of(path: str) -> str:
    """The key of a path with its query: nine letters and digits of its sha256."""
    number = int.from_bytes(hashlib.sha256(path.encode()).digest())
    letters = []
    for _ in range(KEY_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


class ShortLinks:
    """The short links of a store. All methods raise LedgerUnavailable when the catalog does not answer."""

    def __init__(self, store: Store):
        self._catalog = Catalog(store)

    def make(self, path: str, made_by: str) -> ShortLink:
        """The short link for a path with its query (`/c/spending-trend?countries=CAN`), made unless it is there.

        A revoked one stays revoked. Raises InvalidPath for anything but a path of this server.
        """
        if (
            not path.startswith("/")
            or path.startswith(("//", "/\\"))
            or len(path) > LONGEST_PATH
            or not path.isprintable()
        ):
            raise InvalidPath(path[:100])
        key = key_of(path)
        if held := self.find(key):
            return held

        def change(cursor: Any) -> bool:
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {TABLE} (key VARCHAR, path VARCHAR, made_at TIMESTAMP, made_by VARCHAR, revoked_at TIMESTAMP)"
            )
            if cursor.execute(f"SELECT 1 FROM {TABLE} WHERE key = $key", {"key": key}).fetchone():
                return False
            made = {"key": key, "path": path, "made_by": made_by, "made_at": datetime.now(UTC).replace(tzinfo=None)}
            cursor.execute(f"INSERT INTO {TABLE} VALUES ($key, $path, $made_at, $made_by, NULL)", made)
            return True

        self._catalog.write(change)
        return self.find(key) or ShortLink(key, path, datetime.now(UTC), made_by, None)

    def find(self, key: str) -> ShortLink | None:
        """The short link of a key, revoked or not."""
        found = self._asked("WHERE key = $key", {"key": key})
        return found[0] if found else None

    def all(self) -> list[ShortLink]:
        """Every short link, newest first."""
        return self._asked("ORDER BY made_at DESC, key", {})

    def revoke(self, key: str) -> bool:
        """Let a short link lead nowhere from now on; False when there is none that still leads somewhere."""
        link = self.find(key)
        if link is None or link.revoked_at:
            return False
        when = datetime.now(UTC).replace(tzinfo=None)

        def change(cursor: Any) -> bool:
            cursor.execute(
                f"UPDATE {TABLE} SET revoked_at = $when WHERE key = $key AND revoked_at IS NULL",
                {"when": when, "key": key},
            )
            return True

        self._catalog.write(change)
        return True

    def _asked(self, which: str, values: dict[str, Any]) -> list[ShortLink]:
        return [
            ShortLink(key, path, _moment(made), made_by, revoked and _moment(revoked))
            for key, path, made, made_by, revoked in self._catalog.rows(LINKS, _COLUMNS, which, values)
        ]


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1e6, UTC)
