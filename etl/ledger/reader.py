"""A release out of the lake into memory: verified, mended from what a repair kept, brought to today's shape."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from io import BytesIO

import duckdb
import pandas as pd
import pyarrow as pa
from cachetools import LRUCache, TTLCache
from pyarrow import parquet

from etl.ledger.descriptors import OutOfDescriptors
from etl.ledger.errors import DAMAGED, DESCRIPTORS, NEWER, TYPE_CHANGED
from etl.ledger.integrity import CHECKSUMS, checksum
from etl.ledger.release import Release
from etl.ledger.schema import SCHEMA, SCHEMA_VERSION, migrated, needs_migration
from etl.ledger.snapshot import Snapshot, TypeChanged, snapshot_of
from etl.ledger.store import LAKE
from etl.ledger.tables import DamagedTable, damaged, dataset_tables
from etl.ledger.transactions import Catalog

REPAIRS = "_repairs"
REPAIR_COLUMNS = "snapshot BIGINT, dataset VARCHAR, content BLOB"
DAMAGE_BELIEVED_FOR_S = 30.0  # a release that can't be read costs a look at its files only so often
TABLES_KEPT_BYTES = 64 * 2**20


class Reader:
    """Releases of one catalog, read whole."""

    def __init__(self, catalog: Catalog):
        self._catalog = catalog
        self._damaged: TTLCache[int, tuple[str, ...]] = TTLCache(256, DAMAGE_BELIEVED_FOR_S)
        # Most tables of a release are those of the one before: by dataset and checksum they are read once.
        self._verified: LRUCache[tuple[str, str], pa.Table] = LRUCache(
            TABLES_KEPT_BYTES, getsizeof=lambda table: table.nbytes
        )

    def snapshot(self, release: Release) -> Snapshot:
        """A release in memory. Raises LedgerUnavailable: unreadable, damaged (naming it), or written by a newer version."""
        failure = self._catalog.store.failure
        version = release.extra.get(SCHEMA, 1)
        if version > SCHEMA_VERSION:
            raise failure(NEWER, what=f"schema {version}, this program knows {SCHEMA_VERSION}")
        lost = self._damaged.get(release.number)
        if not lost:
            tables, lost = self.tables(release)
        if lost:
            self._damaged[release.number] = lost
            raise failure(DAMAGED, release=release.number, datasets=", ".join(lost))
        try:
            return snapshot_of({name: today(name, table, version) for name, table in tables.items()}, release.number)
        except TypeChanged as changed:
            raise failure(TYPE_CHANGED, release=release.number, what=str(changed)) from None
        except OutOfDescriptors:
            raise failure(DESCRIPTORS) from None

    def across(self, releases: Sequence[Release], name: str) -> Snapshot:
        """One dataset in each of several releases, told apart by a column `release` more; all others are empty.

        Read in one transaction: for who asks every release about little. Raises as `snapshot` does.
        """
        failure = self._catalog.store.failure

        def ask(cursor: duckdb.DuckDBPyConnection) -> list[pa.Table | None]:
            cursor.execute("BEGIN")
            return [self._read_before(release, name) or _intact_table(cursor, release, name) for release in releases]

        try:
            found = self._catalog.read(ask)
            for release, table in zip(releases, found, strict=True):
                if table is not None:
                    self._keep(release, name, table)
        except DamagedTable:  # which one it is, and whether a repair kept it, is asked release by release
            for release in releases:
                if name in self.tables(release)[1]:
                    raise failure(DAMAGED, release=release.number, datasets=name) from None
            found = [self.tables(release)[0].get(name) for release in releases]
        held = [
            _numbered(today(name, table, release.extra.get(SCHEMA, 1)), release.number)
            for release, table in zip(releases, found, strict=True)
            if table is not None
        ]
        try:
            return snapshot_of({name: pa.concat_tables(held, promote_options="default")} if held else {}, 0)
        except (TypeChanged, pa.ArrowTypeError) as changed:
            raise failure(TYPE_CHANGED, release=releases[0].number, what=str(changed)) from None
        except OutOfDescriptors:
            raise failure(DESCRIPTORS) from None

    def tables(self, release: Release) -> tuple[dict[str, pa.Table], tuple[str, ...]]:
        """The tables of a release as they were published, by dataset, and the names of those that are damaged."""
        checksums = release.extra.get(CHECKSUMS, {})
        known = {name: table for name in checksums if (table := self._read_before(release, name))}
        found, lost = self.intact_tables(release, lambda name: name not in known)
        for name, table in found.items():
            self._keep(release, name, table)
        if lost:
            found |= self.repairs(release, lost)
        return known | found, tuple(sorted(lost - found.keys()))

    def _read_before(self, release: Release, name: str) -> pa.Table | None:
        return self._verified.get((name, release.extra.get(CHECKSUMS, {}).get(name, "")))

    def _keep(self, release: Release, name: str, table: pa.Table) -> None:
        """Keeps a table that was found to be what the release published."""
        if name in (checksums := release.extra.get(CHECKSUMS, {})):
            with suppress(ValueError):  # larger than all that is kept
                self._verified[name, checksums[name]] = table

    def intact_tables(self, release: Release, wanted: Callable[[str], bool]) -> tuple[dict[str, pa.Table], set[str]]:
        """Those `wanted` by name, read from their files, without what repairs kept; and the names of the damaged ones."""
        lost: set[str] = set()
        while True:
            try:
                return self._catalog.read(lambda cursor: _held(cursor, release, wanted, lost)), lost
            except DamagedTable as table:  # its connection may be spoilt: the others are read by a new one
                lost.add(table.name)

    def unreadable_bookkeeping(self) -> list[str]:
        """Tables beside the datasets (originals, short links, the audit log ...) whose files are missing or damaged."""
        query = f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{LAKE}' AND table_name LIKE '\\_%' ESCAPE '\\'"
        return [
            row[0] for row in self._catalog.read(lambda cursor: cursor.execute(query).fetchall()) if self._lost(row[0])
        ]

    def _lost(self, name: str) -> bool:
        def ask(cursor: duckdb.DuckDBPyConnection) -> bool:
            try:
                cursor.execute(f'FROM {LAKE}."{name}"').to_arrow_table()
            except duckdb.Error as error:
                if damaged(error):
                    raise DamagedTable(name) from error
                raise
            return False

        try:
            return self._catalog.read(ask)
        except DamagedTable:
            return True

    def intact(self, release: Release, name: str, table: pa.Table) -> bool:
        """Whether a table from elsewhere is the one that a release published; False when nothing can tell."""
        return name in release.extra.get(CHECKSUMS, {}) and self._catalog.read(
            lambda cursor: _intact(cursor, release, name, table)
        )

    def keep_repair(self, release: Release, name: str, table: pa.Table) -> None:
        """Read a table of a release from here from now on. Raises LedgerUnavailable."""
        content = BytesIO()
        parquet.write_table(table, content, compression="zstd")
        row = {"snapshot": release.snapshot, "dataset": name, "content": content.getvalue()}

        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{REPAIRS} ({REPAIR_COLUMNS})")
            cursor.execute(f"INSERT INTO {LAKE}.{REPAIRS} VALUES ($snapshot, $dataset, $content)", row)
            return True

        self._catalog.write(change)
        self._damaged.clear()

    def repairs(self, release: Release, names: Collection[str]) -> dict[str, pa.Table]:
        """What a repair kept for tables of a release."""
        query = f"SELECT dataset, content FROM {LAKE}.{REPAIRS} WHERE snapshot = $snapshot"

        def ask(cursor: duckdb.DuckDBPyConnection) -> list[tuple[str, bytes]]:
            try:
                return cursor.execute(query, {"snapshot": release.snapshot}).fetchall()
            except duckdb.CatalogException:  # nothing was ever repaired
                return []

        kept = self._catalog.read(ask)
        return {name: parquet.read_table(BytesIO(content)) for name, content in kept if name in names}


def _held(
    cursor: duckdb.DuckDBPyConnection, release: Release, wanted: Callable[[str], bool], lost: set[str]
) -> dict[str, pa.Table]:
    """The tables that hold what was published; the names of those that do not are added to `lost`."""
    found: dict[str, pa.Table] = {}
    cursor.execute("BEGIN")  # without it every query would read the whole catalog anew; whoever gave the cursor ends it
    for name in dataset_tables(cursor):
        if name in lost or not wanted(name):
            continue
        if (table := _table(cursor, release, name)) is None:
            continue
        if _intact(cursor, release, name, table):
            found[name] = table
        else:
            lost.add(name)
    return found


def _table(cursor: duckdb.DuckDBPyConnection, release: Release, name: str) -> pa.Table | None:
    """A table as a release holds it; None when it came later. Raises DamagedTable when its files can't be read."""
    try:
        return cursor.execute(f'FROM {LAKE}."{name}" AT (VERSION => {release.snapshot})').to_arrow_table()
    except duckdb.CatalogException:
        return None
    except duckdb.Error as error:
        if damaged(error):
            raise DamagedTable(name) from error
        raise


def _intact_table(cursor: duckdb.DuckDBPyConnection, release: Release, name: str) -> pa.Table | None:
    table = _table(cursor, release, name)
    if table is not None and not _intact(cursor, release, name, table):
        raise DamagedTable(name)
    return table


def _numbered(table: pa.Table | pd.DataFrame, release: int) -> pa.Table:
    arrow = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
    return arrow.append_column("release", pa.array([release] * arrow.num_rows, pa.int64()))


def _intact(cursor: duckdb.DuckDBPyConnection, release: Release, name: str, table: pa.Table) -> bool:
    """Whether a table is the one that was published; one of a time before checksums is believed."""
    expected = release.extra.get(CHECKSUMS, {}).get(name)
    if expected is None:
        return True
    cursor.register("held_table", table)
    try:
        return checksum(cursor, "held_table", table.column_names) == expected
    finally:
        cursor.unregister("held_table")


def today(name: str, table: pa.Table, version: int) -> pa.Table | pd.DataFrame:
    """A dataset's table of an earlier version, brought to this one."""
    return migrated(name, table.to_pandas(), version) if needs_migration(name, version) else table
