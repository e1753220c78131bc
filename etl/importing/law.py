"""Rows of `tariff_events` that were read of law find their measure in the ledger, or a new one; what the ledger knows already is said."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.reading import Evidence, Reading
from etl.publishers.law.events import UNPLACED
from etl.publishers.law.text import LIKELY, OPEN

EVENTS, MEASURES = "tariff_events", "tariff_measures"
MADE = r"US-(?:FR|HTS)-"  # the codes of measures that are made for rows without one
KNOWN = "known"  # the code of the warning that a document is in the ledger under other codes
_CITING = {"amends", "hs_scope", "note"}
_EXACT = {"hs_scope"}  # the one heading that a row is about: it needs no origin to lead to its measure
_WHERE = ["legal_authority", "hs_scope", "quote", "notes"]


def placed(held: Mapping[str, pd.DataFrame], reading: Reading) -> Reading:
    """The reading with a measure for each of its events: the one whose texts they cite for the same origin, else a new one.

    Nothing is done to rows that have one, and to readings of anything else.
    """
    rows = reading.tables.get(EVENTS)
    if rows is None or not (rows["measure_id"] == UNPLACED).any():
        return reading
    new: dict[str, dict[str, object]] = {}
    measures, evidence = [], []
    for row in rows.to_dict("records"):
        told = [
            one for one in reading.evidence if one.row == row["event_id"] or row["event_id"].startswith(f"{one.row}-")
        ]
        cited = {one.value: one for one in told if one.field in _CITING and one.value}
        programme = next((one.value for one in told if one.field == "programme"), "")
        measure = _cited_measure(held, cited.values(), row["origin"], programme)
        if measure:
            because = next(one for value, one in cited.items() if measure in _citing(held, value))
            evidence.append(because._replace(row=row["event_id"], field="measure_id", value=measure, certainty=LIKELY))
        else:
            made = _new_measure(row, told)
            measure = str(made["measure_id"])
            new[measure] = made
            evidence.append(Evidence(row["event_id"], "measure_id", "", "", -1, OPEN))
        measures.append(measure)
    tables = {**reading.tables, EVENTS: rows.assign(measure_id=measures)}
    cells = dict(reading.cells)
    if new:
        tables[MEASURES] = pd.DataFrame(new.values())
        cells[MEASURES] = pd.Series([""] * len(new))
    return replace(reading, tables=tables, cells=cells, evidence=[*reading.evidence, *evidence])


def _cited_measure(
    held: Mapping[str, pd.DataFrame], cited: Iterable[Evidence], origin: str | None, programme: str
) -> str:
    """The one measure of the programme that any of these citations leads to and whose goods come from there; "" where
    there are none or several."""
    found = {measure for one in cited if origin or one.field in _EXACT for measure in _citing(held, one.value)}
    events, measures = held[EVENTS], held[MEASURES]
    found &= set(measures.loc[measures["programme"] == programme, "measure_id"])
    if origin:
        found &= set(events.loc[events["origin"] == origin, "measure_id"])
    return next(iter(found)) if len(found) == 1 else ""


def _citing(held: Mapping[str, pd.DataFrame], cited: str) -> set[str]:
    """The measures whose texts, or whose events' texts, cite an instrument ("EO 14193"), a heading or a note of the schedule."""
    pattern = citation(cited)
    events, measures = held[EVENTS], held[MEASURES]
    is_citing = pd.concat([events[name].str.contains(pattern, na=False) for name in _WHERE], axis=1).any(axis=1)
    by_measure = measures["legal_authority"].str.contains(pattern, na=False)
    return {*events.loc[is_citing, "measure_id"], *measures.loc[by_measure, "measure_id"]}


def citation(cited: str) -> str:
    """ "Proclamation 10896" is also cited as "Procs 10895/10896"."""
    name, _space, number = cited.rpartition(" ")
    if name == "Proclamation":
        return rf"\bProc\w*\.? (?:\d+/)*{number}\b"
    return rf"\b{re.escape(cited)}\b"


def _new_measure(row: Mapping[str, object], told: Iterable[Evidence]) -> dict[str, object]:
    by_field = {one.field: one.value for one in told if one.value}
    programme = by_field.get("programme") or str(by_field.get("statutes", "")).partition(";")[0]
    document = (
        str(row["event_id"]).rpartition("-")[0] if str(row["event_id"]).startswith("FR-") else str(row["event_id"])
    )
    return {
        "measure_id": f"US-{document}",
        "title": row["title"],
        "title_fr": row["title_fr"],
        "imposing_country": row["imposing_country"],
        "programme": programme,
        "role": "layer" if row["role"] == "layer" else "process",
        "legal_authority": row["legal_authority"],
        "source_id": row["source_id"],
    }


def known_already(held: Mapping[str, pd.DataFrame], reading: Reading, where: str) -> list[Problem]:
    """The warning that the ledger holds a document's events under codes of its own."""
    if EVENTS not in reading.tables:
        return []
    values = {one.value for one in reading.evidence if one.field in ("instrument", "document_number") and one.value}
    patterns = "|".join(citation(value) for value in values)
    events, own = held[EVENTS], {event_id.rpartition("-")[0] for event_id in reading.tables[EVENTS]["event_id"]}
    is_same = events["legal_authority"].str.contains(patterns, na=False) & ~events["event_id"].str.rpartition("-")[
        0
    ].isin(own)
    if not patterns or not is_same.any():
        return []
    rule = N_("is in the ledger already as {events}.")
    codes = ", ".join(events.loc[is_same, "event_id"])
    remedy = N_("Take it only if those are to be replaced: then take them out.")
    return [Problem(where, rule, params={"events": codes}, remedy=remedy, code=KNOWN)]


def completed(tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of a draft with a person's values in these rows of its events (some columns, `event_id` among them). A
    measure that was made for such a row and that no event has any more is taken out."""
    events, edited = tables[EVENTS].copy(), rows.set_index("event_id")
    at = events.set_index("event_id").index
    for name in edited.columns:
        values = events[name].where(~at.isin(edited.index), pd.Series(at.map(edited[name]), index=events.index))
        events[name] = values.astype(events[name].dtype)
    found = {**tables, EVENTS: events}
    if MEASURES in tables:
        measures = tables[MEASURES]
        is_idle = measures["measure_id"].str.match(MADE) & ~measures["measure_id"].isin(events["measure_id"])
        found[MEASURES] = measures[~is_idle].reset_index(drop=True)
    return found
