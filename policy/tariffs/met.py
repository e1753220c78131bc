"""What questions meet: each query with every line and stretch that reaches it on its day, whatever its status."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from policy.tariffs.columns import Columns, one_of
from policy.tariffs.expand import reached
from policy.tariffs.tables import Tables

CUSMA_PARTIES = "USMCA_PARTIES"
CONTENT = {"non_us": "us_content_pct", "metal": "metal_content_pct"}
"""Basis of a rate on a part of the value -> the part of a query that says how large it is."""
DEFAULTS: dict[str, str | float] = {"company": "", "usmca": "non_qualifying", "importer": "USA"}
DEFAULTS |= dict.fromkeys([*CONTENT.values(), "base_pct"], np.nan)


def normalised(queries: pd.DataFrame, tables: Tables) -> Columns:
    """The queries with every optional column filled in, numbered from 0."""
    asked: Columns = {"query": np.arange(len(queries))}
    asked |= {name: queries[name].to_numpy(dtype="object") for name in ("product_id", "origin")}
    asked["on"] = pd.to_datetime(queries["on"]).to_numpy(dtype="datetime64[us]")
    for name, default in DEFAULTS.items():
        kind = "object" if isinstance(default, str) else "float64"
        given = queries[name].to_numpy(dtype=kind) if name in queries else np.full(len(queries), default, dtype=kind)
        asked[name] = np.where(pd.isna(given), default, given) if kind == "object" else given
    asked["company"] = np.where(asked["company"] == "non-selected", "", asked["company"])
    party = one_of(asked["origin"], cusma_parties(tables))
    asked["usmca"] = np.where(party, asked["usmca"], "non_qualifying")
    return asked


def cusma_parties(tables: Tables) -> list[str]:
    """The countries whose goods can qualify under CUSMA."""
    return _parties(tables.parent or tables)


@lru_cache(maxsize=16)
def _parties(tables: Tables) -> list[str]:
    groups = tables.country_groups
    return groups.loc[groups["group_id"] == CUSMA_PARTIES, "iso3"].tolist()


def met_by(asked: Columns, tables: Tables, known: pd.Timestamp) -> Columns:
    """Every line and stretch that a query meets on its day, with the columns of the query."""
    rates = reached(tables, known, origins=set(asked["origin"]), products=set(asked["product_id"]))
    names = {"imposing_country": "importer", "company": "line_company", "usmca": "line_usmca"}
    rates = {names.get(name, name): column for name, column in rates.items()}
    query, rate = _pairs(asked, rates)
    on = asked["on"][query]
    holds = (rates["starts_on"][rate] <= on) & ~(rates["ends_on"][rate] <= on)
    company, usmca = rates["line_company"][rate], rates["line_usmca"][rate]
    holds &= (company == "") | (company == asked["company"][query])
    holds &= (usmca == "any") | (usmca == asked["usmca"][query])
    query, rate = query[holds], rate[holds]
    return {name: column[rate] for name, column in rates.items()} | {
        name: column[query] for name, column in asked.items()
    }


def _pairs(asked: Columns, rates: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of queries and of the rates on their importer, origin and product; queries in order."""
    keys = ["importer", "origin", "product_id"]
    if len(asked["query"]) == 1:  # the rates are those of its origin and product
        rate = np.flatnonzero(rates["importer"] == asked["importer"])
        return np.zeros(len(rate), dtype="int64"), rate
    left, right = (pd.DataFrame({name: of[name] for name in keys}) for of in (asked, rates))
    both = left.reset_index(names="query").merge(right.reset_index(names="rate"), on=keys)
    return both["query"].to_numpy(), both["rate"].to_numpy()
