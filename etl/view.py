"""One state of all datasets, held in memory, to be asked in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from etl.contract import Dataset, column_type
from etl.datasets import all_datasets
from etl.tables import sql_value


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
        rows = self.sql(
            f"SELECT {', '.join(dataset.columns)} FROM {dataset.name} ORDER BY {', '.join(dataset.key)}"
        )
        return rows.astype({column: column_type(dataset, column) for column in dataset.columns})


def view_of(tables: Mapping[str, Any], release: int) -> View:
    """A view of tables (by dataset name; frames or Arrow) in a memory of its own, that reaches nothing else.

    A dataset that is not among them is empty, a column that a table lacks is missing in every row. Being a memory of
    its own, it can be dropped without harming a running query.
    """
    memory = duckdb.connect(":memory:", config={
        "threads": "2", "enable_external_access": "false", "autoload_known_extensions": "false", "autoinstall_known_extensions": "false",
    })  # fmt: skip
    schema = f"release_{release}"
    memory.execute(f"CREATE SCHEMA {schema}")
    for name, dataset in all_datasets().items():
        table = tables.get(name, dataset.empty())
        held = set(getattr(table, "column_names", None) or table.columns)
        columns = (
            sql_value(dataset, c) if c in held else f"NULL::{dataset.sql_type(c)} AS {c}"
            for c in dataset.columns
        )
        memory.register("incoming", table)
        memory.execute(f"CREATE TABLE {schema}.{name} AS SELECT {', '.join(columns)} FROM incoming")
        memory.unregister("incoming")
    memory.execute("SET lock_configuration = true")
    return View(release, memory, schema)
