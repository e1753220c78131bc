"""NATO's workbook "Defence expenditure of NATO countries": grids of cells -> rows of `spending`.

Source: https://www.nato.int/content/dam/nato/webready/documents/finance/def-exp-YYYY-en.xlsx. Reads the layouts of
2024 (titles in B4, one header for two blocks), 2025 and 2026 (titles in A1, a header for each block).
"""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers import arithmetic
from etl.publishers.grid import Sheets, headers, texts
from etl.publishers.names import AGGREGATES, country_codes
from etl.publishers.nato_sheet import ASK, Sheet, read_sheet
from etl.publishers.nato_tables import EDITIONS, SUBJECT, TABLES, TITLE
from etl.publishers.reading import CURRENCIES, NOTES, Reading, refused, typed

PUBLISHER = "NATO"
LEAST_TABLES = 3
TITLE_ROWS = 25


def tables_in(sheets: Sheets) -> dict[str, str]:
    """Sheet name by table number, found by the titles in the sheets ("Table 8a : ...")."""
    found: dict[str, str] = {}
    for name, grid in sheets.items():
        for _row, _column, told in texts(grid[:TITLE_ROWS]):
            title = TITLE.fullmatch(told)
            if title and SUBJECT.search(title[2]):
                found.setdefault(title[1].lower(), name)
                break
    return found


def recognise(sheets: Sheets) -> bool:
    """True when the sheets hold NATO's tables, whole or in part."""
    return len(tables_in(sheets)) >= LEAST_TABLES


def edition_of(sheets: Sheets, file_name: str = "") -> str | None:
    """The edition: by the day in the file's name (240617-def-exp-...), else by the last year of its tables."""
    dated = re.match(r"(\d\d)(0[1-9]|1[0-2])\d\d-def-exp", file_name.rsplit("/", 1)[-1])
    if dated:
        return f"20{dated[1]}-{dated[2]}"
    ends = Counter(max(header.year_list()) for name in tables_in(sheets).values() for header in headers(sheets[name]))
    return EDITIONS.get(ends.most_common(1)[0][0]) if ends else None


def read(
    sheets: Sheets,
    countries: pd.DataFrame,
    *,
    edition: str | None = None,
    file_name: str = "",
    source_id: str | None = None,
    base_year: int | None = None,
) -> Reading:
    """Read the whole workbook.

    `countries`: iso3, name_en, joined_nato_on. `edition` (YYYY-MM) is found when not given. `base_year`: the price
    base year to expect, as of the newest edition held; None accepts any single one. All problems at once; with any of
    them nothing is publishable.
    """
    edition = edition or edition_of(sheets, file_name)
    where = file_name or PUBLISHER
    problems, warnings = _edition_problems(sheets, edition, file_name, where)
    found = tables_in(sheets)
    for number in TABLES:
        if number not in found:
            problems.append(
                Problem(where, N_("has no sheet with the title Table {number}."), params={"number": number}, remedy=ASK)
            )
    codes = country_codes(countries)
    read_sheets = [
        read_sheet(found[number], sheets[found[number]], table, codes)
        for number, table in TABLES.items()
        if number in found
    ]
    problems += [problem for sheet in read_sheets for problem in sheet.problems]
    problems += _year_problems(read_sheets)
    base, base_problems = _base_year(read_sheets, base_year, where)
    problems += base_problems
    problems += [p for sheet in read_sheets if not sheet.problems for p in _absent(sheet, countries)]
    notes = pd.DataFrame([note for sheet in read_sheets for note in sheet.notes], columns=NOTES)
    if problems:
        return refused(PUBLISHER, edition, problems, notes=notes, warnings=warnings, constant_price_base_year=base)
    source_id = source_id or f"nato-{edition}"
    rows = _rows(read_sheets, edition, source_id, base)
    checks = arithmetic.checks(rows, countries)
    problems = arithmetic.unbelievable(checks, rows)
    if problems:
        return refused(PUBLISHER, edition, problems, notes=notes, warnings=warnings, constant_price_base_year=base)
    return Reading(
        PUBLISHER,
        edition,
        typed(rows),
        _currencies(read_sheets, edition, source_id),
        notes,
        checks,
        rows["cell"],
        base,
        [],
        warnings + arithmetic.warnings(checks),
    )


def _edition_problems(
    sheets: Sheets, edition: str | None, file_name: str, where: str
) -> tuple[list[Problem], list[Problem]]:
    """(problems, warnings) with the edition: not told, malformed, or at odds with the tables' years and the name."""
    if edition is None:
        return [
            Problem(
                where,
                N_("does not say which edition it is."),
                remedy=N_("Give the month it was published, such as 2027-07."),
            )
        ], []
    if not re.fullmatch(r"20\d\d-(?:0[1-9]|1[0-2])", edition):
        return [
            Problem(
                where,
                N_("has no edition of that form."),
                value=edition,
                remedy=N_("Give the month it was published, such as 2027-07."),
            )
        ], []
    held = edition_of(sheets)
    named = re.search(r"def-exp-(20\d\d)", file_name)
    told = {year for year in (edition[:4], held and held[:4], named and named[1]) if year}
    if len(told) > 1:
        return [], [
            Problem(
                where,
                N_("has tables, a name and an edition of different years: {years}."),
                params={"years": ", ".join(sorted(told))},
                remedy=N_("Check that the edition is right."),
            )
        ]
    return [], []


def _year_problems(read_sheets: list[Sheet]) -> list[Problem]:
    """Every table must have the same years: one that does not has lost or gained a column."""
    usual = Counter(tuple(sheet.years) for sheet in read_sheets if sheet.years).most_common(1)
    if not usual:
        return []
    years = usual[0][0]
    return [
        Problem(
            sheet.header_cell,
            N_("begins a row of years from {first} to {last}; the other tables have {years}."),
            params={"first": sheet.years[0], "last": sheet.years[-1], "years": f"{years[0]}-{years[-1]}"},
            remedy=ASK,
        )
        for sheet in read_sheets
        if sheet.years and tuple(sheet.years) != years
    ]


def _base_year(read_sheets: list[Sheet], expected: int | None, where: str) -> tuple[int | None, list[Problem]]:
    """The one price base year of the workbook, and every cell that says another one than the rest (or than expected)."""
    told = [one for sheet in read_sheets for one in sheet.base_years]
    if not told:
        if any(sheet.problems for sheet in read_sheets) or not read_sheets:
            return None, []
        return None, [Problem(where, N_("does not say the base year of its constant prices."), remedy=ASK)]
    usual = Counter(year for _cell, year in told).most_common(1)[0][0]
    problems = [
        Problem(
            cell,
            N_("gives {year} as the base year of constant prices; the other tables give {usual}."),
            params={"year": year, "usual": usual},
            remedy=ASK,
        )
        for cell, year in told
        if year != usual
    ]
    if expected is not None and usual != expected and not problems:
        problems = [
            Problem(
                told[0][0],
                N_("gives {year} as the base year of constant prices; {expected} was expected."),
                params={"year": usual, "expected": expected},
                remedy=N_(
                    "If NATO has moved the base year, say so when importing; series of two base years are never joined."
                ),
            )
        ]
    return usual, problems


def _absent(sheet: Sheet, countries: pd.DataFrame) -> list[Problem]:
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


def _rows(read_sheets: list[Sheet], edition: str, source_id: str, base: int | None) -> pd.DataFrame:
    units = {block.measure: block.unit.format(base=base) for table in TABLES.values() for block in table.blocks}
    rows = pd.DataFrame([row for sheet in read_sheets for row in sheet.rows if row["value"] is not None])
    rows = rows.assign(publisher=PUBLISHER, edition=edition, source_id=source_id, unit=rows["measure"].map(units))
    return rows.sort_values(["iso3", "year", "measure"], ignore_index=True)


def _currencies(read_sheets: list[Sheet], edition: str, source_id: str) -> pd.DataFrame:
    codes = {iso3: code for sheet in read_sheets for iso3, code in sheet.currencies.items()}
    rows = [(PUBLISHER, edition, iso3, code, source_id) for iso3, code in sorted(codes.items())]
    return pd.DataFrame(rows, columns=CURRENCIES, dtype="str")
