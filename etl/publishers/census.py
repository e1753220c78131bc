"""US imports by HS chapter, as the Census Bureau's API answers (JSON): rows of `trade_us_imports`.

Source: https://api.census.gov/data/timeseries/intltrade/imports/hs?get=CTY_NAME,CON_VAL_MO,CAL_DUT_MO&time=2026-07&COMM_LVL=HS2&CTY_CODE=1220
(a key is needed). An array of lines, the header first, all of it text, in whole US dollars. Values of a month (`_MO`) are
taken, and of a year (`_YR`) in December, when it is one. Canada and the eight allies of the dataset are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.content import Content
from etl.publishers.common.reading import Reading, Recognised

PUBLISHER = "CENSUS"
NAME = "US Census Bureau"
DATASET = "trade_us_imports"
LICENCE = "Public domain (US government)"
CREDIT = "Source: US Census Bureau, {title}"
URL = "https://www.census.gov/foreign-trade/reference/products/catalog/ita.html"
RHYTHM = "month"
FILES = ()  # the API wants a key of one's own
RULE = N_("As the file has it.")
COMPARABLE = N_(
    "imports for consumption at their customs value: what is released from warehouses counts then; general imports count at arrival"
)

TITLE = "International trade: imports by Harmonized System chapter"
ORIGINS = {
    "1220": "CAN", "4280": "DEU", "4099": "DNK", "4050": "FIN", "4279": "FRA", "4120": "GBR", "4210": "NLD", "4039": "NOR", "4010": "SWE",
}  # fmt: skip
"""Those of the dataset by the Census Bureau's code of a country."""
MEASURES = {
    "CON_VAL": ("imports_consumption_usd", "imports for consumption, customs value"),
    "CAL_DUT": ("calculated_duty_usd", "imports for consumption, customs value"),
    "GEN_VAL": ("imports_general_usd", "general imports"),
}
NEEDED = ("CTY_CODE", "COMM_LVL", "I_COMMODITY", "time")
HEAD_BYTES = 2000
ASK = N_("Take the file again from the Census Bureau's API, with COMM_LVL=HS2.")


def recognise(content: Content) -> Recognised | None:
    """An array of arrays whose first names the columns of the imports by HS code."""
    head = content.data[:HEAD_BYTES]
    is_own = re.match(rb"\s*\[\s*\[", head) and all(f'"{name}"'.encode() in head for name in NEEDED)
    values = any(f'"{name}_{period}"'.encode() in head for name in MEASURES for period in ("MO", "YR"))
    return Recognised(PUBLISHER, None) if is_own and values else None


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """Every value of a chapter and an origin of the dataset. Trade has no edition."""
    where = content.name or NAME
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    problems = []
    try:
        for one in _values(json.loads(content.data), where):
            key = () if isinstance(one, Problem) else (one["period"], one["origin"], one["code"], one["measure"])
            if isinstance(one, Problem):
                problems.append(one)
            elif key in rows:
                problems.append(Problem(where, N_("repeats a value."), value=" ".join(key), remedy=ASK))
            else:
                rows[key] = one
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        problems = [Problem(where, N_("is not a whole answer of the Census Bureau's API."), remedy=ASK)]
    if not rows and not problems:
        problems = [Problem(where, N_("has no value of an origin that is held."), remedy=ASK)]
    if problems:
        return Reading(PUBLISHER, None, problems=problems)
    frame = pd.DataFrame(rows.values()).sort_values(["period", "origin", "code", "measure"], ignore_index=True)
    frame = frame.assign(source_id=f"us-census-imports-{frame['period'].max()}")
    return Reading(PUBLISHER, None, TITLE, {DATASET: frame.drop(columns="cell")}, cells={DATASET: frame["cell"]})


def _values(lines: list[list[str]], where: str) -> Iterator[dict[str, Any] | Problem]:
    header, *rest = lines
    for number, cells in enumerate(rest, start=1):
        line = dict(zip(header, cells, strict=True))
        origin = ORIGINS.get(line["CTY_CODE"])
        if origin is None:
            continue
        place = f"{where}, line {number + 1}"
        if line["COMM_LVL"] != "HS2" or not re.fullmatch(r"\d\d", line["I_COMMODITY"]):
            yield Problem(place, N_("is no HS chapter."), value=line["I_COMMODITY"], remedy=ASK)
            continue
        for column, text in line.items():
            measure, _underscore, period = column.rpartition("_")
            if measure not in MEASURES or (period == "YR" and not line["time"].endswith("-12")):
                continue
            if not re.fullmatch(r"\d{1,15}", text or ""):
                yield Problem(place, N_("is no amount."), value=str(text), remedy=ASK)
                continue
            name, basis = MEASURES[measure]
            yield {
                "period": line["time"] if period == "MO" else line["time"][:4],
                "frequency": "month" if period == "MO" else "annual",
                "origin": origin,
                "grouping": "hs2",
                "code": line["I_COMMODITY"],
                "product_id": None,
                "product_fit": None,
                "measure": name,
                "value": float(text),
                "basis": basis,
                "cell": f"/{number}/{header.index(column)}",
            }
