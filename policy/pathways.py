"""What a pledge costs: the path of spending from a start to a target share of GDP in a due year.

Everything is computed from a `Start` (an edition's figure) and `Assumptions` (real growth, deflator):

    GDP_t      = GDP_0 x (1 + g)^t x (1 + d)^t          nominal; g, d may differ by year
    share_t    = by shape, exactly the target in the due year and held there afterwards
    spending_t = share_t x GDP_t
    above flat = (share_t - share_0) x GDP_t

Money is nominal, in millions of US dollars and of national currency at one stated rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.message import N_
from policy.assumptions import Assumptions, PathwayError, Start, check_year

SHAPES = ("straight", "constant_growth", "slow_then_fast", "fast_then_slow", "at_the_end")
"""Path shapes: straight in share; constant growth of real spending; the share's steps growing or shrinking
evenly (quadratic); the start's share held until the due year and then the whole step at once."""

GROWTHS_TRIED = 9


@dataclass(frozen=True)
class Needed:
    """What a path asks for between the start and the due year.

    `already_met`: the start has the target; the path then leads down to it, and amounts above flat are negative.

    Growth: average per cent a year. `added_*`: how much higher nominal spending is each year than the year
    before, on average, in millions. `above_flat_*`: total above holding the start's share, in millions.
    """

    years: int
    already_met: bool
    nominal_growth_pct: float
    real_growth_pct: float
    due_spending_usd_million: float
    due_spending_ncu_million: float
    added_usd_million: float
    added_ncu_million: float
    above_flat_due_usd_million: float
    above_flat_due_ncu_million: float
    above_flat_total_usd_million: float
    above_flat_total_ncu_million: float


def path(
    start: Start,
    target_pct: float,
    due_year: int,
    assumptions: Assumptions,
    shape: str = "straight",
    *,
    until: int | None = None,
) -> pd.DataFrame:
    """The path, one row a year from the start to `until` (default: the due year).

    Columns: year, share_of_gdp_pct, gdp_usd_million, gdp_ncu_million, spending_usd_million,
    spending_ncu_million, flat_spending_usd_million, flat_spending_ncu_million, above_flat_usd_million,
    above_flat_ncu_million, cumulative_above_flat_usd_million, cumulative_above_flat_ncu_million,
    spending_usd_start_prices_million, spending_ncu_start_prices_million, nominal_growth_pct,
    real_growth_pct (growth of spending over the year before; missing in the first row).
    Raises PathwayError for a target, a due year or a shape that makes no path.
    """
    last = due_year if until is None else max(until, due_year)
    _check(start, target_pct, due_year, last, shape)
    real = assumptions.real_index(start.year, last)
    prices = assumptions.price_index(start.year, last)
    share = _shares(start.share_of_gdp_pct, target_pct, due_year - start.year, shape, real)
    gdp = start.gdp_usd_million * real * prices
    frame = pd.DataFrame({"year": np.arange(start.year, last + 1), "share_of_gdp_pct": share})
    amounts = {
        "gdp": gdp,
        "spending": share / 100 * gdp,
        "flat_spending": start.share_of_gdp_pct / 100 * gdp,
        "above_flat": (share - start.share_of_gdp_pct) / 100 * gdp,
    }
    amounts["cumulative_above_flat"] = np.cumsum(amounts["above_flat"])
    for name, usd in amounts.items():
        frame[f"{name}_usd_million"] = usd
        frame[f"{name}_ncu_million"] = usd * start.ncu_per_usd
    frame["spending_usd_start_prices_million"] = amounts["spending"] / prices
    frame["spending_ncu_start_prices_million"] = amounts["spending"] / prices * start.ncu_per_usd
    frame["nominal_growth_pct"] = 100 * frame["spending_usd_million"].pct_change()
    frame["real_growth_pct"] = 100 * frame["spending_usd_start_prices_million"].pct_change()
    return frame


def needed(start: Start, target_pct: float, due_year: int, assumptions: Assumptions, shape: str = "straight") -> Needed:
    """Average growth and amounts a path needs. Growth has a closed form: (target x GDP_n / spending_0)^(1/n)."""
    frame = path(start, target_pct, due_year, assumptions, shape)
    due = frame.iloc[-1]
    years = due_year - start.year
    nominal = due["spending_usd_million"] / start.spending_usd_million
    real = due["spending_usd_start_prices_million"] / start.spending_usd_million
    added = (due["spending_usd_million"] - start.spending_usd_million) / years
    rate = start.ncu_per_usd
    return Needed(
        years=years,
        already_met=start.share_of_gdp_pct >= target_pct,
        nominal_growth_pct=float(100 * (nominal ** (1 / years) - 1)),
        real_growth_pct=float(100 * (real ** (1 / years) - 1)),
        due_spending_usd_million=float(due["spending_usd_million"]),
        due_spending_ncu_million=float(due["spending_ncu_million"]),
        added_usd_million=float(added),
        added_ncu_million=float(added * rate),
        above_flat_due_usd_million=float(due["above_flat_usd_million"]),
        above_flat_due_ncu_million=float(due["above_flat_ncu_million"]),
        above_flat_total_usd_million=float(due["cumulative_above_flat_usd_million"]),
        above_flat_total_ncu_million=float(due["cumulative_above_flat_ncu_million"]),
    )


def sensitivity(
    start: Start,
    target_pct: float,
    due_year: int,
    assumptions: Assumptions,
    shape: str = "straight",
    *,
    spread_points: float = 1.0,
) -> pd.DataFrame:
    """How far the path moves when real growth is up to `spread_points` lower or higher in every year.

    Columns: year, then for each of spending, above_flat and cumulative_above_flat and each currency
    `<name>_<usd|ncu>_million_low` and `..._high`: the smallest and largest value over GROWTHS_TRIED growth rates.
    """
    shifts = np.linspace(-abs(spread_points), abs(spread_points), GROWTHS_TRIED)
    frames = [path(start, target_pct, due_year, assumptions.shifted(float(s)), shape) for s in shifts]
    band = frames[0][["year"]].copy()
    for name in ("spending", "above_flat", "cumulative_above_flat"):
        for unit in ("usd", "ncu"):
            column = f"{name}_{unit}_million"
            values = np.vstack([frame[column].to_numpy() for frame in frames])
            band[f"{column}_low"], band[f"{column}_high"] = values.min(axis=0), values.max(axis=0)
    return band


def _check(start: Start, target_pct: float, due_year: int, last: int, shape: str) -> None:
    if shape not in SHAPES:
        raise PathwayError(
            N_("There is no path shape {shape}; choose one of {shapes}."), shape=shape, shapes=", ".join(SHAPES)
        )
    if not np.isfinite(target_pct) or not 0 < target_pct <= 100:
        raise PathwayError(N_("The target must be above 0 and at most 100 % of GDP; it is {value}."), value=target_pct)
    if due_year <= start.year:
        raise PathwayError(
            N_("The due year {due} is not after the start year {first}: choose a later year."),
            due=due_year,
            first=start.year,
        )
    check_year(start, last)


def _shares(first: float, target_pct: float, years: int, shape: str, real_gdp: np.ndarray) -> np.ndarray:
    """Share of GDP by year, beginning with `first`; exactly the target after `years` and from then on."""
    elapsed = np.arange(len(real_gdp))
    part = np.minimum(elapsed / years, 1.0)
    step = target_pct - first
    if shape == "straight":
        share = first + step * part
    elif shape == "slow_then_fast":
        share = first + step * part**2
    elif shape == "fast_then_slow":
        share = first + step * (1 - (1 - part) ** 2)
    elif shape == "at_the_end":
        share = np.full(len(elapsed), first)
    else:
        growth = target_pct / first * real_gdp[years]
        share = first * growth**part / real_gdp
    return np.where(elapsed >= years, target_pct, share)
