"""Expansion of groups into countries and products, by the rows of the group tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from policy.tariffs.columns import Columns, columns, some
from policy.tariffs.replay import replay
from policy.tariffs.tables import BEFORE_ALL, OPEN, Tables, as_known

START, END, NEVER = BEFORE_ALL.to_datetime64(), OPEN.to_datetime64(), np.datetime64("NaT", "us")


class Member(NamedTuple):
    """A product or a country in a group, on days [from_on, to_on); a product with how far a line covers it."""

    code: str
    coverage: str
    from_on: np.datetime64
    to_on: np.datetime64


Members = dict[str, list[Member]]


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
    return pd.DataFrame(reached(tables, known, importer=importer, origins=origins, products=products))


def reached(
    tables: Tables,
    known: pd.Timestamp,
    *,
    importer: str | None = None,
    origins: Collection[str] | None = None,
    products: Collection[str] | None = None,
) -> Columns:
    """The columns of `intervals`."""
    known = pd.Timestamp(known)
    stretches, by_name = _stretches(tables.parent or tables, known)
    goods, places = _goods(tables, known), _places(tables.parent or tables)
    wanted, from_there = (None if codes is None else set(codes) for codes in (products, origins))
    found: list[tuple[np.ndarray, Member, Member]] = []
    for (goods_name, place_name), rows in by_name.items():
        there = _among(places.get(place_name, []), from_there)
        found += [(rows, good, place) for good in _among(goods.get(goods_name, []), wanted) for place in there]
    times = [len(rows) for rows, _good, _place in found]
    row = np.concatenate([rows for rows, _good, _place in found] or [np.zeros(0, dtype="int64")])

    def each(values: Iterable, kind: str = "object") -> np.ndarray:
        return np.repeat(np.array(list(values), dtype=kind), times)

    day = "datetime64[us]"
    start = np.maximum(stretches["starts_on"][row], each((max(a.from_on, b.from_on) for _r, a, b in found), day))
    end = np.fmin(
        stretches["ends_on"][row], each((min(a.to_on, b.to_on) for _r, a, b in found), day)
    )  # no end: the other
    product, origin = each(good.code for _r, good, _p in found), each(place.code for _r, _g, place in found)
    charged_by = stretches["imposing_country"][row]
    kept = (start < end) & (origin != charged_by) & ((charged_by == importer) | (importer is None))
    out = {name: column[row] for name, column in stretches.items() if name not in ("product", "origin")}
    coverage = each(good.coverage for _r, good, _p in found)
    out |= {"product_id": product, "coverage": coverage, "origin": origin, "starts_on": start}
    out = some(out | {"ends_on": np.where(end < END, end, NEVER)}, kept)
    texts = [pd.factorize(out[name], sort=True)[0] for name in ("product_id", "origin", "line_id")]
    return some(out, np.lexsort((out["starts_on"], *texts)))


def _among(members: list[Member], codes: set[str] | None) -> list[Member]:
    return members if codes is None else [member for member in members if member.code in codes]


@lru_cache(maxsize=64)
def _stretches(tables: Tables, known: pd.Timestamp) -> tuple[Columns, dict[tuple[str, str], np.ndarray]]:
    """The columns of `replay`, and the rows of each pair of what lines name as their goods and their origin."""
    frame = replay(tables, known)
    return columns(frame, frame.columns), dict(frame.groupby(["product", "origin"]).indices)


@lru_cache(maxsize=1024)
def _goods(tables: Tables, known: pd.Timestamp) -> Members:
    """The products of what a line names. A product names itself."""
    groups = as_known(tables.product_groups, known)
    held = _members(
        groups["product_group"], groups["product_id"], groups["coverage"], groups["from_on"], groups["to_on"]
    )
    named = set(tables.product_groups["product_group"])
    alone = [name for name in tables.lines["product"].unique() if name not in named]
    return held | {name: [Member(name, "full", START, END)] for name in alone}


@lru_cache(maxsize=16)
def _places(tables: Tables) -> Members:
    """The countries of what a line names. A country names itself."""
    groups = tables.country_groups
    whole = pd.Series("full", index=groups.index)
    held = _members(groups["group_id"], groups["iso3"], whole, groups["from_on"], groups["to_on"])
    return {name: [Member(name, "full", START, END)] for name in tables.lines["origin"].unique()} | held


def _members(*of: pd.Series) -> Members:
    """By group, from its columns: group, code, coverage, from and to."""
    group, code, coverage, start, end = of
    out: Members = {}
    starts, ends = start.fillna(BEFORE_ALL).to_numpy("datetime64[us]"), end.fillna(OPEN).to_numpy("datetime64[us]")
    for name, *rest in zip(group, code, coverage, starts, ends, strict=True):
        out.setdefault(name, []).append(Member(*rest))
    return out
