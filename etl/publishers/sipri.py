"""SIPRI's Military Expenditure Database workbook: grids of cells -> rows of `spending`.

Source: https://doi.org/10.55163/CQGC9685 (any edition; the base year is in a sheet's name and moves with each). By
SIPRI's terms at most a tenth of the database may be published again: the share of GDP of the allies is read, and the
dollar series only when asked for. SIPRI marks its own estimates by colour alone, which cells do not carry: no value
is marked as an estimate here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.grid import (
    DECIMALS,
    LEAST_YEARS,
    Grid,
    Sheets,
    address,
    cell_at,
    is_error,
    is_missing,
    number_of,
    text_of,
    texts,
    year_of,
)
from etl.publishers.names import country_codes
from etl.publishers.reading import CHECKS, CURRENCIES, NOTES, Reading, empty, refused, typed

PUBLISHER = "SIPRI"
SHARE = "share_of_gdp_pct"
FIRST_YEAR = 2014
HALF_EMPTY = 0.25
MOST_SHARE = 0.5
"""A ratio above this is no share of GDP of an ally: the sheet then holds per cent already."""

ASK = N_("Take the workbook again from SIPRI's site; if it looks the same there, the layout has changed.")


@dataclass(frozen=True)
class Series:
    """A sheet to read: its name, measure, unit and the factor to that unit."""

    sheet: re.Pattern[str]
    measure: str
    unit: str
    factor: float = 1.0


SERIES = (
    Series(re.compile(r"share of gdp", re.IGNORECASE), SHARE, "% of GDP", 100.0),
    Series(re.compile(r"current us\$", re.IGNORECASE), "expenditure_usd_current_million",
           "million US dollars, current prices and exchange rates"),
    Series(re.compile(r"constant \((\d{4})\) us\$", re.IGNORECASE), "expenditure_usd_constant_million",
           "million US dollars, constant {base} prices and exchange rates"),
)  # fmt: skip


def recognise(sheets: Sheets) -> bool:
    """True when a sheet's first rows name SIPRI and military expenditure."""
    for grid in sheets.values():
        head = " ".join(told for _row, _column, told in texts(grid[:3]))
        if "SIPRI" in head and re.search("military expenditure", head, re.IGNORECASE):
            return True
    return False


def edition_of(sheets: Sheets) -> str | None:
    """The edition: SIPRI publishes in April, up to the year before ("1949-2024" is edition 2025-04)."""
    for grid in sheets.values():
        for _row, _column, told in texts(grid[:2]):
            span = re.search(r"\b19\d\d\s*[-–]\s*(20\d\d)\b", told)
            if span and re.search("military expenditure", told, re.IGNORECASE):
                return f"{int(span[1]) + 1}-04"
    return None


def read(
    sheets: Sheets,
    countries: pd.DataFrame,
    *,
    edition: str | None = None,
    file_name: str = "",
    source_id: str | None = None,
    first_year: int = FIRST_YEAR,
    everything: bool = False,
) -> Reading:
    """Read the allies' share of GDP from `first_year` on; `everything` adds the two dollar series.

    `countries`: iso3, name_en, joined_nato_on (rows without a day are passed over). All problems at once; with any of
    them nothing is publishable.
    """
    edition = edition or edition_of(sheets)
    where = file_name or PUBLISHER
    problems: list[Problem] = []
    if edition is None or not re.fullmatch(r"20\d\d-(?:0[1-9]|1[0-2])", edition):
        problems.append(Problem(where, N_("does not say which edition it is."), value=edition,
                                remedy=N_("Give the month it was published, such as 2027-07.")))  # fmt: skip
    allies = countries[countries["joined_nato_on"].notna() & (countries["joined_nato_on"].astype(str) != "")]
    members = set(allies["iso3"])
    codes = {name: iso3 for name, iso3 in country_codes(allies).items() if iso3 in members}
    sheets_read, base = [], None
    for series in SERIES if everything else SERIES[:1]:
        name = next((one for one in sheets if series.sheet.fullmatch(one.strip())), None)
        if name is None:
            problems.append(Problem(where, N_("has no sheet {sheet}."),
                                    params={"sheet": series.sheet.pattern.replace("\\", "")}, remedy=ASK))  # fmt: skip
            continue
        year = series.sheet.fullmatch(name.strip()).groups()
        base = int(year[0]) if year else base
        sheet = _Sheet(name, sheets[name], series)
        _read_sheet(sheet, codes, edition, first_year)
        sheets_read.append(sheet)
        problems += sheet.problems
    marks = [note for sheet in sheets_read for note in sheet.notes]
    notes = pd.DataFrame(marks + _footnotes(sheets), columns=NOTES)
    if problems:
        return refused(PUBLISHER, edition, problems, notes=notes, constant_price_base_year=base)
    frame = pd.DataFrame([
        row | {"unit": sheet.series.unit.format(base=base)}
        for sheet in sheets_read for row in sheet.rows if row["value"] is not None
    ])  # fmt: skip
    source_id = source_id or f"sipri-{edition}"
    frame = frame.assign(publisher=PUBLISHER, edition=edition, is_estimate=False, source_id=source_id)
    frame = frame.sort_values(["iso3", "year", "measure"], ignore_index=True)
    return Reading(PUBLISHER, edition, typed(frame), empty(CURRENCIES), notes, empty(CHECKS), frame["cell"], base)


@dataclass
class _Sheet:
    """A sheet being read: `rows` (iso3, year, measure, value, cell), `notes`, `problems`."""

    name: str
    grid: Grid
    series: Series
    rows: list[dict] = field(default_factory=list)
    notes: list[dict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, at: tuple[int, int], rule: str, value: object = None, **params) -> None:
        """Note a problem at the cell (row, column)."""
        shown = None if value is None else str(value)
        self.problems.append(Problem(address(self.name, *at), rule, value=shown, params=params, remedy=ASK))


def _read_sheet(sheet: _Sheet, codes: Mapping[str, str], edition: str | None, first_year: int) -> None:
    grid = sheet.grid
    row = next((line for line in range(1, len(grid) + 1) if text_of(cell_at(grid, line, 1)) == "Country"), None)
    cells = grid[row - 1] if row else ()
    years = {column: year.year for column, cell in enumerate(cells, start=1) if (year := year_of(cell))}
    if len(years) < LEAST_YEARS:
        rule = N_('has no header row: "Country" in column A and ten or more years.')
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
        mark = _mark(cell_at(grid, line, note_column))
        if mark:
            sheet.notes.append({"cell": address(sheet.name, line, note_column), "iso3": iso3, "mark": mark, "text": ""})
        _values(sheet, line, iso3, {column: year for column, year in years.items() if year >= first_year})
        for column in range(max(years) + 1, len(grid[line - 1]) + 1):
            if number_of(cell_at(grid, line, column)):
                sheet.problem((line, column), N_("is a figure outside the row of years."), cell_at(grid, line, column))
    _check_whole(sheet, set(codes.values()))


def _check_header(sheet: _Sheet, row: int, years: Mapping[int, int], edition: str | None) -> None:
    columns = sorted(years)
    for before, column in pairwise(columns):
        if column != before + 1 or years[column] != years[before] + 1:
            rule = N_("breaks the row of years: {year} follows {before}.")
            sheet.problem((row, column), rule, year=years[column], before=years[before])
    last = years[columns[-1]]
    if edition and last != int(edition[:4]) - 1:
        rule = N_("ends the row of years in {year}; edition {edition} ends in {last}.")
        sheet.problem((row, columns[-1]), rule, year=last, edition=edition, last=int(edition[:4]) - 1)


def _mark(cell: object) -> str:
    number = number_of(cell)
    return f"{number.value:.0f}" if number else text_of(cell)


def _values(sheet: _Sheet, line: int, iso3: str, years: Mapping[int, int]) -> None:
    series, ratio_told = sheet.series, False
    for column, year in years.items():
        cell = cell_at(sheet.grid, line, column)
        number = None if is_missing(cell) else number_of(cell)
        if number is None and not is_missing(cell):
            rule = N_("shows an error in place of its value.") if is_error(cell) else N_("is not a number.")
            sheet.problem((line, column), rule, cell)
        elif number and series.measure == SHARE and not 0 <= number.value <= MOST_SHARE and not ratio_told:
            ratio_told = True  # once a row: a sheet in per cent would repeat it for every year
            sheet.problem((line, column), N_("is not a ratio between 0 and {most}, as this sheet holds."), cell,
                          most=MOST_SHARE)
        value = None
        if number:
            exact = float(cell) if isinstance(cell, (int, float)) else number.value
            value = round(exact * series.factor, DECIMALS)
        where = address(sheet.name, line, column)
        sheet.rows.append({"iso3": iso3, "year": year, "measure": series.measure, "value": value, "cell": where})


def _check_whole(sheet: _Sheet, allies: set[str]) -> None:
    absent = sorted(allies - {row["iso3"] for row in sheet.rows})
    if absent:
        rule, params = N_("has no row for: {countries}."), {"countries": ", ".join(absent)}
        sheet.problems.append(Problem(sheet.name, rule, params=params, remedy=ASK))
    told = [row for row in sheet.rows if row["iso3"] != "ISL"]
    holes = [row for row in told if row["value"] is None]
    if len(holes) > HALF_EMPTY * len(told):
        rule = N_("is the first of {holes} empty cells among {cells}: the sheet is not whole.")
        params = {"holes": len(holes), "cells": len(told)}
        sheet.problems.append(Problem(holes[0]["cell"], rule, params=params, remedy=ASK))


def _footnotes(sheets: Sheets) -> list[dict]:
    """The texts of the sheet of footnotes: mark in column A, text in the next column that has one."""
    notes = []
    for name in [one for one in sheets if one.strip().lower() == "footnotes"]:
        for line, cells in enumerate(sheets[name], start=1):
            mark = _mark(cells[0]) if cells else ""
            told = next((text_of(cell) for cell in cells[1:] if text_of(cell)), "")
            if mark and told and len(mark) <= 3:
                notes.append({"cell": address(name, line, 1), "iso3": "", "mark": mark, "text": told})
    return notes
