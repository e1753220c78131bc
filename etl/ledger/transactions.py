"""Reads and transactions on a store, carried out with patience: the one place that asks again."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from etl.ledger.descriptors import exhausted
from etl.ledger.durability import sync, sync_written_since
from etl.ledger.errors import (
    CATALOG_LOST,
    FILES,
    FULL,
    GONE,
    REFUSED_WRITE,
    UNKNOWN_WRITE,
    LedgerUnavailable,
    trouble_in,
)
from etl.ledger.in_progress import write_in_progress
from etl.ledger.store import LAKE, READ_PATIENCE_S, WRITE_PATIENCE_S, Answer, LedgerMissing, Store
from etl.ledger.tables import DamagedTable, take_turn, there

log = logging.getLogger(__name__)

READ_LIMIT_S, WRITE_LIMIT_S = 30.0, 120.0  # of one attempt


class Catalog:
    """A store's catalog and tables. Safe to share between threads: they read by cursors of one connection."""

    def __init__(self, store: Store):
        self.store = store
        self._opening = threading.Lock()
        self._seen = False  # whether there was a catalog
        self._reader: duckdb.DuckDBPyConnection | None = None

    def read(self, ask: Callable[[duckdb.DuckDBPyConnection], Answer], patience_s: float = READ_PATIENCE_S) -> Answer:
        """What `ask(cursor)` answers. Raises LedgerMissing when nothing was ever published, LedgerUnavailable."""

        def once() -> Answer:
            reader = self._open()
            cursor = reader.cursor()
            try:
                with _no_longer_than(READ_LIMIT_S, cursor):
                    return ask(cursor)
            except Exception:
                if not exhausted():
                    self._drop(reader)  # it may have lost its server: the next attempt gets a new one
                raise
            finally:
                _roll_back(cursor)
                cursor.close()

        return self.store.with_retries(once, patience_s)

    def read_if_any(self, ask: Callable[[duckdb.DuckDBPyConnection], Answer], otherwise: Answer) -> Answer:
        """What `ask(cursor)` answers; `otherwise` where nothing was ever published. Raises LedgerUnavailable."""
        try:
            return self.read(ask)
        except LedgerMissing:
            return otherwise

    def rows(self, table: str, columns: str, which: str = "", values: Mapping[str, Any] | None = None) -> list[tuple]:
        """Rows of a table beside the datasets; none while there is no such table. Raises LedgerUnavailable."""
        query = f"SELECT {columns} FROM {LAKE}.{table} {which}"

        def ask(cursor: duckdb.DuckDBPyConnection) -> list[tuple]:
            return cursor.execute(query, values).fetchall() if there(cursor, table) else []

        return self.read_if_any(ask, [])

    def write(self, change: Callable[[duckdb.DuckDBPyConnection], bool]) -> None:
        """Run `change(connection)` in one transaction, committed when it returns True.

        It is run again from the start when another writer came first or the connection broke, so it must look for
        itself whether it is still wanted. Raises LedgerUnavailable; its `outcome` says what became of the change.
        """
        in_doubt = False

        def once() -> None:
            nonlocal in_doubt
            if self._seen and self.store.catalog_file and not self.store.catalog_file.exists():
                raise self.store.failure(CATALOG_LOST)  # not a new ledger: connecting would make one
            connection = self.store.connect(read_only=False)
            self._seen, began_ns = True, time.time_ns()
            try:
                connection.execute("BEGIN")
                with _no_longer_than(WRITE_LIMIT_S, connection):
                    wanted = change(connection)
                in_doubt = False  # `change` has seen what the attempt before this one left behind
                if wanted:
                    self._on_disk(began_ns)
                    try:
                        connection.execute("COMMIT")
                    except duckdb.Error as error:
                        in_doubt = trouble_in(str(error)) is GONE
                        raise
            finally:
                _roll_back(connection)
                connection.close()

        try:
            with write_in_progress(), self.store.one_writer():
                self.store.with_retries(once, WRITE_PATIENCE_S)
        except LedgerUnavailable as error:
            error.outcome = UNKNOWN_WRITE if in_doubt else REFUSED_WRITE
            raise

    def write_in_turn(self, change: Callable[[duckdb.DuckDBPyConnection], bool]) -> None:
        """As `write`, for what two may write at once: they meet as writers of releases do."""

        def in_turn(connection: duckdb.DuckDBPyConnection) -> bool:
            take_turn(connection)
            return change(connection)

        try:
            self.write(in_turn)
        except DamagedTable:
            raise self.store.failure(FILES) from None

    def _on_disk(self, since_ns: int) -> None:
        """What was written is on the disk before the catalog names it. A bucket has its own promise. Raises LedgerUnavailable."""
        if "://" in self.store.data_path:
            return
        try:
            sync_written_since(Path(self.store.data_path), since_ns)
            if self.store.catalog_file:
                sync(self.store.catalog_file.parent)
        except OSError as error:
            log.exception("the disk does not take the ledger's files")
            raise self.store.failure(FULL) from error

    def _open(self) -> duckdb.DuckDBPyConnection:
        with self._opening:
            if self._reader is None:
                self._reader = self.store.connect(read_only=True)
                self._seen = True
            return self._reader

    def _drop(self, reader: duckdb.DuckDBPyConnection) -> None:
        with self._opening:
            if self._reader is reader:
                self._reader = None


@contextmanager
def _no_longer_than(limit_s: float, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Break off what a connection does after a time: a slow store of files must not hold everybody up."""
    watch = threading.Timer(limit_s, connection.interrupt)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    """End what is still open. Without this, closing a connection whose PostgreSQL went away ends the whole process."""
    with suppress(duckdb.Error):  # nothing is open, or nobody is there to be told
        connection.execute("ROLLBACK")
