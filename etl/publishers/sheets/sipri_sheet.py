"""One sheet of SIPRI's workbook: from cells to the allies' rows, with every problem named by its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.grid import (
    DECIMALS,
    Grid,
    address,
    cell_at,
    is_error,
    is_missing,
    number_of,
    text_of,
    texts,
    year_of,
)

HALF_EMPTY = 0.25
SPAN = re.compile(r"\b(?:19|20)\d\d\s*[-–]\s*(20\d\d)\b")  # the years a sheet's title names
LEAST_CHOSEN = 2
"""SIPRI's site gives the years a person chooses."""
MOST_SHARE = 0.5
"""A ratio above this is no share of GDP of an ally: the sheet then holds per cent already."""
SHARE = "share_of_gdp_pct"

ASK = N_("Take the workbook again from SIPRI's site; if it looks the same there, the layout has changed.")


@dataclass(frozen=True)
class Series:
    """A sheet to read: its name, measure, unit and the factor to that unit."""

    sheet: re.Pattern[str]
    measure: str
    unit: str
    factor: float = 1.0


@dataclass
class Sheet:
    """A sheet being read: `rows` (iso3, year, measure, value, cell), `notes`, `problems`."""

    name: str
    grid: Grid
    series: Series
    rows: list[dict] = field(default_factory=list)
    notes: list[dict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    coloured: frozenset[tuple[int, int]] | None = None  # SIPRI's own estimates are blue, uncertain figures red

    def problem(self, at: tuple[int, int], rule: str, value: object = None, **params) -> None:
        """Note a problem at the cell (row, column)."""
        shown = None if value is None else str(value)
        self.problems.append(Problem(address(self.name, *at), rule, value=shown, params=params, remedy=ASK))


def read_sheet(sheet: Sheet, codes: Mapping[str, str], edition: str | None, first_year: int) -> None:
    """Read the allies\' rows into `sheet`. Nothing is raised: what is wrong stands in `sheet.problems`."""
    grid = sheet.grid
    row = next((line for line in range(1, len(grid) + 1) if text_of(cell_at(grid, line, 1)) == "Country"), 0)
    cells = grid[row - 1] if row else ()
    years = {column: year.year for column, cell in enumerate(cells, start=1) if (year := year_of(cell))}
    if len(years) < LEAST_CHOSEN:
        rule = N_('has no header row: "Country" in column A and two or more years.')
        sheet.problems.append(Problem(sheet.name, rule, remedy=ASK))
        return
    _check_header(sheet, row, years, edition)
    note_column = next((column for column in range(2, min(years)) if text_of(cell_at(grid, row, column)) == "Notes"), 0)
    read: set[str] = set()
    for line in range(row + 1, len(grid) + 1):
        iso3 = codes.get(text_of(cell_at(grid, line, 1)).casefold())
        if iso3 is None:
            continue  # the rest of the world, and the names of regions
        if iso3 in read:
            sheet.problem((line, 1), N_("stands twice in this sheet."), cell_at(grid, line, 1))
            continue
        read.add(iso3)
        mark = mark_of(cell_at(grid, line, note_column))
        if mark:
            sheet.notes.append({"cell": address(sheet.name, line, note_column), "iso3": iso3, "mark": mark, "text": ""})
        _values(sheet, line, iso3, {column: year for column, year in years.items() if year >= first_year})
        for column in range(max(years) + 1, len(grid[line - 1]) + 1):
            if number_of(cell_at(grid, line, column)):
                sheet.problem((line, column), N_("is a figure outside the row of years."), cell_at(grid, line, column))
    _check_whole(sheet, set(codes.values()))


def _check_header(sheet: Sheet, row: int, years: Mapping[int, int], edition: str | None) -> None:
    columns = sorted(years)
    for before, column in pairwise(columns):
        if column != before + 1 or years[column] != years[before] + 1:
            rule = N_("breaks the row of years: {year} follows {before}.")
            sheet.problem((row, column), rule, year=years[column], before=years[before])
    last, newest = years[columns[-1]], int(edition[:4]) - 1 if edition else years[columns[-1]]
    spans = [span for _row, _column, text in texts(sheet.grid[: row - 1]) if (span := SPAN.search(text))]
    expected = int(spans[0][1]) if spans else newest
    if last != expected or last > newest:
        rule = N_("ends the row of years in {year}; edition {edition} ends in {last}.")
        sheet.problem((row, columns[-1]), rule, year=last, edition=edition, last=min(expected, newest))


def mark_of(cell: object) -> str:
    """A footnote mark, whether it is a number or signs: 44, §¶3."""
    number = number_of(cell)
    return f"{number.value:.0f}" if number else text_of(cell)


def _values(sheet: Sheet, line: int, iso3: str, years: Mapping[int, int]) -> None:
    series, ratio_named = sheet.series, False
    for column, year in years.items():
        cell = cell_at(sheet.grid, line, column)
        number = None if is_missing(cell) else number_of(cell)
        if number is None and not is_missing(cell):
            rule = N_("shows an error in place of its value.") if is_error(cell) else N_("is not a number.")
            sheet.problem((line, column), rule, cell)
        elif number and series.measure == SHARE and not 0 <= number.value <= MOST_SHARE and not ratio_named:
            ratio_named = True  # once a row: a sheet in per cent would repeat it for every year
            sheet.problem(
                (line, column), N_("is not a ratio between 0 and {most}, as this sheet holds."), cell, most=MOST_SHARE
            )
        value = None
        if number:
            exact = float(cell) if isinstance(cell, (int, float)) else number.value
            value = round(exact * series.factor, DECIMALS)
        where = address(sheet.name, line, column)
        sheet.rows.append(
            {
                "iso3": iso3,
                "year": year,
                "measure": series.measure,
                "value": value,
                "cell": where,
                "is_estimate": (line, column) in (sheet.coloured or ()),
            }
        )


def _check_whole(sheet: Sheet, allies: set[str]) -> None:
    absent = sorted(allies - {row["iso3"] for row in sheet.rows})
    if absent:
        rule, params = N_("has no row for: {countries}."), {"countries": ", ".join(absent)}
        sheet.problems.append(Problem(sheet.name, rule, params=params, remedy=ASK))
    rows = [row for row in sheet.rows if row["iso3"] != "ISL"]
    holes = [row for row in rows if row["value"] is None]
    if len(holes) > HALF_EMPTY * len(rows):
        rule = N_("is the first of {holes} empty cells among {cells}: the sheet is not whole.")
        counts = {"holes": len(holes), "cells": len(rows)}
        sheet.problems.append(Problem(holes[0]["cell"], rule, params=counts, remedy=ASK))
