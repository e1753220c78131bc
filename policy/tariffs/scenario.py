"""What if a measure were off, had another rate or start, or exempted goods that qualify under CUSMA: the tables so changed.

A scenario is a set of changes, at most one of a kind to a measure, so their order does not matter. Without changes the
tables are the ledger's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pandas as pd

from policy.tariffs.replay import LEGAL_ACTS
from policy.tariffs.tables import Tables
from policy.tariffs.words import ENDED

PATTERN = r"^[A-Za-z0-9-]{1,60}:(off|rate=\d{1,3}(\.\d{1,4})?|from=\d{4}-\d{2}-\d{2}|usmca=(exempt|charged))$"
"""A change as a link says it, such as `US-232-METALS:rate=25`."""


class Change(NamedTuple):
    """One change to a measure; `kind` is off, rate (per cent), from (a day) or usmca (exempt or charged)."""

    measure_id: str
    kind: str
    value: str = ""


def change(text: str) -> Change:
    """A change as a link says it. Raises ValueError."""
    if not re.match(PATTERN, text):
        raise ValueError(text)
    measure, _colon, said = text.partition(":")
    kind, _equals, value = said.partition("=")
    if kind == "from":
        date.fromisoformat(value)
    return Change(measure, kind, value)


def changes(texts: Iterable[str]) -> tuple[Change, ...]:
    """The changes of a scenario in one order. Raises ValueError for a wrong one, and for two of a kind to a measure."""
    found = sorted({change(text) for text in texts})
    kinds = [(one.measure_id, one.kind) for one in found]
    if len(kinds) != len(set(kinds)):
        raise ValueError("two changes of a kind to one measure")
    return tuple(found)


def in_scenario(tables: Tables, scenario: Iterable[Change]) -> Tables:
    """The tables with the changes made; measures that they do not hold change nothing."""
    found = tables
    for one in sorted(scenario, key=lambda one: ("usmca", "from", "rate", "off").index(one.kind)):
        lines = found.lines["measure_id"] == one.measure_id
        if lines.any():
            found = CHANGES[one.kind](found, lines, one.value)
    return found


def _off(tables: Tables, lines: pd.Series, _value: str) -> Tables:
    names = set(tables.lines.loc[lines, "line_id"])
    kept = ~tables.steps["line_id"].isin(names)
    return replace(tables, lines=tables.lines[~lines].reset_index(drop=True), steps=_renumbered(tables.steps[kept]))


def _rate(tables: Tables, lines: pd.Series, value: str) -> Tables:
    """Every rate above 0 % becomes this one, and a ban a duty; what is free stays free."""
    charged = tables.steps["line_id"].isin(tables.lines.loc[lines, "line_id"])
    ban = charged & (tables.steps["rate_kind"] == "ban")
    charged &= (tables.steps["rate_pct"] > 0) | ban
    rate = tables.steps["rate_pct"].mask(charged, float(value))
    kind = tables.steps["rate_kind"].mask(ban, "additional")
    return replace(tables, steps=tables.steps.assign(rate_pct=rate, rate_kind=kind))


def _from(tables: Tables, lines: pd.Series, value: str) -> Tables:
    """In force from this day: what began before begins then; a threat's stages follow one another from then."""
    day = pd.Timestamp(value)
    steps, names = tables.steps.copy(), tables.lines.loc[lines, "line_id"]
    own = steps[steps["line_id"].isin(names)]
    legal = own["act"].isin(LEGAL_ACTS) & own["starts_on"].notna() & (own["start_precision"] != "unconfirmed")
    never = own[~own["line_id"].isin(own.loc[legal, "line_id"])]
    planned = (
        never[~never["act"].isin(ENDED)].sort_values(["known_on", "step_id"]).drop_duplicates("line_id", keep="last")
    )
    starts = day + (planned["starts_on"] - planned["starts_on"].min()).fillna(pd.Timedelta(0))
    steps.loc[planned.index, "starts_on"] = starts
    steps.loc[planned.index, ["act", "start_precision"]] = ["effective", "exact"]
    steps = steps.drop(never.index.difference(planned.index))  # neither held back nor withdrawn
    first = own[legal].groupby("line_id")["starts_on"].transform("min")
    moved = first.index[
        (own.loc[first.index, "starts_on"] < day) | (own.loc[first.index, "starts_on"] == first.where(first > day))
    ]
    steps.loc[moved, "starts_on"] = day
    changed = moved.union(planned.index)
    steps.loc[changed, "known_on"] = steps.loc[changed, "known_on"].clip(upper=day)
    threat = tables.lines["line_id"].isin(planned["line_id"])
    slot = tables.lines["slot"].mask(threat, tables.lines["measure_id"])
    role = tables.lines["role"].mask(lines, "layer")
    return replace(tables, lines=tables.lines.assign(role=role, slot=slot), steps=_renumbered(steps))


def _usmca(tables: Tables, lines: pd.Series, value: str) -> Tables:
    """Goods that qualify are exempt from the measure, or charged as those that do not."""
    apart = lines & (tables.lines["usmca"] == "qualifying")
    usmca = tables.lines["usmca"].mask(lines & ~apart, "non_qualifying" if value == "exempt" else "any")
    kept = ~tables.steps["line_id"].isin(tables.lines.loc[apart, "line_id"])
    changed = tables.lines.assign(usmca=usmca)[~apart].reset_index(drop=True)
    return replace(tables, lines=changed, steps=_renumbered(tables.steps[kept]))


def _renumbered(steps: pd.DataFrame) -> pd.DataFrame:
    return steps.reset_index(drop=True)


CHANGES = {"off": _off, "rate": _rate, "from": _from, "usmca": _usmca}


def with_demand(trade: pd.Series, before_pct: pd.Series, after_pct: pd.Series, elasticity: float) -> pd.Series:
    """Trade (any unit) after its price at the border, value and duty, moved with the rate: at a constant elasticity."""
    return trade * ((1 + after_pct / 100) / (1 + before_pct / 100)) ** -elasticity
