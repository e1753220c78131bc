"""Reads and transactions on a store, carried out with patience: the one place that asks again."""

import threading
from collections.abc import Callable
from contextlib import suppress

import duckdb

from etl.ledger.errors import GONE, REFUSED_WRITE, UNKNOWN_WRITE, LedgerUnavailable, trouble_in
from etl.ledger.in_progress import write_in_progress
from etl.ledger.store import READ_PATIENCE_S, WRITE_PATIENCE_S, Answer, Store


class Catalog:
    """A store's catalog and tables. Safe to share between threads: they read by cursors of one connection."""

    def __init__(self, store: Store):
        self.store = store
        self._opening = threading.Lock()
        self._reader: duckdb.DuckDBPyConnection | None = None

    def read(self, ask: Callable[[duckdb.DuckDBPyConnection], Answer], patience_s: float = READ_PATIENCE_S) -> Answer:
        """What `ask(cursor)` answers. Raises LedgerMissing when nothing was ever published, LedgerUnavailable."""

        def once() -> Answer:
            reader = self._open()
            cursor = reader.cursor()
            try:
                return ask(cursor)
            except duckdb.Error:
                self._drop(reader)  # it may have lost its server: the next attempt gets a new one
                raise
            finally:
                cursor.close()

        return self.store.with_retries(once, patience_s)

    def write(self, change: Callable[[duckdb.DuckDBPyConnection], bool]) -> None:
        """Run `change(connection)` in one transaction, committed when it returns True.

        It is run again from the start when another writer came first or the connection broke, so it must look for
        itself whether it is still wanted. Raises LedgerUnavailable; its `outcome` says what became of the change.
        """
        in_doubt = False

        def once() -> None:
            nonlocal in_doubt
            connection = self.store.connect(read_only=False)
            try:
                connection.execute("BEGIN")
                wanted = change(connection)
                in_doubt = False  # `change` has seen what the attempt before this one left behind
                if wanted:
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

    def _open(self) -> duckdb.DuckDBPyConnection:
        with self._opening:
            if self._reader is None:
                self._reader = self.store.connect(read_only=True)
            return self._reader

    def _drop(self, reader: duckdb.DuckDBPyConnection) -> None:
        with self._opening:
            if self._reader is reader:
                self._reader = None


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    """End what is still open. Without this, closing a connection whose PostgreSQL went away ends the whole process."""
    with suppress(duckdb.Error):  # nothing is open, or nobody is there to be told
        connection.execute("ROLLBACK")
