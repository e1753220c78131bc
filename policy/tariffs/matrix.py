"""The full matrix of totals: products by origins by days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from policy.tariffs.expand import intervals
from policy.tariffs.judge import judge, normalised
from policy.tariffs.tables import OPEN, Tables
from policy.tariffs.totals import totals_of

NEEDED = [
    "origin", "product_id", "status", "coverage", "quota", "slot", "line_id", "programme", "measure_id", "rate_kind",
    "content_basis", "condition", "trust", "starts_on", "ends_on", "planned_on", "unconfirmed", "precedence", "rate_pct",
    "condition_met", "least_pct",
]  # fmt: skip
"""Columns of `intervals` that decide a total; the others are left behind for speed."""
CODES = NEEDED[: NEEDED.index("starts_on")]
KEPT = ["total_pct", "status", "banned", "base_included", "upper_bound", "threatened_pct", "scheduled_pct"]


def matrix(
    tables: Tables,
    products: Sequence[str],
    origins: Sequence[str],
    days: Sequence[pd.Timestamp],
    known: pd.Timestamp,
    *,
    company: str = "",
    usmca: str = "non_qualifying",
    importer: str = "USA",
) -> pd.DataFrame:
    """Totals of every product, origin and day: product_id, origin, on, and the columns of `Stack.totals`.

    The arguments are those of a query of `stack`. Rates change on few days only: the stack is worked out once for
    each stretch of days between changes and held over its days.
    """
    days = pd.DatetimeIndex(days).astype("datetime64[us]").sort_values()
    products, origins = list(products), list(origins)
    if not (len(days) and products and origins):
        return pd.DataFrame(columns=["product_id", "origin", "on", *KEPT])
    rates = intervals(tables, known, importer=importer, origins=origins, products=products)
    changes = _changes(days, rates, tables)
    grid = pd.MultiIndex.from_product([products, origins, changes], names=["product_id", "origin", "on"])
    queries = grid.to_frame(index=False).assign(company=company, usmca=usmca, importer=importer)
    asked = normalised(queries, tables)
    met = _met(rates, asked, products, origins, changes)
    totals = totals_of(judge(met, asked, tables, known), asked)
    pairs = len(products) * len(origins)
    stretch = np.searchsorted(changes, days, side="right") - 1
    rows = (np.arange(pairs)[:, None] * len(changes) + stretch[None, :]).ravel()
    out = {
        "product_id": pd.Categorical.from_codes(np.repeat(np.arange(pairs) // len(origins), len(days)), products),
        "origin": pd.Categorical.from_codes(np.repeat(np.arange(pairs) % len(origins), len(days)), origins),
        "on": np.tile(np.asarray(days), pairs),
    }
    totals["status"] = pd.Categorical(totals["status"])
    return pd.DataFrame(out | {name: totals[name].array.take(rows) for name in KEPT})


def _changes(days: pd.DatetimeIndex, rates: pd.DataFrame, tables: Tables) -> pd.DatetimeIndex:
    """The first day and every later one on which a rate, its standing or an exclusion changes."""
    bounds = [rates[name] for name in ("starts_on", "ends_on", "planned_on")]
    bounds += [tables.exclusions[name] for name in ("from_on", "to_on")]
    moved = pd.concat(bounds)
    moved = moved[(moved > days[0]) & (moved <= days[-1])].unique()
    return pd.DatetimeIndex([days[0], *moved]).unique().sort_values().astype("datetime64[us]")


def _met(
    rates: pd.DataFrame, asked: pd.DataFrame, products: list[str], origins: list[str], changes: pd.DatetimeIndex
) -> pd.DataFrame:
    """As `met_by`, for queries that are a full grid: each rate is repeated over the stretches it holds in."""
    first = asked.iloc[0]
    qualifies = asked.drop_duplicates("origin").set_index("origin")["usmca"]
    fits = rates["company"].isin(["", first["company"]])
    fits &= (rates["usmca"] == "any") | (rates["usmca"] == rates["origin"].map(qualifies))
    rates = rates.loc[fits, NEEDED].reset_index(drop=True)
    low = np.searchsorted(changes, rates["starts_on"])
    high = np.searchsorted(changes, rates["ends_on"].fillna(OPEN))
    times = high - low
    row = np.repeat(np.arange(len(rates)), times)
    stretch = np.arange(times.sum()) - np.repeat(times.cumsum() - times, times) + np.repeat(low, times)
    pair = pd.Index(products).get_indexer(rates["product_id"]) * len(origins)
    pair += pd.Index(origins).get_indexer(rates["origin"])
    met = rates.astype(dict.fromkeys(CODES, "category")).take(row).reset_index(drop=True)
    met["query"] = pair[row] * len(changes) + stretch
    met["on"] = changes[stretch]
    met[["us_content_pct", "metal_content_pct", "base_pct"]] = np.nan
    return met
