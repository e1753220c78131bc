"""Which programme gives way to which, and which goods stand in which group, as known on a day; read once for many questions."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from policy.tariffs.tables import BEFORE_ALL, OPEN, Tables, as_known


class Rule(NamedTuple):
    """A row of `tariff_exclusions`; days are half-open and never empty."""

    exclusion_id: str
    programme: str
    measure: str
    when_programme: str
    when_measure: str
    when_charged: bool
    product_group: str
    from_on: np.datetime64
    to_on: np.datetime64
    counted: bool
    disputed: bool


Spans = list[tuple[np.datetime64, np.datetime64]]
Held = tuple[Rule, dict[str, Spans]]
"""A rule, and the days on which goods belong to the product group that it is limited to."""


def rules(tables: Tables, known: pd.Timestamp, taken: Collection[str]) -> list[Held]:
    """The exclusions in the readings that are taken, as known on a day."""
    held = _rules(tables.parent or tables, known)
    if "duties_add_up" in taken:
        held = [rule for rule in held if rule.counted and not rule.disputed]
    elif "gives_way" not in taken:
        held = [rule for rule in held if rule.counted]
    goods = _members(tables, known)
    return [(rule, goods.get(rule.product_group, {})) for rule in held]


@lru_cache(maxsize=128)
def _rules(tables: Tables, known: pd.Timestamp) -> list[Rule]:
    held = as_known(tables.exclusions, known)
    held = held.assign(from_on=held["from_on"].fillna(BEFORE_ALL), to_on=held["to_on"].fillna(OPEN))
    return [
        Rule(*row)._replace(from_on=start.to_datetime64(), to_on=end.to_datetime64())
        for row, start, end in zip(
            held[list(Rule._fields)].itertuples(index=False), held["from_on"], held["to_on"], strict=True
        )
    ]


def disputed(tables: Tables, known: pd.Timestamp) -> set[str]:
    """Programmes that give way in another reading only."""
    return {rule.programme for rule in _rules(tables.parent or tables, known) if rule.disputed and not rule.counted}


@lru_cache(maxsize=1024)
def _members(tables: Tables, known: pd.Timestamp) -> dict[str, dict[str, Spans]]:
    """The days [from, to) on which goods belong to a product group in full, by group and product."""
    groups = as_known(tables.product_groups, known)
    groups = groups[groups["coverage"] == "full"]
    out: dict[str, dict[str, Spans]] = {}
    starts, ends = groups["from_on"].fillna(BEFORE_ALL).to_numpy(), groups["to_on"].fillna(OPEN).to_numpy()
    for group, product, start, end in zip(groups["product_group"], groups["product_id"], starts, ends, strict=True):
        out.setdefault(group, {}).setdefault(product, []).append((start, end))
    return out
