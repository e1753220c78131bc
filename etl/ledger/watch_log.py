"""What publishers were asked for, when, and what came of it: rows of a table beside the datasets, only ever added."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pandas as pd

from etl.ledger.store import LAKE, LedgerMissing, Store
from etl.ledger.transactions import Catalog

TABLE = "_watch"
ASKING, UNCHANGED, NEW, FAILED = "asking", "unchanged", "new", "failed"
COLUMNS = ("asked_at", "address", "publisher", "outcome", "sentence", "etag", "last_modified", "sha256")


@dataclass(frozen=True)
class Entry:
    """One step of asking at an address: when (UTC), for whom, what came of it as a code and as a sentence in English.

    `etag` and `last_modified` are the server's marks of the file that was got last, `sha256` that of its kept original.
    """

    asked_at: datetime
    address: str
    publisher: str
    outcome: str
    sentence: str = ""
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""


class WatchLog:
    """The log of the ledger in a store. All methods raise LedgerUnavailable."""

    def __init__(self, store: Store):
        self._catalog = Catalog(store)

    def claim(self, address: str, publisher: str, pause: timedelta) -> bool:
        """Whether this process may ask now: True at most once a pause, however many processes want to."""
        now, claimed = datetime.now(UTC).replace(tzinfo=None), False

        def change(cursor) -> bool:
            nonlocal claimed
            _create(cursor)
            query = f"SELECT 1 FROM {LAKE}.{TABLE} WHERE address = $address AND outcome = $asking AND asked_at > $since"
            values = {"address": address, "asking": ASKING, "since": now - pause}
            claimed = cursor.execute(query, values).fetchone() is None
            if claimed:
                _insert(cursor, Entry(now, address, publisher, ASKING))
            return claimed

        self._catalog.write(change)
        return claimed

    def add(self, entry: Entry) -> None:
        """Keep an entry."""

        def change(cursor) -> bool:
            _create(cursor)
            _insert(cursor, entry)
            return True

        self._catalog.write(change)

    def entries(self) -> pd.DataFrame:
        """Every entry, the oldest first: COLUMNS."""

        def ask(cursor) -> pd.DataFrame:
            there = "SELECT 1 FROM duckdb_tables() WHERE database_name = $lake AND table_name = $table"
            if not cursor.execute(there, {"lake": LAKE, "table": TABLE}).fetchone():
                return pd.DataFrame(columns=list(COLUMNS))
            return cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM {LAKE}.{TABLE} ORDER BY asked_at").df()

        try:
            return self._catalog.read(ask)
        except LedgerMissing:
            return pd.DataFrame(columns=list(COLUMNS))

    def last_file(self, address: str) -> Entry | None:
        """The entry of the file that was got last at an address, with the server's marks; None before the first."""
        entries = self.entries()
        entries = entries[(entries["address"] == address) & entries["outcome"].isin([NEW, UNCHANGED])]
        return None if entries.empty else Entry(**entries.iloc[-1].to_dict())


def _create(cursor) -> None:
    columns = ", ".join(f"{name} {'TIMESTAMP' if name == 'asked_at' else 'VARCHAR'}" for name in COLUMNS)
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{TABLE} ({columns})")


def _insert(cursor, entry: Entry) -> None:
    cursor.execute(f"INSERT INTO {LAKE}.{TABLE} VALUES ({', '.join(f'${name}' for name in COLUMNS)})", vars(entry))
