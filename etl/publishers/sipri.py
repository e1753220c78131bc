"""SIPRI's Military Expenditure Database workbook: grids of cells -> rows of `spending`.

Source: https://doi.org/10.55163/CQGC9685 (any edition; the base year is in a sheet's name and moves with each). By
SIPRI's terms at most a tenth of the database may be published again: the share of GDP of the allies is read, and the
dollar series only when asked for. SIPRI marks its own estimates by colour alone, which cells do not carry: no value
is marked as an estimate here.
"""

from __future__ import annotations

import re

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.grid import Sheets, address, text_of, texts
from etl.publishers.names import country_codes
from etl.publishers.reading import CHECKS, CURRENCIES, NOTES, Reading, empty, refused, typed
from etl.publishers.sipri_sheet import ASK, SHARE, Series, Sheet, mark_of, read_sheet

PUBLISHER = "SIPRI"
FIRST_YEAR = 2014


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
        problems.append(
            Problem(
                where,
                N_("does not say which edition it is."),
                value=edition,
                remedy=N_("Give the month it was published, such as 2027-07."),
            )
        )
    allies = countries[countries["joined_nato_on"].notna() & (countries["joined_nato_on"].astype(str) != "")]
    members = set(allies["iso3"])
    codes = {name: iso3 for name, iso3 in country_codes(allies).items() if iso3 in members}
    sheets_read, base = [], None
    for series in SERIES if everything else SERIES[:1]:
        name = next((one for one in sheets if series.sheet.fullmatch(one.strip())), None)
        if name is None:
            problems.append(
                Problem(
                    where,
                    N_("has no sheet {sheet}."),
                    params={"sheet": series.sheet.pattern.replace("\\", "")},
                    remedy=ASK,
                )
            )
            continue
        year = series.sheet.fullmatch(name.strip()).groups()
        base = int(year[0]) if year else base
        sheet = Sheet(name, sheets[name], series)
        read_sheet(sheet, codes, edition, first_year)
        sheets_read.append(sheet)
        problems += sheet.problems
    marks = [note for sheet in sheets_read for note in sheet.notes]
    notes = pd.DataFrame(marks + _footnotes(sheets), columns=NOTES)
    if problems:
        return refused(PUBLISHER, edition, problems, notes=notes, constant_price_base_year=base)
    frame = pd.DataFrame(
        [
            row | {"unit": sheet.series.unit.format(base=base)}
            for sheet in sheets_read
            for row in sheet.rows
            if row["value"] is not None
        ]
    )
    source_id = source_id or f"sipri-{edition}"
    frame = frame.assign(publisher=PUBLISHER, edition=edition, is_estimate=False, source_id=source_id)
    frame = frame.sort_values(["iso3", "year", "measure"], ignore_index=True)
    return Reading(PUBLISHER, edition, typed(frame), empty(CURRENCIES), notes, empty(CHECKS), frame["cell"], base)


def _footnotes(sheets: Sheets) -> list[dict]:
    """The texts of the sheet of footnotes: mark in column A, text in the next column that has one."""
    notes = []
    for name in [one for one in sheets if one.strip().lower() == "footnotes"]:
        for line, cells in enumerate(sheets[name], start=1):
            mark = mark_of(cells[0]) if cells else ""
            told = next((text_of(cell) for cell in cells[1:] if text_of(cell)), "")
            if mark and told and len(mark) <= 3:
                notes.append({"cell": address(name, line, 1), "iso3": "", "mark": mark, "text": told})
    return notes
