"""The ledger: numbered, immutable releases of all datasets, kept in a DuckLake.

A release is a DuckLake snapshot that carries an author; its number counts those
snapshots. Reading is done on a copy of one release held in memory: a release never changes, so the copy needs no
locks, no catalog and no waiting. Writing is one transaction: all datasets or none.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import duckdb
import pandas as pd
from cachetools import LRUCache, cachedmethod

from etl.contract import Dataset, column_type
from etl.datasets import all_datasets
from etl.ledger import tables
from etl.ledger.diff import compare
from etl.ledger.duckdb_copy import plain_file, write_plain
from etl.ledger.errors import FILES, NEWER, UNKNOWN_WRITE, LedgerUnavailable
from etl.ledger.history import History, by_mark
from etl.ledger.reader import Reader
from etl.ledger.release import CHANGED, Release, ReleaseConflict
from etl.ledger.snapshot import Snapshot
from etl.ledger.store import LedgerMissing, Store
from etl.ledger.transactions import Catalog

log = logging.getLogger(__name__)

RELEASES_KEPT_IN_MEMORY = 6
DIFFERENCES_KEPT_IN_MEMORY = 64
MARK = "mark"  # in a release's `extra`: by it a publish finds its own release, whatever happened to the connection


class Ledger:
    """A ledger in a store. Safe to share between threads; several processes may have it open."""

    def __init__(self, store: Store):
        self.store = store
        self._catalog = Catalog(store)
        self._lock = threading.Lock()  # held for moments only: who holds a copy of a release never waits for a catalog
        self._copying = threading.Lock()
        self._snapshots: LRUCache[tuple, Snapshot] = LRUCache(RELEASES_KEPT_IN_MEMORY)
        self._history, self.reader = History(self._catalog), Reader(self._catalog)
        self._differences: LRUCache[tuple, dict[str, pd.DataFrame]] = LRUCache(DIFFERENCES_KEPT_IN_MEMORY)
        self._comparing = threading.Condition()

    @classmethod
    def open(cls) -> "Ledger":
        """The ledger that LEDGER_CATALOG and LEDGER_DATA_PATH name; by default the one under data/."""
        return cls(Store.from_environment())

    # --- reading ---------------------------------------------------------------------------------------------------

    def releases(self) -> list[Release]:
        """Every release, oldest first; none when nothing was ever published. Raises LedgerUnavailable when none is known."""
        return list(self._history.releases())

    def newest(self) -> int:
        """The number of the newest release, 0 when there is none; asked again after a second.

        While the catalog does not answer, the last number that is known: its release can still be read.
        """
        return len(self._history.releases())

    def release(self, number: int) -> Release:
        return self._history.release(number)

    def at(self, number: int) -> Snapshot:
        """The release of this number, ready to be asked. Raises NoSuchRelease, LedgerUnavailable."""
        release = self.release(number)
        if snapshot := self._held(release):
            return snapshot
        with self._copying:  # one at a time: nobody makes the same copy twice
            if snapshot := self._held(release):
                return snapshot
            snapshot = self.reader.snapshot(release)
            with self._lock:
                self._snapshots[release.identity] = snapshot
            return snapshot

    def across(self, numbers: Sequence[int], dataset: Dataset) -> pd.DataFrame:
        """A dataset in each of these releases, in one table with a column `release` more. Nothing of it is kept.

        Raises NoSuchRelease, LedgerUnavailable.
        """
        snapshot = self.reader.across([self.release(number) for number in numbers], dataset.name)
        if not len(snapshot.sql(f"FROM {dataset.name} LIMIT 1")):
            return dataset.empty().assign(release=pd.Series(dtype="int64"))
        numbered = snapshot.sql(f"SELECT release, {', '.join(dataset.columns)} FROM {dataset.name}")
        return numbered.astype({column: column_type(dataset, column) for column in dataset.columns})

    def _held(self, release: Release) -> Snapshot | None:
        with self._lock:
            return self._snapshots.get(release.identity)

    def current(self) -> dict[str, pd.DataFrame]:
        """Every dataset of the newest release by name; empty tables for what it does not hold."""
        number = self.newest()
        if not number:
            return {name: dataset.empty() for name, dataset in all_datasets().items()}
        snapshot = self.at(number)
        return {name: snapshot.table(dataset) for name, dataset in all_datasets().items()}

    # --- writing ---------------------------------------------------------------------------------------------------

    def publish(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        author: str,
        message: str,
        base: int | None = None,
        extra: Mapping[str, Any] | None = None,
        always: bool = False,
    ) -> Release | None:
        """Make a release in which the datasets in `frames` (typed, checked) are as given and all others as they were.

        One transaction: all or nothing. None when nothing differs from the newest release, unless `always`. With `base`, raises
        ReleaseConflict if another release came after it.
        """
        if not author.strip() or not message.strip():
            raise ValueError("a release names its author and says why")

        mark, anew = uuid4().hex, set[str]()

        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            # first: the transaction's snapshot is older than the answer to "which is newest"
            tables.take_turn(cursor, anew=tables.TURN in anew)
            releases = self._history.read()
            if by_mark(releases, MARK, mark):  # by an earlier attempt whose answer was lost
                return False
            if base is not None and len(releases) != base:
                raise ReleaseConflict(base, len(releases))
            previous, about = (releases[-1] if releases else None), {**(extra or {}), MARK: mark}
            return tables.write_release(
                cursor, frames, previous, anew, author=author, message=message, extra=about, always=always
            )

        self._written(change, anew)
        try:
            releases = self._history.read()
        except LedgerUnavailable as error:
            error.outcome = UNKNOWN_WRITE
            raise
        if release := by_mark(releases, MARK, mark):
            self._copy_for_others(release)
        return release

    def _written(self, change: Callable[[duckdb.DuckDBPyConnection], bool], anew: set[str]) -> None:
        """Commit a change; a table whose files are lost is made anew, and then nothing of it needs to be read."""
        while True:
            try:
                return self._catalog.write(change)
            except tables.DamagedTable as lost:
                if lost.name in anew:
                    raise self.store.failure(FILES) from None
                log.error("files of %s are missing or damaged: the table is written anew", lost.name)
                anew.add(lost.name)
            except tables.NewerLedger as newer:
                raise self.store.failure(NEWER, what=str(newer)) from None

    def _copy_for_others(self, release: Release) -> None:
        """The plain DuckDB file beside a local data folder. A convenience: its failure never fails the publish."""
        path = plain_file(self.store.data_path)
        if path is None:
            return
        try:
            with self.store.one_writer():
                if len(self._history.read()) == release.number:  # otherwise a later publish writes a newer copy
                    write_plain(self.at(release.number), path)
        except (duckdb.Error, OSError, LedgerUnavailable):
            log.exception("the plain copy %s was not written", path)

    def keep_file(self, content: bytes, name: str) -> str:
        """Keep an original file, in a commit of its own that is no release; returns its sha256."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._catalog.write(lambda cursor: tables.keep_file(cursor, sha256, name, content))
        return sha256

    def file(self, sha256: str) -> tuple[str, bytes]:
        """Name and content of a kept original. Raises LookupError."""
        try:
            found = self._catalog.read(lambda cursor: tables.kept_file(cursor, sha256))
        except LedgerMissing:
            found = None
        if found is None:
            raise LookupError(sha256)
        return found

    def rollback(self, number: int, *, author: str, message: str) -> Release | None:
        """Make a new release that holds what release `number` held. Nothing is deleted from history."""
        snapshot, base = self.at(number), self.newest()
        touched = all_datasets().keys() & self._touched(number, base)
        frames = {name: snapshot.table(all_datasets()[name]) for name in sorted(touched)}
        return self.publish(frames, author=author, message=message, base=base, extra={"restores": number})

    # --- comparing -------------------------------------------------------------------------------------------------

    def diff(self, a: int, b: int) -> dict[str, pd.DataFrame]:
        """What differs from release `a` to release `b`, by dataset: see `compare`. Datasets without differences are left out.

        It never changes, so it is computed once, whoever asks at the same time.
        """
        found = self._difference(self.release(a), self.release(b))
        return {name: frame.copy(deep=False) for name, frame in found.items()}

    @cachedmethod(
        lambda self: self._differences,
        key=lambda self, a, b: (a.identity, b.identity),
        condition=lambda self: self._comparing,
    )
    def _difference(self, a: Release, b: Release) -> dict[str, pd.DataFrame]:
        names = self._touched(a.number, b.number)
        if not names:
            return {}
        before, after = self.at(a.number), self.at(b.number)
        found = {
            name: compare(dataset, before.table(dataset), after.table(dataset))
            for name, dataset in all_datasets().items()
            if name in names
        }
        return {name: frame for name, frame in found.items() if len(frame)}

    def _touched(self, a: int, b: int) -> set[str]:
        """Datasets that a release between two wrote to: no other one can differ."""
        between = self.releases()[min(a, b) : max(a, b)]
        if any(CHANGED not in release.extra for release in between):
            return set(all_datasets())
        return {name for release in between for name in release.extra[CHANGED]}
