"""A kept original read again: where in it the rows of a release stand.

Reading gives the same from the same file, so nothing is kept by value: a publisher's file is read by its reader, a
person's by the choices that its release keeps (of a release from before they were kept: by what is found out of it).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from cachetools import LRUCache, cached

from etl import publishers
from etl.contract import Dataset
from etl.contract.convert import convert
from etl.datasets import all_datasets
from etl.files.mapping import YEAR_PREFIX
from etl.files.read import read_limited
from etl.files.table import Understood
from etl.importing.excerpt import Excerpt, around, in_json, position
from etl.importing.request import READING, Request
from etl.importing.rows import read_rows
from etl.ledger.ledger import Ledger
from etl.ledger.originals import Original, original
from etl.ledger.provenance import OWN
from etl.ledger.release import Release
from etl.ledger.snapshot import Frames
from etl.message import N_
from etl.publishers.common.grid import Grid, address

FILES_KEPT = 4
SAME = 1e-12  # of a figure: what is lost when a spreadsheet program writes it
AS_WRITTEN = N_("As the cell has it.")
Row = tuple[Any, ...]


@dataclass(frozen=True)
class ReadAgain:
    """A file read again. `rows` are by the dataset's key; `places` by key where there is one place a row, else `columns`
    are those of the file by the dataset's, and `lines` the rows of the file by key."""

    original: Original
    rule: str
    rows: Mapping[Row, Mapping[str, Any]] = field(repr=False)
    grids: Mapping[str, Grid] = field(repr=False)
    places: Mapping[Row, str] = field(default_factory=dict, repr=False)
    lines: Mapping[Row, int] = field(default_factory=dict, repr=False)
    columns: Mapping[str, int] = field(default_factory=dict)
    sheet: str = ""

    def place(self, dataset: Dataset, key: Row, column: str, value: Any) -> str | None:
        """Where the file holds the value that a row has in a column; None where it doesn't hold that value there."""
        row = self.rows.get(key)
        if row is None or not _same(row.get(column), value):
            return None
        if self.places:
            return self.places[key]
        year = dict(zip(dataset.key, key, strict=True)).get("year")
        there = self.columns.get(column, self.columns.get(f"{YEAR_PREFIX}{year}") if column == "value" else None)
        return None if there is None else address(self.sheet, self.lines[key], there)

    def excerpt(self, place: str) -> Excerpt:
        """What stands around a place."""
        if place.startswith("/"):
            return in_json(self.original.content, place)
        sheet, row, column = position(place)
        return around(self.grids[sheet], row, column)


def read_again(ledger: Ledger, release: Release, sha256: str, dataset: Dataset) -> ReadAgain | None:
    """A file that a release was made from, for a dataset; None where it gives no rows of it (any more).

    Raises LookupError for a file that is not kept, LedgerUnavailable.
    """
    return _read_again(ledger, release.identity, release, sha256, dataset.name)


@cached(LRUCache(FILES_KEPT), key=lambda ledger, identity, _release, sha256, name: (ledger, identity, sha256, name))
def _read_again(ledger: Ledger, _identity: object, release: Release, sha256: str, name: str) -> ReadAgain | None:
    file, dataset, held = original(ledger.store, sha256), all_datasets()[name], Frames(ledger.at(release.number))
    own = release.extra.get(OWN)
    return _publishers(file, own, dataset, held) if own else _persons(file, release, dataset, held)


def _publishers(file: Original, own: Mapping[str, Any], dataset: Dataset, held: Frames) -> ReadAgain | None:
    reader = publishers.all_readers().get(own["publisher"])
    if reader is None:
        return None
    content = publishers.content_of(read_limited(file.content, file.name), file.name, file.content)
    if publishers.recognise(content, reader.DATASET) is None:
        return None
    reading = publishers.read(content, held["countries"], dataset=reader.DATASET, edition=own.get("edition"))
    if dataset.name not in reading.cells:
        return None
    rows = by_key(reading.tables[dataset.name], dataset)
    places = dict(zip(rows, reading.cells[dataset.name].astype("str"), strict=True))
    return ReadAgain(file, reader.RULE, rows, content.sheets or {"": _lines(file.content)}, places)


def _persons(file: Original, release: Release, dataset: Dataset, held: Frames) -> ReadAgain | None:
    how = dict(release.extra.get(READING) or {"dataset": dataset.name})
    understood = read_limited(file.content, file.name, encoding=how.get("encoding"), delimiter=how.get("delimiter"))
    if how.pop("dataset") != dataset.name or not isinstance(understood, Understood):
        return None
    how["skip_rows"] = frozenset(how.get("skip_rows", ()))
    source = release.extra.get("source")
    try:
        read = read_rows(Request(file.content, file.name, dataset.name, source=source, **how), understood, held)
    except LookupError:  # a sheet or row that this program finds no more
        return None
    typed, _problems = convert(read.text[~read.text.index.isin(how["skip_rows"])], dataset)
    if not set(dataset.key) <= set(typed):
        return None
    rows, table = by_key(typed, dataset), read.table
    columns = {
        target: table.places[table.columns.index(name)] + 1
        for name, target in read.mapping.items()
        if target and name in table.columns
    }
    lines = dict(zip(_keys(typed, dataset), map(int, typed.index), strict=True))
    grids = {name: sheet.rows for name, sheet in table.cells.items()}
    return ReadAgain(file, AS_WRITTEN, rows, grids, lines=lines, columns=columns, sheet=table.sheet)


def by_key(table: pd.DataFrame, dataset: Dataset) -> dict[Row, dict[str, Any]]:
    """The rows of a typed table by their key, as plain values; what is missing is None, days are dates."""
    return dict(zip(_keys(table, dataset), _plain(table).to_dict("records"), strict=True))


def _keys(table: pd.DataFrame, dataset: Dataset) -> list[Row]:
    return list(_plain(table)[list(dataset.key)].itertuples(index=False, name=None))


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    days = [name for name in table if pd.api.types.is_datetime64_any_dtype(table[name])]
    dated = table.assign(**{name: table[name].dt.date for name in days}).astype(object)
    return dated.where(table.notna(), None)


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= SAME * max(abs(a), abs(b))
    return bool(a == b)


def _lines(content: bytes) -> list[list[str]]:
    """Text as cells: a CSV's, or each line as one."""
    text = content.decode("utf-8-sig", "replace")
    return (
        [[line] for line in text.split("\n")] if text.lstrip().startswith("<") else list(csv.reader(text.splitlines()))
    )


def typed_key(dataset: Dataset, texts: Mapping[str, str]) -> dict[str, Any]:
    """A key as it is held, of the texts of an address. Raises ValueError, naming the first column that is wrong."""
    table, problems = convert(pd.DataFrame([{name: texts.get(name, "") for name in dataset.key}], dtype="str"), dataset)
    wrong = {problem.column for problem in problems} | {name for name in dataset.key if not texts.get(name)}
    for column in dataset.key:
        if column in wrong:
            raise ValueError(column)
    return dict(zip(dataset.key, _keys(table, dataset)[0], strict=True))
