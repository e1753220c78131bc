"""A dataset's table in the lake: made and widened as its contract says, filled by touching only rows that differ."""

import duckdb
import pandas as pd

from etl.contract import Dataset
from etl.ledger.store import LAKE

FILES = f"{LAKE}._files"


def replace(cursor: duckdb.DuckDBPyConnection, dataset: Dataset, frame: pd.DataFrame) -> tuple[int, int]:
    """Make a table hold exactly the rows of `frame`, touching only those that differ; returns (deleted, inserted)."""
    fit(cursor, dataset)
    table, columns = f"{LAKE}.{dataset.name}", ", ".join(dataset.columns)
    typed = ", ".join(sql_value(dataset, column) for column in dataset.columns)
    cursor.register("incoming_frame", frame.reset_index(drop=True))
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT {typed} FROM incoming_frame")
    same = " AND ".join(f"i.{column} IS NOT DISTINCT FROM t.{column}" for column in dataset.columns)
    deleted = cursor.execute(f"DELETE FROM {table} t WHERE NOT EXISTS (FROM incoming i WHERE {same})").fetchall()[0][0]
    inserted = cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming EXCEPT ALL SELECT {columns} FROM {table}"
    ).fetchall()[0][0]
    cursor.unregister("incoming_frame")
    return deleted, inserted


def sql_value(dataset: Dataset, column: str) -> str:
    """A column of a registered frame in the dataset's type; pandas' NaN becomes NULL."""
    sql_type = dataset.sql_type(column)
    value = f"CASE WHEN isnan({column}) THEN NULL ELSE {column} END" if sql_type == "DOUBLE" else column
    return f"CAST({value} AS {sql_type}) AS {column}"


def fit(cursor: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
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


def take_turn(cursor: duckdb.DuckDBPyConnection) -> None:
    """Touch one row that every release touches, so that two writers on different datasets still meet as a conflict."""
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}._turn (taken_at TIMESTAMP)")
    cursor.execute(f"DELETE FROM {LAKE}._turn")
    cursor.execute(f"INSERT INTO {LAKE}._turn VALUES (now()::TIMESTAMP)")


def keep_file(cursor: duckdb.DuckDBPyConnection, sha256: str, name: str, content: bytes) -> bool:
    """Keep a person's original file; the same content is kept once. Whether there was anything to keep."""
    cursor.execute(
        f"CREATE TABLE IF NOT EXISTS {FILES} (sha256 VARCHAR, name VARCHAR, size BIGINT, received_at TIMESTAMP, content BLOB)"
    )
    if cursor.execute(f"SELECT 1 FROM {FILES} WHERE sha256 = $sha256", {"sha256": sha256}).fetchone():
        return False
    cursor.execute(
        f"INSERT INTO {FILES} VALUES ($sha256, $name, $size, now()::TIMESTAMP, $content)",
        {"sha256": sha256, "name": name, "size": len(content), "content": content},
    )
    return True


def kept_file(cursor: duckdb.DuckDBPyConnection, sha256: str) -> tuple[str, bytes] | None:
    """Name and content of a kept file."""
    there = f"SELECT 1 FROM duckdb_tables() WHERE database_name = '{LAKE}' AND table_name = '_files'"
    if not cursor.execute(there).fetchone():
        return None
    return cursor.execute(f"SELECT name, content FROM {FILES} WHERE sha256 = $sha256", {"sha256": sha256}).fetchone()
