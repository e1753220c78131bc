"""A release as one plain DuckDB file, for people with other DuckDB tools."""

from pathlib import Path

import duckdb

from etl.datasets import all_datasets
from etl.ledger.snapshot import Snapshot
from etl.ledger.tables import sql_value


def plain_file(data_path: str) -> Path | None:
    """Where it is put: beside a local data folder, nowhere beside a bucket."""
    return None if "://" in data_path else Path(data_path).parent / "ledger.duckdb"


def write_plain(snapshot: Snapshot, path: Path) -> None:
    """Write every dataset of `snapshot` to a DuckDB file: built aside and renamed into place, so nobody sees half of it."""
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    connection = duckdb.connect(str(aside), config={"threads": "2"})
    try:
        for name, dataset in all_datasets().items():
            connection.register("incoming", snapshot.arrow(dataset))
            columns = ", ".join(sql_value(dataset, column) for column in dataset.columns)
            connection.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM incoming")
            connection.unregister("incoming")
    finally:
        connection.close()
    aside.replace(path)
