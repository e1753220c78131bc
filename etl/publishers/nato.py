"""NATO's workbook "Defence expenditure of NATO countries": grids of cells -> rows of `spending`.

Source: https://www.nato.int/content/dam/nato/webready/documents/finance/def-exp-YYYY-en.xlsx. Reads the layouts of
2024 (titles in B4, one header for two blocks), 2025 and 2026 (titles in A1, a header for each block).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.content import Content
from etl.publishers.common.grid import Sheets, headers, texts
from etl.publishers.common.names import country_codes
from etl.publishers.common.pages import Anchor, Page, greatest
from etl.publishers.common.reading import CURRENCIES, NOTES, Reading, Recognised, edition_problems, typed
from etl.publishers.sheets import nato_arithmetic as arithmetic
from etl.publishers.sheets import nato_whole as whole
from etl.publishers.sheets.nato_sheet import Sheet, read_sheet
from etl.publishers.sheets.nato_tables import EDITIONS, SUBJECT, TABLES, TITLE

PUBLISHER = NAME = "NATO"
DATASET = "spending"
LICENCE = "Reuse allowed with credit to NATO; not for sale or advertising"
CREDIT = "Source: NATO, {title}"
URL = None
RHYTHM = "year"
DOCUMENT = re.compile(r"https?://[^?#]+/[^/?#]*def-exp-20\d\d-en\.pdf", re.IGNORECASE)


def newest(anchors: list[Anchor]) -> str | None:
    """The workbook of the newest year: it stands beside the document that the year links to. Two years may link to one."""
    years = [one for one in anchors if DOCUMENT.fullmatch(one.address)]
    document = greatest((re.fullmatch(r"(20\d\d)", one.text), one.address) for one in years)
    return document and f"{document[: -len('.pdf')]}.xlsx"


FILES = (
    Page(
        "https://www.nato.int/en/what-we-do/introduction-to-nato/defence-expenditures-and-natos-5-commitment",
        ("www.nato.int",),
        newest,
    ),
)
RULE = N_("As the cell has it, kept to six decimals.")
COMPARABLE = N_(
    "core defence expenditure by NATO’s definition, soldiers’ pensions included, as a share of real GDP; editions have each their own price base"
)

LEAST_TABLES = 3
TITLE_ROWS = 25
RENAMED = 2026  # from then on the tables are of core defence expenditure, and the publication has another name


def tables_in(sheets: Sheets) -> dict[str, str]:
    """Sheet name by table number, found by the titles in the sheets ("Table 8a : ...")."""
    names: dict[str, str] = {}
    for name, grid in sheets.items():
        for _row, _column, text in texts(grid[:TITLE_ROWS]):
            title = TITLE.fullmatch(text)
            if title and SUBJECT.search(title[2]):
                names.setdefault(title[1].lower(), name)
                break
    return names


def recognise(content: Content) -> Recognised | None:
    """NATO's tables, whole or in part."""
    if len(tables_in(content.sheets)) < LEAST_TABLES:
        return None
    return Recognised(PUBLISHER, edition_of(content.sheets, content.name))


def edition_of(sheets: Sheets, file_name: str = "") -> str | None:
    """The edition: by the day in the file's name (240617-def-exp-...), else by the last year of its tables."""
    dated = re.match(r"(\d\d)(0[1-9]|1[0-2])\d\d-def-exp", file_name.rsplit("/", 1)[-1])
    if dated:
        return f"20{dated[1]}-{dated[2]}"
    ends = Counter(max(header.year_list()) for name in tables_in(sheets).values() for header in headers(sheets[name]))
    return EDITIONS.get(ends.most_common(1)[0][0]) if ends else None


def read(
    content: Content,
    countries: pd.DataFrame,
    *,
    edition: str | None = None,
    source_id: str | None = None,
    base_year: int | None = None,
) -> Reading:
    """Read the whole workbook.

    `countries`: iso3, name_en, joined_nato_on. `edition` (YYYY-MM) is found when not given. `base_year`: the price
    base year to expect, as of the newest edition held; None accepts any single one. All problems at once; with any of
    them nothing is publishable.
    """
    sheets, where = content.sheets, content.name or PUBLISHER
    edition = edition or edition_of(sheets, content.name)
    problems = edition_problems(edition, where)
    warnings = [] if problems or edition is None else _edition_warnings(sheets, edition, content.name, where)
    names, codes = tables_in(sheets), country_codes(countries)
    read_sheets = [
        read_sheet(names[number], sheets[names[number]], table, codes)
        for number, table in TABLES.items()
        if number in names
    ]
    base, base_problems = whole.base_year(read_sheets, base_year, where)
    problems += [
        *whole.missing(names, where),
        *(problem for sheet in read_sheets for problem in sheet.problems),
        *whole.years(read_sheets),
        *base_problems,
        *(problem for sheet in read_sheets if not sheet.problems for problem in whole.absent(sheet, countries)),
    ]
    notes = pd.DataFrame([note for sheet in read_sheets for note in sheet.notes], columns=NOTES)
    reading = Reading(PUBLISHER, edition, notes=notes, constant_price_base_year=base, warnings=warnings)
    if problems or edition is None:
        return replace(reading, problems=problems)
    return _with_rows(reading, read_sheets, countries, edition, source_id or f"nato-{edition}")


def _with_rows(
    reading: Reading, read_sheets: list[Sheet], countries: pd.DataFrame, edition: str, source_id: str
) -> Reading:
    """A reading without problems with the rows of its sheets, and what does not add up in them; rows that can't be are problems."""
    rows = _rows(read_sheets, edition, source_id, reading.constant_price_base_year)
    checks = arithmetic.checks(rows, countries)
    if problems := arithmetic.unbelievable(checks, rows):
        return replace(reading, problems=problems)
    currencies = _currencies(read_sheets, edition, source_id)
    return replace(
        reading,
        title=_title(edition, rows["year"]),
        tables={"spending": typed(rows), "currencies": currencies[CURRENCIES].astype("str")},
        checks=checks,
        cells={"spending": rows["cell"], "currencies": currencies["cell"]},
        warnings=reading.warnings + arithmetic.warnings(checks),
    )


def _title(edition: str, years: pd.Series) -> str:
    """The publication's title by the years of its tables."""
    word = "Investment" if int(edition[:4]) >= RENAMED else "Expenditure"
    return f"Defence {word} of NATO Countries ({years.min()}-{years.max()})"


def _edition_warnings(sheets: Sheets, edition: str, file_name: str, where: str) -> list[Problem]:
    """An edition at odds with the tables' years or the file's name."""
    by_tables = edition_of(sheets)
    by_name = re.search(r"def-exp-(20\d\d)", file_name)
    years = {year for year in (edition[:4], by_tables and by_tables[:4], by_name and by_name[1]) if year}
    if len(years) == 1:
        return []
    return [
        Problem(
            where,
            N_("has tables, a name and an edition of different years: {years}."),
            params={"years": ", ".join(sorted(years))},
            remedy=N_("Check that the edition is right."),
        )
    ]


def _rows(read_sheets: list[Sheet], edition: str, source_id: str, base: int | None) -> pd.DataFrame:
    units = {block.measure: block.unit.format(base=base) for table in TABLES.values() for block in table.blocks}
    rows = pd.DataFrame([row for sheet in read_sheets for row in sheet.rows if row["value"] is not None])
    rows = rows.assign(publisher=PUBLISHER, edition=edition, source_id=source_id, unit=rows["measure"].map(units))
    return rows.sort_values(["iso3", "year", "measure"], ignore_index=True)


def _currencies(read_sheets: list[Sheet], edition: str, source_id: str) -> pd.DataFrame:
    named = {iso3: code_at for sheet in read_sheets for iso3, code_at in sheet.currencies.items()}
    rows = [(PUBLISHER, edition, iso3, code, source_id, cell) for iso3, (code, cell) in sorted(named.items())]
    return pd.DataFrame(rows, columns=[*CURRENCIES, "cell"])
