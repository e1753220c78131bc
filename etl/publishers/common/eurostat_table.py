"""Tables of Eurostat's API (JSON-stat 2.0) as shares of GDP of the allies in the Union."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl.contract import Problem
from etl.files.numbers import ESTIMATE_FLAGS
from etl.message import N_
from etl.publishers.common.content import Content
from etl.publishers.common.reading import Reading, Recognised, edition_problems, shares_of_gdp

NAME = "Eurostat"
LICENCE = "CC BY 4.0, with credit to Eurostat"
CREDIT = "Source: Eurostat, {title}"
API = "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/"

OTHER_CODES = {"EL": "GR", "UK": "GB"}  # Eurostat's -> ISO 3166-1
FIRST_YEAR = 2014
UNIT = "% of GDP, rounded to one decimal"
UPDATED = re.compile(rb'"updated"\s*:\s*"(20\d\d-\d\d)-\d\d')
ENDS = 4000  # bytes at the beginning and the end that say what a file is
ASK = N_("Take the file again from Eurostat's API.")


@dataclass(frozen=True)
class EurostatTable:
    """A table that a reader reads: its code as Eurostat's addresses have it, its title and the cell of each dimension
    that is taken; `marks`: what its file says in its last bytes and no other table's does."""

    publisher: str
    code: str
    title: str
    chosen: Mapping[str, str]
    marks: tuple[bytes, ...]

    def recognise(self, content: Content) -> Recognised | None:
        """A JSON-stat table of Eurostat whose dimensions or extension hold the marks; its edition is the month it was updated."""
        head, tail = content.data[:ENDS], content.data[-ENDS:]
        named = (f'"{self.code.upper()}"'.encode(), *self.marks)
        if not head.lstrip().startswith(b"{") or b'"ESTAT"' not in head or not all(mark in tail for mark in named):
            return None
        updated = UPDATED.search(head)
        return Recognised(self.publisher, updated[1].decode() if updated else None)

    def read(
        self, content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
    ) -> Reading:
        """Read the allies' share of GDP from FIRST_YEAR on. `countries`: iso2, iso3, joined_nato_on."""
        recognised = self.recognise(content)
        edition = edition or (recognised.edition if recognised else None)
        where = content.name or NAME
        problems = edition_problems(edition, where)
        allies = countries[countries["joined_nato_on"].notna()]
        try:
            rows = list(self._rows(json.loads(content.data), dict(zip(allies["iso2"], allies["iso3"], strict=True))))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            rows, problems = [], [*problems, Problem(where, N_("is not a whole table of Eurostat's API."), remedy=ASK)]
        if not rows and not problems:
            problems.append(Problem(where, N_("has no figure of an ally."), remedy=ASK))
        if problems or edition is None:
            return Reading(self.publisher, edition, problems=problems)
        source = source_id or f"{self.publisher.lower().replace('_', '-')}-{edition}"
        title = f"{self.title} ({self.code}), updated {edition}"
        said = {"publisher": self.publisher, "edition": edition, "title": title, "source_id": source, "unit": UNIT}
        return shares_of_gdp(rows, **said)

    def _rows(self, table: dict[str, Any], allies: dict[str, str]) -> Iterator[dict[str, Any]]:
        """Values are kept under the flat index of their cell, row-major over `id` and `size`; there is none for an empty cell."""
        places = [_places(table["dimension"][name]["category"]["index"]) for name in table["id"]]
        if [len(place) for place in places] != table["size"]:
            raise ValueError("the dimensions are not of the size that is said")
        fixed = {name: self.chosen[name] for name in table["id"] if name not in ("geo", "time")}
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
                    yield {
                        "iso3": iso3,
                        "year": int(year),
                        "value": float(value),
                        "is_estimate": is_estimate,
                        "cell": at,
                    }


def _places(index: dict[str, int] | list[str]) -> dict[str, int]:
    return index if isinstance(index, dict) else {code: place for place, code in enumerate(index)}
