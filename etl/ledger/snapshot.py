"""One state of all datasets, held in memory, to be asked in SQL."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from etl.contract import Dataset, column_type
from etl.datasets import all_datasets
from etl.ledger.descriptors import reserve_for_opening
from etl.ledger.release import Release
from etl.ledger.tables import sql_value

CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "threads": "2",
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
}


class TypeChanged(Exception):
    """A column is held in another type than today's, and its values would not stay the same in it."""


@dataclass(frozen=True)
class Snapshot:
    """One release, to be asked in SQL. Frames carry the datasets' names; parameters are bound as `$name`."""

    release: int
    connection: duckdb.DuckDBPyConnection
    schema: str
    not_held: frozenset[str] = frozenset()  # "dataset" or "dataset.column" that came later
    marks: Mapping[int, Release] = field(default_factory=dict, compare=False)  # those that `source_id` names, if any

    def sql(self, query: str, **params: Any) -> pd.DataFrame:
        with self._cursor() as cursor:
            return cursor.execute(query, params).df()

    def records(self, query: str, **params: Any) -> list[dict[str, Any]]:
        """The answer as rows of plain values: what is missing is None, days are dates."""
        with self._cursor() as cursor:
            rows = cursor.execute(query, params).fetchall()
            columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in rows]

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


class Frames(Mapping[str, pd.DataFrame]):
    """Every dataset of a snapshot by name, each read when it is first asked for; without a snapshot all are empty."""

    def __init__(self, snapshot: Snapshot | None, known: Mapping[str, pd.DataFrame] | None = None):
        self._snapshot, self._known = snapshot, dict(known or {})

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._known:
            dataset = all_datasets()[name]
            self._known[name] = self._snapshot.table(dataset) if self._snapshot else dataset.empty()
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(all_datasets())

    def __len__(self) -> int:
        return len(all_datasets())

    def __or__(self, others: Mapping[str, pd.DataFrame]) -> "Frames":
        """The same with `others` in their place."""
        return Frames(self._snapshot, {**self._known, **others})


def _whole(dataset: Dataset) -> str:
    return f"SELECT {', '.join(dataset.columns)} FROM {dataset.name} ORDER BY {', '.join(dataset.key)}"


def snapshot_of(tables: Mapping[str, Any], release: int) -> Snapshot:
    """A snapshot of tables (by dataset name; frames or Arrow) in a memory of its own, that reaches nothing else.

    A dataset that is not among them is empty, a column that a table lacks is missing in every row; what no dataset of
    today has stays beside them. Raises TypeChanged. Being a memory of its own, it can be dropped without harming a
    running query.
    """
    with reserve_for_opening():
        memory = duckdb.connect(":memory:", config=CLOSED)
    schema, lacking = f"release_{release}", set()
    memory.execute(f"CREATE SCHEMA {schema}")
    for name in all_datasets().keys() - tables.keys():
        memory.execute(f"CREATE TABLE {schema}.{name} ({all_datasets()[name].sql_columns})")
        lacking.add(name)
    for name, table in tables.items():
        dataset = all_datasets().get(name)
        memory.register("incoming", table)
        held = {row[0]: row[1] for row in memory.execute("DESCRIBE incoming").fetchall()}
        columns = [*(_fitted(memory, dataset, column, held) for column in dataset.columns)] if dataset else []
        declared = dataset.columns if dataset else []
        columns += [f'"{column}"' for column in held if column not in declared]
        memory.execute(f'CREATE TABLE {schema}."{name}" AS SELECT {", ".join(columns)} FROM incoming')
        memory.unregister("incoming")
        lacking |= {f"{name}.{column}" for column in declared if column not in held}
    memory.execute("SET lock_configuration = true")
    return Snapshot(release, memory, schema, frozenset(lacking))


def _fitted(memory: duckdb.DuckDBPyConnection, dataset: Dataset, column: str, held: Mapping[str, str]) -> str:
    """A column of `incoming` in today's type; missing where it was not held. Raises TypeChanged when values would change."""
    sql_type = dataset.sql_type(column)
    if column not in held:
        return f"NULL::{sql_type} AS {column}"
    if held[column] != sql_type:
        there_and_back = f"TRY_CAST(TRY_CAST({column} AS {sql_type}) AS {held[column]})"
        changes = f"SELECT count(*) FROM incoming WHERE {column} IS DISTINCT FROM {there_and_back}"
        found = memory.execute(changes).fetchone()
        if found and found[0]:
            raise TypeChanged(f"{dataset.name}.{column}")
    return sql_value(dataset, column)
