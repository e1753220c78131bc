"""What is wrong with NATO's workbook as a whole: tables, years, base years and allies that it should have and has not."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.names import AGGREGATES
from etl.publishers.sheets.nato_sheet import ASK, Sheet
from etl.publishers.sheets.nato_tables import TABLES


def missing(names: dict[str, str], where: str) -> list[Problem]:
    """Tables that no sheet has the title of."""
    return [
        Problem(where, N_("has no sheet with the title Table {number}."), params={"number": number}, remedy=ASK)
        for number in TABLES
        if number not in names
    ]


def years(read_sheets: list[Sheet]) -> list[Problem]:
    """Every table must have the same years: one that does not has lost or gained a column."""
    usual = Counter(tuple(sheet.years) for sheet in read_sheets if sheet.years).most_common(1)
    if not usual:
        return []
    most = usual[0][0]
    return [
        Problem(
            sheet.header_cell,
            N_("begins a row of years from {first} to {last}; the other tables have {years}."),
            params={"first": sheet.years[0], "last": sheet.years[-1], "years": f"{most[0]}-{most[-1]}"},
            remedy=ASK,
        )
        for sheet in read_sheets
        if sheet.years and tuple(sheet.years) != most
    ]


def base_year(read_sheets: list[Sheet], expected: int | None, where: str) -> tuple[int | None, list[Problem]]:
    """The one price base year of the workbook, and every cell that says another one than the rest (or than expected)."""
    stated = [one for sheet in read_sheets for one in sheet.base_years]
    if not stated:
        if any(sheet.problems for sheet in read_sheets) or not read_sheets:
            return None, []
        return None, [Problem(where, N_("does not say the base year of its constant prices."), remedy=ASK)]
    usual = Counter(year for _cell, year in stated).most_common(1)[0][0]
    problems = [
        Problem(
            cell,
            N_("gives {year} as the base year of constant prices; the other tables give {usual}."),
            params={"year": year, "usual": usual},
            remedy=ASK,
        )
        for cell, year in stated
        if year != usual
    ]
    if expected is not None and usual != expected and not problems:
        problems = [
            Problem(
                stated[0][0],
                N_("gives {year} as the base year of constant prices; {expected} was expected."),
                params={"year": usual, "expected": expected},
                remedy=N_(
                    "If NATO has moved the base year, say so when importing; series of two base years are never joined."
                ),
            )
        ]
    return usual, problems


def absent(sheet: Sheet, countries: pd.DataFrame) -> list[Problem]:
    """Allies and aggregates a block should have and has not."""
    joined = pd.to_datetime(countries["joined_nato_on"])
    members = set(countries.loc[joined.dt.year <= sheet.years[-1], "iso3"]) - {"ISL"}
    expected = members | (set(AGGREGATES.values()) if sheet.table.aggregates else set())
    problems = []
    for block in sheet.table.blocks:
        present = {row["iso3"] for row in sheet.rows if row["measure"] == block.measure}
        gone = sorted(expected - present)
        if gone:
            problems.append(
                Problem(
                    sheet.name,
                    N_("has no row in the block {measure} for: {countries}."),
                    params={"measure": block.measure, "countries": ", ".join(gone)},
                    remedy=ASK,
                )
            )
    return problems
