"""The World Bank's indicator "Military expenditure (% of GDP)", as its API answers (JSON): rows of `spending`.

Source: https://api.worldbank.org/v2/country/all/indicator/MS.MIL.XPND.GD.ZS?format=json&per_page=20000. It carries
SIPRI's figures, about a year late: beside SIPRI's own edition they say when a figure reached the World Bank, not whether
it is right.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.content import Content
from etl.publishers.common.grid import DECIMALS
from etl.publishers.common.reading import Reading, Recognised, edition_problems, shares_of_gdp

PUBLISHER = "WORLD_BANK"
NAME = "World Bank"
DATASET = "spending"
LICENCE = "CC BY 4.0; the figures are SIPRI's: non-commercial use with credit"
CREDIT = "World Bank, {title}; figures by the Stockholm International Peace Research Institute (SIPRI)"
URL = "https://data.worldbank.org/indicator/MS.MIL.XPND.GD.ZS"
RHYTHM = "year"
FILES = ("https://api.worldbank.org/v2/country/all/indicator/MS.MIL.XPND.GD.ZS?format=json&per_page=20000",)

INDICATOR = b'"MS.MIL.XPND.GD.ZS"'
HEAD_BYTES = 2000
RULE = N_("As the file has it, kept to six decimals.")
COMPARABLE = N_("SIPRI’s figures, about a year late: no second opinion beside SIPRI’s own")
FIRST_YEAR = 2014  # as of SIPRI: at most a tenth of its database may be published again
UPDATED = re.compile(rb'"lastupdated"\s*:\s*"(20\d\d-\d\d)-\d\d"')

ASK = N_("Take the file again from the World Bank's API, with per_page=20000.")


def recognise(content: Content) -> Recognised | None:
    """An array that begins with the page's description and rows of the indicator; the edition is the month of its update."""
    head = content.data[:HEAD_BYTES]
    if not head.lstrip().startswith(b"[") or INDICATOR not in head:
        return None
    updated = UPDATED.search(head)
    return Recognised(PUBLISHER, updated[1].decode() if updated else None)


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """Read the allies' share of GDP from FIRST_YEAR on. `countries`: iso3, joined_nato_on. A null is no figure."""
    recognised = recognise(content)
    edition = edition or (recognised.edition if recognised else None)
    where = content.name or NAME
    rows, problems = _rows(content.data, where, set(countries.loc[countries["joined_nato_on"].notna(), "iso3"]))
    problems = edition_problems(edition, where) + problems
    if problems or edition is None:
        return Reading(PUBLISHER, edition, problems=problems)
    source = source_id or f"world-bank-{edition}"
    title = f"World Development Indicators, Military expenditure (% of GDP), updated {edition}"
    said = {"publisher": PUBLISHER, "edition": edition, "title": title, "source_id": source, "unit": "% of GDP"}
    return shares_of_gdp(rows, **said)


def _rows(data: bytes, where: str, allies: set[str]) -> tuple[list[dict[str, Any]], list[Problem]]:
    """(rows, problems) of the answer: iso3, year, value in per cent."""
    try:
        page, cells = json.loads(data)
        total, pages = int(page["total"]), int(page["pages"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return [], [Problem(where, N_("is not a whole answer of the World Bank's API."), remedy=ASK)]
    if pages != 1 or len(cells) != total:
        rule = N_("holds {count} of {total} rows.")
        return [], [Problem(where, rule, params={"count": len(cells), "total": total}, remedy=ASK)]
    rows, problems = {}, []
    for number, cell in enumerate(cells, start=1):
        place, iso3 = f"{where}, row {number}", cell.get("countryiso3code")
        year, value = str(cell.get("date")), cell.get("value")
        if iso3 not in allies or value is None:
            continue
        if not re.fullmatch(r"(?:19|20)\d\d", year) or isinstance(value, bool) or not isinstance(value, int | float):
            problems.append(Problem(place, N_("is no year and number."), value=f"{year}: {value}", remedy=ASK))
        elif (iso3, year) in rows:
            problems.append(Problem(place, N_("repeats a country and year."), value=f"{iso3} {year}", remedy=ASK))
        elif int(year) >= FIRST_YEAR:
            at = f"/1/{number - 1}/value"
            rows[iso3, year] = {"iso3": iso3, "year": int(year), "value": round(float(value), DECIMALS), "cell": at}
    if not rows and not problems:
        problems.append(Problem(where, N_("has no figure of an ally."), remedy=ASK))
    return list(rows.values()), problems
