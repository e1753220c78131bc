"""Files that a killed publish left behind: no release knows them, they only take room."""

from etl.ledger.store import LAKE, WRITE_PATIENCE_S, Store

YOUNGEST = "1 DAY"  # so old a file belongs to no publish that is still under way


def tidy(store: Store, older_than: str = YOUNGEST) -> int:
    """Delete data files that no release knows, if they are older than an interval (DuckDB's notation); returns how many.

    Asked for by a person, never done in passing: two ledgers in one folder, or a catalog restored from an older backup,
    would take each other's files for rubbish. Raises LedgerUnavailable.
    """

    def once() -> int:
        connection = store.connect(read_only=False)
        try:
            call = f"CALL ducklake_delete_orphaned_files('{LAKE}', older_than => now() - INTERVAL {older_than})"
            return len(connection.execute(call).fetchall())
        finally:
            connection.close()

    with store.one_writer():
        return store.with_retries(once, WRITE_PATIENCE_S)
