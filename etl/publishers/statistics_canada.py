"""Statistics Canada's exports to the United States, as its Web Data Service answers (JSON): rows of `trade_canada_exports_cad`.

Source: https://www150.statcan.gc.ca/t1/wds/rest/getDataFromVectorByReferencePeriodRange (or the methods that are asked
by POST, which answer in the same form), series of table 12-10-0182-01. A value is to be read times ten to the power of
its scalar factor; a month that is suppressed or not there yet has none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.content import Content
from etl.publishers.common.reading import Reading, Recognised

PUBLISHER = "STATCAN"
NAME = "Statistics Canada"
DATASET = "trade_canada_exports_cad"
LICENCE = "Statistics Canada Open Licence"
CREDIT = "Source: Statistics Canada, {title}. Reproduced and distributed on an “as is” basis with the permission of Statistics Canada."
URL = "https://www150.statcan.gc.ca/t1/tbl1/en/tv.action?pid=1210018201"
RHYTHM = "month"
FILES = (
    "https://www150.statcan.gc.ca/t1/wds/rest/getDataFromVectorByReferencePeriodRange"
    "?vectorIds=%221863677803%22&startRefPeriod=2024-01-01",
)
RULE = N_("The value of the file times ten to the power of its scalar factor, in millions.")
COMPARABLE = N_("customs basis, not seasonally adjusted: not to be set against figures on a balance-of-payments basis")

TITLE = "Table 12-10-0182-01: exports to the United States by product, customs basis"
TABLE = 12100182
SERIES = {1863677803: ("lumber_sawmill", "NAPCS 55")}
"""The series held, by vector: its code here and its product class."""
ASK = N_("Take the file again from Statistics Canada's Web Data Service.")
HEAD_BYTES = 2000


class Point(NamedTuple):
    """A month of a series: its place in the file, in words and as a path, and what stands there."""

    place: str
    cell: str
    vector: int
    data: dict[str, Any]


def recognise(content: Content) -> Recognised | None:
    """A list of series of the Web Data Service, the first of the table of exports."""
    head = content.data[:HEAD_BYTES]
    is_own = (
        head.lstrip().startswith(b"[")
        and b'"vectorDataPoint"' in head
        and re.search(rb'"productId"\s*:\s*%d\b' % TABLE, head)
    )
    return Recognised(PUBLISHER, None) if is_own else None


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """Every month of the series held. Trade has no edition."""
    where = content.name or NAME
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    try:
        points, problems = list(_points(json.loads(content.data), where)), []
        for point in points:
            row = _row(point)
            if isinstance(row, Problem):
                problems.append(row)
            elif row and (row["month"], row["series"]) in rows:
                problems.append(Problem(point.place, N_("repeats a month."), value=row["month"], remedy=ASK))
            elif row:
                rows[row["month"], row["series"]] = row
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        problems = [Problem(where, N_("is not a whole answer of Statistics Canada's Web Data Service."), remedy=ASK)]
    if not rows and not problems:
        problems = [Problem(where, N_("has no month of exports."), remedy=ASK)]
    if problems:
        return Reading(PUBLISHER, None, problems=problems)
    frame = pd.DataFrame(rows.values()).sort_values(["series", "month"], ignore_index=True)
    released = frame["version"].max().removeprefix("WDS ")[:10]
    frame = frame.assign(source_id=f"statcan-12-10-0182-{released}")
    return Reading(PUBLISHER, None, TITLE, {DATASET: frame.drop(columns="cell")}, cells={DATASET: frame["cell"]})


def _points(answers: list[dict[str, Any]], where: str) -> Iterator[Point]:
    for number, answer in enumerate(answers):
        series = answer["object"]
        if series["productId"] != TABLE or answer["status"] != "SUCCESS":
            raise ValueError
        for place, data in enumerate(series["vectorDataPoint"]):
            path = f"/{number}/object/vectorDataPoint/{place}/value"
            yield Point(f"{where}, {data['refPer']}", path, series["vectorId"], data)


def _row(point: Point) -> dict[str, Any] | Problem | None:
    """The row of a month; a problem; or nothing where the month has no value."""
    data, value = point.data, point.data["value"]
    day = date.fromisoformat(data["refPer"])
    if point.vector not in SERIES:
        return Problem(point.place, N_("is of a series that is not held."), value=f"v{point.vector}", remedy=ASK)
    if value is None and data["statusCode"]:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        return Problem(point.place, N_("is no amount."), value=str(value), remedy=ASK)
    series, product_class = SERIES[point.vector]
    return {
        "month": f"{day:%Y-%m}",
        "series": series,
        "exports_to_us_cad_million": round(value * 10 ** data["scalarFactorCode"] / 1e6, 6),
        "napcs": product_class,
        "vector": f"v{point.vector}",
        "statcan_table": "12-10-0182-01",
        "basis": "customs",
        "seasonally_adjusted": False,
        "version": f"WDS {data['releaseTime']}",
        "cell": point.cell,
    }
