"""Kept original files: one with all that is known of it; and how one is taken out for good, the row and the bytes on the
disk, with the reason in the audit log.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from etl.ledger.audit import Audit, DeniedAction
from etl.ledger.store import LAKE, Store
from etl.ledger.tables import ORIGINALS, there
from etl.ledger.transactions import Catalog


@dataclass(frozen=True)
class Original:
    """A file as it was handed in; `received_at` is UTC."""

    sha256: str
    name: str
    size: int
    received_at: datetime
    content: bytes = field(repr=False)


def original(store: Store, sha256: str) -> Original:
    """A kept original. Raises LookupError, LedgerUnavailable."""
    columns, values = "sha256, name, size, received_at, content", {"sha256": sha256}
    if not (found := Catalog(store).rows(ORIGINALS, columns, "WHERE sha256 = $sha256", values)):
        raise LookupError(sha256)
    return Original(*found[0])


def take_out(store: Store, sha256: str, *, who: str, why: str, where: str) -> str:
    """Take out a kept original; its name. Releases made from it stay. Raises LookupError, LedgerUnavailable.

    The table is made anew without it and its former files are deleted. A bucket keeps them until its own rules delete
    what no release knows.
    """
    name = ""
    catalog, table = Catalog(store), f"{LAKE}.{ORIGINALS}"

    def change(cursor: duckdb.DuckDBPyConnection) -> bool:
        nonlocal name
        query = f"SELECT name FROM {table} WHERE sha256 = $sha256"
        row = cursor.execute(query, {"sha256": sha256}).fetchone() if there(cursor, ORIGINALS) else None
        if row is None:
            return False
        name = row[0]
        cursor.execute("CREATE TEMP TABLE stays AS FROM " + table + " WHERE sha256 <> $sha256", {"sha256": sha256})
        cursor.execute(f"DROP TABLE {table}")
        cursor.execute(f"CREATE TABLE {table} AS FROM stays")
        return True

    catalog.write(change)
    if not name:
        raise LookupError(sha256)
    delete_former_files(catalog, ORIGINALS)
    Audit(store).removed(DeniedAction(who, f"original {name} ({sha256})", why, where))
    return name


def delete_former_files(catalog: Catalog, table: str) -> None:
    """Delete what a table beside the datasets does not use today: former states of it are never read. A bucket keeps them."""
    if "://" in catalog.store.data_path:
        return
    folder = Path(catalog.store.data_path, "main", table)
    query = f"SELECT data_file FROM ducklake_list_files('{LAKE}', '{table}')"
    used = {Path(row[0]).name for row in catalog.read(lambda cursor: cursor.execute(query).fetchall())}
    for file in folder.glob("*.parquet"):
        if file.name not in used:
            file.unlink()
