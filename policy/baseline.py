"""Where one country stands in one edition, read into the start of a path and the economy assumed on the way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from policy.assumptions import Assumptions, Start, growth_from_gdp
from policy.gdp import PublishedGdp
from policy.starts import GDP, GDP_REAL, NCU, NEEDED, SHARE, USD, start_of

MEASURES = (SHARE, USD, NCU, GDP, GDP_REAL)

YEARS_AVERAGED = 10


@dataclass(frozen=True)
class Baseline:
    """The last known figure and what is assumed from there on.

    `has_money`: False when the edition holds no GDP or spending for the start year, so that only shares of GDP mean
    anything; `shares`: year (index), value, is_estimate, source_id up to the start; `seen_growth_pct`: the average real
    growth of GDP in the edition, or in the published series, from `seen_from` to its last year (NaN when it holds none),
    to hold the assumption against.
    `published`: the series that GDP is of; None where it is the edition's. `gdp_difference_pct`: by how much GDP of the
    start year is then more than the edition's (NaN when that holds none, or for its own).
    """

    start: Start
    assumptions: Assumptions
    is_estimate: bool
    has_money: bool
    shares: pd.DataFrame
    seen_growth_pct: float
    seen_from: int | None
    published: PublishedGdp | None = None
    gdp_difference_pct: float = math.nan

    def met_since(self, target_pct: float) -> int | None:
        """First year of the unbroken run up to the start in which the share, before rounding, is at least the target."""
        since = None
        for year, value in self.shares["value"].items():
            since = (since or int(year)) if value >= target_pct else None
        return since

    def estimated(self, year: int) -> bool:
        """Whether the edition marks the share of that year as an estimate."""
        return bool(self.shares["is_estimate"].get(year, False))


def baseline(
    figures: pd.DataFrame,
    *,
    start_year: int | None = None,
    real_growth_pct: float,
    deflator_pct: float,
    growth_by_year: Mapping[int, float] | None = None,
    ncu_per_usd: float | None = None,
    published: PublishedGdp | None = None,
) -> Baseline | None:
    """Read a country's figures of one edition; None when it holds no share of GDP (up to `start_year`).

    `figures`: year, measure, value, is_estimate, source_id; measures in MEASURES. Between `start_year` (default:
    the last year) and the edition's last year GDP and prices grow as the edition says; after that as assumed,
    and `growth_by_year` overrides both. `ncu_per_usd` replaces the edition's exchange rate: amounts in national
    currency stay as they were reported, amounts in US dollars move. With a `published` series, which holds the start
    year or one before it, GDP and its growth are the series' and go on as assumed: amounts move, the shares stay.
    """
    table = figures.pivot_table(index="year", columns="measure", values="value").reindex(columns=list(MEASURES))
    known = table[table[SHARE] > 0].index
    known = known if start_year is None else known[known <= start_year]
    if known.empty:
        return None
    year = int(known.max())
    shares = figures[figures["measure"] == SHARE].set_index("year").sort_index().loc[:year]
    # a start stands on all figures of the edition, not on its share alone
    sources = ";".join(sorted({*figures["source_id"]}))
    edition = _Economy(*_start(figures, table.loc[year], year, ncu_per_usd), *_growth_of_the_edition(table, year))
    assumed = Assumptions(real_growth_pct, deflator_pct, dict(growth_by_year or {}))
    own = _of_series(published, edition, assumed, ncu_per_usd) if published else None
    economy, series = own or edition, published if own else None
    seen, seen_from = _seen(pd.Series(series.chained, dtype="float64") if series else table[GDP_REAL].dropna())
    return Baseline(
        start=economy.start,
        assumptions=replace(
            assumed,
            real_growth_by_year=economy.real | dict(assumed.real_growth_by_year),
            deflator_by_year=economy.prices,
        ),
        is_estimate=bool(shares["is_estimate"].get(year, False)),
        has_money=economy.has_money,
        shares=shares[["value", "is_estimate"]].assign(source_id=sources),
        seen_growth_pct=seen,
        seen_from=seen_from,
        published=series,
        gdp_difference_pct=_more_pct(economy.start, edition) if series else math.nan,
    )


class _Economy(NamedTuple):
    """Where a path starts, whether with amounts, and the growth of GDP and of prices that is known for the years after."""

    start: Start
    has_money: bool
    real: dict[int, float]
    prices: dict[int, float]


def _of_series(
    published: PublishedGdp, edition: _Economy, assumed: Assumptions, ncu_per_usd: float | None
) -> _Economy | None:
    """The share of the edition on the GDP of a series; None where that begins later, or no exchange rate is known."""
    year, rate = edition.start.year, ncu_per_usd or (edition.start.ncu_per_usd if edition.has_money else None)
    gdp = published.in_year(year, assumed)
    if gdp is None or rate is None:
        return None
    real, prices = ({one: pct for one, pct in growth.items() if one > year} for growth in published.growth())
    return _Economy(Start(year, edition.start.share_of_gdp_pct, gdp / rate, rate), True, real, prices)


def _more_pct(start: Start, edition: _Economy) -> float:
    return 100 * (start.gdp_ncu_million / edition.start.gdp_ncu_million - 1) if edition.has_money else math.nan


def _start(figures: pd.DataFrame, row: pd.Series, year: int, ncu_per_usd: float | None) -> tuple[Start, bool]:
    if row[list(NEEDED)].isna().any():
        # Shares alone: a GDP of one million keeps the arithmetic of shares right and is never shown.
        return Start(year, float(row[SHARE]), 1.0), False
    start = start_of(figures, year)
    if ncu_per_usd is None:
        return start, True
    gdp = start.gdp_ncu_million / ncu_per_usd
    return Start(year, start.share_of_gdp_pct, gdp, ncu_per_usd, start.basis_difference_pct), True


def _growth_of_the_edition(table: pd.DataFrame, year: int) -> tuple[dict[int, float], dict[int, float]]:
    """Real growth and growth of prices the edition itself has for the years after the start."""
    later = table.loc[year:]
    real = later[GDP_REAL]
    rate = (later[NCU] / later[USD]).fillna(1.0)
    prices = later[GDP] * rate / real
    return growth_from_gdp(real.to_dict()), growth_from_gdp(prices.to_dict())


def _seen(real: pd.Series) -> tuple[float, int | None]:
    if len(real) < 2:
        return math.nan, None
    last = int(real.index.max())
    first = int(max(real.index.min(), last - YEARS_AVERAGED))
    return 100 * ((real[last] / real[first]) ** (1 / (last - first)) - 1), first
