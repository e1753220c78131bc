"""What a person set in rows that were read of law: it stays when the text is read again, and the text's own word is told."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from etl.contract import Problem
from etl.datasets import all_datasets
from etl.importing.law_measures import EVENTS, STEPS, Held
from etl.ledger.ledger import Ledger
from etl.ledger.provenance import changed_by_hand
from etl.message import N_
from etl.publishers.common.reading import Reading

EDITED = "edited"  # in the `extra` of a draft and its release: by event the columns that a person set
KEPT = "kept_by_hand"  # the code of the warning that the text says otherwise
NOT_OF_A_PERSON = ("event_id", "source_id")
_OF_EVENT = ("measure_id", "event", "effective_on", "origin", "product", "usmca", "rate_pct", "rate_kind")
_OF_STEP = ("act", "starts_on", "start_precision", "ends_on", "rate_pct", "rate_kind")
Edits = Mapping[str, Mapping[str, Any]]
"""By event what a person set, by column, as text or number; days as ISO."""


def edited(before: pd.DataFrame, after: pd.DataFrame, known: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """By event the columns that differ between two tables of the same rows, with those known already."""
    found = {event: list(columns) for event, columns in known.items()}
    differs = ~(before.eq(after) | (before.isna() & after.isna())).fillna(value=False)
    for place, event in enumerate(before["event_id"]):
        columns = [str(name) for name in before.columns[differs.iloc[place].to_numpy()]]
        if columns:
            found[event] = sorted({*found.get(event, []), *columns})
    return found


def edits_of(ledger: Ledger, held: Held, reading: Reading) -> Edits:
    """What persons set, in a draft or by an upload, in the rows that the ledger holds of a reading's events."""
    if EVENTS not in reading.tables or not ledger.newest():
        return {}
    ids = reading.tables[EVENTS]["event_id"]
    rows = held[EVENTS][held[EVENTS]["event_id"].isin(ids)]
    told = [one.extra.get(EDITED, {}) for one in ledger.releases()] if len(rows) else []
    found: dict[str, dict[str, Any]] = {}
    for row in map(_plain, rows.to_dict("records")):
        event = row["event_id"]
        columns = {name for one in told for name in one.get(event, [])} | _by_upload(ledger, event, row)
        if columns := columns - set(NOT_OF_A_PERSON):
            found[event] = {name: row[name] for name in columns}
    return found


def _by_upload(ledger: Ledger, event: str, row: Mapping[str, Any]) -> set[str]:
    """The columns of a row that are not as the publisher's reader had them."""
    dataset = all_datasets()[EVENTS]
    mark = changed_by_hand(ledger, ledger.newest(), dataset, (event,))
    if mark is None or mark[0] is None:
        return set()
    own = _plain(dict(zip(dataset.columns, mark[0], strict=True)))
    return {name for name in own if own[name] != row[name]}


def with_edits(reading: Reading, edits: Edits) -> Reading:
    """The reading with what persons set in its rows, and one warning that names where the text says otherwise."""
    rows, told = reading.tables[EVENTS].copy(), []
    for place, row in zip(rows.index, map(_plain, rows.to_dict("records")), strict=True):
        for name, value in sorted(edits.get(row["event_id"], {}).items()):
            if row[name] != value:
                rows[name] = rows[name].astype("object")
                rows.loc[place, name] = value
                told += [f"{row['event_id']} {name}: {_said(value)} ({_said(row[name])})"] if row[name] else []
    made = replace(reading, tables={**reading.tables, EVENTS: rows})
    if not told:
        return made
    rule = N_("keeps what a person set, where the text now says otherwise (in brackets): {fields}.")
    remedy = N_("Correct the rows here where the text is right.")
    problem = Problem(reading.title, rule, params={"fields": "; ".join(told)}, remedy=remedy, code=KEPT)
    return replace(made, warnings=[*reading.warnings, problem])


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
