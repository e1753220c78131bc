"""Eurostat's table `gov_ev`, general government expenditure on defence (JSON-stat 2.0): rows of `spending`.

Source: https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/gov_ev?lang=en&expend=DEF&na_item=TE&unit=PC_GDP.
National accounts (ESA 2010) of the members of the Union: other spending than NATO's definition covers, in per cent of GDP
with one decimal. Figures that Eurostat flags as estimates or forecasts are marked as estimates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from etl.contract import Problem
from etl.files.numbers import ESTIMATE_FLAGS
from etl.message import N_
from etl.publishers.common.content import Content
from etl.publishers.common.reading import Reading, Recognised, edition_problems, shares_of_gdp

PUBLISHER = "EUROSTAT"
NAME = "Eurostat"
DATASET = "spending"
LICENCE = "CC BY 4.0, with credit to Eurostat"
CREDIT = "Source: Eurostat, {title}"
URL = "https://ec.europa.eu/eurostat/databrowser/view/gov_ev"
RHYTHM = "half-year"
FILES = (
    "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/gov_ev?lang=en&expend=DEF&na_item=TE&unit=PC_GDP",
)

CHOSEN = {"expend": "DEF", "na_item": "TE", "unit": "PC_GDP", "freq": "A"}
OTHER_CODES = {"EL": "GR", "UK": "GB"}  # Eurostat's -> ISO 3166-1
FIRST_YEAR = 2014
RULE = N_("As the file has it.")
UNIT = "% of GDP, rounded to one decimal"
UPDATED = re.compile(rb'"updated"\s*:\s*"(20\d\d-\d\d)-\d\d')
ENDS = 4000  # bytes at the beginning and the end that say what a file is
ASK = N_("Take the file again from Eurostat's API.")


def recognise(content: Content) -> Recognised | None:
    """A JSON-stat table of Eurostat whose dimensions or extension name `gov_ev` and defence."""
    head, tail = content.data[:ENDS], content.data[-ENDS:]
    if not head.lstrip().startswith(b"{") or b'"ESTAT"' not in head or b'"GOV_EV"' not in tail or b'"DEF"' not in tail:
        return None
    updated = UPDATED.search(head)
    return Recognised(PUBLISHER, updated[1].decode() if updated else None)


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """Read the allies' share of GDP from FIRST_YEAR on. `countries`: iso2, iso3, joined_nato_on."""
    recognised = recognise(content)
    edition = edition or (recognised.edition if recognised else None)
    where = content.name or NAME
    problems = edition_problems(edition, where)
    allies = countries[countries["joined_nato_on"].notna()]
    try:
        rows = list(_rows(json.loads(content.data), dict(zip(allies["iso2"], allies["iso3"], strict=True))))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        rows, problems = [], [*problems, Problem(where, N_("is not a whole table of Eurostat's API."), remedy=ASK)]
    if not rows and not problems:
        problems.append(Problem(where, N_("has no figure of an ally."), remedy=ASK))
    if problems or edition is None:
        return Reading(PUBLISHER, edition, problems=problems)
    source = source_id or f"eurostat-{edition}"
    title = f"General government expenditure on defence (gov_ev), updated {edition}"
    said = {"publisher": PUBLISHER, "edition": edition, "title": title, "source_id": source, "unit": UNIT}
    return shares_of_gdp(rows, **said)


def _rows(table: dict[str, Any], allies: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Values are kept under the flat index of their cell, row-major over `id` and `size`; there is none for an empty cell."""
    places = [_places(table["dimension"][name]["category"]["index"]) for name in table["id"]]
    if [len(place) for place in places] != table["size"]:
        raise ValueError("the dimensions are not of the size that is said")
    fixed = {name: CHOSEN[name] for name in table["id"] if name not in ("geo", "time")}
    flags = table.get("status", {})
    geo, years = places[table["id"].index("geo")], places[table["id"].index("time")]
    for code in geo:
        iso3 = allies.get(OTHER_CODES.get(code, code))
        for year in years if iso3 else ():
            cell = fixed | {"geo": code, "time": year}
            index = 0
            for name, place in zip(table["id"], places, strict=True):
                index = index * len(place) + place[cell[name]]
            value = table["value"].get(str(index))
            if value is not None and int(year) >= FIRST_YEAR:
                is_estimate = bool(ESTIMATE_FLAGS & {*flags.get(str(index), "")})
                at = f"/value/{index}"
                yield {"iso3": iso3, "year": int(year), "value": float(value), "is_estimate": is_estimate, "cell": at}


def _places(index: dict[str, int] | list[str]) -> dict[str, int]:
    return index if isinstance(index, dict) else {code: place for place, code in enumerate(index)}
