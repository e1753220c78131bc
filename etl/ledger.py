"""The ledger: numbered, immutable releases of all datasets, kept in a DuckLake.

The only module that talks to DuckDB. A release is a DuckLake snapshot that carries an author; its number counts those
snapshots. Reading is done on a copy of one release held in memory: a release never changes, so the copy needs no
locks, no catalog and no waiting. Writing is one transaction: all datasets or none.
"""

import hashlib
import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import duckdb
import pandas as pd

from etl import tables
from etl.datasets import all_datasets
from etl.difference import compare
from etl.plain import plain_file, write_plain
from etl.release import NoSuchRelease, Overtaken, Release, Unreadable
from etl.store import LAKE, Store
from etl.view import View, view_of

log = logging.getLogger(__name__)

RELEASES_KEPT_IN_MEMORY = 6
NEWEST_TRUSTED_FOR_S = 1.0
ATTEMPTS = 8

_RELEASES = f"""
    SELECT row_number() OVER (ORDER BY snapshot_id) AS number, snapshot_id, epoch_us(snapshot_time), author, commit_message, commit_extra_info
    FROM ducklake_snapshots('{LAKE}') WHERE author IS NOT NULL ORDER BY snapshot_id
"""


class Ledger:
    """A ledger in a store. Safe to share between threads; several processes may have it open."""

    def __init__(self, store: Store):
        self.store = store
        self._lock = threading.RLock()
        self._views: OrderedDict[int, View] = OrderedDict()
        self._newest = (0, float("-inf"))

    @classmethod
    def open(cls) -> "Ledger":
        """The ledger that LEDGER_CATALOG and LEDGER_DATA_PATH name; by default the one under data/."""
        return cls(Store.from_environment())

    # --- reading ---------------------------------------------------------------------------------------------------

    def releases(self) -> list[Release]:
        """Every release, oldest first; none when nothing was ever published."""
        if not self.store.exists():
            return []
        rows = self._reading(lambda cursor: cursor.execute(_RELEASES).fetchall())
        return [
            Release(number, snapshot, datetime.fromtimestamp(us / 1e6, UTC), author, message or "", json.loads(extra or "{}"))
            for number, snapshot, us, author, message, extra in rows
        ]

    def newest(self) -> int:
        """The number of the newest release, 0 when there is none; asked again after a second."""
        number, asked = self._newest
        if time.monotonic() - asked > NEWEST_TRUSTED_FOR_S:
            number = len(self.releases())
            self._newest = (number, time.monotonic())
        return number

    def release(self, number: int) -> Release:
        releases = self.releases()
        if not 1 <= number <= len(releases):
            raise NoSuchRelease(number)
        return releases[number - 1]

    def at(self, number: int) -> View:
        """The release of this number, ready to be asked. Raises NoSuchRelease."""
        with self._lock:
            if number not in self._views:
                self._views[number] = self._copy(self.release(number))
            self._views.move_to_end(number)
            while len(self._views) > RELEASES_KEPT_IN_MEMORY:
                self._views.popitem(last=False)
            return self._views[number]

    def current(self) -> dict[str, pd.DataFrame]:
        """Every dataset of the newest release by name; empty tables for what it does not hold."""
        number = self.newest()
        if not number:
            return {name: dataset.empty() for name, dataset in all_datasets().items()}
        view = self.at(number)
        return {name: view.table(dataset) for name, dataset in all_datasets().items()}

    @cached_property
    def _reader(self) -> duckdb.DuckDBPyConnection:
        return self.store.connect(read_only=True)

    def _reading(self, ask):
        """Ask the catalog; on a lock or a lost connection again, with a new connection, a few times."""
        for attempt in range(ATTEMPTS):
            try:
                with self._lock:
                    cursor = self._reader.cursor()
                try:
                    return ask(cursor)
                finally:
                    cursor.close()
            except duckdb.Error as error:
                with self._lock:
                    self.__dict__.pop("_reader", None)
                if attempt == ATTEMPTS - 1:
                    raise Unreadable(str(error)) from error
                time.sleep(0.02 * 2**attempt)

    def _copy(self, release: Release) -> View:
        """A copy of one release in memory: see `view_of`."""

        def held_tables(cursor):
            held = {row[0] for row in cursor.execute(f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{LAKE}'").fetchall()}
            return {
                name: cursor.execute(f"FROM {LAKE}.{name} AT (VERSION => {release.snapshot})").to_arrow_table()
                for name in all_datasets()
                if name in held and self._had(cursor, name, release)
            }

        return view_of(self._reading(held_tables), release.number)

    @staticmethod
    def _had(cursor, name: str, release: Release) -> bool:
        """Whether a table existed at that release: one that came later is empty there, not an error."""
        try:
            cursor.execute(f"SELECT 1 FROM {LAKE}.{name} AT (VERSION => {release.snapshot}) LIMIT 0")
        except duckdb.CatalogException:
            return False
        return True

    # --- writing ---------------------------------------------------------------------------------------------------

    def publish(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        author: str,
        message: str,
        base: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Release | None:
        """Make a release in which the datasets in `frames` (typed, checked) are as given and all others as they were.

        One transaction: all or nothing. None when nothing differs from the newest release. With `base`, raises
        Overtaken if another release came after it.
        """
        if not author.strip() or not message.strip():
            raise ValueError("a release names its author and says why")

        def write(cursor):
            tables.take_turn(cursor)  # first: the transaction's snapshot is older than the answer to "which is newest"
            newest = len(self.releases())
            if base is not None and newest != base:
                raise Overtaken(base, newest)
            return self._write(cursor, frames, author, message, dict(extra or {}))

        with self.store.one_writer():
            made = self._insist(write)
            self._newest = (0, float("-inf"))
            if not made:
                return None
            release = self.release(self.newest())
            self._copy_for_others(release)
            return release

    @staticmethod
    def _write(cursor, frames: Mapping[str, pd.DataFrame], author: str, message: str, extra: dict) -> bool:
        changed = {}
        for name, frame in frames.items():
            counts = tables.replace(cursor, all_datasets()[name], frame)
            if counts != (0, 0):
                changed[name] = {"deleted": counts[0], "inserted": counts[1]}
        if not changed:
            return False
        cursor.execute(
            f"CALL {LAKE}.set_commit_message($author, $message, extra_info => $extra)",
            {"author": author, "message": message, "extra": json.dumps({**extra, "changed": changed}, ensure_ascii=False)},
        )
        return True

    def _insist(self, write):
        """Run `write(cursor)` in one transaction; again when another writer's came first, a few times."""
        for attempt in range(ATTEMPTS):
            try:
                with self._writing() as cursor:
                    done = write(cursor)
                    cursor.execute("ROLLBACK" if done is False else "COMMIT")
                    return done
            except duckdb.TransactionException:
                if attempt == ATTEMPTS - 1:  # somebody else keeps winning
                    raise
                time.sleep(0.05 * 2**attempt)

    def _copy_for_others(self, release: Release) -> None:
        """The plain DuckDB file beside a local data folder. A convenience: its failure never fails the publish."""
        path = plain_file(self.store.data_path)
        if path is None:
            return
        try:
            write_plain(self.at(release.number), path)
        except (duckdb.Error, OSError, Unreadable):
            log.exception("the plain copy %s was not written", path)

    @contextmanager
    def _writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = self.store.connect(read_only=False)
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            connection.close()

    def keep_file(self, content: bytes, name: str) -> str:
        """Keep an original file, in a commit of its own that is no release; returns its sha256."""
        sha256 = hashlib.sha256(content).hexdigest()
        with self.store.one_writer():
            self._insist(lambda cursor: tables.keep_file(cursor, sha256, name, content))
        return sha256

    def file(self, sha256: str) -> tuple[str, bytes]:
        """Name and content of a kept original. Raises LookupError."""
        found = self._reading(lambda cursor: tables.kept_file(cursor, sha256)) if self.store.exists() else None
        if found is None:
            raise LookupError(sha256)
        return found

    def rollback(self, number: int, *, author: str, message: str) -> Release | None:
        """Make a new release that holds what release `number` held. Nothing is deleted from history."""
        view = self.at(number)
        frames = {name: view.table(dataset) for name, dataset in all_datasets().items()}
        return self.publish(frames, author=author, message=message, base=self.newest(), extra={"restores": number})

    # --- comparing -------------------------------------------------------------------------------------------------

    def diff(self, a: int, b: int) -> dict[str, pd.DataFrame]:
        """What differs from release `a` to release `b`, by dataset: see `compare`. Datasets without differences are left out."""
        before, after = self.at(a), self.at(b)
        found = {name: compare(dataset, before.table(dataset), after.table(dataset)) for name, dataset in all_datasets().items()}
        return {name: frame for name, frame in found.items() if len(frame)}
