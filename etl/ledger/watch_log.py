"""What publishers were asked for, when, and what came of it: rows of a table beside the datasets, only ever added."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pandas as pd

from etl.ledger.store import LAKE, Store
from etl.ledger.tables import there
from etl.ledger.transactions import Catalog
from etl.message import Message, joined

TABLE = "_watch"
ASKING, UNCHANGED, NEW, WAITING, FAILED = "asking", "unchanged", "new", "waiting", "failed"
COLUMNS = ("asked_at", "address", "publisher", "outcome", "sentence", "etag", "last_modified", "sha256", "told")
NOTHING = Message("")


@dataclass(frozen=True)
class Entry:
    """One step of asking at an address: when (UTC), for whom, what came of it as a code and in words.

    `etag` and `last_modified` are the server's marks of the file that was got last, `sha256` that of its kept original.
    """

    asked_at: datetime
    address: str
    publisher: str
    outcome: str
    told: Message = NOTHING
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Entry":
        """An entry as the table has it; of before messages were kept, only the English sentence is known."""
        kept = row.get("told")
        told = Message.of(json.loads(kept)) if isinstance(kept, str) and kept else joined("", [row["sentence"] or ""])
        of_it = {name: row[name] for name in COLUMNS if name not in ("asked_at", "sentence", "told")}
        return cls(asked_at=row["asked_at"].to_pydatetime(), told=told, **of_it)

    def as_row(self) -> dict[str, Any]:
        """As the table keeps it: the words in English, too, for whoever reads it with other tools."""
        kept = json.dumps(self.told.as_json(), ensure_ascii=False)
        return vars(self) | {"sentence": self.told.text(), "told": kept}


class WatchLog:
    """The log of the ledger in a store. All methods raise LedgerUnavailable."""

    def __init__(self, store: Store):
        self._catalog = Catalog(store)

    def claim(self, asked: Mapping[str, str], pause: timedelta) -> set[str]:
        """Which of these addresses (each with its publisher) this process may ask now: each at most once a pause, however
        many processes want to. All in one write."""
        now, claimed = datetime.now(UTC).replace(tzinfo=None), set()

        def change(cursor) -> bool:
            nonlocal claimed
            _create(cursor)
            query = f"SELECT address FROM {LAKE}.{TABLE} WHERE outcome = $asking AND asked_at > $since"
            busy = cursor.execute(query, {"asking": ASKING, "since": now - pause}).fetchall()
            claimed = asked.keys() - {address for (address,) in busy}
            if claimed:
                _insert(cursor, [Entry(now, one, asked[one], ASKING) for one in asked if one in claimed])
            return bool(claimed)

        if asked:
            self._catalog.write(change)
        return claimed

    def add(self, *entries: Entry) -> None:
        """Keep entries, in one write."""

        def change(cursor) -> bool:
            _create(cursor)
            _insert(cursor, entries)
            return True

        if entries:
            self._catalog.write(change)

    def entries(self) -> pd.DataFrame:
        """Every entry, the oldest first: COLUMNS."""

        def ask(cursor) -> pd.DataFrame:
            if not there(cursor, TABLE):
                return pd.DataFrame(columns=list(COLUMNS))
            found = cursor.execute(f"FROM {LAKE}.{TABLE} ORDER BY asked_at").df()
            return found.reindex(columns=list(COLUMNS))  # before messages were kept there was no such column

        return self._catalog.read_if_any(ask, pd.DataFrame(columns=list(COLUMNS)))

    def answers(self) -> list[Entry]:
        """What came of each question, the oldest first."""
        entries = self.entries()
        return [Entry.of(row) for row in entries[entries["outcome"] != ASKING].to_dict("records")]

    def last_file(self, address: str, *, any_state: bool = False) -> Entry | None:
        """The entry of the file that was got last at an address, with the server's marks; None before the first.
        `any_state`: whatever stands behind # in the address."""
        same = "split_part(address, '#', 1) = split_part($address, '#', 1)" if any_state else "address = $address"
        query = (
            f"FROM {LAKE}.{TABLE} WHERE {same} AND outcome IN ('{NEW}', '{UNCHANGED}') ORDER BY asked_at DESC LIMIT 1"
        )

        rows = self._records(query, {"address": address})
        return Entry.of(rows[0]) if rows else None

    def last_files(self) -> dict[str, Entry]:
        """By address the entry of the file that was got last there, with the server's marks: all in one question."""
        query = f"""FROM {LAKE}.{TABLE} WHERE outcome IN ('{NEW}', '{UNCHANGED}')
            QUALIFY row_number() OVER (PARTITION BY address ORDER BY asked_at DESC) = 1"""
        return {row["address"]: Entry.of(row) for row in self._records(query, {})}

    def _records(self, query: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
        def ask(cursor) -> list[dict[str, Any]]:
            try:  # to look first whether there is such a table takes ten times as long
                return cursor.execute(query, values).df().to_dict("records")
            except duckdb.CatalogException:
                return []

        return self._catalog.read_if_any(ask, [])


def _create(cursor) -> None:
    columns = ", ".join(f"{name} {'TIMESTAMP' if name == 'asked_at' else 'VARCHAR'}" for name in COLUMNS)
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{TABLE} ({columns})")
    cursor.execute(f"ALTER TABLE {LAKE}.{TABLE} ADD COLUMN IF NOT EXISTS told VARCHAR")


def _insert(cursor, entries: Sequence[Entry]) -> None:
    rows = pd.DataFrame([entry.as_row() for entry in entries])[list(COLUMNS)]
    cursor.register("entries", rows)
    cursor.execute(f"INSERT INTO {LAKE}.{TABLE} ({', '.join(COLUMNS)}) SELECT * FROM entries")
    cursor.unregister("entries")
