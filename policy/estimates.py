"""What an independent office published, reproduced by the calculator from the GDP its own numbers imply.

The office's GDP is not among the sources at hand. Two of its numbers give it away: an amount and the share of GDP it
stands for. From there the calculator must come back to the published figures; where nothing gives a GDP away, it is
said so (`how`):

- reported: the spending of that year in the edition known when the estimate was published;
- implied_gdp: the GDP at which the amount is the target share, and the growth that leads there;
- same_money: the money of a government plan, as a share of the office's larger GDP;
- no_edition, no_reading: no edition at hand is old enough, or nothing says what the figure was computed from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from policy.assumptions import Assumptions, Start
from policy.backsolve import implied_gdp, implied_growth_pct, share_if_spent, spending_for_share
from policy.periods import first_calendar_year

REPORTED, IMPLIED_GDP, SAME_MONEY, NO_EDITION, NO_READING = (
    "reported",
    "implied_gdp",
    "same_money",
    "no_edition",
    "no_reading",
)
HOWS = (REPORTED, IMPLIED_GDP, SAME_MONEY, NO_EDITION, NO_READING)


@dataclass(frozen=True)
class Reading:
    """How an estimate is to be read: the share its amount stands for, or the plan whose money it judges."""

    how: str
    share_pct: float = math.nan
    pledge_id: str = ""
    gdp_from: str = ""


# The office's words say this; the figures alone do not.
READINGS = {
    "pbo-2024-now": Reading(REPORTED),
    "pbo-2024-need": Reading(IMPLIED_GDP, share_pct=2.0),
    "pbo-2026-need": Reading(IMPLIED_GDP, share_pct=3.5),
    "pbo-2024-share": Reading(SAME_MONEY, pledge_id="can-onsaf-1.76", gdp_from="pbo-2024-need"),
}

COLUMNS = [
    "estimate_id",
    "how",
    "reproduced",
    "implied_gdp_ncu_million",
    "implied_growth_pct",
    "planned_ncu_million",
    "planned_gdp_ncu_million",
]


def reproduce(estimates: pd.DataFrame, starts: Mapping[str, Start], pledges: pd.DataFrame) -> pd.DataFrame:
    """One row an estimate. `estimates`: estimate_id, fiscal_year, value (billion or %); `starts`: by estimate_id, from
    the edition known when it was published; `pledges`: pledge_id, value_pct.

    Columns: how; reproduced (in the estimate's own unit); implied_gdp_ncu_million in its year; implied_growth_pct a
    year, nominal, from the start; planned_ncu_million and planned_gdp_ncu_million: the plan's money and the GDP at
    which it is the plan's share.
    """
    by_id = estimates.set_index("estimate_id")
    rows = [{"estimate_id": name, **_reproduced(name, by_id, starts.get(name), pledges)} for name in by_id.index]
    return pd.DataFrame(rows, columns=COLUMNS).astype({name: "float64" for name in COLUMNS[2:]})


def _reproduced(name: str, estimates: pd.DataFrame, start: Start | None, pledges: pd.DataFrame) -> dict:
    if start is None:
        return {"how": NO_EDITION}
    reading, year = READINGS.get(name), first_calendar_year(estimates.loc[name, "fiscal_year"])
    if reading is None or year < start.year:
        return {"how": NO_READING}
    if reading.how == REPORTED:
        return (
            {"how": REPORTED, "reproduced": start.spending_ncu_million / 1000}
            if year == start.year
            else {"how": NO_READING}
        )
    if reading.how == IMPLIED_GDP:
        world, gdp, growth = _implied(estimates.loc[name], reading.share_pct, start)
        money = spending_for_share(start, world, year, reading.share_pct)[1]
        return {
            "how": IMPLIED_GDP,
            "reproduced": money / 1000,
            "implied_gdp_ncu_million": gdp,
            "implied_growth_pct": growth,
        }
    plan = pledges.loc[pledges["pledge_id"] == reading.pledge_id, "value_pct"]
    if plan.empty or reading.gdp_from not in estimates.index:
        return {"how": NO_READING}
    world, _gdp, growth = _implied(estimates.loc[reading.gdp_from], READINGS[reading.gdp_from].share_pct, start)
    planned = spending_for_share(start, world, year, float(estimates.loc[name, "value"]))[1]
    return {
        "how": SAME_MONEY,
        "reproduced": share_if_spent(start, world, year, spending_ncu_million=planned),
        "implied_gdp_ncu_million": start.gdp_ncu_million * world.nominal_index(start.year, year)[-1],
        "implied_growth_pct": growth,
        "planned_ncu_million": planned,
        "planned_gdp_ncu_million": implied_gdp(planned, float(plan.iloc[0])),
    }


def _implied(estimate: pd.Series, share_pct: float, start: Start) -> tuple[Assumptions, float, float]:
    """The economy an amount in billions and its share imply: assumptions, GDP of the year, nominal growth a year."""
    gdp = implied_gdp(float(estimate["value"]) * 1000, share_pct)
    growth = implied_growth_pct(start.gdp_ncu_million, gdp, first_calendar_year(estimate["fiscal_year"]) - start.year)
    return Assumptions(deflator_pct=growth), gdp, growth
