"""Whether a table is what was published: a checksum of its rows, whatever file, order or version of DuckDB holds them."""

from collections.abc import Iterable

import duckdb

CHECKSUMS = "checksums"  # in a release's `extra`: by dataset, of the table as that release holds it
DIGITS = 32
UNIT, NOTHING = "chr(31)", "chr(30)"


def checksum(cursor: duckdb.DuckDBPyConnection, table: str, columns: Iterable[str]) -> str:
    """The checksum of all rows of `table` (a name that `cursor` knows) in the named columns, whatever their order."""
    names = sorted(columns)
    cells = ", ".join(f"coalesce({name}::VARCHAR, {NOTHING})" for name in names)
    query = f"""
        SELECT sha256($head || coalesce(string_agg(line, chr(10) ORDER BY line), ''))
        FROM (SELECT concat_ws({UNIT}, {cells}) AS line FROM {table})
    """
    (digest,) = cursor.execute(query, {"head": f"{','.join(names)}\n"}).fetchall()[0]
    return str(digest)[:DIGITS]
