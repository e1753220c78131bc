"""Which rows of the ledger a value of a view was made from, and by which rule; nothing of it is worked out before it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from dashboard import language, links
from dashboard.comparison.rows import FOLLOW, NAMES, by_key, key_of
from dashboard.drawing import Drawing
from dashboard.rules import RULES
from etl.contract import column_type
from etl.datasets import all_datasets
from etl.files.vocabulary import CHANGED
from etl.ledger.ledger import Ledger
from etl.ledger.snapshot import Snapshot
from etl.ledger.tracing import TracedRow, rows_named, traced

BESIDE = ("source_id", CHANGED, "scenario")  # columns that say something of the others
FIGURES = "ifM"  # numbers and days
SAID = ("label", "status", "included", "why", "instrument", "note", "how", "reason", "conflict")  # words of a row
DIVIDED = "~"
PAGE = "/origin"
LONGEST_DECIMALS = 6


@dataclass(frozen=True)
class Lineage:
    """A value of a view: the row it stands in, by its names; its column; the value; the row and column of the ledger that hold
    it as it is (None: it was derived); the rule, in English, if there is one; all rows that its row was made from; and what the row says in words."""

    names: dict[str, Any]
    column: str
    value: Any
    direct: tuple[TracedRow, str] | None
    rule: str
    inputs: tuple[TracedRow, ...]
    beside: dict[str, Any]


def figures(rows: pd.DataFrame) -> list[str]:
    """The columns of a view whose values have an origin to show: numbers and days that do not name the row."""
    return [
        str(name)
        for name in rows.columns
        if rows[name].dtype.kind in FIGURES and name not in NAMES and name not in (*BESIDE, *FOLLOW, "claim_year")
    ]


def addresses(drawing: Drawing) -> dict[str, list[str]]:
    """By column, the page of the origin of each value of a view."""
    names, own = row_names(drawing.rows), urlencode(links.pinned_query(drawing), safe=",")
    return {
        column: [
            f"{PAGE}?{urlencode({'chart': drawing.chart.id, 'row': row, 'column': column}, safe=',~')}&{own}"
            for row in names
        ]
        for column in figures(drawing.rows)
    }


def address_of_value(dataset: str, key: Mapping[str, Any], column: str, release: int) -> str:
    """The same of a value of the ledger."""
    texts = {name: links.text_of(part) for name, part in key.items()}
    about = {"release": str(release), "lang": language.current()}
    return links.url(PAGE, {"dataset": dataset, **texts, "column": column, **about})


def row_names(rows: pd.DataFrame) -> list[str]:
    """Of each row of a view what names it in an address; rows that nothing tells apart are counted."""
    if rows.empty:
        return []
    return [
        DIVIDED.join(map(_text, [*key[:-1], *([key[-1]] if key[-1] else [])])) for key in by_key(rows, key_of([rows]))
    ]


def lineage_of(ledger: Ledger, drawing: Drawing, row: str, column: str) -> Lineage:
    """Where a value of a view comes from. Raises LookupError where the view has no such row or value."""
    rows = drawing.rows
    names = row_names(rows)
    if row not in names or column not in figures(rows):
        raise LookupError(row)
    place, snapshot = names.index(row), ledger.at(drawing.release)
    value = plain(rows[column].iloc[place])
    if value is None:
        raise LookupError(column)
    inputs = _inputs(snapshot, drawing, place)
    shown = {plain(part) for part in rows.iloc[place]}
    inputs.sort(key=lambda one: not any(one.row[name] in shown for name in held_figures(one.dataset)))
    beside = {name: plain(rows[name].iloc[place]) for name in SAID if name in rows}
    key = {name: plain(rows[name].iloc[place]) for name in key_of([rows])}
    return Lineage(key, column, value, _direct(inputs, column, value), RULES.get(column, ""), tuple(inputs), beside)


def _inputs(snapshot: Snapshot, drawing: Drawing, place: int) -> list[TracedRow]:
    """The rows of the ledger that a row of a view was made from; none where it can't be made again as it was."""
    again, was = drawing.chart.rows(traced(snapshot), drawing.params), drawing.rows
    held = [name for name in again.columns if name not in BESIDE]
    if not again[held].equals(was[held]) or "source_id" not in again:
        return []
    cell = again["source_id"].iloc[place]
    return rows_named(snapshot, [cell]) if isinstance(cell, str) else []


def _direct(inputs: Sequence[TracedRow], column: str, value: Any) -> tuple[TracedRow, str] | None:
    """The row and column that hold the value itself; of several the one whose names are nearest to the view's column."""
    found = [
        (_nearness(one, name, column), one, name)
        for one in inputs
        for name in held_figures(one.dataset)
        if type(one.row[name]) is type(value) and one.row[name] == value
    ]
    best = max((nearness for nearness, _one, _name in found), default=0)
    nearest = [(one, name) for nearness, one, name in found if nearness == best > 0]
    return nearest[0] if len({id(one) for one, _name in nearest}) == 1 else None


def _nearness(one: TracedRow, name: str, column: str) -> int:
    """0 for a figure that is only equal by chance: a path that meets its goal is no pledge."""
    if column == name or (one.dataset == "spending" and column == one.row["measure"]):
        return 2
    publisher = str(one.row.get("publisher")).lower()
    beside = "" if publisher == "nato" else "beside_pct"  # whoever stands beside NATO
    words = (one.dataset.removesuffix("s"), f"{publisher}_pct", beside, "figure" if one.dataset == "spending" else "")
    return int(column == "value" or any(word and word in column for word in words))


def held_figures(dataset: str) -> list[str]:
    """The columns of a dataset that hold numbers and days, numbers first, and do not name a row."""
    contract, kinds = all_datasets()[dataset], ("float64", "Int64", "datetime64[us]")
    own = [name for name in contract.columns if name not in contract.key and column_type(contract, name) in kinds]
    return sorted(own, key=lambda name: kinds.index(column_type(contract, name)))


def in_words(value: Any) -> str:
    """A value with every digit that is held, as the language writes it."""
    if isinstance(value, float):
        digits = next((n for n in range(LONGEST_DECIMALS) if abs(round(value, n) - value) < 1e-9), LONGEST_DECIMALS)
        return language.number(value, digits)
    if isinstance(value, bool):
        return language._("yes") if value else language._("no")
    return language.day(value) if isinstance(value, date) else str(value)


def plain(value: Any) -> Any:
    """A value of a frame as Python has it."""
    if value is None or value is pd.NA or (not isinstance(value, str) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def _text(value: Any) -> str:
    value = plain(value)
    if value is None:
        return ""
    return (
        value.isoformat()
        if isinstance(value, date)
        else str(int(value) if isinstance(value, float) and value.is_integer() else value)
    )
