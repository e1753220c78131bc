"""Spending that grows by so many per cent every year, as a share of the GDP assumed."""

from policy.backsolve import share_if_spent
from policy.baseline import Baseline


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
