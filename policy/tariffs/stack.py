"""The stack: layers of duty on goods on a day, in or out and why, their total, and other readings of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from policy.tariffs.judge import ALL_IN, is_due, judge, met_by, normalised
from policy.tariffs.tables import Tables, as_known
from policy.tariffs.totals import totals_of
from policy.tariffs.words import ENDED

LAYER_COLUMNS = [
    "query", "measure_id", "line_id", "programme", "slot", "status", "included", "reason", "rate_pct",
    "rate_kind", "counted_pct", "starts_on", "ends_on", "planned_on", "start_precision", "content_basis",
    "condition", "quota", "company", "usmca", "precedence", "exclusion_id", "event_id", "instrument", "source_id", "trust",
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
    ("qualifying" or "non_qualifying", the default), importer (default "USA"), us_content_pct and
    metal_content_pct (shares of the value that rates on a part of it are charged by; default unknown), base_pct (the
    ordinary duty; where it is given it is counted, and an all-in rate counts for what exceeds it).
    """
    asked = normalised(queries, tables)
    met = met_by(asked, tables, known)
    judged = judge(met, asked, tables, known)
    return Stack(_layers(judged, asked), totals_of(judged, asked), _readings(met, judged, asked, tables, known))


def _layers(judged: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """The layers to show: without ended ones that another line of the same slot has replaced; with the
    base."""
    slots = judged["query"].astype("str") + " " + judged["slot"]
    replaced = judged["status"].isin(ENDED) & slots.isin(slots[judged["status"] == "in_force"])
    replaced |= judged["status"].isin(ENDED) & (judged["role"] == "proposal")
    shown = judged[~replaced].drop(columns=["company", "usmca"])
    shown = shown.rename(columns={"line_company": "company", "line_usmca": "usmca"})[LAYER_COLUMNS]
    all_in = set(judged.loc[judged["included"] & judged["rate_kind"].isin(ALL_IN), "query"])
    base = pd.DataFrame({"query": asked["query"], "measure_id": "MFN", "line_id": "MFN", "programme": "base"})
    base["reason"] = np.where(asked["query"].isin(all_in), "base_in_all_in", "base_not_included")
    known = asked["base_pct"].notna().to_numpy()
    base.loc[known, "reason"] = "base_counted"
    base = base.assign(included=known, counted_pct=asked["base_pct"].fillna(0.0).to_numpy(), rate_pct=asked["base_pct"])
    base = base.assign(rate_kind="additional", status="in_force", derived=False)
    text = [name for name in LAYER_COLUMNS if name not in base and shown[name].dtype == object]
    base = base.assign(**dict.fromkeys(text, "")).reindex(columns=LAYER_COLUMNS)
    base["precedence"] = -1.0
    for name in ("starts_on", "ends_on", "planned_on"):
        base[name] = base[name].astype("datetime64[us]")
    base["rate_pct"] = base["rate_pct"].astype("float64")
    out = pd.concat([base, shown.astype({"derived": "bool"})], ignore_index=True)
    out["order"] = np.where(out["programme"] == "base", 0, np.where(out["included"], 1, 2))
    return out.sort_values(["query", "order", "programme", "line_id"], ignore_index=True).drop(columns="order")


def _readings(
    met: pd.DataFrame, judged: pd.DataFrame, asked: pd.DataFrame, tables: Tables, known: pd.Timestamp
) -> pd.DataFrame:
    """Other readings of the queries where they change the answer, beside the answer as counted."""
    live = (judged["status"] == "in_force").to_numpy()
    conditions = {name: live & (met["condition"] == name).to_numpy() for name in met["condition"].unique() if name}
    open_to = {
        "above_quota": judged["included"] & (judged["quota"] != ""),
        "part_covered": judged["reason"] == "part_only",
        "not_stated_covered": judged["reason"] == "not_stated",
        "as_scheduled": is_due(met),
        "duties_add_up": judged["reason"] == "excluded_disputed",
        "gives_way": live & met["programme"].isin(_disputed(tables, known)).to_numpy(),
        "least_content": judged["included"] & ~judged["share_known"],
    } | conditions
    plain = totals_of(judged, asked)
    found = []
    for reading, rows in open_to.items():
        queries = judged.loc[rows, "query"].unique()
        if len(queries):
            some = met[met["query"].isin(queries)].reset_index(drop=True)
            other = totals_of(judge(some, asked, tables, known, reading), asked).assign(reading=reading)
            same = (other["total_pct"].fillna(-1) == plain["total_pct"].fillna(-1)) & (
                other["banned"] == plain["banned"]
            )
            found.append(other[other["query"].isin(queries) & ~same])
    columns = ["query", "reading", "total_pct", "banned"]
    if not sum(map(len, found)):
        return pd.DataFrame(columns=columns)
    others = pd.concat(found)
    counted = plain[plain["query"].isin(others["query"])].assign(reading="as_counted")
    both = pd.concat([counted, others])[columns]
    return both.sort_values("query", kind="stable", ignore_index=True)


def _disputed(tables: Tables, known: pd.Timestamp) -> set[str]:
    """Programmes that give way in another reading only."""
    rules = as_known(tables.exclusions, known)
    return set(rules.loc[rules["disputed"] & ~rules["counted"], "programme"])
