"""Where a spending path starts and what is assumed about the economy on the way.

Pure values and arithmetic. Units: per cent for shares and growth, millions for money, years as integers.
National-currency amounts use one exchange rate for the whole path (national currency units per US dollar).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import pandas as pd

from etl.message import N_, Message

SHARE_ROUNDING_POINTS = 0.005
"""Half a unit of the second decimal: the rounding of a share of GDP as NATO publishes it."""

LAST_YEAR = 2150
"""No path runs past this year: beyond it a number would be a game, not a plan."""


class PathwayError(ValueError):
    """A question the calculator cannot answer; `message` says why, in any language: `error.message.text(_)`."""

    def __init__(self, template: str, **params: object) -> None:
        self.message = Message(template, params)
        super().__init__(self.message.text())


@dataclass(frozen=True)
class Start:
    """The last known figure a path starts from: one country in one year of one edition.

    `share_of_gdp_pct` and `gdp_usd_million` (nominal) define it; spending is their product, so that every
    later year is computed the same way as the first. `basis_difference_pct` says by how much the spending an
    edition reports differs from that product (0 when they agree): NATO's share is of real GDP.
    """

    year: int
    share_of_gdp_pct: float
    gdp_usd_million: float
    ncu_per_usd: float = 1.0
    basis_difference_pct: float = 0.0

    def __post_init__(self) -> None:
        figures = {
            "share_of_gdp_pct": self.share_of_gdp_pct,
            "gdp_usd_million": self.gdp_usd_million,
            "ncu_per_usd": self.ncu_per_usd,
        }
        for name, value in figures.items():
            if not np.isfinite(value) or value <= 0:
                raise PathwayError(
                    N_("A path needs a start with {name} above zero; it is {value}."), name=name, value=value
                )

    @classmethod
    def reported(
        cls,
        year: int,
        *,
        share_of_gdp_pct: float,
        gdp_usd_million: float,
        expenditure_usd_million: float,
        expenditure_ncu_million: float | None = None,
    ) -> Self:
        """Start from what an edition reports.

        The exchange rate is the edition's own: spending in national currency over spending in US dollars.
        Where spending / GDP agrees with the tabulated share within its rounding, the exact ratio is used, so
        the start shows the very dollars the edition reports. Where it does not (NATO's share is of *real* GDP:
        the Netherlands, aggregates), the tabulated share stands and `basis_difference_pct` tells the gap.
        """
        ncu = expenditure_usd_million if expenditure_ncu_million is None else expenditure_ncu_million
        rate = ncu / expenditure_usd_million if expenditure_usd_million else float("nan")
        ratio = 100 * expenditure_usd_million / gdp_usd_million if gdp_usd_million else float("nan")
        if abs(ratio - share_of_gdp_pct) <= SHARE_ROUNDING_POINTS + 1e-9:
            return cls(year, ratio, gdp_usd_million, rate)
        difference = 100 * (ratio / share_of_gdp_pct - 1) if share_of_gdp_pct else 0.0
        return cls(year, share_of_gdp_pct, gdp_usd_million, rate, difference)

    @property
    def gdp_ncu_million(self) -> float:
        """Nominal GDP in national currency, millions."""
        return self.gdp_usd_million * self.ncu_per_usd

    @property
    def spending_usd_million(self) -> float:
        """Spending of the start year in US dollars, millions."""
        return self.share_of_gdp_pct / 100 * self.gdp_usd_million

    @property
    def spending_ncu_million(self) -> float:
        """Spending of the start year in national currency, millions."""
        return self.spending_usd_million * self.ncu_per_usd


@dataclass(frozen=True)
class Assumptions:
    """Growth of real GDP and of its deflator, per cent a year; a year named in a table overrides the constant."""

    real_growth_pct: float = 0.0
    deflator_pct: float = 0.0
    real_growth_by_year: Mapping[int, float] = field(default_factory=dict)
    deflator_by_year: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rates = [
            self.real_growth_pct,
            self.deflator_pct,
            *self.real_growth_by_year.values(),
            *self.deflator_by_year.values(),
        ]
        for rate in rates:
            if not np.isfinite(rate) or rate <= -100:
                raise PathwayError(N_("A growth rate must be above -100 %; one is {value}."), value=rate)

    @property
    def is_constant(self) -> bool:
        """True when no single year departs from the constants: the closed forms hold."""
        return not self.real_growth_by_year and not self.deflator_by_year

    @property
    def nominal_growth_pct(self) -> float:
        """Nominal GDP growth of a year without an own entry, per cent."""
        return 100 * ((1 + self.real_growth_pct / 100) * (1 + self.deflator_pct / 100) - 1)

    def shifted(self, points: float) -> Assumptions:
        """The same assumptions with real growth `points` percentage points higher in every year."""
        table = {year: rate + points for year, rate in self.real_growth_by_year.items()}
        return replace(self, real_growth_pct=self.real_growth_pct + points, real_growth_by_year=table)

    def real_index(self, first: int, last: int) -> np.ndarray:
        """Real GDP by year, `first` = 1."""
        return _index(first, last, self.real_growth_pct, self.real_growth_by_year)

    def price_index(self, first: int, last: int) -> np.ndarray:
        """GDP price level by year, `first` = 1."""
        return _index(first, last, self.deflator_pct, self.deflator_by_year)

    def nominal_index(self, first: int, last: int) -> np.ndarray:
        """Nominal GDP by year, `first` = 1."""
        return self.real_index(first, last) * self.price_index(first, last)


def check_year(start: Start, year: int) -> None:
    """Raise PathwayError for a year before the start or past LAST_YEAR."""
    if year < start.year or year > LAST_YEAR:
        raise PathwayError(
            N_("The year {year} is not between the start ({first}) and {last}."),
            year=year,
            first=start.year,
            last=LAST_YEAR,
        )


def growth_from_gdp(gdp_by_year: Mapping[int, float]) -> dict[int, float]:
    """Growth in per cent of each year over the year before, from levels (for example NATO's own real GDP)."""
    levels = pd.Series(dict(gdp_by_year), dtype="float64").dropna().sort_index()
    years = [year for year in levels.index if year - 1 in levels.index]
    return {int(year): float(100 * (levels[year] / levels[year - 1] - 1)) for year in years}


def _index(first: int, last: int, constant: float, by_year: Mapping[int, float]) -> np.ndarray:
    steps = [1.0] + [1 + by_year.get(year, constant) / 100 for year in range(first + 1, last + 1)]
    return np.cumprod(steps)
