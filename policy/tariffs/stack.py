"""The stack: layers of duty on goods on a day, in or out and why, their total, and other readings of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from policy.tariffs.judge import is_due, judge, met_by, normalised
from policy.tariffs.tables import Tables
from policy.tariffs.totals import totals_of
from policy.tariffs.words import ENDED

LAYER_COLUMNS = [
    "query", "measure_id", "line_id", "programme", "slot", "status", "included", "reason", "rate_pct",
    "rate_kind", "counted_pct", "starts_on", "ends_on", "planned_on", "start_precision", "content_basis",
    "quota", "company", "usmca", "precedence", "exclusion_id", "event_id", "instrument", "source_id", "trust",
    "derived", "note", "note_fr", "step_note", "step_note_fr",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Stack:
    """Answer to a table of queries; `query` is the row number of the query in every frame.

    layers: one row a layer, in or out (`LAYER_COLUMNS`). rate_pct is the rate as the instrument states it,
    counted_pct what it adds to the total (0 when not included).
    totals: query, total_pct (what is in force, summed; empty when banned), status, banned, base_included (an
    all-in rate holds the ordinary duty), upper_bound (a rate on a part of the value was counted whole),
    threatened_pct and scheduled_pct (highest rate threatened or scheduled, whatever its planned start; empty
    when none), lowest_trust (of the layers counted).
    readings: query, reading, total_pct, banned: rows only for queries with more than one reading.
    """

    layers: pd.DataFrame
    totals: pd.DataFrame
    readings: pd.DataFrame


def stack(tables: Tables, queries: pd.DataFrame, known: pd.Timestamp) -> Stack:
    """Stack the duties for each row of `queries`, as known on `known`.

    queries: product_id, origin, on; optional company ("" or "non-selected": every other company), usmca
    ("qualifying" or "non_qualifying", the default), importer (default "USA"), us_content_pct (share of the
    value on which a content-based rate is not charged; default unknown).
    """
    asked = normalised(queries, tables)
    met = met_by(asked, tables, known)
    judged = judge(met, asked, tables)
    return Stack(_layers(judged, asked), totals_of(judged, asked), _readings(met, judged, asked, tables))


def _layers(judged: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """The layers to show: without ended ones that another line of the same slot has replaced; with the
    base."""
    slots = judged["query"].astype("str") + " " + judged["slot"]
    replaced = judged["status"].isin(ENDED) & slots.isin(slots[judged["status"] == "in_force"])
    replaced |= judged["status"].isin(ENDED) & (judged["role"] == "proposal")
    shown = judged[~replaced].drop(columns=["company", "usmca"])
    shown = shown.rename(columns={"line_company": "company", "line_usmca": "usmca"})[LAYER_COLUMNS]
    all_in = set(judged.loc[judged["included"] & (judged["rate_kind"] == "total"), "query"])
    base = pd.DataFrame({"query": asked["query"], "measure_id": "MFN", "line_id": "MFN", "programme": "base"})
    base["reason"] = np.where(asked["query"].isin(all_in), "base_in_all_in", "base_not_included")
    base = base.assign(included=False, counted_pct=0.0, rate_kind="additional", status="in_force", derived=False)
    text = [name for name in LAYER_COLUMNS if name not in base and shown[name].dtype == object]
    base = base.assign(**dict.fromkeys(text, "")).reindex(columns=LAYER_COLUMNS)
    base["precedence"] = -1.0
    for name in ("starts_on", "ends_on", "planned_on"):
        base[name] = base[name].astype("datetime64[us]")
    base["rate_pct"] = base["rate_pct"].astype("float64")
    out = pd.concat([base, shown.astype({"derived": "bool"})], ignore_index=True)
    out["order"] = np.where(out["programme"] == "base", 0, np.where(out["included"], 1, 2))
    return out.sort_values(["query", "order", "programme", "line_id"], ignore_index=True).drop(columns="order")


def _readings(met, judged, asked, tables) -> pd.DataFrame:
    """Other readings of the queries that have any, beside the answer as counted."""
    open_to = {
        "above_quota": judged["included"] & (judged["quota"] != ""),
        "part_covered": (judged["reason"] == "part_only"),
        "as_scheduled": is_due(met),
        "duties_add_up": judged["reason"] == "excluded_disputed",
    }
    plain = totals_of(judged, asked)
    out = []
    for reading, rows in open_to.items():
        queries = judged.loc[rows, "query"].unique()
        if not len(queries):
            continue
        other = totals_of(judge(met, asked, tables, **{reading: True}), asked)
        out.append(other[other["query"].isin(queries)].assign(reading=reading))
    columns = ["query", "reading", "total_pct", "banned"]
    if not out:
        return pd.DataFrame(columns=columns)
    found = pd.concat(out)
    counted = plain[plain["query"].isin(found["query"])].assign(reading="as_counted")
    both = pd.concat([counted, found])[columns]
    return both.sort_values("query", kind="stable", ignore_index=True)
