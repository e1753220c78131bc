"""Expansion of groups into countries and products, by the rows of the group tables."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from policy.tariffs.replay import replay
from policy.tariffs.tables import OPEN, Tables, as_known


def intervals(
    tables: Tables,
    known: pd.Timestamp,
    *,
    importer: str | None = None,
    origins: Collection[str] | None = None,
    products: Collection[str] | None = None,
) -> pd.DataFrame:
    """Rate intervals by measure, origin and product, as known on `known`.

    The columns of `replay`, with `origin` a country, `product_id` a product, and `coverage` (full, part,
    exempt, not_stated: how far the line covers the product). Days are half-open [starts_on, ends_on); an open
    end is empty.
    A country is never an origin of its own measures.
    """
    stretches = replay(tables, known)
    if importer is not None:
        stretches = stretches[stretches["imposing_country"] == importer]
    goods = _goods(tables, known)
    if products is not None:
        goods = goods[goods["product_id"].isin(list(products))]
    places = _places(tables)
    if origins is not None:
        places = places[places["iso3"].isin(list(origins))]
    frame = stretches.merge(goods, on="product").drop(columns="product")
    frame = frame.merge(places, on="origin").drop(columns="origin").rename(columns={"iso3": "origin"})
    frame = frame[frame["origin"] != frame["imposing_country"]]
    start = frame[["starts_on", "from_on", "goods_from_on"]].max(axis=1)
    end = frame[["ends_on", "to_on", "goods_to_on"]].fillna(OPEN).min(axis=1)
    frame = frame.assign(starts_on=start, ends_on=end.where(end < OPEN).astype("datetime64[us]"))
    frame = frame[start < end].drop(columns=["from_on", "to_on", "goods_from_on", "goods_to_on"])
    return frame.sort_values(["line_id", "origin", "product_id", "starts_on"], ignore_index=True)


def _goods(tables: Tables, known: pd.Timestamp) -> pd.DataFrame:
    """product (as a line names it) -> product_id, coverage, goods_from_on, goods_to_on. A product names itself."""
    groups = as_known(tables.product_groups, known)[["product_group", "product_id", "coverage", "from_on", "to_on"]]
    groups = groups.rename(columns={"product_group": "product", "from_on": "goods_from_on", "to_on": "goods_to_on"})
    named = tables.lines.loc[~tables.lines["product"].isin(tables.product_groups["product_group"]), "product"].unique()
    own = pd.DataFrame({"product": named, "product_id": named, "coverage": "full"}, dtype="object")
    own["goods_from_on"] = own["goods_to_on"] = pd.Series(pd.NaT, index=own.index, dtype="datetime64[us]")
    return pd.concat([groups, own], ignore_index=True)


def _places(tables: Tables) -> pd.DataFrame:
    """origin (as a line names it) -> iso3, from_on, to_on. A country names itself."""
    groups = tables.country_groups[["group_id", "iso3", "from_on", "to_on"]].rename(columns={"group_id": "origin"})
    named = tables.lines.loc[~tables.lines["origin"].isin(groups["origin"]), "origin"].unique()
    own = pd.DataFrame({"origin": named, "iso3": named}, dtype="object")
    own["from_on"] = own["to_on"] = pd.Series(pd.NaT, index=own.index, dtype="datetime64[us]")
    return pd.concat([groups, own], ignore_index=True)
