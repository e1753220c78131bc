"""A release as one plain DuckDB file, for people with other DuckDB tools."""

from pathlib import Path

import duckdb
import pyarrow as pa

from etl.datasets import all_datasets
from etl.ledger.durability import replace_durably
from etl.ledger.snapshot import Snapshot
from etl.ledger.tables import sql_value


def write_plain(snapshot: Snapshot, path: Path) -> None:
    """Write every dataset of `snapshot` to a DuckDB file: built aside and renamed into place, so nobody sees half of it."""
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    connection = duckdb.connect(str(aside), config={"threads": "2"})
    try:
        connection.execute("BEGIN")  # one write to the disk instead of one a table
        for name, dataset in all_datasets().items():
            if name in snapshot.not_held:
                connection.execute(f"CREATE TABLE {name} ({dataset.sql_columns})")
                continue
            connection.register("incoming", snapshot.arrow(dataset))
            columns = ", ".join(sql_value(dataset, column) for column in dataset.columns)
            connection.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM incoming")
            connection.unregister("incoming")
        connection.execute("COMMIT")
    finally:
        connection.close()
    replace_durably(aside, path)


def read_plain(path: Path, name: str) -> pa.Table | None:
    """A table of such a file; None when it can't be read or has none of that name."""
    try:
        with duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"}) as connection:
            return connection.execute(f'FROM "{name}"').to_arrow_table()
    except duckdb.Error:
        return None
