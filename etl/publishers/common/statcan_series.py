"""Answers of Statistics Canada's Web Data Service (JSON): the points of the series of a table, each with its place.

A value is to be read times ten to the power of its scalar factor; what is suppressed or not there yet has none.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.content import Content

NAME = "Statistics Canada"
LICENCE = "Statistics Canada Open Licence"
CREDIT = "Source: Statistics Canada, {title}. Reproduced and distributed on an “as is” basis with the permission of Statistics Canada."
SERVICE = "https://www150.statcan.gc.ca/t1/wds/rest/getDataFromVectorByReferencePeriodRange"
ASK = N_("Take the file again from Statistics Canada's Web Data Service.")
HEAD_BYTES = 2000

Row = dict[str, Any]


class Point(NamedTuple):
    """A period of a series: its place in the file, in words and as a path; the series' number, the first day of the
    period, the value in millions and the day it was released."""

    place: str
    cell: str
    vector: int
    day: date
    million: float
    released: str


def is_of_table(content: Content, table: int) -> bool:
    """Whether it is a list of series, the first of which is of that table (its product number of eight digits)."""
    head = content.data[:HEAD_BYTES]
    return (
        head.lstrip().startswith(b"[")
        and b'"vectorDataPoint"' in head
        and re.search(rb'"productId"\s*:\s*%d\b' % table, head) is not None
    )


def rows_of(
    content: Content,
    table: int,
    vectors: tuple[int, ...],
    row: Callable[[Point], tuple[tuple[str, ...], Row]],
    *,
    repeated: str,
    none_there: str,
) -> tuple[list[Row], list[Problem]]:
    """A row for each point that has a value, or every problem at once and no rows. `row` gives a point's key and its row;
    `repeated` says of a key that it comes again, `none_there` of a file that it holds no point."""
    where = content.name or NAME
    rows: dict[tuple[str, ...], Row] = {}
    problems = []
    try:
        for point in _points(json.loads(content.data), table, vectors, where):
            key, made = ((), {}) if isinstance(point, Problem) else row(point)
            if isinstance(point, Problem):
                problems.append(point)
            elif key in rows:
                problems.append(Problem(point.place, repeated, value=key[0], remedy=ASK))
            else:
                rows[key] = made | {"cell": point.cell}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        problems = [Problem(where, N_("is not a whole answer of Statistics Canada's Web Data Service."), remedy=ASK)]
    if not rows and not problems:
        problems = [Problem(where, none_there, remedy=ASK)]
    return ([] if problems else list(rows.values())), problems


def _points(answers: list[Row], table: int, vectors: tuple[int, ...], where: str) -> Iterator[Point | Problem]:
    for number, answer in enumerate(answers):
        series = answer["object"]
        if series["productId"] != table or answer["status"] != "SUCCESS":
            raise ValueError
        for position, data in enumerate(series["vectorDataPoint"]):
            place, value = f"{where}, {data['refPer']}", data["value"]
            if series["vectorId"] not in vectors:
                rule = N_("is of a series that is not held.")
                yield Problem(place, rule, value=f"v{series['vectorId']}", remedy=ASK)
            elif value is None and data["statusCode"]:
                continue
            elif isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
                yield Problem(place, N_("is no amount."), value=str(value), remedy=ASK)
            else:
                path = f"/{number}/object/vectorDataPoint/{position}/value"
                million = round(value * 10 ** data["scalarFactorCode"] / 1e6, 6)
                day = date.fromisoformat(data["refPer"])
                yield Point(place, path, series["vectorId"], day, million, str(data["releaseTime"]))
