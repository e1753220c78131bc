"""The pledge calculator asked backwards: which share, which year, which GDP.

Amounts are nominal, in millions of US dollars or of national currency at the start's rate; see `policy.pathways`.
"""

from __future__ import annotations

import math

import numpy as np

from etl.message import N_
from policy.assumptions import LAST_YEAR, Assumptions, PathwayError, Start, check_year


def share_if_spent(
    start: Start,
    assumptions: Assumptions,
    year: int,
    *,
    spending_usd_million: float | None = None,
    spending_ncu_million: float | None = None,
) -> float:
    """The share of GDP in per cent if that much (nominal, one of the two currencies) is spent in `year`."""
    check_year(start, year)
    gdp = start.gdp_usd_million * assumptions.nominal_index(start.year, year)[-1]
    if spending_usd_million is not None and spending_ncu_million is None:
        return 100 * spending_usd_million / gdp
    if spending_ncu_million is not None and spending_usd_million is None:
        return 100 * spending_ncu_million / (gdp * start.ncu_per_usd)
    raise PathwayError(N_("Give the amount either in US dollars or in national currency."))


def spending_for_share(start: Start, assumptions: Assumptions, year: int, share_pct: float) -> tuple[float, float]:
    """What a share of GDP costs in `year`, nominal: (millions of US dollars, millions of national currency)."""
    check_year(start, year)
    gdp = start.gdp_usd_million * assumptions.nominal_index(start.year, year)[-1]
    return share_pct / 100 * gdp, share_pct / 100 * gdp * start.ncu_per_usd


def year_met(
    start: Start, assumptions: Assumptions, target_pct: float, spending_growth_pct: float, *, real: bool = True
) -> int | None:
    """First year the target is met if spending grows so many per cent every year; None: not by LAST_YEAR.

    `real`: growth above the GDP deflator (default), else nominal. With constant assumptions the year is
    start + log(target / share_0) / log((1 + r) / (1 + g)), rounded up; else the years are walked.
    """
    if start.share_of_gdp_pct >= target_pct:
        return start.year
    if not np.isfinite(spending_growth_pct) or spending_growth_pct <= -100:
        raise PathwayError(N_("A growth rate must be above -100 %; one is {value}."), value=spending_growth_pct)
    pace = 1 + spending_growth_pct / 100
    if assumptions.is_constant:
        gdp = 1 + (assumptions.real_growth_pct if real else assumptions.nominal_growth_pct) / 100
        if pace <= gdp:
            return None
        steps = math.log(target_pct / start.share_of_gdp_pct) / math.log(pace / gdp)
        # A target hit exactly in a year comes out a hair above the whole number: not a year later.
        year = start.year + math.ceil(steps - 1e-9) if steps < LAST_YEAR else LAST_YEAR + 1
        return year if year <= LAST_YEAR else None
    index = assumptions.real_index if real else assumptions.nominal_index
    gdp_by_year = index(start.year, LAST_YEAR)
    shares = start.share_of_gdp_pct * pace ** np.arange(len(gdp_by_year)) / gdp_by_year
    reached = np.flatnonzero(shares >= target_pct * (1 - 1e-12))
    return start.year + int(reached[0]) if len(reached) else None


def implied_gdp(spending_million: float, share_pct: float) -> float:
    """The GDP (same unit) an amount and its share of GDP imply: how an outside estimate is read back."""
    return 100 * spending_million / share_pct


def implied_growth_pct(first_value: float, last_value: float, years: int) -> float:
    """Average growth in per cent a year between two values so many years apart."""
    return 100 * ((last_value / first_value) ** (1 / years) - 1)
