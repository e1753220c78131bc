"""GDP as a statistics office published it, in whole years: what the economy of a spending path can start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from policy.assumptions import Assumptions, growth_from_gdp

QUARTERS = 4


@dataclass(frozen=True)
class PublishedGdp:
    """A country's GDP by calendar year, years alone whose quarters are all there.

    `current`: at current prices, `chained`: its volume in chained prices, both in millions of national currency;
    `released_on`: the day on which the newest of these years' figures were said, `sources` who says them.
    """

    publisher: str
    current: Mapping[int, float]
    chained: Mapping[int, float]
    released_on: pd.Timestamp
    sources: frozenset[str]

    @property
    def last_year(self) -> int:
        return max(self.current)

    def growth(self) -> tuple[dict[int, float], dict[int, float]]:
        """Real growth and growth of the implicit price index of each year over the year before, per cent."""
        prices = {year: self.current[year] / volume for year, volume in self.chained.items() if year in self.current}
        return growth_from_gdp(self.chained), growth_from_gdp(prices)

    def in_year(self, year: int, assumptions: Assumptions) -> float | None:
        """GDP at current prices: as published, or the last published year's carried on as assumed; None before the first."""
        if year <= self.last_year:
            return self.current.get(year)
        return self.current[self.last_year] * float(assumptions.nominal_index(self.last_year, year)[-1])


def whole_years(quarters: pd.DataFrame) -> PublishedGdp | None:
    """The whole years of one country's quarters, of each what was said last; None when no year at current prices is whole.

    `quarters`: publisher, quarter ("2026-Q2"), released_on, current, chained, source_id; amounts at annual rates, so that a
    year is the mean of its quarters.
    """
    columns = ["current", "chained", "released_on", "source_id"]
    newest = quarters.sort_values("released_on").groupby("quarter")[columns].last()
    year = newest.index.str[:4].astype(int)
    by_year = newest[["current", "chained"]].groupby(year)
    means, counts = by_year.mean(), by_year.count()
    current, chained = ({int(y): float(v) for y, v in means[name][counts[name] == QUARTERS].items()} for name in means)
    if not current:
        return None
    used = newest[year.isin(list(current))]
    return PublishedGdp(
        publisher=str(quarters["publisher"].iloc[0]),
        current=current,
        chained=chained,
        released_on=used["released_on"].max(),
        sources=frozenset(used["source_id"]),
    )
