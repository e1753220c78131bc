"""The stack through time: how each layer stands, whether it is counted, and the total, stretch by stretch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from policy.tariffs.expand import intervals
from policy.tariffs.stack import stack
from policy.tariffs.tables import Tables

SAME_LAYER = [
    "line_id", "status", "included", "reason", "excluded_by", "rate_pct", "counted_pct", "planned_on", "event_id",
]  # fmt: skip
"""A layer goes on as long as these stay the same from one change to the next."""
SAME_TOTAL = ["total_pct", "status", "banned", "source_id"]


@dataclass(frozen=True, eq=False)
class Timeline:
    """The answer through time to one question; stretches are half-open [from_on, to_on), an open end is empty.

    layers: the columns of `Stack.layers` (the ordinary duty where it is counted), and from_on, to_on.
    totals: the columns of `Stack.totals`, source_id (of the layers counted, joined by semicolons), from_on, to_on.
    ranges: the columns of `Stack.ranges`, total_pct and floor_pct (of an all-in rate that is the least that is paid), a row
    for each day (`on`) on which anything changes, whether the sum does or not.
    """

    layers: pd.DataFrame
    totals: pd.DataFrame
    ranges: pd.DataFrame


def timeline(tables: Tables, question: Mapping[str, Any], known: pd.Timestamp) -> Timeline:
    """The stack on every day something changes for one question (a query of `stack` without `on`), as known on `known`."""
    days = _changes(tables, question, known)
    answer = stack(tables, pd.DataFrame([dict(question)] * len(days)).assign(on=days), known)
    found, sums = answer.layers, answer.totals
    floors = found[found["included"] & (found["rate_kind"] == "total_floor")].groupby("query")["counted_pct"].max()
    ranges = answer.ranges.assign(total_pct=sums["total_pct"].to_numpy(), floor_pct=floors, on=days)
    ends = [*days[1:], pd.NaT]
    span = pd.DataFrame({"query": range(len(days)), "from_on": days, "to_on": pd.Series(ends, dtype="datetime64[us]")})
    layers = found[(found["programme"] != "base") | found["included"]].merge(span, on="query")
    counted = layers[layers["included"]].groupby("query")["source_id"].agg(lambda ids: ";".join(sorted(set(ids))))
    totals = sums.merge(span, on="query").assign(source_id=lambda frame: frame["query"].map(counted).fillna(""))
    return Timeline(_joined(layers, ["line_id"], SAME_LAYER), _joined(totals, [], SAME_TOTAL), ranges)


def _changes(tables: Tables, question: Mapping[str, Any], known: pd.Timestamp) -> pd.DatetimeIndex:
    """Every day on which a rate of the question, its standing or an exclusion changes; the day known when none does."""
    rates = intervals(
        tables,
        known,
        importer=question.get("importer", "USA"),
        origins=[question["origin"]],
        products=[question["product_id"]],
    )
    first = rates["starts_on"].min()
    bounds = [rates[name] for name in ("starts_on", "ends_on", "planned_on")]
    bounds += [tables.exclusions[name] for name in ("from_on", "to_on")]
    moved = pd.concat(bounds).dropna()
    moved = moved[moved >= first]
    return pd.DatetimeIndex(moved.unique() if len(moved) else [known]).sort_values().astype("datetime64[us]")


def _joined(frame: pd.DataFrame, series: list[str], same: list[str]) -> pd.DataFrame:
    """Stretches that follow one another and say the same, as one; `series` names what they are stretches of."""
    if frame.empty:
        return frame.drop(columns="query")
    frame = frame.sort_values([*series, "from_on"], ignore_index=True)
    said, before = frame[same], frame[same].shift()
    alike = ((said == before) | (said.isna() & before.isna())).all(axis=1)
    run = (~((frame["from_on"] == frame["to_on"].shift()) & alike)).cumsum()
    firsts = frame[~run.duplicated()].copy()
    firsts["to_on"] = frame.loc[~run.duplicated(keep="last"), "to_on"].to_numpy()
    return firsts.drop(columns="query").reset_index(drop=True)
