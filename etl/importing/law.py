"""Rows of `tariff_events` that were read of law find their measure in the ledger, or a new one, and their lines; what it knows already is said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from etl.contract import Problem
from etl.importing.law_citations import citation
from etl.importing.law_edits import Edits, followed, not_set_otherwise, with_edits, with_values
from etl.importing.law_lines import drafted
from etl.importing.law_measures import EVENTS, GROUPS, LINES, MEASURES, STEPS, measure_of, origin_of
from etl.ledger.provenance import FOLLOWED
from etl.message import N_
from etl.publishers.common.reading import Evidence, Reading
from etl.publishers.law.events import UNPLACED
from etl.publishers.law.text import LIKELY, OPEN

MADE = r"US-(?:FR|HTS)-"  # the codes of measures that are made for rows without one
_OF_GOODS = ("product", "hs_scope")
KNOWN = "known"  # the code of the warning that a document is in the ledger under other codes


def placed(held: Mapping[str, pd.DataFrame], reading: Reading, edits: Edits | None = None) -> Reading:
    """The reading with a measure for each of its events: the one whose texts they cite for the same origin, else a new one;
    with what persons set in them (`edits`), and with their lines and steps.

    Nothing is done to rows that are placed, and to readings of anything else.
    """
    rows = reading.tables.get(EVENTS)
    if rows is None or not (rows["measure_id"] == UNPLACED).any():
        return reading
    reading = _with_origins(held, reading)
    rows = reading.tables[EVENTS]
    new: dict[str, dict[str, object]] = {}
    measures, evidence = [], []
    for row, told in _told(reading):
        if (edits or {}).get(row["event_id"], {}).get("measure_id"):
            measures.append(UNPLACED)  # by a person, below
            continue
        found = measure_of(held, row, told)
        if found:
            measure = found.measure
            evidence.append(
                found.because._replace(row=row["event_id"], field="measure_id", value=measure, certainty=LIKELY)
            )
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
    read = replace(reading, tables=tables, cells=cells, evidence=[*reading.evidence, *evidence])
    return _with_lines(held, read, edits or {})


def _told(reading: Reading) -> Iterator[tuple[dict[str, Any], list[Evidence]]]:
    """Each event of a reading, None for what is open, with the evidence of it and of its document."""
    rows = reading.tables[EVENTS]
    for row in rows.astype("object").where(rows.notna(), None).to_dict("records"):
        event = row["event_id"]
        yield row, [one for one in reading.evidence if one.row == event or event.startswith(f"{one.row}-")]


def _with_origins(held: Mapping[str, pd.DataFrame], reading: Reading) -> Reading:
    """The reading with the origins that only the ledger settles."""
    found = {row["event_id"]: one for row, told in _told(reading) if (one := origin_of(held, row, told))}
    if not found:
        return reading
    rows, ids = reading.tables[EVENTS], reading.tables[EVENTS]["event_id"]
    origins = ids.map({event: one.value for event, one in found.items()})
    rows = rows.assign(origin=rows["origin"].fillna(origins), target=origins.fillna(rows["target"]))
    evidence = [one for one in reading.evidence if not (one.field == "origin" and one.row in found)]
    evidence += [one._replace(row=event) for event, one in found.items()]
    return replace(reading, tables={**reading.tables, EVENTS: rows}, evidence=evidence)


def _with_lines(held: Mapping[str, pd.DataFrame], read: Reading, edits: Edits) -> Reading:
    """The reading with what persons set in its events, with their lines and steps, and a warning for each that has none."""
    reading = with_edits(read, edits, EVENTS)
    rows, known = reading.tables[EVENTS], _with_measures(held, reading.tables)
    new = drafted(known, rows)
    tables, cells = dict(reading.tables), dict(reading.cells)
    for name, table in ((LINES, new.lines), (STEPS, new.steps)):
        if len(table):
            tables[name], cells[name] = table, pd.Series([""] * len(table))
    evidence = [*reading.evidence]
    for event_id, lines in new.of_events.items():
        because = next((one for one in evidence if one.row == event_id and one.field in _OF_GOODS and one.value), None)
        words = because or Evidence(event_id, "", "", "", -1, LIKELY)
        evidence.append(words._replace(field="line_id", value="; ".join(lines), certainty=LIKELY))
    made = replace(reading, tables=tables, cells=cells, evidence=evidence, warnings=[*reading.warnings, *new.told])
    if STEPS not in tables:
        return made
    if edits:
        of_text = drafted(known, read.tables[EVENTS])
        otherwise = followed({LINES: of_text.lines, STEPS: of_text.steps}, tables, {})
        made = with_edits(replace(made, by_hand={**made.by_hand, FOLLOWED: otherwise}), edits, STEPS)
    steps = not_set_otherwise(held, rows, made.tables[STEPS])
    others = {name: table for name, table in made.tables.items() if name != STEPS}
    cells = {**made.cells, STEPS: pd.Series([""] * len(steps))}
    return replace(made, tables=others | ({STEPS: steps} if len(steps) else {}), cells=cells)


def _with_measures(held: Mapping[str, pd.DataFrame], tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What is held, as rows of lines find it: with the measures of these tables."""
    names = (MEASURES, EVENTS, LINES, STEPS, GROUPS, "country_groups")
    known = {name: held[name] for name in names}
    own = tables.get(MEASURES)
    return known if own is None else known | {MEASURES: pd.concat([known[MEASURES], own], ignore_index=True)}


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


def completed(
    held: Mapping[str, pd.DataFrame],
    tables: Mapping[str, pd.DataFrame],
    rows: Mapping[str, pd.DataFrame],
    by_hand: Mapping[str, Any],
) -> tuple[dict[str, pd.DataFrame], list[Problem] | None]:
    """The tables of a draft with a person's values in these rows of its events, lines and steps (some columns, the key
    first; `by_hand` names what was set), and what of the events has no line; None where no event is changed. `held` is
    the release it is drafted on. Lines and steps follow their events, but for what a person set in them."""
    events = with_values(tables[EVENTS], rows[EVENTS], by_hand)
    found, told = {**tables, EVENTS: events}, None
    if not events.equals(tables[EVENTS]):
        found, told = _redrafted(held, found, set(rows[EVENTS]["event_id"]))
    for name in (LINES, STEPS):
        if name in rows and name in found:
            found[name] = with_values(found[name], rows[name], by_hand)
    return found, told


def _redrafted(
    held: Mapping[str, pd.DataFrame], found: dict[str, pd.DataFrame], ids: set[str]
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Tables with the lines and steps of these events anew. A measure that was made for an event and that none has any
    more is taken out."""
    events = found[EVENTS]
    if MEASURES in found:
        measures = found[MEASURES]
        is_idle = measures["measure_id"].str.match(MADE) & ~measures["measure_id"].isin(events["measure_id"])
        found[MEASURES] = measures[~is_idle].reset_index(drop=True)
    new = drafted({**held, MEASURES: found.get(MEASURES, held[MEASURES])}, events[events["event_id"].isin(ids)])
    steps = found.get(STEPS, held[STEPS])
    steps = steps[~steps["event_id"].isin(ids)]
    lines = found.get(LINES, held[LINES])
    left = lines[lines["line_id"].isin({*held[LINES]["line_id"], *steps["line_id"]})]
    for name, kept, added in ((LINES, left, new.lines), (STEPS, steps, new.steps)):
        if name in found or len(added):
            found[name] = pd.concat([kept, added], ignore_index=True)
    return found, new.told
