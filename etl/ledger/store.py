"""Where a ledger lives: a catalog (SQLite file or PostgreSQL) and a place for its Parquet files (folder or S3)."""

import atexit
import logging
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import duckdb
from filelock import FileLock, Timeout

from etl.ledger.descriptors import OutOfDescriptors, exhausted, reserve_for_opening
from etl.ledger.duckdb_extensions import FROM_WHEELS, AwsSettings, load_extension, quoted, use_s3
from etl.ledger.errors import (
    CATALOG_LOST,
    CONFLICT,
    DESCRIPTORS,
    NO_CATALOG,
    READ_ONLY,
    UNKNOWN,
    FailureKind,
    LedgerUnavailable,
    place_of_database,
    trouble_in,
)
from etl.ledger.modes import another_users, close_to_others, private_writes
from etl.settings import settings

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

LAKE = "lake"
MEMORY_LIMIT = "1GB"
THREADS = 2

# How long to go on asking when a catalog is locked, restarts, or another writer came first.
READ_PATIENCE_S = 4.0  # somebody waits for a page; the health check gives up after 5
WRITE_PATIENCE_S = 30.0  # eight people publishing at once take turns of a second each; a PostgreSQL restarts within ten
SQLITE_PATIENCE_MS = 500  # within one attempt; SQLite's own 5 s would use up a reader's patience at once
CONNECT_PATIENCE_S = 3  # a database server that is switched off refuses nothing: it just stays silent
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 0.5
ABSENT = "creating a new DuckLake is explicitly disabled"  # DuckLake's words for a catalog that nobody has written to

_OUTSIDE = (duckdb.IOException, duckdb.TransactionException)  # never a mistake of the program


class LedgerMissing(Exception):
    """There is no ledger in this store yet: nothing was ever published."""


@dataclass(frozen=True)
class Store:
    """`catalog` is `sqlite:<path>` or `postgres:<libpq connection string>`; `data_path` a folder or `s3://bucket/prefix`."""

    catalog: str
    data_path: str

    @classmethod
    def from_environment(cls) -> "Store":
        return cls(settings().catalog, settings().data_path)

    @property
    def catalog_file(self) -> Path | None:
        kind, _, where = self.catalog.partition(":")
        return Path(where) if kind == "sqlite" else None

    @property
    def place(self) -> str:
        """Where the catalog is, for people: without user and password."""
        return str(self.catalog_file or place_of_database(self.catalog.partition(":")[2]))

    @contextmanager
    def one_writer(self) -> Iterator[None]:
        """On a SQLite catalog writers take turns; a PostgreSQL catalog finds conflicts by itself. What is written is for
        the ledger's user and group only. Raises LedgerUnavailable."""
        with private_writes(self.catalog_file, self.data_path):
            if self.catalog_file is None:
                yield
            else:
                with self._turn(self.catalog_file):
                    yield

    def close_to_others(self) -> None:
        """Close the ledger's files on this machine to its other users."""
        close_to_others(self.catalog_file, self.data_path)

    def another_users(self) -> str | None:
        """Why a server of this process's user can't write here, as a sentence; None where it can."""
        return another_users(self.catalog_file, self.data_path)

    @contextmanager
    def _turn(self, catalog_file: Path) -> Iterator[None]:
        turn = FileLock(f"{catalog_file}.lock", timeout=WRITE_PATIENCE_S)
        try:
            catalog_file.parent.mkdir(parents=True, exist_ok=True)
            turn.acquire()
        except Timeout:
            raise self.failure(CONFLICT) from None
        except OSError:
            raise self.failure(READ_ONLY) from None
        try:
            yield
        finally:
            turn.release()

    def with_retries(self, ask: Callable[[], Answer], patience_s: float) -> Answer:
        """What `ask()` answers; asked again, with growing pauses, while it fails for a reason that passes.

        Raises LedgerUnavailable when the patience is used up or waiting would not help; other errors as they are.
        """
        until, pause = time.monotonic() + patience_s, FIRST_PAUSE_S
        while True:
            try:
                return ask()
            except (duckdb.Error, LedgerUnavailable) as error:
                told = error if isinstance(error, LedgerUnavailable) else self._unreadable(error)
                if told is None:
                    raise
                if not told.trouble.passes or time.monotonic() + pause > until:
                    raise told from None  # the cause repeats the connection string
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - so that two writers do not meet again and again
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def connect(self, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        """A connection with the ledger attached as `lake`, that can reach nothing else.

        Raises LedgerMissing when there is nothing to read yet, LedgerUnavailable when the catalog can not be opened, or
        when it is missing although files of a ledger are there: that is no new ledger, neither to read nor to write.
        """
        file = self.catalog_file
        if file and not (file.exists() and file.stat().st_size):
            self._refuse_lost_catalog()
            if read_only:
                raise LedgerMissing
        try:
            with reserve_for_opening(), _readable(file, read_only) as catalog:
                return self._opened(catalog, read_only)
        except OutOfDescriptors:
            raise self.failure(DESCRIPTORS) from None

    def now(self, cursor: duckdb.DuckDBPyConnection) -> datetime:
        """The time (UTC) that all servers of a ledger go by: the database server's; on a file, that of their one machine."""
        if self.catalog_file:
            return datetime.now(UTC)
        asked = f"postgres_query('__ducklake_metadata_{LAKE}', 'SELECT clock_timestamp() AS moment')"
        row = cursor.execute(f"SELECT epoch_us(moment) FROM {asked}").fetchone()
        return datetime.fromtimestamp(row[0] / 1e6, UTC) if row else datetime.now(UTC)

    def _opened(self, catalog: str | None, read_only: bool) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(
            ":memory:", config={"memory_limit": MEMORY_LIMIT, "threads": THREADS, **FROM_WHEELS}
        )
        try:
            self._attach(connection, read_only, catalog or self.catalog)
            self._close_off(connection, catalog)
        except duckdb.Error as error:
            connection.close()
            if read_only and ABSENT in str(error):
                self._refuse_lost_catalog()
                raise LedgerMissing from None
            raise (self._unreadable(error) or self.failure(UNKNOWN)) from None
        return connection

    def _refuse_lost_catalog(self) -> None:
        """Files of a ledger without a catalog: its disk or database is not there. Raises LedgerUnavailable."""
        if "://" not in self.data_path and next(Path(self.data_path).rglob("*.parquet"), None):
            raise self.failure(CATALOG_LOST)

    def _attach(self, connection: duckdb.DuckDBPyConnection, read_only: bool, catalog: str) -> None:
        if not catalog.startswith(("sqlite:", "postgres:")):
            raise self.failure(NO_CATALOG)
        for extension in ("ducklake", "sqlite_scanner" if self.catalog_file else "postgres_scanner"):
            load_extension(connection, extension)
        if self.data_path.startswith("s3://"):
            load_extension(connection, "httpfs")
            use_s3(connection)
        elif not read_only:
            Path(self.data_path).mkdir(parents=True, exist_ok=True)
        options = [f"DATA_PATH '{quoted(self.data_path)}'", "OVERRIDE_DATA_PATH", "DATA_INLINING_ROW_LIMIT 0"]
        if read_only:
            options.append("READ_ONLY")
        if self.catalog_file:
            # A log beside the file: readers and a commit do not meet. (A commit that SQLite refuses as busy would leave
            # the file locked for as long as this process lives.)
            options.append(f"META_BUSY_TIMEOUT {SQLITE_PATIENCE_MS}")
            if not read_only:  # a reader finds the file as the last writer left it
                options.append("META_JOURNAL_MODE 'WAL'")
        else:
            os.environ.setdefault("PGCONNECT_TIMEOUT", str(CONNECT_PATIENCE_S))  # read by libpq
        connection.execute(f"ATTACH 'ducklake:{quoted(catalog)}' AS {LAKE} ({', '.join(options)})")

    def _unreadable(self, error: duckdb.Error) -> LedgerUnavailable | None:
        """The sentence for an error of DuckDB, or None when it is no trouble of the store. The log keeps its words."""
        trouble = trouble_in(str(error)) or (UNKNOWN if isinstance(error, _OUTSIDE) else None)
        if trouble is None:
            return None
        if trouble is NO_CATALOG and exhausted():
            trouble = DESCRIPTORS
        elif trouble is NO_CATALOG and self.catalog_file and self.catalog_file.exists():
            trouble = READ_ONLY
        log.log(logging.INFO if trouble.passes else logging.ERROR, "%s", self._without_secrets(str(error)))
        return self.failure(trouble)

    def failure(self, trouble: FailureKind, **params: object) -> LedgerUnavailable:
        """The sentence for a kind of failure of this store; `params` are what it says besides."""
        return LedgerUnavailable(trouble, self.place, self.data_path, **params)

    def _without_secrets(self, words: str) -> str:
        aws = AwsSettings()
        secrets = [aws.secret_access_key, aws.session_token]
        if not self.catalog_file:
            secrets.append(self.catalog.partition(":")[2])
        for secret in filter(None, secrets):
            words = words.replace(secret, "***").replace(quoted(secret), "***")
        return words

    def _close_off(self, connection: duckdb.DuckDBPyConnection, catalog: str | None) -> None:
        """No other file, host or extension, whatever text reaches SQL."""
        files = [self.catalog_file, Path(catalog.removeprefix("sqlite:")) if catalog else None]
        allowed = [self.data_path, *(str(file.parent) for file in files if file)]
        connection.execute("SET allowed_directories = $allowed", {"allowed": allowed})
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")


@contextmanager
def _readable(file: Path | None, read_only: bool) -> Iterator[str | None]:
    """A SQLite catalog on a disk that can't be written, as a copy that can: SQLite writes even to read. None otherwise."""
    if not (read_only and file) or os.access(file.parent, os.W_OK):
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="ledger-catalog-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for part in (file, file.with_name(f"{file.name}-wal")):
        if part.exists():
            shutil.copy(part, folder)
    yield f"sqlite:{folder / file.name}"
