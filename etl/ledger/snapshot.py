"""One state of all datasets, held in memory, to be asked in SQL."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from etl.contract import Dataset, column_type
from etl.datasets import all_datasets
from etl.ledger.tables import sql_value


@dataclass(frozen=True)
class Snapshot:
    """One release, to be asked in SQL. Tables carry the datasets' names; parameters are bound as `$name`."""

    release: int
    connection: duckdb.DuckDBPyConnection
    schema: str

    def sql(self, query: str, **params: Any) -> pd.DataFrame:
        with self._cursor() as cursor:
            return cursor.execute(query, params).df()

    def table(self, dataset: Dataset) -> pd.DataFrame:
        """A whole dataset in its columns, types and key order."""
        rows = self.sql(_whole(dataset))
        return rows.astype({column: column_type(dataset, column) for column in dataset.columns})

    def arrow(self, dataset: Dataset) -> pa.Table:
        """The same as an Arrow table, for handing it to another database."""
        with self._cursor() as cursor:
            return cursor.execute(_whole(dataset)).to_arrow_table()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """One a query: a cursor shared by threads mixes up their rows."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(f"USE memory.{self.schema}")
            yield cursor
        finally:
            cursor.close()


def _whole(dataset: Dataset) -> str:
    return f"SELECT {', '.join(dataset.columns)} FROM {dataset.name} ORDER BY {', '.join(dataset.key)}"


def snapshot_of(tables: Mapping[str, Any], release: int) -> Snapshot:
    """A view of tables (by dataset name; frames or Arrow) in a memory of its own, that reaches nothing else.

    A dataset that is not among them is empty, a column that a table lacks is missing in every row. Being a memory of
    its own, it can be dropped without harming a running query.
    """
    memory = duckdb.connect(
        ":memory:",
        config={
            "threads": "2",
            "enable_external_access": "false",
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
        },
    )
    schema = f"release_{release}"
    memory.execute(f"CREATE SCHEMA {schema}")
    for name, dataset in all_datasets().items():
        table = tables.get(name, dataset.empty())
        held = set(getattr(table, "column_names", None) or table.columns)
        columns = (
            sql_value(dataset, c) if c in held else f"NULL::{dataset.sql_type(c)} AS {c}" for c in dataset.columns
        )
        memory.register("incoming", table)
        memory.execute(f"CREATE TABLE {schema}.{name} AS SELECT {', '.join(columns)} FROM incoming")
        memory.unregister("incoming")
    memory.execute("SET lock_configuration = true")
    return Snapshot(release, memory, schema)
