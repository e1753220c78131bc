"""Where a value of the ledger comes from: the release that brought it, who changed it by hand, and its cell in the kept file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from etl.contract import Dataset
from etl.importing.excerpt import Excerpt
from etl.importing.read_again import read_again
from etl.ledger.brought import brought, row_at
from etl.ledger.ledger import Ledger
from etl.ledger.originals import Original
from etl.ledger.provenance import OWN, changed_by_hand
from etl.ledger.release import Release

SEEDS, NO_FILE, TAKEN_OUT, NOT_FOUND = "seeds", "no_file", "taken_out", "not_found"


@dataclass(frozen=True)
class Place:
    """A value in a kept file: the file, the release it came with, the place ("Table 3!C12", "/1/4/value"), what stands
    around it, and how the ledger's value comes from the one there (English; translated where shown)."""

    original: Original
    release: Release
    place: str
    excerpt: Excerpt
    rule: str


@dataclass(frozen=True)
class Origin:
    """A value with its row, and where it comes from. `before`: what its publisher had, where a person changed it
    (`by_hand`), `before_in` the release that holds that, if one does. Without a `place`, `lacking` says why: one of SEEDS, NO_FILE, TAKEN_OUT, NOT_FOUND."""

    dataset: Dataset
    key: Mapping[str, Any]
    column: str
    row: Mapping[str, Any]
    release: Release
    brought_by: Release
    by_hand: Release | None
    before: Any
    before_in: int | None
    place: Place | None
    lacking: str

    @property
    def value(self) -> Any:
        return self.row[self.column]


def origin_of(ledger: Ledger, number: int, dataset: Dataset, key: Mapping[str, Any], column: str) -> Origin:
    """The origin of a value in a release. Raises LookupError where it has no such row, NoSuchRelease, LedgerUnavailable."""
    row = row_at(ledger, number, dataset, key)
    if row is None:
        raise LookupError(str(key))
    came = brought(ledger, number, dataset, key, column)
    marked = changed_by_hand(ledger, number, dataset, tuple(key.values()))
    by_hand = ledger.release(marked[1]) if marked else None
    own = dict(zip(dataset.columns, marked[0], strict=True)) if marked and marked[0] else {}
    if by_hand and own and own[column] == row[column]:
        by_hand = None  # another value of the row was changed
    before = own.get(column) if by_hand else None
    earlier = row_at(ledger, by_hand.number - 1, dataset, key) if by_hand and before is not None else None
    place, lacking = None, ""
    for release, sha256 in _files(ledger, came, key if by_hand is None else {}):
        try:
            again = read_again(ledger, release, sha256, dataset)
        except LookupError:
            lacking = TAKEN_OUT
            continue
        there = again.place(dataset, tuple(key.values()), column, row[column]) if again else None
        if again and there:
            place = Place(again.original, release, there, again.excerpt(there), again.rule)
            break
        lacking = NOT_FOUND
    return Origin(
        dataset=dataset,
        key=key,
        column=column,
        row=row,
        release=ledger.release(number),
        brought_by=came,
        by_hand=by_hand,
        before=before,
        before_in=by_hand.number - 1 if by_hand and earlier and earlier[column] == before else None,
        place=place,
        lacking="" if place else lacking or (SEEDS if came.extra.get("source") == "seeds" else NO_FILE),
    )


def _files(ledger: Ledger, came: Release, key: Mapping[str, Any]) -> Iterator[tuple[Release, str]]:
    """Files that may hold a value: those of the release that brought it, and its publisher's files of the same edition."""
    own = {name: key.get(name) for name in ("publisher", "edition")}
    others = [one for one in reversed(ledger.releases()) if one.extra.get(OWN) == own and one.number != came.number]
    for release in (came, *(others if own["publisher"] else ())):
        for file in release.extra.get("files", ()):
            yield release, file["sha256"]
