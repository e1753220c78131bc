"""Replay of what was known by a day: how each tariff line stands, day by day.

A line is a rate for some goods, origins, companies and conditions. Its steps are laid over one another in the
order in which they became known (`known_on`, then `step_id`):

- signed, effective, amended: in force from `starts_on`; scheduled from the day it was known until then;
- announced: announced (of a threat: threatened) from the day it was known, never over days that are in force,
  scheduled or suspended;
- suspended: from `starts_on` until `ends_on`; what was signed before holds again afterwards;
- withdrawn, struck_down, expired: from `starts_on` on.

So a line without a legal act is never in force, and an event changes the answer only from the day it was
known.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from policy.tariffs.tables import OPEN, Tables
from policy.tariffs.words import ENDED

LEGAL_ACTS = ("signed", "effective", "amended")
KEEP = ("in_force", "scheduled", "suspended")


class Stretch(NamedTuple):
    """Days [start, end) of one line, the row number of the step they come from, and their status."""

    start: pd.Timestamp
    end: pd.Timestamp
    step: int
    status: str


def replay(tables: Tables, known: pd.Timestamp) -> pd.DataFrame:
    """How every line stands as known on `known`: one row a stretch of days.

    Columns: those of `tariff_lines` and of its step (rate, kind, event, instrument, trust, source, notes),
    and status; starts_on and ends_on of the stretch (half-open; an open end is empty); planned_on (start
    named by the step); unconfirmed (a scheduled start that no source confirms).
    """
    return _replayed(tables.parent or tables, pd.Timestamp(known))


@lru_cache(maxsize=128)
def _replayed(tables: Tables, known: pd.Timestamp) -> pd.DataFrame:
    """The same, kept: a ledger is asked for few days of knowledge, and by many."""
    steps = tables.steps[tables.steps["known_on"] <= known]
    steps = steps.sort_values(["line_id", "known_on", "step_id"]).reset_index(drop=True)
    roles = dict(zip(tables.lines["line_id"], tables.lines["role"], strict=True))
    rows: list[Stretch] = []
    laid: dict[str, list[Stretch]] = {}
    for step in steps.itertuples():
        laid[step.line_id] = _lay(laid.get(step.line_id, []), step, roles[step.line_id])
    for stretches in laid.values():
        rows.extend(stretches)
    return _joined(rows, steps, tables)


def _lay(stretches: list[Stretch], step: Any, role: str) -> list[Stretch]:
    """Lay one step (a row of the table) over what was known before it."""
    number, known, start = step.Index, step.known_on, step.starts_on
    end = OPEN if pd.isna(step.ends_on) else step.ends_on
    if step.act == "announced":
        status = "threatened" if role == "threat" else "announced"
        return _over(stretches, Stretch(known, end, number, status), KEEP)
    if pd.isna(start):
        return stretches
    if step.act not in LEGAL_ACTS:
        return _over(stretches, Stretch(start, end, number, step.act))
    if step.start_precision == "unconfirmed":
        return _over(stretches, Stretch(known, end, number, "scheduled"), ("in_force",))
    waiting = Stretch(known, min(start, end), number, "scheduled")
    stretches = _over(stretches, waiting, ("in_force",))
    return _over(stretches, Stretch(start, end, number, "in_force"))


def _over(stretches: list[Stretch], new: Stretch, keep: Iterable[str] = ()) -> list[Stretch]:
    """The stretches with `new` laid over all but those whose status is in `keep`."""
    if new.start >= new.end:
        return stretches
    out, gaps = [], [(new.start, new.end)]
    for old in stretches:
        if old.end <= new.start or old.start >= new.end:
            out.append(old)
        elif old.status in keep:
            out.append(old)
            gaps = [piece for gap in gaps for piece in _without(gap, old)]
        else:
            if old.start < new.start:
                out.append(old._replace(end=new.start))
            if old.end > new.end:
                out.append(old._replace(start=new.end))
    out.extend(new._replace(start=start, end=end) for start, end in gaps)
    return sorted(out)


def _without(gap: tuple, old: Stretch) -> list[tuple]:
    start, end = gap
    pieces = [(start, min(end, old.start)), (max(start, old.end), end)]
    return [(low, high) for low, high in pieces if low < high]


def _joined(rows: list[Stretch], steps: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["starts_on", "ends_on", "step", "status"])
    for column in ("starts_on", "ends_on"):
        frame[column] = frame[column].astype("datetime64[us]")
    of_step = steps.drop(columns=["ends_on", "known_on"]).rename(
        columns={"starts_on": "planned_on", "note": "step_note", "note_fr": "step_note_fr"}
    )
    frame = frame.merge(of_step, left_on="step", right_index=True, how="left").drop(columns="step")
    frame = frame.merge(tables.lines, on="line_id", how="left")
    measures = tables.measures[["measure_id", "imposing_country", "programme"]]
    frame = frame.merge(measures, on="measure_id", how="left")
    frame["unconfirmed"] = (frame["start_precision"] == "unconfirmed") & (frame["status"] == "scheduled")
    ended = frame["status"].isin(ENDED)
    frame.loc[ended, "rate_pct"] = 0.0
    frame["ends_on"] = frame["ends_on"].where(frame["ends_on"] < OPEN)
    return frame.sort_values(["line_id", "starts_on"], ignore_index=True)
