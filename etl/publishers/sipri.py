"""SIPRI's Military Expenditure Database workbook: grids of cells -> rows of `spending`.

Source: https://doi.org/10.55163/CQGC9685 (any edition; the base year is in a sheet's name and moves with each). By
SIPRI's terms at most a tenth of the database may be published again: the share of GDP of the allies is read, and the
dollar series only when asked for. SIPRI marks its own estimates by colour alone, which cells do not carry: no value
is marked as an estimate here.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.content import Content
from etl.publishers.common.grid import Sheets, address, text_of, texts
from etl.publishers.common.names import country_codes
from etl.publishers.common.pages import Anchor, Page, greatest
from etl.publishers.common.reading import NOTES, Reading, Recognised, edition_problems, typed
from etl.publishers.sheets.sipri_sheet import ASK, SHARE, Series, Sheet, mark_of, read_sheet

PUBLISHER = "SIPRI"
NAME = "Stockholm International Peace Research Institute"
DATASET = "spending"
LICENCE = "Non-commercial use with credit; at most 10 % of the database may be republished"
CREDIT = (
    "Information from the Stockholm International Peace Research Institute (SIPRI) Military Expenditure Database, "
    "https://doi.org/10.55163/CQGC9685"
)
URL = "https://doi.org/10.55163/CQGC9685"
RHYTHM = "year"
WORKBOOK = re.compile(r"https?://[^?#]+/SIPRI-Milex-data-19\d\d-(20\d\d)(?:_v(\d+)\.(\d+))?\.xlsx", re.IGNORECASE)


def newest(anchors: list[Anchor]) -> str | None:
    """The workbook of the last year, and of that one the last version."""
    return greatest((WORKBOOK.fullmatch(one.address), one.address) for one in anchors)


FILES = (Page("https://www.sipri.org/databases/milex", ("www.sipri.org",), newest),)
RULE = N_(
    "A share of GDP stands in the file as a ratio: times 100, kept to six decimals. Dollars are as the cell has them."
)
COMPARABLE = N_("military expenditure by SIPRI’s definition, pensions and military aid included, without civil defence")

FIRST_YEAR = 2014

SERIES = (
    Series(re.compile(r"share of gdp", re.IGNORECASE), SHARE, "% of GDP", 100.0),
    Series(re.compile(r"current us\$", re.IGNORECASE), "expenditure_usd_current_million",
           "million US dollars, current prices and exchange rates"),
    Series(re.compile(r"constant \((\d{4})\) us\$", re.IGNORECASE), "expenditure_usd_constant_million",
           "million US dollars, constant {base} prices and exchange rates"),
)  # fmt: skip


def recognise(content: Content) -> Recognised | None:
    """A sheet's first rows name SIPRI and military expenditure."""
    for grid in content.sheets.values():
        head = " ".join(text for _row, _column, text in texts(grid[:3]))
        if "SIPRI" in head and re.search("military expenditure", head, re.IGNORECASE):
            return Recognised(PUBLISHER, edition_of(content.sheets))
    return None


def edition_of(sheets: Sheets) -> str | None:
    """The edition: SIPRI publishes in April, up to the year before ("1949-2024" is edition 2025-04)."""
    for grid in sheets.values():
        for _row, _column, text in texts(grid[:2]):
            span = re.search(r"\b19\d\d\s*[-–]\s*(20\d\d)\b", text)
            if span and re.search("military expenditure", text, re.IGNORECASE):
                return f"{int(span[1]) + 1}-04"
    return None


def read(
    content: Content,
    countries: pd.DataFrame,
    *,
    edition: str | None = None,
    source_id: str | None = None,
    first_year: int = FIRST_YEAR,
    everything: bool = False,
) -> Reading:
    """Read the allies' share of GDP from `first_year` on; `everything` adds the two dollar series.

    `countries`: iso3, name_en, joined_nato_on (rows without a day are passed over). All problems at once; with any of
    them nothing is publishable.
    """
    sheets, where = content.sheets, content.name or PUBLISHER
    edition = edition or edition_of(sheets)
    problems = edition_problems(edition, where)
    allies = countries[countries["joined_nato_on"].notna() & (countries["joined_nato_on"].astype(str) != "")]
    members = set(allies["iso3"])
    codes = {name: iso3 for name, iso3 in country_codes(allies).items() if iso3 in members}
    sheets_read, missing = [], []
    for series in SERIES if everything else SERIES[:1]:
        name = next((one for one in sheets if series.sheet.fullmatch(one.strip())), None)
        if name is None:
            missing.append(_without_sheet(where, series))
            continue
        sheet = Sheet(name, sheets[name], series)
        sheet.coloured = content.coloured.get(name)
        read_sheet(sheet, codes, edition, first_year)
        sheets_read.append(sheet)
    problems += missing + [problem for sheet in sheets_read for problem in sheet.problems]
    base = _base_year(sheets_read)
    marks = [note for sheet in sheets_read for note in sheet.notes]
    notes = pd.DataFrame(marks + _footnotes(sheets), columns=NOTES)
    reading = Reading(PUBLISHER, edition, notes=notes, constant_price_base_year=base, problems=problems)
    if problems or edition is None:
        return reading
    frame = pd.DataFrame(
        [
            row | {"unit": sheet.series.unit.format(base=base)}
            for sheet in sheets_read
            for row in sheet.rows
            if row["value"] is not None
        ]
    )
    source_id = source_id or f"sipri-{edition}"
    frame = frame.assign(publisher=PUBLISHER, edition=edition, source_id=source_id)
    frame = frame.sort_values(["iso3", "year", "measure"], ignore_index=True)
    title = f"SIPRI Military Expenditure Database 1949-{int(edition[:4]) - 1}"
    return replace(reading, title=title, tables={"spending": typed(frame)}, cells={"spending": frame["cell"]})


def _without_sheet(where: str, series: Series) -> Problem:
    sheet = series.sheet.pattern.replace("\\", "")
    return Problem(where, N_("has no sheet {sheet}."), params={"sheet": sheet}, remedy=ASK)


def _base_year(sheets: list[Sheet]) -> int | None:
    """The year whose prices the constant dollars are in, as the name of their sheet says it."""
    named = (sheet.series.sheet.fullmatch(sheet.name.strip()) for sheet in sheets)
    return next((int(found[1]) for found in named if found and found.groups()), None)


def _footnotes(sheets: Sheets) -> list[dict]:
    """The texts of the sheet of footnotes: mark in column A, text in the next column that has one."""
    notes = []
    for name in [one for one in sheets if one.strip().lower() == "footnotes"]:
        for line, cells in enumerate(sheets[name], start=1):
            mark = mark_of(cells[0]) if cells else ""
            text = next((text_of(cell) for cell in cells[1:] if text_of(cell)), "")
            if mark and text and len(mark) <= 3:
                notes.append({"cell": address(name, line, 1), "iso3": "", "mark": mark, "text": text})
    return notes
