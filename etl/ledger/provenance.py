"""Which rows of a release are not as their publisher had them: who changed them, in which release, until they are again.

A row's own figure is what the seeds or a publisher's file, read by its reader, said of it last. A row that a person's
upload changed, or added under a source that was there already, is marked with that release; so is one that a correction
set. `marked` is the release with these marks in `source_id`, where every chart carries its sources: there is no other
way by which figures and their origin could part.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pandas as pd
from cachetools import LRUCache

from etl.contract import Dataset
from etl.datasets import all_datasets
from etl.ledger.ledger import Ledger
from etl.ledger.release import CHANGED, CORRECTION, EDITED_BY, Release
from etl.ledger.snapshot import Snapshot

OWN, RESTORES = "own", "restores"  # in a release's `extra`
EDITED, FOLLOWED = "edited", "edited_with"
"""In the same: by row of a publisher's what a person set, by column with what was read there; and what follows from that."""
BY_HAND, BY_PUBLISHER = "~", "+"
MARK = re.compile(r"([~+])(\d+)$")
KEPT = 64
SOURCE = "source_id"

Row = tuple[Any, ...]
Touched = tuple[Row, Row | None, Row | None]  # key, then, now


@dataclass(frozen=True)
class Marks:
    """By dataset and key: the figure's own row (None: there was none) with the release that changed it by hand; and the
    release that corrected it last."""

    by_hand: Mapping[str, Mapping[Row, tuple[Row | None, int]]] = field(default_factory=dict)
    corrected: Mapping[str, Mapping[Row, int]] = field(default_factory=dict)

    def of(self, name: str) -> dict[Row, str]:
        """The mark of each key of a dataset."""
        marks = {key: f"{BY_PUBLISHER}{release}" for key, release in self.corrected.get(name, {}).items()}
        return marks | {key: f"{BY_HAND}{release}" for key, (_own, release) in self.by_hand.get(name, {}).items()}


_MARKS: LRUCache[tuple, Marks] = LRUCache(KEPT)
_SNAPSHOTS: LRUCache[tuple, Snapshot] = LRUCache(KEPT)
_WORKING = threading.RLock()


def marked(ledger: Ledger, number: int) -> Snapshot:
    """A release whose rows name in `source_id` who set them: `nato-2026-07~4` was changed by hand in release 4.

    The release itself where nothing is marked. Raises as `Ledger.at`.
    """
    snapshot, release = ledger.at(number), ledger.release(number)
    with _WORKING:
        kept = _SNAPSHOTS.get((ledger, release.identity))
        if kept is None or kept.connection is not snapshot.connection:
            kept = _with_marks(ledger, snapshot, _marks(ledger, release))
            _SNAPSHOTS[ledger, release.identity] = kept
        return kept


def changed_by_hand(ledger: Ledger, number: int, dataset: Dataset, key: Row) -> tuple[Row | None, int] | None:
    """Of a row that a person changed, its publisher's own (None: there was none) and the release; None for any other row."""
    with _WORKING:
        marks = _marks(ledger, ledger.release(number)).by_hand.get(dataset.name, {})
    named = {tuple(_day(part) for part in one): mark for one, mark in marks.items()}
    if (mark := named.get(key)) is None:
        return None
    return (tuple(map(_day, mark[0])) if mark[0] else None), mark[1]


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def _with_marks(ledger: Ledger, snapshot: Snapshot, marks: Marks) -> Snapshot:
    found = {name: of for name in all_datasets() if (of := marks.of(name))}
    if not found:
        return snapshot
    schema, cursor = f"marked_{snapshot.release}", snapshot.connection.cursor()
    cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for name, dataset in all_datasets().items():
        held = f"{snapshot.schema}.{name}"
        joins = list(_joins(dataset, found)) if SOURCE in dataset.columns else []
        if not joins:
            cursor.execute(f"CREATE OR REPLACE VIEW {schema}.{name} AS FROM {held}")
            continue
        for place, (_on, keys) in enumerate(joins):
            cursor.register(f"marks_{place}", keys)
        parts = (f"LEFT JOIN marks_{place} ON {on.format(place=place)}" for place, (on, _k) in enumerate(joins))
        mark = ", ".join(f"marks_{place}._mark" for place in range(len(joins)))
        cursor.execute(
            f"""CREATE OR REPLACE TABLE {schema}.{name} AS
            SELECT s.* REPLACE (concat(s.{SOURCE}, coalesce({mark})) AS {SOURCE}) FROM {held} s {" ".join(parts)} ORDER BY s.rowid"""
        )
    cursor.close()
    numbers = {int(mark[1:]) for of in found.values() for mark in of.values()}
    return replace(snapshot, schema=schema, marks={number: ledger.release(number) for number in sorted(numbers)})


def _joins(dataset: Dataset, found: Mapping[str, Mapping[Row, str]]) -> Iterator[tuple[str, pd.DataFrame]]:
    """How a dataset's rows meet their marks; those of rows that name no source stand at the rows that refer to them."""
    if dataset.name in found:
        yield _join(dataset, dataset.key, found[dataset.name])
    for column, target in dataset.references.items():
        other = all_datasets()[target.partition(".")[0]]
        if isinstance(column, str) and other.name in found and SOURCE not in other.columns:
            yield _join(dataset, (column,), found[other.name])


def _join(dataset: Dataset, columns: tuple[str, ...], of: Mapping[Row, str]) -> tuple[str, pd.DataFrame]:
    keys = pd.DataFrame(list(of), columns=list(columns), dtype=object).assign(_mark=list(of.values()))
    types = {column: dataset.sql_type(column) for column in columns}
    on = (f"s.{column} = CAST(marks_{{place}}.{column} AS {types[column]})" for column in columns)
    return " AND ".join(on), keys


def _marks(ledger: Ledger, release: Release) -> Marks:
    """The marks of a release: those of the one before, and what it did itself; what is known of earlier ones is kept."""
    releases = ledger.releases()[: release.number]
    known = next((n for n in range(len(releases), 0, -1) if (ledger, releases[n - 1].identity) in _MARKS), 0)
    for one in releases[known:]:
        before = _MARKS.get((ledger, releases[one.number - 2].identity)) if one.number > 1 else Marks()
        if isinstance(back := one.extra.get(RESTORES), int):
            found = _corrected(ledger, _marks(ledger, releases[back - 1]), one)
        else:
            found = _after(ledger, before or _marks(ledger, releases[one.number - 2]), one)
        _MARKS[ledger, one.identity] = found
    return _MARKS[ledger, release.identity]


def _after(ledger: Ledger, before: Marks, release: Release) -> Marks:
    if release.number == 1:
        return Marks()
    touched = release.extra.get(CHANGED, all_datasets())
    by_hand, corrected = dict(before.by_hand), dict(before.corrected)
    for name in touched:
        dataset = all_datasets().get(name)
        if dataset is None or name == "sources":
            continue
        rows = list(_touched(ledger, dataset, release.number))
        keys = {key for key, _old, _new in rows}
        hand, right = dict(by_hand.get(name, {})), dict(corrected.get(name, {}))
        if own := _own(release):
            hand = {key: mark for key, mark in hand.items() if key not in keys and not _of(dataset, key, own)}
            hand |= _edited(release, dataset, rows, by_hand.get(name, {}))
        else:
            hand |= _changed_by_hand(ledger, dataset, rows, hand, release.number)
            hand = {key: (row, number) for key, (row, number) in hand.items() if number > 0}
        right = {key: number for key, number in right.items() if key not in keys}
        right |= dict.fromkeys(keys, release.number) if release.extra.get(CORRECTION) else {}
        by_hand[name], corrected[name] = hand, right
    return Marks(by_hand, corrected)


def _corrected(ledger: Ledger, marks: Marks, release: Release) -> Marks:
    """The marks of a release that was gone back to; where that corrects, the figures it put back are corrected ones."""
    if not release.extra.get(CORRECTION):
        return marks
    corrected = dict(marks.corrected)
    for name in release.extra.get(CHANGED, all_datasets()):
        if (dataset := all_datasets().get(name)) and name != "sources":
            keys = (key for key, _old, _new in _touched(ledger, dataset, release.number))
            corrected[name] = {**corrected.get(name, {}), **dict.fromkeys(keys, release.number)}
    return Marks(marks.by_hand, corrected)


def _own(release: Release) -> Mapping[str, Any] | None:
    """Whose own figures a release brought: the seeds', a publisher's (and of which edition); None for a person's."""
    if release.extra.get("source") == "seeds":
        return {"publisher": None}
    return release.extra.get(OWN)


def as_read(columns: Any) -> dict[str, Any]:
    """What was read in the columns of a row that a person set; None in those of a release that names them alone."""
    return dict(columns) if isinstance(columns, Mapping) else dict.fromkeys(columns)


def _edited(release: Release, dataset: Dataset, rows: list[Touched], known: Mapping[Row, Any]) -> dict[Row, Any]:
    """The marks of rows that a person completed, each with the row as it was read; what only stays, of whom it was before."""
    followed, edited = (release.extra.get(kind, {}) for kind in (FOLLOWED, EDITED))
    found = {}
    for key, _old, new in rows:
        if new and (read := as_read(followed.get(key[0], {})) | as_read(edited.get(key[0], {}))):
            row = dict(zip(dataset.columns, new, strict=True)) | read
            days = {name: pd.Timestamp(row[name]) for name in row if row[name] and dataset.sql_type(name) == "DATE"}
            stays = key in known and EDITED_BY not in release.extra
            found[key] = (tuple((row | days).values()), known[key][1] if stays else release.number)
    return found


def _of(dataset: Dataset, key: Row, own: Mapping[str, Any]) -> bool:
    """Whether a row is of the edition that a publisher's file gave whole."""
    if not own.get("edition"):
        return False
    row = dict(zip(dataset.key, key, strict=True))
    return (row.get("publisher"), row.get("edition")) == (own.get("publisher"), own["edition"])


def _changed_by_hand(
    ledger: Ledger, dataset: Dataset, rows: list[Touched], marks: Mapping[Row, tuple[Row | None, int]], number: int
) -> dict[Row, tuple[Row | None, int]]:
    """The marks that a person's release sets; 0 for a release takes one away: the row is as its publisher had it."""
    place = dataset.columns.index(SOURCE) if SOURCE in dataset.columns else len(dataset.columns)
    sources = set(ledger.at(number - 1).sql("SELECT source_id FROM sources")["source_id"])
    found: dict[Row, tuple[Row | None, int]] = {}
    for key, old, new in rows:
        own = marks[key][0] if key in marks else old
        if new is None:
            found[key] = (own, number)
        elif own is None:  # a new row under a source of its own is what that source says
            found[key] = (None, number if {*new[place : place + 1]} & sources else 0)
        else:
            same = own[:place] + own[place + 1 :] == new[:place] + new[place + 1 :]
            found[key] = (own, 0 if same else number)
    return found


def _touched(ledger: Ledger, dataset: Dataset, number: int) -> Iterator[Touched]:
    """The rows in which a release differs from the one before: key, then, now."""
    columns = ", ".join(dataset.columns)
    both = ledger.reader.across([ledger.release(number - 1), ledger.release(number)], dataset.name)
    if "release" not in both.sql(f"FROM {dataset.name} LIMIT 0").columns:
        return
    sides = []
    for here, there in ((number - 1, number), (number, number - 1)):
        rows = both.sql(
            f"SELECT {columns} FROM {dataset.name} WHERE release = $here EXCEPT "
            f"SELECT {columns} FROM {dataset.name} WHERE release = $there",
            here=here,
            there=there,
        ).astype(object)
        rows = rows.where(rows.notna(), None)
        places = [dataset.columns.index(column) for column in dataset.key]
        sides.append({tuple(row[place] for place in places): row for row in rows.itertuples(index=False, name=None)})
    then, now = sides
    for key in then | now:
        yield key, then.get(key), now.get(key)
