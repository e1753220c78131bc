"""A dataset's table in the lake: made as its contract says, filled by touching only rows that differ."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from etl.contract import Dataset
from etl.datasets import all_datasets
from etl.ledger.errors import BROKEN_FILE, FILES, trouble_in
from etl.ledger.integrity import CHECKSUMS, checksum
from etl.ledger.release import CHANGED, PUBLISHED_AT, Release
from etl.ledger.schema import RETIRED, SCHEMA, SCHEMA_VERSION
from etl.ledger.store import LAKE

ORIGINALS, TURN = "_files", "_turn"
_MISUSE = (duckdb.CatalogException, duckdb.BinderException, duckdb.ParserException, duckdb.TransactionException)


class NewerLedger(Exception):
    """The ledger holds what this version of the program does not know."""


class DamagedTable(Exception):
    """Files of a table are missing or can't be read."""

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Written:
    """What became of a table: rows that went and came, and the checksum of all it holds now."""

    deleted: int
    inserted: int
    checksum: str


def damaged(error: duckdb.Error) -> bool:
    """Whether an error while reading a table speaks of its files."""
    trouble = trouble_in(str(error))
    return trouble in (FILES, BROKEN_FILE) or (trouble is None and not isinstance(error, _MISUSE))


def write_release(
    cursor: duckdb.DuckDBPyConnection,
    frames: Mapping[str, pd.DataFrame],
    previous: Release | None,
    anew: Collection[str],
    *,
    author: str,
    message: str,
    extra: Mapping[str, Any],
    sign: Callable[[duckdb.DuckDBPyConnection, int, str, str, Mapping[str, str]], Mapping[str, Any]],
    always: bool = False,
) -> bool:
    """Write the tables that differ, and what the commit says of itself; False when none did, unless `always`.

    `sign` adds a signature to that; a release that came with a moved ledger keeps the one it has, or none. Those named in `anew` are made anew instead of being compared. Raises DamagedTable, NewerLedger.
    """
    _refuse_newer(cursor, previous)
    changed: dict[str, dict[str, int]] = {}
    checksums = dict(previous.extra.get(CHECKSUMS, {})) if previous else {}
    for name, frame in frames.items():
        try:
            written = replace(cursor, all_datasets()[name], frame, checksums.get(name), anew=name in anew)
        except duckdb.Error as error:
            if damaged(error) and name not in anew:
                raise DamagedTable(name) from error
            raise
        checksums[name] = written.checksum
        if written.deleted or written.inserted:
            changed[name] = {"deleted": written.deleted, "inserted": written.inserted}
    if not (changed or always):
        return False
    about = {**extra, CHANGED: changed, CHECKSUMS: checksums, SCHEMA: SCHEMA_VERSION}
    if PUBLISHED_AT not in extra:
        about |= sign(cursor, previous.number + 1 if previous else 1, author, message, checksums)
    cursor.execute(
        f"CALL {LAKE}.set_commit_message($author, $message, extra_info => $extra)",
        {"author": author, "message": message, "extra": json.dumps(about, ensure_ascii=False)},
    )
    return True


def replace(
    cursor: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    frame: pd.DataFrame,
    held: str | None = None,
    *,
    anew: bool = False,
) -> Written:
    """Make a table hold exactly the rows of `frame`, touching only those that differ; `held` is the checksum of its rows."""
    typed, columns = ", ".join(sql_value(dataset, c) for c in dataset.columns), ", ".join(dataset.columns)
    cursor.register("incoming_frame", frame.reset_index(drop=True))
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT {typed} FROM incoming_frame")
    cursor.unregister("incoming_frame")
    fit(cursor, dataset, anew=anew)
    new = checksum(cursor, "incoming", dataset.columns)
    if new == held and not anew:
        return Written(0, 0, new)
    table = f"{LAKE}.{dataset.name}"
    same = " AND ".join(f"i.{column} IS NOT DISTINCT FROM t.{column}" for column in dataset.columns)
    deleted = _count(cursor, f"DELETE FROM {table} t WHERE NOT EXISTS (FROM incoming i WHERE {same})")
    inserted = _count(
        cursor,
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming EXCEPT ALL SELECT {columns} FROM {table}",
    )
    return Written(deleted, inserted, new)


def sql_value(dataset: Dataset, column: str) -> str:
    """A column of a registered frame in the dataset's type; pandas' NaN becomes NULL."""
    sql_type = dataset.sql_type(column)
    value = f"CASE WHEN isnan({column}) THEN NULL ELSE {column} END" if sql_type == "DOUBLE" else column
    return f"CAST({value} AS {sql_type}) AS {column}"


def fit(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, *, anew: bool = False) -> None:
    """Give a table the dataset's columns: widened by new ones, narrowed by retired ones, made anew for another type.

    Releases before keep the table as it was. Raises NewerLedger for a column that no version up to this one had.
    """
    table = f"{LAKE}.{dataset.name}"
    declared = {column: dataset.sql_type(column) for column in dataset.columns}
    if not anew and there(cursor, dataset.name):
        held = {row[0]: row[1] for row in cursor.execute(f"DESCRIBE {table}").fetchall()}
        for column in held.keys() - declared.keys():
            if f"{dataset.name}.{column}" not in RETIRED:
                raise NewerLedger(f"{dataset.name}.{column}")
        if all(held.get(column, sql_type) == sql_type for column, sql_type in declared.items()):
            for column in declared.keys() - held.keys():
                cursor.execute(f"ALTER TABLE {table} ADD COLUMN {column} {declared[column]}")
            for column in held.keys() - declared.keys():
                cursor.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
            return
    cursor.execute(f"DROP TABLE IF EXISTS {table}")
    cursor.execute(f"CREATE TABLE {table} ({dataset.sql_columns})")


def _refuse_newer(cursor: duckdb.DuckDBPyConnection, previous: Release | None) -> None:
    if previous and previous.extra.get(SCHEMA, 1) > SCHEMA_VERSION:
        raise NewerLedger(f"schema {previous.extra[SCHEMA]}, this program writes {SCHEMA_VERSION}")
    unknown = [name for name in dataset_tables(cursor) if name not in all_datasets() and name not in RETIRED]
    if unknown:
        raise NewerLedger(", ".join(unknown))


def dataset_tables(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables that hold datasets, those of other versions included."""
    query = f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{LAKE}' AND table_name NOT LIKE '\\_%' ESCAPE '\\'"
    return sorted(row[0] for row in cursor.execute(query).fetchall())


def there(cursor: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the ledger has a table of this name."""
    query = f"SELECT 1 FROM duckdb_tables() WHERE database_name = '{LAKE}' AND table_name = $name"
    return cursor.execute(query, {"name": name}).fetchone() is not None


def _count(cursor: duckdb.DuckDBPyConnection, statement: str) -> int:
    row = cursor.execute(statement).fetchone()
    return int(row[0]) if row else 0


def take_turn(cursor: duckdb.DuckDBPyConnection, *, anew: bool = False) -> None:
    """Touch one row that every release touches, so that two writers on different datasets still meet as a conflict."""
    if anew:
        cursor.execute(f"DROP TABLE {LAKE}.{TURN}")
    try:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{TURN} (taken_at TIMESTAMP)")
        cursor.execute(f"DELETE FROM {LAKE}.{TURN}")
        cursor.execute(f"INSERT INTO {LAKE}.{TURN} VALUES (now()::TIMESTAMP)")
    except duckdb.Error as error:
        if damaged(error):
            raise DamagedTable(TURN) from error
        raise


def keep_file(cursor: duckdb.DuckDBPyConnection, sha256: str, name: str, content: bytes) -> bool:
    """Keep a person's original file; the same content is kept once. Whether there was anything to keep."""
    table = f"{LAKE}.{ORIGINALS}"
    columns = "sha256 VARCHAR, name VARCHAR, size BIGINT, received_at TIMESTAMP, content BLOB"
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
    if cursor.execute(f"SELECT 1 FROM {table} WHERE sha256 = $sha256", {"sha256": sha256}).fetchone():
        return False
    cursor.execute(
        f"INSERT INTO {table} VALUES ($sha256, $name, $size, now()::TIMESTAMP, $content)",
        {"sha256": sha256, "name": name, "size": len(content), "content": content},
    )
    return True


def kept_file(cursor: duckdb.DuckDBPyConnection, sha256: str) -> tuple[str, bytes] | None:
    """Name and content of a kept file."""
    query = f"SELECT name, content FROM {LAKE}.{ORIGINALS} WHERE sha256 = $sha256"
    try:  # to look first whether there is such a table takes ten times as long
        return cursor.execute(query, {"sha256": sha256}).fetchone()
    except duckdb.CatalogException:
        return None
