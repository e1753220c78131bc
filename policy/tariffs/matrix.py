"""The full matrix of totals: products by origins by days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from policy.tariffs.columns import Columns, columns
from policy.tariffs.expand import intervals
from policy.tariffs.judge import DECISIVE, judge
from policy.tariffs.met import CONTENT, normalised
from policy.tariffs.tables import OPEN, Tables
from policy.tariffs.totals import totals_of

CODES = ["origin", "product_id", "status", "coverage", "quota", "slot", "line_id", "programme", "measure_id", "rate_kind",
         "content_basis", "condition", "trust"]  # fmt: skip
"""Texts that decide a total, compared as numbers for speed."""
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
    totals = totals_of(met, judge(met, tables, known), asked)
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
    rates: pd.DataFrame, asked: Columns, products: list[str], origins: list[str], changes: pd.DatetimeIndex
) -> Columns:
    """As `met_by`, for queries that are a full grid: each rate is repeated over the stretches it holds in."""
    qualifies = dict(zip(asked["origin"], asked["usmca"], strict=True))
    fits = rates["company"].isin(["", asked["company"][0]])
    fits &= (rates["usmca"] == "any") | (rates["usmca"] == rates["origin"].map(qualifies))
    rates = rates[fits].reset_index(drop=True)
    low = np.searchsorted(changes, rates["starts_on"])
    high = np.searchsorted(changes, rates["ends_on"].fillna(OPEN))
    times = high - low
    row = np.repeat(np.arange(len(rates)), times)
    stretch = np.arange(times.sum()) - np.repeat(times.cumsum() - times, times) + np.repeat(low, times)
    pair = pd.Index(products).get_indexer(rates["product_id"]) * len(origins)
    pair += pd.Index(origins).get_indexer(rates["origin"])
    rates = rates.astype(dict.fromkeys(CODES, "category"))
    held = columns(rates, [name for name in DECISIVE if name in rates.columns])
    met = {name: column.take(row) for name, column in held.items()}
    unknown = np.full(len(row), np.nan)
    return (
        met
        | dict.fromkeys([*CONTENT.values(), "base_pct"], unknown)
        | {"query": pair[row] * len(changes) + stretch, "on": changes.to_numpy()[stretch]}
    )
