"""One table of NATO's workbook: from cells to rows, with every problem named by its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.grid import (
    Grid,
    Header,
    address,
    headers,
    is_error,
    is_missing,
    letters,
    number_of,
    text_of,
    year_of,
)
from etl.publishers.common.names import currency_code, split_label
from etl.publishers.sheets.nato_tables import BASE_YEAR, NOTE, PAGE_NUMBER, SCALE, TITLE, Block, Table

HALF_EMPTY = 0.25  # a block with more than this part of its country cells empty is a damaged one
CHECK_SUM = 1e-6  # figures without a country below this are the remains of NATO's own check sums

ASK = N_("Take the workbook again from NATO's site; if it looks the same there, the layout has changed.")
FIX_NUMBER = N_("Write the number, or leave the cell empty when there is no figure.")

UNKNOWN = Block(re.compile("(?!)"), "", "")
"""The block under a title that is none of the table's."""


@dataclass
class Sheet:
    """A table being read: `rows` (iso3, year, measure, value, is_estimate, cell), notes, currencies, problems."""

    name: str
    grid: Grid
    table: Table
    codes: Mapping[str, str]
    rows: list[dict] = field(default_factory=list)
    notes: list[dict] = field(default_factory=list)
    currencies: dict[str, tuple[str, str]] = field(default_factory=dict)  # by country: the code, and the cell it is in
    base_years: list[tuple[str, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    header_cell: str = ""
    header: Header | None = None  # the row of years the walk has come under
    block: Block | None = None  # the block the walk is in
    named: set[tuple] = field(default_factory=set)  # (block, column) of problems: a shifted row is one

    def problem(self, at: tuple[int, int], rule: str, value: object = None, *, remedy: str = "", **params) -> None:
        """Note a problem at the cell (row, column)."""
        shown = None if value is None else str(value)
        where = address(self.name, *at)
        self.problems.append(Problem(where, rule, value=shown, params=params, remedy=remedy or ASK))


def read_sheet(name: str, grid: Grid, table: Table, codes: Mapping[str, str]) -> Sheet:
    """Read one table. Nothing is raised: what is wrong stands in `problems`."""
    sheet = Sheet(name, grid, table, codes)
    header_rows = headers(grid)
    if not header_rows:
        sheet.problems.append(
            Problem(name, N_("has no row of years (ten or more cells such as 2014 or 2025e)."), remedy=ASK)
        )
        return sheet
    for header in header_rows:
        _check_header(sheet, header)
    sheet.years = header_rows[0].year_list()
    sheet.header_cell = address(name, header_rows[0].row, header_rows[0].first_column)
    if not sheet.problems:
        _walk(sheet, {header.row: header for header in header_rows})
    return sheet


def _check_header(sheet: Sheet, header: Header) -> None:
    columns = sorted(header.years)
    for before, column in pairwise(columns):
        year, last = header.years[column].year, header.years[before].year
        if year != last + 1 or column != before + 1:
            rule = N_("breaks the row of years: {year} follows {before}.")
            cell = sheet.grid[header.row - 1][column - 1]
            sheet.problem((header.row, column), rule, cell, year=year, before=last)
    if header.first_column == 1:
        sheet.problem((header.row, 1), N_("begins the row of years in the column of the countries."))
    if sheet.years and header.year_list() != sheet.years:
        sheet.problem((header.row, header.first_column), N_("begins a row of other years than the first block."))
    sheet.years = sheet.years or header.year_list()


def _walk(sheet: Sheet, header_rows: Mapping[int, Header]) -> None:
    # A table of one block needs no block title; then its unit line stands for it.
    sheet.block = sheet.table.blocks[0] if len(sheet.table.blocks) == 1 else None
    first_column = next(iter(header_rows.values())).first_column
    ended = False
    for row, cells in enumerate(sheet.grid, start=1):
        if row in header_rows:
            sheet.header = header_rows[row]
            first_column = sheet.header.first_column
            continue
        at, label = _label(cells, first_column)
        if label and NOTE.match(label):
            ended = ended or sheet.header is not None
            sheet.notes.append({"cell": address(sheet.name, row, at), "iso3": "", "mark": "", "text": label})
        elif not ended and label:
            _labelled(sheet, row, at, label, _is_bare(cells))
        elif not ended:
            _unlabelled(sheet, row, cells)
    _check_blocks(sheet)


def _labelled(sheet: Sheet, row: int, at: int, label: str, bare: bool) -> None:
    """A row that begins with text: the table's title, its unit, a block's title, or a country."""
    title = next((one for one in sheet.table.blocks if one.title.fullmatch(label)), None) if bare else None
    sheet.block = title or sheet.block
    if bare and not title and _is_unknown_title(sheet, label):
        sheet.problem((row, at), N_("is neither a country nor the title of a block that is known here."), label)
        sheet.block = UNKNOWN
    elif bare and (title or TITLE.match(label) or BASE_YEAR.search(label) or sheet.header is None):
        where = address(sheet.name, row, at)
        sheet.base_years += [(where, int(year)) for year in BASE_YEAR.findall(label)]
        scale = SCALE.match(label)
        if sheet.table.millions and scale and scale[1].lower() != "million":
            sheet.problem((row, at), N_("gives another unit; this table is read in millions."), label)
    elif not (bare and PAGE_NUMBER.fullmatch(label)):
        _country(sheet, row, at, label)


def _is_unknown_title(sheet: Sheet, label: str) -> bool:
    """Whether text without figures, below rows of a block, begins another one that is not known."""
    began = any(one["measure"] == sheet.block.measure for one in sheet.rows) if sheet.block else False
    name, _mark, _bracket = split_label(label)
    no_title = PAGE_NUMBER.fullmatch(label) or name.casefold() in sheet.codes
    return began and len(sheet.table.blocks) > 1 and not no_title


def _label(cells, first_column: int) -> tuple[int, str]:
    """(column, text) of the first text left of the first year; (0, "") when there is none."""
    for column, cell in enumerate(cells[: first_column - 1], start=1):
        text = text_of(cell)
        if text and not is_error(cell):
            return column, text
    return 0, ""


def _is_bare(cells) -> bool:
    """True for a row without any number, error or missing mark: a title, a note, an empty row."""
    later = [cell for cell in cells if not (cell is None or (text_of(cell) == "" and isinstance(cell, str)))]
    return not any(number_of(cell) or is_error(cell) or is_missing(cell) for cell in later)


def _unlabelled(sheet: Sheet, row: int, cells) -> None:
    """Rows without a country: NATO's own check sums (zeros and #REF!) are passed over, anything else is told."""
    for column, cell in enumerate(cells, start=1):
        number = number_of(cell)
        if number and abs(number.value) > CHECK_SUM and not year_of(cell) and _first(sheet, ("unlabelled",)):
            sheet.problem((row, column), N_("is a figure without a country in its row."), cell)
            return


def _first(sheet: Sheet, key: tuple) -> bool:
    new = key not in sheet.named
    sheet.named.add(key)
    return new


def _country(sheet: Sheet, row: int, at: int, label: str) -> None:
    if sheet.block is UNKNOWN:
        return  # told with its title
    name, mark, bracket = split_label(label)
    iso3 = sheet.codes.get(name.casefold())
    if iso3 is None:
        remedy = N_("Correct the name; a new ally is added to the countries first.")
        sheet.problem((row, at), N_("is not a country this ledger knows."), label, remedy=remedy)
    elif sheet.header is None or sheet.block is None:
        if _first(sheet, ("before",)):
            sheet.problem((row, at), N_("stands before a row of years and a block title."), label)
    elif any(old["iso3"] == iso3 and old["measure"] == sheet.block.measure for old in sheet.rows):
        sheet.problem((row, at), N_("stands twice in this block."), label, remedy=N_("Keep one of the rows."))
    else:
        if mark:
            sheet.notes.append({"cell": address(sheet.name, row, at), "iso3": iso3, "mark": mark, "text": ""})
        if bracket and sheet.table.number == "1":
            _currency(sheet, row, at, iso3, bracket)
        _values(sheet, row, at, iso3, (sheet.header, sheet.block))


def _currency(sheet: Sheet, row: int, at: int, iso3: str, name: str) -> None:
    code = currency_code(name, iso3)
    if code is None:
        sheet.problem((row, at), N_("names a currency this ledger does not know."), name)
    elif (first := sheet.currencies.setdefault(iso3, (code, address(sheet.name, row, at)))[0]) != code:
        sheet.problem((row, at), N_("names another currency than the first block ({code})."), name, code=first)


def _values(sheet: Sheet, row: int, at: int, iso3: str, under: tuple[Header, Block]) -> None:
    cells, years, measure = sheet.grid[row - 1], under[0].years, under[1].measure
    for column in range(at + 1, len(cells) + 1):
        if column not in years and number_of(cells[column - 1]) and _first(sheet, (measure, column)):
            rule = N_("is a figure outside the row of years, which runs from column {first} to {last}.")
            first, last = letters(min(years)), letters(max(years))
            sheet.problem((row, column), rule, cells[column - 1], first=first, last=last)
    for column, year in sorted(years.items()):
        cell = cells[column - 1] if column <= len(cells) else None
        number = None if is_missing(cell) else number_of(cell)
        if number is None and not is_missing(cell):
            rule = N_("shows an error in place of its value.") if is_error(cell) else N_("is not a number.")
            sheet.problem((row, column), rule, cell, remedy=FIX_NUMBER)
        sheet.rows.append(
            {
                "iso3": iso3,
                "year": year.year,
                "measure": measure,
                "value": None if number is None else number.value,
                "is_estimate": year.is_estimate or bool(number and number.is_estimate),
                "cell": address(sheet.name, row, column),
            }
        )


def _check_blocks(sheet: Sheet) -> None:
    for block in sheet.table.blocks:
        rows = [one for one in sheet.rows if one["measure"] == block.measure and not one["iso3"].startswith("NATO_")]
        if not rows and (sheet.block is UNKNOWN or ("before",) in sheet.named):
            continue  # its title is told
        if not rows:
            sheet.problems.append(
                Problem(sheet.name, N_("has no block for {measure}."), params={"measure": block.measure}, remedy=ASK)
            )
            continue
        holes = [one for one in rows if one["value"] is None]
        by_year = {year: [one["value"] for one in rows if one["year"] == year] for year in sheet.years}
        gone = [year for year, values in by_year.items() if all(value is None for value in values)]
        if len(holes) > HALF_EMPTY * len(rows) or gone:
            sheet.problems.append(
                Problem(
                    holes[0]["cell"],
                    N_("is the first of {holes} empty cells among {cells} of {measure}: the table is not whole."),
                    params={"holes": len(holes), "cells": len(rows), "measure": block.measure},
                    remedy=ASK,
                )
            )
