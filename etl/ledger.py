"""The ledger: numbered, immutable releases of all datasets, kept in a DuckLake.

The only module that talks to DuckDB. A release is a DuckLake snapshot that carries an author; its number counts those
snapshots. Reading is done on a copy of one release held in memory: a release never changes, so the copy needs no
locks, no catalog and no waiting. Writing is one transaction: all datasets or none.
"""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import duckdb
import pandas as pd

from etl.contract import Dataset, column_type
from etl.datasets import all_datasets
from etl.store import LAKE, Store

RELEASES_KEPT_IN_MEMORY = 6
NEWEST_TRUSTED_FOR_S = 1.0
ATTEMPTS = 8

_RELEASES = f"""
    SELECT row_number() OVER (ORDER BY snapshot_id) AS number, snapshot_id, epoch_us(snapshot_time), author, commit_message, commit_extra_info
    FROM ducklake_snapshots('{LAKE}') WHERE author IS NOT NULL ORDER BY snapshot_id
"""


class Unreadable(Exception):
    """The ledger can't be read: it is not there, or its catalog does not answer."""


class NoSuchRelease(LookupError):
    """A release number that this ledger does not hold."""


class Overtaken(Exception):
    """Somebody published since `base`: nothing was written. `newest` is the release to look at before going on."""

    def __init__(self, base: int, newest: int):
        super().__init__(f"release {newest} was published after release {base}")
        self.base, self.newest = base, newest


@dataclass(frozen=True)
class Release:
    """One state of all datasets: its number, who made it, when and why; `extra` holds what came with it (source, files)."""

    number: int
    snapshot: int
    published_at: datetime
    author: str
    message: str
    extra: Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """One release, to be asked in SQL. Tables carry the datasets' names; parameters are bound as `$name`."""

    release: int
    connection: duckdb.DuckDBPyConnection
    schema: str

    def sql(self, query: str, **params: Any) -> pd.DataFrame:
        cursor = self.connection.cursor()  # one a query: a cursor shared by threads mixes up their rows
        try:
            cursor.execute(f"USE memory.{self.schema}")
            return cursor.execute(query, params).df()
        finally:
            cursor.close()

    def table(self, dataset: Dataset) -> pd.DataFrame:
        """A whole dataset in its columns, types and key order."""
        rows = self.sql(f"SELECT {', '.join(dataset.columns)} FROM {dataset.name} ORDER BY {', '.join(dataset.key)}")
        return rows.astype({column: column_type(dataset, column) for column in dataset.columns})


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
        """A copy of one release in a memory of its own, so that it can be dropped without harming a running query."""

        def tables(cursor):
            held = {row[0] for row in cursor.execute(f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{LAKE}'").fetchall()}
            return {
                name: cursor.execute(f"FROM {LAKE}.{name} AT (VERSION => {release.snapshot})").to_arrow_table()
                for name in all_datasets()
                if name in held and self._had(cursor, name, release)
            }

        memory = duckdb.connect(":memory:", config={"threads": "2", "enable_external_access": "false", "autoload_known_extensions": "false", "autoinstall_known_extensions": "false"})
        schema = f"release_{release.number}"
        memory.execute(f"CREATE SCHEMA {schema}")
        arrow = self._reading(tables)
        for name, dataset in all_datasets().items():
            memory.register("incoming", arrow.get(name, dataset.empty()))
            held = set(arrow[name].column_names) if name in arrow else set(dataset.columns)
            columns = (f"{c if c in held else 'NULL'}::{dataset.sql_type(c)} AS {c}" for c in dataset.columns)
            memory.execute(f"CREATE TABLE {schema}.{name} AS SELECT {', '.join(columns)} FROM incoming")
            memory.unregister("incoming")
        memory.execute("SET lock_configuration = true")
        return View(release.number, memory, schema)

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
        with self.store.one_writer():
            for attempt in range(ATTEMPTS):
                self._newest = (0, float("-inf"))
                newest = self.newest()
                if base is not None and newest != base:
                    raise Overtaken(base, newest)
                try:
                    made = self._write(frames, author, message, dict(extra or {}))
                except duckdb.TransactionException:
                    if attempt == ATTEMPTS - 1:  # somebody else keeps winning
                        raise
                    time.sleep(0.05 * 2**attempt)
                    continue
                break
            self._newest = (0, float("-inf"))
            return self.release(self.newest()) if made else None

    def _write(self, frames: Mapping[str, pd.DataFrame], author: str, message: str, extra: dict) -> bool:
        with self._writing() as cursor:
            changed = {}
            for name, frame in frames.items():
                counts = _replace(cursor, all_datasets()[name], frame)
                if counts != (0, 0):
                    changed[name] = {"deleted": counts[0], "inserted": counts[1]}
            if not changed:
                cursor.execute("ROLLBACK")
                return False
            self._take_turn(cursor)
            cursor.execute(
                f"CALL {LAKE}.set_commit_message($author, $message, extra_info => $extra)",
                {"author": author, "message": message, "extra": json.dumps({**extra, "changed": changed}, ensure_ascii=False)},
            )
            cursor.execute("COMMIT")
            return True

    @contextmanager
    def _writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = self.store.connect(read_only=False)
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            connection.close()

    @staticmethod
    def _take_turn(cursor: duckdb.DuckDBPyConnection) -> None:
        """Touch one row that every release touches, so that two writers on different datasets still meet as a conflict."""
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}._turn (taken_at TIMESTAMP)")
        cursor.execute(f"DELETE FROM {LAKE}._turn")
        cursor.execute(f"INSERT INTO {LAKE}._turn VALUES (now()::TIMESTAMP)")

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


def compare(dataset: Dataset, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The difference of two typed tables of a dataset, one row a changed cell.

    Columns: the key, `change` (added, removed, changed), `column`, `old`, `new` (text, missing where there is none).
    Added and removed rows have one row each, without column and values.
    """
    key, values = list(dataset.key), [c for c in dataset.columns if c not in dataset.key]
    both = before.merge(after, on=key, how="outer", suffixes=(" old", " new"), indicator="change")
    both["change"] = both["change"].map({"left_only": "removed", "right_only": "added", "both": "changed"}).astype("str")
    rows = [both.loc[both["change"] != "changed", [*key, "change"]]]
    kept = both[both["change"] == "changed"]
    for column in values:
        old, new = kept[f"{column} old"], kept[f"{column} new"]
        differs = ~((old == new).fillna(False).astype(bool) | (old.isna() & new.isna()))
        if differs.any():
            rows.append(kept.loc[differs, [*key, "change"]].assign(column=column, old=_shown(old[differs]), new=_shown(new[differs])))
    return pd.concat(rows, ignore_index=True).reindex(columns=[*key, "change", "column", "old", "new"])


def _shown(values: pd.Series) -> pd.Series:
    text = values.dt.strftime("%Y-%m-%d") if str(values.dtype).startswith("datetime64") else values.astype("str")
    return text.where(values.notna())


def _replace(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, frame: pd.DataFrame) -> tuple[int, int]:
    """Make a table hold exactly the rows of `frame`, touching only those that differ; returns (deleted, inserted)."""
    _fit(cursor, dataset)
    table, columns = f"{LAKE}.{dataset.name}", ", ".join(dataset.columns)
    typed = ", ".join(_sql_value(dataset, column) for column in dataset.columns)
    cursor.register("incoming_frame", frame.reset_index(drop=True))
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT {typed} FROM incoming_frame")
    same = " AND ".join(f"i.{column} IS NOT DISTINCT FROM t.{column}" for column in dataset.columns)
    deleted = cursor.execute(f"DELETE FROM {table} t WHERE NOT EXISTS (FROM incoming i WHERE {same})").fetchone()[0]
    inserted = cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming EXCEPT ALL SELECT {columns} FROM {table}"
    ).fetchone()[0]
    cursor.unregister("incoming_frame")
    return deleted, inserted


def _sql_value(dataset: Dataset, column: str) -> str:
    sql_type = dataset.sql_type(column)
    value = f"CASE WHEN isnan({column}) THEN NULL ELSE {column} END" if sql_type == "DOUBLE" else column
    return f"CAST({value} AS {sql_type}) AS {column}"


def _fit(cursor: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Give a table the dataset's columns: made when it is new, widened or narrowed when the contract changed."""
    declared = ", ".join(f"{column} {dataset.sql_type(column)}" for column in dataset.columns)
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{dataset.name} ({declared})")
    held = [row[0] for row in cursor.execute(f"DESCRIBE {LAKE}.{dataset.name}").fetchall()]
    for column in dataset.columns:
        if column not in held:
            cursor.execute(f"ALTER TABLE {LAKE}.{dataset.name} ADD COLUMN {column} {dataset.sql_type(column)}")
    for column in held:
        if column not in dataset.columns:
            cursor.execute(f"ALTER TABLE {LAKE}.{dataset.name} DROP COLUMN {column}")
