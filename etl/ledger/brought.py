"""Which release brought a value: the last one, up to the release that is looked at, before which it was another."""

from collections.abc import Iterable, Mapping
from typing import Any

from etl.contract import Dataset
from etl.ledger.ledger import Ledger
from etl.ledger.provenance import RESTORES
from etl.ledger.release import CHANGED, Release

READ_AT_ONCE = 8  # releases
Row = dict[str, Any]


def row_at(ledger: Ledger, number: int, dataset: Dataset, key: Mapping[str, Any]) -> Row | None:
    """A dataset's row in a release, days as dates; None where there is none. Raises NoSuchRelease, LedgerUnavailable."""
    return _rows_at(ledger, [number], dataset, key)[number]


def brought(ledger: Ledger, number: int, dataset: Dataset, key: Mapping[str, Any], column: str) -> Release:
    """The release that gave a row the value it has in release `number`; of one that was gone back to, the earlier one.

    Raises LookupError where the release has no such row.
    """
    row, at = row_at(ledger, number, dataset, key), number
    known: dict[int, Row | None] = {}
    if row is None:
        raise LookupError(str(key))
    touched = [n for n in range(number, 1, -1) if dataset.name in ledger.release(n).extra.get(CHANGED, (dataset.name,))]
    while later := [n for n in touched if n <= at]:
        at = later[0]
        if at - 1 not in known:
            known |= _rows_at(ledger, [n - 1 for n in later[:READ_AT_ONCE]], dataset, key)
        before = known[at - 1]
        if before is None or before[column] != row[column]:
            if not isinstance(back := ledger.release(at).extra.get(RESTORES), int):
                return ledger.release(at)
            at = back
        else:
            at -= 1
    return ledger.release(1)


def _rows_at(ledger: Ledger, numbers: Iterable[int], dataset: Dataset, key: Mapping[str, Any]) -> dict[int, Row | None]:
    """The row in each of these releases, all read at once."""
    releases = [ledger.release(number) for number in numbers]
    found: dict[int, Row | None] = {release.number: None for release in releases}
    held = ledger.reader.across(releases, dataset.name)
    if "release" in held.sql(f"FROM {dataset.name} LIMIT 0").columns:  # one of them has the table
        where = " AND ".join(f"{name} = ${name}" for name in dataset.key)
        query = f"SELECT release, {', '.join(dataset.columns)} FROM {dataset.name} WHERE {where}"
        found |= {int(row.pop("release")): row for row in held.records(query, **key)}
    return found
