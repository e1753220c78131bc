"""Less room for the same ledger: many small files of what stands beside the datasets become one; releases stay as they are."""

from dataclasses import dataclass

import duckdb

from etl.ledger.alerts import SENT, SUBSCRIBED
from etl.ledger.bookkeeping import MOVED
from etl.ledger.store import LAKE, WRITE_PATIENCE_S, Store
from etl.ledger.tables import ORIGINALS, there
from etl.ledger.transactions import Catalog

OLD_FILES_KEPT_FOR = "1 DAY"  # a reader may be in the middle of one


@dataclass(frozen=True)
class Compacted:
    """How many files were merged, commits between releases forgotten, and files of earlier compactions deleted."""

    merged: int
    forgotten: int
    deleted: int


def compact(store: Store, kept_for: str = OLD_FILES_KEPT_FOR) -> Compacted:
    """Merge small files, forget commits that are no releases, delete files that a compaction left over long enough ago.

    `kept_for` is an interval in DuckDB's notation. Raises LedgerUnavailable.
    """
    merged = 0

    def merge(cursor: duckdb.DuckDBPyConnection) -> bool:
        nonlocal merged
        merged = 0
        for name in (*MOVED, ORIGINALS, SUBSCRIBED, SENT):
            if there(cursor, name):
                rows = cursor.execute(f"CALL ducklake_merge_adjacent_files('{LAKE}', '{name}')").fetchall()
                merged += sum(row[2] for row in rows)
        return bool(merged)

    Catalog(store).write(merge)

    def forget() -> tuple[int, int]:
        connection = store.connect(read_only=False)
        try:
            between = f"""
                SELECT snapshot_id FROM ducklake_snapshots('{LAKE}')
                WHERE author IS NULL AND snapshot_id < (SELECT max(snapshot_id) FROM ducklake_snapshots('{LAKE}'))
            """
            commits = [row[0] for row in connection.execute(between).fetchall()]
            if commits:
                connection.execute(f"CALL ducklake_expire_snapshots('{LAKE}', versions => {commits})")
            clean = f"CALL ducklake_cleanup_old_files('{LAKE}', older_than => now() - INTERVAL {kept_for})"
            return len(commits), len(connection.execute(clean).fetchall())
        finally:
            connection.close()

    with store.one_writer():
        return Compacted(merged, *store.with_retries(forget, WRITE_PATIENCE_S))
