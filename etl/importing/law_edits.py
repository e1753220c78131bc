"""What a person set in rows that were read of law: it stays when the text is read again, and the text's own word is told."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from etl.contract import Problem
from etl.datasets import all_datasets
from etl.importing.law_measures import EVENTS, LINES, STEPS, Held
from etl.ledger.ledger import Ledger
from etl.ledger.provenance import EDITED, FOLLOWED, as_read, changed_by_hand
from etl.message import N_
from etl.publishers.common.reading import Reading

KEPT = "kept_by_hand"  # the code of the warning that the text says otherwise
NOT_OF_A_PERSON = ("event_id", "step_id", "source_id")
_OF_EVENT = ("measure_id", "event", "effective_on", "origin", "product", "usmca", "rate_pct", "rate_kind")
_OF_STEP = ("act", "starts_on", "start_precision", "ends_on", "rate_pct", "rate_kind")
Edits = Mapping[str, Mapping[str, Any]]
"""By row (of any table: their keys differ) what a person set, by column, as text or number; days as ISO."""


def edited(before: pd.DataFrame, after: pd.DataFrame, known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By row the columns that differ between two tables, each with what was read there (None in a row that is new), and
    with those known already; without what is again as it was read. The first column is the key."""
    key = str(before.columns[0])
    was = {row[key]: row for row in map(_plain, before.to_dict("records"))}
    found = {name: as_read(columns) for name, columns in known.items()}
    for row in map(_plain, after.to_dict("records")):
        old = was.get(row[key]) or dict.fromkeys(row)
        read = {name: old[name] for name in row if name != key and row[name] != old[name]} | found.pop(row[key], {})
        if columns := {name: value for name, value in read.items() if name not in row or row[name] != value}:
            found[row[key]] = columns
    return found


def with_values(table: pd.DataFrame, rows: pd.DataFrame, by_hand: Mapping[str, Any]) -> pd.DataFrame:
    """The table with what persons set in these rows of it (some columns, the key first): the columns that `by_hand` names."""
    made, key = table.copy(), str(rows.columns[0])
    of_rows, at = rows.set_index(key), pd.Index(table[key])
    for name in of_rows.columns:
        is_set = at.isin([row for row in of_rows.index if name in by_hand.get(row, ())])
        values = made[name].where(~is_set, pd.Series(at.map(of_rows[name]), index=made.index))
        made[name] = values.astype(made[name].dtype)
    return made


def edits_of(ledger: Ledger, held: Held, reading: Reading) -> Edits:
    """What persons set, in a draft or by an upload, in the rows that the ledger holds of a reading's events and their steps."""
    if EVENTS not in reading.tables or not ledger.newest():
        return {}
    found: dict[str, dict[str, Any]] = {}
    for name in (EVENTS, STEPS):
        rows = held[name][held[name]["event_id"].isin(reading.tables[EVENTS]["event_id"])]
        extras = [one.extra for one in ledger.releases()] if len(rows) else []
        for row in map(_plain, rows.to_dict("records")):
            key = row[all_datasets()[name].key[0]]
            direct, followed = (_named(extras, kind, key) for kind in (EDITED, FOLLOWED))
            columns = (direct | (_by_upload(ledger, name, row) - followed)) - set(NOT_OF_A_PERSON)
            if columns:
                found[key] = {name: row[name] for name in columns}
    return found


def _named(extras: list[Mapping[str, Any]], kind: str, key: str) -> set[str]:
    return {name for one in extras for name in one.get(kind, {}).get(key, ())}


def _by_upload(ledger: Ledger, name: str, row: Mapping[str, Any]) -> set[str]:
    """The columns of a row that are not as the publisher's reader had them."""
    dataset = all_datasets()[name]
    mark = changed_by_hand(ledger, ledger.newest(), dataset, (row[dataset.key[0]],))
    if mark is None or mark[0] is None:
        return set()
    own = _plain(dict(zip(dataset.columns, mark[0], strict=True)))
    return {name for name in own if own[name] != row[name]}


def with_edits(reading: Reading, edits: Edits, name: str) -> Reading:
    """The reading with what persons set in the rows of a table, one warning that names where the text says otherwise, and
    what it says there."""
    rows, told = reading.tables[name].copy(), []
    for place, row in zip(rows.index, map(_plain, rows.to_dict("records")), strict=True):
        key = row[str(rows.columns[0])]
        for column, value in sorted(edits.get(key, {}).items()):
            if row[column] != value:
                rows[column] = rows[column].astype("object")
                rows.loc[place, column] = value
                told += [f"{key} {column}: {_said(value)} ({_said(row[column])})"] if row[column] else []
    rows = rows.astype({column: kind for column, kind in reading.tables[name].dtypes.items() if kind.kind == "M"})
    by_hand = edited(reading.tables[name], rows, reading.by_hand.get(EDITED, {}))
    made = replace(reading, tables={**reading.tables, name: rows}, by_hand={**reading.by_hand, EDITED: by_hand})
    if not told:
        return made
    rule = N_("keeps what a person set, where the text now says otherwise (in brackets): {fields}.")
    remedy = N_("Correct the rows here where the text is right.")
    problem = Problem(reading.title, rule, params={"fields": "; ".join(told)}, remedy=remedy, code=KEPT)
    return replace(made, warnings=[*reading.warnings, problem])


def followed(before: Held, after: Held, known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By line and step what is otherwise since a person completed its event, with what was drafted of the text alone."""
    found = dict(known)
    for name in (LINES, STEPS):
        if name in before and name in after:
            found = edited(before[name], after[name], found)
    return found


def not_set_otherwise(held: Held, rows: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """The steps but those that the ledger holds otherwise though their event says the same as it did: a person set them."""
    before, now = _by(held[EVENTS], "event_id", rows["event_id"]), _by(rows, "event_id", rows["event_id"])
    kept = _by(held[STEPS], "step_id", steps["step_id"])

    def is_a_persons(step: Mapping[str, Any]) -> bool:
        event, own = step["event_id"], kept.get(step["step_id"])
        is_same = event in before and all(before[event][name] == now[event][name] for name in _OF_EVENT)
        return own is not None and is_same and any(own[name] != step[name] for name in _OF_STEP)

    return steps[[not is_a_persons(step) for step in map(_plain, steps.to_dict("records"))]]


def _by(table: pd.DataFrame, key: str, values: pd.Series) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in map(_plain, table[table[key].isin(values)].to_dict("records"))}


def _said(value: Any) -> str:
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as text, numbers and ISO days; None for what is open."""
    return {
        str(name): None if pd.isna(value) else f"{value:%Y-%m-%d}" if hasattr(value, "year") else value
        for name, value in row.items()
    }
