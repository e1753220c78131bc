"""The list of releases: asked of the catalog once a second at most, kept while the catalog does not answer."""

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import duckdb

from etl.ledger.errors import CATALOG_LOST, LedgerUnavailable
from etl.ledger.release import PUBLISHED_AT, NoSuchRelease, Release
from etl.ledger.store import LAKE, READ_PATIENCE_S, LedgerMissing
from etl.ledger.transactions import Catalog

log = logging.getLogger(__name__)

TRUSTED_FOR_S = 1.0

_RELEASES = f"""
    SELECT row_number() OVER (ORDER BY snapshot_id) AS number, snapshot_id, epoch_us(snapshot_time), author, commit_message, commit_extra_info
    FROM ducklake_snapshots('{LAKE}') WHERE author IS NOT NULL ORDER BY snapshot_id
"""


class History:
    """The releases of a catalog, oldest first. A release never changes, so what is known of one stays true."""

    def __init__(self, catalog: Catalog):
        self._catalog = catalog
        self._asking = threading.Lock()
        self._known: tuple[Release, ...] = ()
        self._asked = float("-inf")
        self.newest_commit = -1  # of any kind, as last read: while it is the same, nothing else in the catalog changed

    def read(self, patience_s: float = READ_PATIENCE_S) -> tuple[Release, ...]:
        """Every release as the catalog has them now; none when nothing was ever published. Raises LedgerUnavailable."""
        asked, known = time.monotonic(), {one.identity: one for one in self._known}
        try:
            rows, newest_commit = self._catalog.read(_rows, patience_s)
        except LedgerMissing:
            rows, newest_commit = [], -1
        if known and not rows:  # a ledger that was there: its disk or database is gone, it is not a new one
            raise self._catalog.store.failure(CATALOG_LOST)
        self._known, self._asked = tuple(_release(row, known) for row in rows), asked
        self.newest_commit = newest_commit
        return self._known

    def releases(self) -> tuple[Release, ...]:
        """Every release, as of a second ago at most; while the catalog does not answer, those that are known.

        Raises LedgerUnavailable when none is known.
        """
        known = self._known
        if time.monotonic() - self._asked <= TRUSTED_FOR_S:
            return known
        if not self._asking.acquire(blocking=not known):  # one thread asks, the others go on with what is known
            return known
        try:
            return self.read(0 if known else READ_PATIENCE_S)
        except LedgerUnavailable as error:
            if not known:
                raise
            log.warning("Going on with release %d. %s", len(known), error)
            self._asked = time.monotonic()
            return known
        finally:
            self._asking.release()

    def release(self, number: int) -> Release:
        """The release of this number, without a question when it is known. Raises NoSuchRelease, LedgerUnavailable."""
        for releases in (lambda: self._known, self.releases):
            if 1 <= number <= len(found := releases()):
                return found[number - 1]
        raise NoSuchRelease(number)


def _rows(cursor: duckdb.DuckDBPyConnection) -> tuple[list[tuple], int]:
    newest = cursor.execute(f"SELECT max(snapshot_id) FROM ducklake_snapshots('{LAKE}')").fetchone()
    return cursor.execute(_RELEASES).fetchall(), newest[0] if newest else -1


def by_mark(releases: Sequence[Release], name: str, mark: str) -> Release | None:
    """The newest release whose `extra` says `mark` under `name`."""
    return next((release for release in reversed(releases) if release.extra.get(name) == mark), None)


def _release(row: tuple, known: Mapping[tuple[int, datetime | None], Release]) -> Release:
    number, snapshot, us, author, message, about = row
    committed_at = datetime.fromtimestamp(us / 1e6, UTC)
    release = known.get((snapshot, committed_at))
    if release and release.number == number:
        return release
    extra = json.loads(about or "{}")
    published_at = datetime.fromisoformat(extra[PUBLISHED_AT]) if PUBLISHED_AT in extra else committed_at
    return Release(number, snapshot, published_at, author, message or "", extra, committed_at)
