"""The European Defence Agency's workbook "Defence Data": the sheets "Member States" and "Billions" -> rows of `spending`.

Source: the newest "Defence Data YYYY" of https://www.eda.europa.eu/publications-and-data/defence-data. The first sheet has one year
of the 27 members, the second the years 2005 to 2021; both a country, a year and the total defence expenditure as a
ratio of GDP in a line. A label with one star is an estimate where a line below begins with "*Estimated"; two and three
stars are notes. Layout as described by others who read it, not tried on a real workbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.content import Content
from etl.publishers.common.grid import DECIMALS, Grid, address, is_missing, number_of, text_of, year_of
from etl.publishers.common.names import country_codes, split_label
from etl.publishers.common.pages import Anchor, Page, greatest
from etl.publishers.common.reading import Reading, Recognised, edition_problems, shares_of_gdp

PUBLISHER = "EDA"
NAME = "European Defence Agency"
DATASET = "spending"
LICENCE = "Reuse allowed with credit to the European Defence Agency"
CREDIT = "Source: European Defence Agency, {title}"
URL = "https://www.eda.europa.eu/publications-and-data/defence-data"
RHYTHM = "year"
RULE = N_("A share of GDP stands in the file as a ratio: times 100, kept to six decimals.")
COMPARABLE = N_(
    "total defence expenditure as the member states report it to the agency: near to NATO’s definition, not the same"
)

FIRST_YEAR = 2014
MONTH = "09"  # the workbook names its year alone; the agency's report comes in September
COUNTRY, YEAR, SHARE = (
    re.compile(r"eu ms|pms"),
    re.compile(r"year"),
    re.compile(r"total defence expenditure as % of gdp"),
)
HEADER_ROWS = 15
MOST_SHARE = 0.5  # a ratio above this is no share of GDP: the sheet then holds per cent already
ASK = N_("Take the workbook again from the agency's site; if it looks the same there, the layout has changed.")


def newest(anchors: list[Anchor]) -> str | None:
    """The workbook of the last year, by the text of its link: names are irregular."""
    workbooks = [one for one in anchors if one.address.lower().endswith(".xlsx")]
    return greatest((re.fullmatch(r"Defence Data (20\d\d)", one.text), one.address) for one in workbooks)


FILES = (Page(URL, ("eda.europa.eu", "www.eda.europa.eu"), newest),)


def recognise(content: Content) -> Recognised | None:
    """A sheet "Member States" with the agency's columns; the edition is of its last year."""
    own = [grid for name, grid in content.sheets.items() if name.startswith("Member States")]
    for grid in own:
        if found := _header(grid):
            row, columns = found
            years = [year.year for cells in grid[row:] if (year := year_of(_cell(cells, columns["year"])))]
            return Recognised(PUBLISHER, f"{max(years)}-{MONTH}" if years else None)
    return None


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """Read the allies' share of GDP from FIRST_YEAR on. `countries`: iso3, name_en, joined_nato_on."""
    recognised = recognise(content)
    edition = edition or (recognised.edition if recognised else None)
    where = content.name or NAME
    problems = edition_problems(edition, where)
    allies = countries[countries["joined_nato_on"].notna()]
    codes = {name: iso3 for name, iso3 in country_codes(allies).items() if iso3 in set(allies["iso3"])}
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for name, grid in content.sheets.items():
        if not (name.startswith("Member States") or name == "Billions") or not (found := _header(grid)):
            continue
        for row in _rows(name, grid, found, codes):
            if isinstance(row, Problem):
                problems.append(row)
            elif (row["iso3"], row["year"]) in rows:
                problems.append(Problem(row["cell"], N_("repeats a country and a year."), remedy=ASK))
            else:
                rows[row["iso3"], row["year"]] = row
    if not rows and not problems:
        problems.append(Problem(where, N_("has no figure of an ally."), remedy=ASK))
    if problems or edition is None:
        return Reading(PUBLISHER, edition, problems=problems)
    title = f"Defence Data {edition[:4]}"
    said = {"publisher": PUBLISHER, "edition": edition, "title": title, "unit": "% of GDP"}
    return shares_of_gdp(list(rows.values()), **said, source_id=source_id or f"eda-{edition}")


def _header(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """The row of the header, counted from 1, and the columns of country, year and share."""
    wanted = {"country": COUNTRY, "year": YEAR, "share": SHARE}
    for row, cells in enumerate(grid[:HEADER_ROWS], start=1):
        texts = [text_of(cell).casefold() for cell in cells]
        columns = {name: at for name, form in wanted.items() for at, text in enumerate(texts) if form.fullmatch(text)}
        if len(columns) == len(wanted):
            return row, columns
    return None


def _rows(
    sheet: str, grid: Grid, header: tuple[int, dict[str, int]], codes: dict[str, str]
) -> Iterator[dict[str, Any] | Problem]:
    first, at = header
    starred = any(text_of(cells[0]).startswith("*Estimated") for cells in grid[first:] if cells)
    for number, cells in enumerate(grid[first:], start=first + 1):
        name, mark, _bracket = split_label(text_of(_cell(cells, at["country"])))
        year, share = year_of(_cell(cells, at["year"])), _cell(cells, at["share"])
        iso3 = codes.get(name.casefold())
        if not iso3 or year is None or year.year < FIRST_YEAR or is_missing(share):
            continue
        place, value = address(sheet, number, at["share"] + 1), number_of(share)
        if value is None or not 0 <= value.value <= MOST_SHARE:
            yield Problem(place, N_("is no ratio of GDP."), value=str(share), remedy=ASK)
            continue
        points = round(value.value * 100, DECIMALS)
        estimate = starred and mark == "*"
        yield {"iso3": iso3, "year": year.year, "value": points, "is_estimate": estimate, "cell": place}


def _cell(cells: Any, column: int) -> Any:
    return cells[column] if column < len(cells) else None
