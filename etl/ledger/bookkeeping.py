"""The tables beside the datasets (short links, refusals, ended sign-ins, the seeds last loaded, drafts), to be moved with a ledger."""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from etl.ledger.draft_rows import STEPS, TABLES
from etl.ledger.store import LAKE, Store
from etl.ledger.transactions import Catalog

MOVED = ("_links", "_audit", "_signed_out", "_seeds", "_watch", STEPS, TABLES)


def bookkeeping(store: Store) -> dict[str, pa.Table]:
    """Those tables that are there, whole. Raises LedgerUnavailable."""

    def ask(cursor: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
        query = f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{LAKE}'"
        there = {row[0] for row in cursor.execute(query).fetchall()}
        return {name: cursor.execute(f"FROM {LAKE}.{name}").to_arrow_table() for name in MOVED if name in there}

    return Catalog(store).read_if_any(ask, {})


def add_bookkeeping(store: Store, tables: Mapping[str, pa.Table]) -> None:
    """Add the rows that are not there yet, in one commit. Raises LedgerUnavailable."""

    def change(cursor: duckdb.DuckDBPyConnection) -> bool:
        for name, rows in tables.items():
            cursor.register("moved_rows", rows)
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{name} AS FROM moved_rows LIMIT 0")
            columns = ", ".join(f'"{column}"' for column in rows.column_names)
            cursor.execute(
                f"INSERT INTO {LAKE}.{name} ({columns}) SELECT {columns} FROM moved_rows EXCEPT SELECT {columns} FROM {LAKE}.{name}"
            )
            cursor.unregister("moved_rows")
        return bool(tables)

    if tables:
        Catalog(store).write(change)
