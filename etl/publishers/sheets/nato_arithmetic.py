"""Sums a publisher's own tables should satisfy. What does not add up is a warning with its row, never a correction.

- an aggregate is the sum of those who were members in the year (an ally counts from the year it joined);
- equipment, personnel, infrastructure and other make 100 %;
- the share of GDP is spending over GDP, both at constant prices;
- the annual real change is that of spending at constant prices.

Tolerances follow the decimals the values are printed with, so rounded tables do not warn.
"""

from __future__ import annotations

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.names import NATO_EUR_CAN, NATO_TOTAL
from etl.publishers.common.reading import CHECKS, empty

SUMMED = (
    "expenditure_usd_current_million",
    "expenditure_usd_constant_million",
    "gdp_usd_current_million",
    "gdp_usd_constant_million",
    "military_personnel_thousand",
)
PARTS = ("equipment_share_pct", "personnel_share_pct", "infrastructure_share_pct", "other_share_pct")
SPENT, GDP, SHARE, CHANGE = (
    "expenditure_usd_constant_million", "gdp_usd_constant_million", "share_of_gdp_pct", "real_change_pct",
)  # fmt: skip

ICELAND_PART = 0.002
"""What of an aggregate's GDP a table without Iceland may lack (Iceland is 0.13 % of Europe and Canada)."""
SLACK = 1.05
PARTS_POINTS = 0.01
"""Shares that miss 100 % by less than a printed digit are not worth a warning."""

SENTENCES = {
    "aggregate": N_("is not the sum of the members at the time, which is {expected}."),
    "parts": N_("is what equipment, personnel, infrastructure and other add up to; it should be {expected}."),
    "share": N_("is not spending over GDP at constant prices, which is {expected}."),
    "change": N_("is not the change of spending at constant prices, which is {expected}."),
}
TOO_MANY = 0.25
"""When so large a part of the rows fails one check, it is not the publisher who erred: rows or units have moved."""

LOOK = N_("Look at this row in the workbook; the values are kept as published.")


def checks(rows: pd.DataFrame, countries: pd.DataFrame) -> pd.DataFrame:
    """What does not add up: columns check, iso3, year, measure, value, expected, difference, cell.

    `rows`: iso3, year, measure, value, cell. `countries`: iso3, joined_nato_on.
    """
    wide = rows.pivot(index=["iso3", "year"], columns="measure", values="value")
    half = {measure: 0.5 * 10.0 ** -_decimals(values) for measure, values in rows.groupby("measure")["value"]}
    failed = pd.concat(
        [_aggregates(wide, half, countries), _parts(wide, half), _shares(wide, half), _changes(wide, half)],
        ignore_index=True,
    )
    if failed.empty:
        return empty(CHECKS)
    failed["difference"] = failed["value"] - failed["expected"]
    cells = rows.set_index(["iso3", "year", "measure"])["cell"]
    keys = pd.MultiIndex.from_frame(failed[["iso3", "year", "measure"]])
    failed["cell"] = cells.reindex(keys).to_numpy()
    return failed[CHECKS].sort_values(["check", "iso3", "year", "measure"], ignore_index=True)


def _shown(value: float) -> str:
    """Six figures, and every figure of a whole part that has more."""
    return f"{value:.0f}" if abs(value) >= 1e5 else f"{value:.6g}"


def warnings(failed: pd.DataFrame) -> list[Problem]:
    """The failed checks as sentences."""
    return [
        Problem(
            row.cell,
            SENTENCES[row.check],
            column=f"{row.measure} {row.iso3} {row.year}",
            value=_shown(row.value),
            params={"expected": _shown(row.expected)},
            remedy=LOOK,
        )
        for row in failed.itertuples()
    ]


def unbelievable(failed: pd.DataFrame, rows: pd.DataFrame) -> list[Problem]:
    """A problem for each check that more than TOO_MANY of its rows fail: a moved column, another unit."""
    problems = []
    for check, group in failed.groupby("check"):
        aggregates = rows["iso3"].isin((NATO_TOTAL, NATO_EUR_CAN))
        checked = rows["measure"].isin(group["measure"]) & (aggregates if check == "aggregate" else True)
        if len(group) > TOO_MANY * checked.sum():
            problems.append(
                Problem(
                    group["cell"].iloc[0],
                    N_(
                        "is the first of {failed} among {checked} rows that do not add up: rows, columns or units have moved."
                    ),
                    column=f"{group['measure'].iloc[0]} {group['iso3'].iloc[0]} {group['year'].iloc[0]}",
                    params={"failed": len(group), "checked": int(checked.sum())},
                    remedy=N_("Take the workbook again from the publisher's site."),
                )
            )
    return problems


def _decimals(values: pd.Series) -> int:
    """Decimals the values of a measure are printed with (at most 6)."""
    return next((places for places in range(6) if (values - values.round(places)).abs().max() < 1e-9), 6)


def _bad(check: str, measure: str, value: pd.Series, expected: pd.Series, tolerance: pd.Series | float) -> pd.DataFrame:
    off = ((value - expected).abs() > SLACK * tolerance + 1e-6).fillna(False)
    frame = pd.DataFrame({"value": value[off], "expected": expected[off]}).reset_index()
    return frame.assign(check=check, measure=measure)


def _members(countries: pd.DataFrame, year: int) -> set[str]:
    joined = pd.to_datetime(countries["joined_nato_on"])
    return set(countries.loc[joined.dt.year <= year, "iso3"])


def _aggregates(wide: pd.DataFrame, half: dict[str, float], countries: pd.DataFrame) -> pd.DataFrame:
    failed = []
    for measure in [one for one in SUMMED if one in wide]:
        table = wide[measure].unstack("year")
        for aggregate in (NATO_TOTAL, NATO_EUR_CAN):
            if aggregate not in table.index:
                continue
            stated, sums, slack = {}, {}, {}
            for year in table.columns:
                members = _members(countries, year) - ({"USA"} if aggregate == NATO_EUR_CAN else set())
                values = table[year].reindex(sorted(members - {"ISL"}))
                iceland = table[year].get("ISL", float("nan"))
                stated[year] = table.at[aggregate, year]
                # A member without a figure (Germany in 2025) leaves nothing to hold the aggregate against.
                sums[year] = values.sum(skipna=False) + (0 if pd.isna(iceland) else iceland)
                lacks = measure.startswith("gdp") and pd.isna(iceland)
                slack[year] = half[measure] * (len(members) + 1) + (ICELAND_PART * stated[year] if lacks else 0)
            index = pd.MultiIndex.from_product([[aggregate], table.columns], names=["iso3", "year"])
            stated, sums, slack = (pd.Series(list(one.values()), index=index) for one in (stated, sums, slack))
            failed.append(_bad("aggregate", measure, stated, sums, slack))
    return pd.concat(failed, ignore_index=True) if failed else pd.DataFrame()


def _parts(wide: pd.DataFrame, half: dict[str, float]) -> pd.DataFrame:
    if not set(PARTS) <= set(wide):
        return pd.DataFrame()
    total = wide[list(PARTS)].sum(axis=1, skipna=False).dropna()
    expected = pd.Series(100.0, index=total.index)
    return _bad("parts", PARTS[0], total, expected, max(PARTS_POINTS, sum(half[part] for part in PARTS)))


def _shares(wide: pd.DataFrame, half: dict[str, float]) -> pd.DataFrame:
    if not {SPENT, GDP, SHARE} <= set(wide):
        return pd.DataFrame()
    ratio = 100 * wide[SPENT] / wide[GDP]
    tolerance = half[SHARE] + ratio * (half[SPENT] / wide[SPENT] + half[GDP] / wide[GDP])
    return _bad("share", SHARE, wide[SHARE], ratio, tolerance)


def _changes(wide: pd.DataFrame, half: dict[str, float]) -> pd.DataFrame:
    if not {SPENT, CHANGE} <= set(wide):
        return pd.DataFrame()
    allies = wide[~wide.index.get_level_values("iso3").str.startswith("NATO_")]
    before = allies[SPENT].groupby("iso3").shift()
    ratio = allies[SPENT] / before
    tolerance = half[CHANGE] + 100 * ratio * (half[SPENT] / allies[SPENT] + half[SPENT] / before)
    return _bad("change", CHANGE, allies[CHANGE], 100 * (ratio - 1), tolerance)
