"""Where a ledger lives: a catalog (SQLite file or PostgreSQL) and a place for its Parquet files (folder or S3)."""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from filelock import FileLock

LAKE = "lake"
DATA = Path(__file__).resolve().parents[1] / "data"
MEMORY_LIMIT = "1GB"
THREADS = 2


@dataclass(frozen=True)
class Store:
    """`catalog` is `sqlite:<path>` or `postgres:<libpq connection string>`; `data_path` a folder or `s3://bucket/prefix`."""

    catalog: str
    data_path: str

    @classmethod
    def from_environment(cls) -> "Store":
        return cls(
            os.environ.get("LEDGER_CATALOG") or f"sqlite:{DATA / 'catalog.sqlite'}",
            os.environ.get("LEDGER_DATA_PATH") or str(DATA / "parquet"),
        )

    @property
    def catalog_file(self) -> Path | None:
        kind, _, where = self.catalog.partition(":")
        return Path(where) if kind == "sqlite" else None

    def exists(self) -> bool:
        """Whether there is a catalog to read. A server's catalog is asked by connecting."""
        return self.catalog_file is None or self.catalog_file.exists()

    @contextmanager
    def one_writer(self) -> Iterator[None]:
        """On a SQLite catalog writers take turns; a PostgreSQL catalog finds conflicts by itself."""
        if self.catalog_file is None:
            yield
            return
        self.catalog_file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.catalog_file}.lock"):
            yield

    def connect(self, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        """A connection with the ledger attached as `lake`, that can reach nothing else."""
        connection = duckdb.connect(":memory:", config={"memory_limit": MEMORY_LIMIT, "threads": THREADS})
        for extension in ("ducklake", "sqlite_scanner" if self.catalog_file else "postgres_scanner"):
            load_extension(connection, extension)
        if self.data_path.startswith("s3://"):
            load_extension(connection, "httpfs")
            self._use_s3(connection)
        else:
            Path(self.data_path).mkdir(parents=True, exist_ok=True)
        options = [f"DATA_PATH '{_quoted(self.data_path)}'", "DATA_INLINING_ROW_LIMIT 0"] + (["READ_ONLY"] if read_only else [])
        connection.execute(f"ATTACH 'ducklake:{_quoted(self.catalog)}' AS {LAKE} ({', '.join(options)})")
        self._close_off(connection)
        return connection

    def _close_off(self, connection: duckdb.DuckDBPyConnection) -> None:
        """No other file, host or extension, whatever text reaches SQL."""
        allowed = [self.data_path] + ([str(self.catalog_file.parent)] if self.catalog_file else [])
        connection.execute("SET allowed_directories = $allowed", {"allowed": allowed})
        for setting in ("enable_external_access", "autoinstall_known_extensions", "autoload_known_extensions"):
            connection.execute(f"SET {setting} = false")
        connection.execute("SET lock_configuration = true")

    @staticmethod
    def _use_s3(connection: duckdb.DuckDBPyConnection) -> None:
        """Credentials and endpoint from the usual AWS variables."""
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
        options = {
            "KEY_ID": os.environ.get("AWS_ACCESS_KEY_ID"),
            "SECRET": os.environ.get("AWS_SECRET_ACCESS_KEY"),
            "SESSION_TOKEN": os.environ.get("AWS_SESSION_TOKEN"),
            "REGION": os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
            "ENDPOINT": endpoint.partition("://")[2] or None,
            "URL_STYLE": "path" if endpoint else None,
        }
        given = [f"{name} '{_quoted(value)}'" for name, value in options.items() if value]
        if endpoint.startswith("http://"):
            given.append("USE_SSL false")
        connection.execute(f"CREATE SECRET s3 (TYPE s3, {', '.join(given)})")


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load the signed extension file inside its wheel; where no wheel fits the platform, let DuckDB install it."""
    try:
        package = importlib.import_module(f"duckdb_extension_{name}")
        file = next(Path(package.__file__).parent.rglob("*.duckdb_extension"))
        connection.execute(f"LOAD '{_quoted(str(file))}'")
    except (ImportError, StopIteration):
        connection.execute(f"INSTALL {name}; LOAD {name}")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
