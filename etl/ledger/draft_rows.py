"""The rows of drafts: a table of their steps, the content among them, and one of the tables they would change."""

from collections.abc import Mapping
from io import BytesIO

import duckdb
import pandas as pd

from etl.contract import column_type
from etl.datasets import all_datasets
from etl.ledger.draft import Content, Draft, Step
from etl.ledger.integrity import checksum
from etl.ledger.store import LAKE
from etl.ledger.tables import there

STEPS, TABLES = "_draft_steps", "_draft_tables"
_OF_STEP = "taken_at, who, subject, origin, what, sha256, detail"
_COLUMN = {"at": "taken_at", "where": "origin"}  # words with a meaning in SQL


def create(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make both tables where they are not there yet."""
    columns = (
        "key VARCHAR, number BIGINT, taken_at TIMESTAMP, who VARCHAR, subject VARCHAR, origin VARCHAR, what VARCHAR, "
    )
    columns += "sha256 VARCHAR, detail VARCHAR, content VARCHAR"
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{STEPS} ({columns})")
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{TABLES} (key VARCHAR, dataset VARCHAR, content BLOB)")


def known_drafts(cursor: duckdb.DuckDBPyConnection, key: str = "") -> list[Draft]:
    """Every draft, or the one of a key; none while there are no tables of drafts."""
    return drafts_in(cursor, key) if there(cursor, STEPS) else []


def drafts_in(cursor: duckdb.DuckDBPyConnection, key: str = "") -> list[Draft]:
    """The same where the tables are known to be there. By a key only the files that hold it are read."""
    which = "key = $key" if key else "$key = ''"
    query = f"SELECT key, content, {_OF_STEP} FROM {LAKE}.{STEPS} WHERE {which} ORDER BY key, number"
    steps: dict[str, list[Step]] = {}
    contents: dict[str, str] = {}
    for of, content, *told in cursor.execute(query, {"key": key}).fetchall():
        steps.setdefault(of, []).append(Step(*told))
        contents[of] = content or contents.get(of, "")
    return [Draft(of, Content.of(contents[of]), tuple(taken)) for of, taken in steps.items()]


def add_step(cursor: duckdb.DuckDBPyConnection, key: str, step: Step, content: Content | None = None) -> None:
    """Add a step, with the content where it is a new one."""
    values = {_COLUMN.get(name, name): value for name, value in vars(step).items()}
    values |= {"key": key, "content": content.as_json() if content else None}
    number = f"(SELECT count(*) FROM {LAKE}.{STEPS} WHERE key = $key)"
    marks = ", ".join(f"${name}" for name in values)
    cursor.execute(f"INSERT INTO {LAKE}.{STEPS} ({', '.join(values)}, number) SELECT {marks}, {number}", values)


def checksums_of(cursor: duckdb.DuckDBPyConnection, frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """The checksum of each table, as a release keeps it."""
    sums = {}
    for name, frame in frames.items():
        cursor.register("drafted", frame)
        sums[name] = checksum(cursor, "drafted", all_datasets()[name].columns)
        cursor.unregister("drafted")
    return sums


def keep_tables(cursor: duckdb.DuckDBPyConnection, key: str, frames: Mapping[str, pd.DataFrame]) -> None:
    """Keep these as the tables of a draft, instead of those it had."""
    forget_tables(cursor, key)
    contents = [frame.to_parquet(index=False, compression="zstd") for frame in frames.values()]
    cursor.register("drafted", pd.DataFrame({"dataset": list(frames), "content": contents}))
    cursor.execute(f"INSERT INTO {LAKE}.{TABLES} SELECT $key, dataset, content::BLOB FROM drafted", {"key": key})
    cursor.unregister("drafted")


def forget_tables(cursor: duckdb.DuckDBPyConnection, key: str) -> None:
    """A draft that is over needs no tables."""
    cursor.execute(f"DELETE FROM {LAKE}.{TABLES} WHERE key = $key", {"key": key})


def frame_of(name: str, content: bytes) -> pd.DataFrame:
    """A kept table, typed."""
    dataset = all_datasets()[name]
    frame = pd.read_parquet(BytesIO(content)).reindex(columns=dataset.columns)
    return frame.astype({column: column_type(dataset, column) for column in dataset.columns})
