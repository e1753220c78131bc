"""How far an ally, or a group of allies, is from a target: in points of GDP and in money."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from policy.assumptions import Start


class Gap(NamedTuple):
    """Positive: short of the target. Negative: above it. Scalars, or Series aligned with what was given."""

    points: float | pd.Series
    million: float | pd.Series


class GroupGap(NamedTuple):
    """The shortfalls of a group, in millions.

    `short`: sum over the members that are short (money above the target elsewhere does not offset it).
    `net`: the same with the members above the target counted against it. `members_short`, `members`: how many.
    """

    short_million: float
    net_million: float
    members_short: int
    members: int


def gap_from(start: Start, target_pct: float) -> Gap:
    """What a country lacks at the GDP of its start: points of GDP and million US dollars, of the exact reported spending."""
    return gap_to_target(start.share_of_gdp_pct, target_pct, start.gdp_usd_million)


def gap_to_target(share_pct: float | pd.Series, target_pct: float, gdp_million: float | pd.Series) -> Gap:
    """Target less share, in percentage points, and the same times GDP (whatever currency GDP is in)."""
    points = target_pct - share_pct
    return Gap(points, points / 100 * gdp_million)


def group_gap(million: pd.Series) -> GroupGap:
    """The gap of a group of allies from those of its members; members without one are left out of every number."""
    money = million.astype("float64").dropna()
    short = money[money > 0]
    return GroupGap(float(short.sum()), float(money.sum()), len(short), len(money))
