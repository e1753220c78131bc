"""Spending that grows by so many per cent every year, as a share of the GDP assumed, as a table."""

import math
from collections.abc import Mapping
from typing import Any, Literal, Self

import pandas as pd
from pydantic import Field

from dashboard.topics import pledges, published_gdp
from dashboard.topics.pledges import GoalParams
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.assumptions import LAST_YEAR
from policy.backsolve import share_if_spent, year_met
from policy.baseline import Baseline
from policy.pathways import needed

MOST_PACE = 60.0
LEAST_YEARS, MOST_YEARS = 14, 25  # drawn; in between, up to the year the target is met
COLUMNS = [
    "kind", "year", "share_of_gdp_pct", "spending_ncu_million", "spending_usd_million", "is_estimate", "goal", "pledge_kind", "target_pct", "due_year", "needed_pace_pct", "met_on_path",
    "currency", "seen_growth_pct", "seen_from", *published_gdp.COLUMNS, "publisher", "edition", "source_id",
]  # fmt: skip
TYPES = (
    {"year": "Int64", "due_year": "Int64", "met_on_path": "Int64", "seen_from": "Int64", "is_estimate": "boolean"}
    | {name: "float64" for name in COLUMNS if name.endswith(("_pct", "_million"))}
    | published_gdp.TYPES
)


class PaceParams(GoalParams):
    spend: float | None = Field(None, ge=0.001, le=1_000_000.0, title=N_("If we spend (billion, national currency)"))
    spend_year: int = Field(2030, ge=2014, le=2060, title=N_("in the year"))
    pace: float | None = Field(None, ge=-20.0, le=MOST_PACE, title=N_("Growth of spending, % a year"))
    pace_kind: Literal["real", "nominal"] = Field("real", title=N_("Growth"))

    def explicit(self, snapshot: Snapshot) -> Self:
        filled = super().explicit(snapshot)
        base = pledges.standing(snapshot, filled)
        goal = None if base is None else pledges.one_goal(snapshot, filled, base)
        if base is None or goal is None or not base.has_money:
            return filled.filled(pace=filled.growth)
        least = rounded_up(pace_needed(base, goal, real=filled.pace_kind == "real"))
        return filled.filled(pace=min(max(least, filled.growth), MOST_PACE))

    @classmethod
    def matters(cls, name: str, asked: Mapping[str, Any]) -> bool:
        return super().matters(name, asked) and (name != "spend_year" or asked.get("spend") is not None)


def spending_at_pace(snapshot: Snapshot, params: PaceParams) -> pd.DataFrame:
    """`kind` pace: a year with spending growing at the pace; amount: the amount asked for, if any, in its year; `met_on_path`: first
    year at the target."""
    base = pledges.standing(snapshot, params)
    goal = None if base is None else pledges.one_goal(snapshot, params, base)
    if base is None or goal is None or not base.has_money:
        return pd.DataFrame(columns=COLUMNS).astype(TYPES)
    real, pace = params.pace_kind == "real", float(params.pace or 0)
    met = year_met(base.start, base.assumptions, goal["value_pct"], pace, real=real)
    first = base.start.year
    last = max(min(met or LAST_YEAR, first + MOST_YEARS), first + LEAST_YEARS, params.spend_year if params.spend else 0)
    points = paced(base, pace, last, real=real)
    if params.spend and params.spend_year >= base.start.year:
        ncu = params.spend * 1000
        share = share_if_spent(base.start, base.assumptions, params.spend_year, spending_ncu_million=ncu)
        points.append(
            {
                "kind": "amount",
                "year": params.spend_year,
                "share_of_gdp_pct": share,
                "spending_ncu_million": ncu,
                "spending_usd_million": ncu / base.start.ncu_per_usd,
            }
        )
    source = f"{base.shares['source_id'].loc[base.start.year]};{goal['source_id']}"
    table = pd.DataFrame(points).assign(
        goal=goal["goal"],
        pledge_kind=goal["kind"],
        target_pct=goal["value_pct"],
        due_year=goal["due_year"],
        needed_pace_pct=pace_needed(base, goal, real=real),
        met_on_path=met,
        currency=pledges.currency(snapshot, params),
        seen_growth_pct=base.seen_growth_pct,
        seen_from=base.seen_from,
        publisher="NATO",
        edition=params.edition,
        source_id=published_gdp.sources_with(source, base),
        **published_gdp.columns_of(base),
    )
    return table.reindex(columns=COLUMNS).astype(TYPES)


def pace_needed(base: Baseline, goal: pd.Series, *, real: bool) -> float:
    """The growth in per cent a year that reaches a goal in its year, no more."""
    asked = needed(base.start, goal["value_pct"], int(goal["due_year"]), base.assumptions)
    return asked.real_growth_pct if real else asked.nominal_growth_pct


def rounded_up(pace_pct: float) -> float:
    """To one decimal: less would be too little."""
    return math.ceil(pace_pct * 10 - 1e-9) / 10


def is_least(pace_pct: float, needed_pct: float) -> bool:
    """Whether a pace is what a goal needs, rounded up."""
    return rounded_up(needed_pct) == pace_pct


def paced(base: Baseline, pace_pct: float, last: int, *, real: bool) -> list[dict]:
    """A row a year up to `last`; `real`: inflation comes on top of the pace."""
    years = range(base.start.year, last + 1)
    prices = base.assumptions.price_index(base.start.year, last) if real else [1.0] * len(years)
    points = []
    for step, (year, price) in enumerate(zip(years, prices, strict=True)):
        ncu = base.start.spending_ncu_million * (1 + pace_pct / 100) ** step * float(price)
        share = share_if_spent(base.start, base.assumptions, year, spending_ncu_million=ncu)
        points.append(
            {
                "kind": "pace",
                "year": year,
                "share_of_gdp_pct": share,
                "spending_ncu_million": ncu,
                "spending_usd_million": ncu / base.start.ncu_per_usd,
                "is_estimate": base.is_estimate if step == 0 else None,
            }
        )
    return points
