"""Statistics Canada's GDP by quarter, as its Web Data Service answers (JSON): rows of `gdp`.

Source: https://www150.statcan.gc.ca/t1/wds/rest/getDataFromVectorByReferencePeriodRange, two series of table
36-10-0104-01: GDP at market prices at current prices and in chained dollars, both seasonally adjusted at annual rates.
Their quotient is the implicit price index. The answer does not name the year of the chained dollars: in that year as a
whole the two series are equal, so a file from then on proves it.
"""

from __future__ import annotations

import pandas as pd

from etl.contract import Problem
from etl.datasets.gdp import CHAINED, CURRENT, PRICES
from etl.message import N_
from etl.publishers.common import statcan_series
from etl.publishers.common.content import Content
from etl.publishers.common.reading import Reading, Recognised
from etl.publishers.common.statcan_series import ASK, Point, Row

PUBLISHER = "STATCAN_GDP"
NAME = statcan_series.NAME
DATASET = "gdp"
LICENCE = statcan_series.LICENCE
CREDIT = statcan_series.CREDIT
URL = "https://www150.statcan.gc.ca/t1/tbl1/en/tv.action?pid=3610010401"
RHYTHM = "quarter"
FILES = (f"{statcan_series.SERVICE}?vectorIds=%2262305783%22,%2262305752%22&startRefPeriod=2017-01-01",)
RULE = N_(
    "The value of the file times ten to the power of its scalar factor, in millions; the price index is the value at "
    "current prices over the one in chained prices, times 100."
)
COMPARABLE = N_(
    "seasonally adjusted at annual rates, in Canadian dollars: a year is the mean of its quarters, and NATO's GDP of an "
    "edition was taken over on another day"
)

TITLE = "Table 36-10-0104-01: gross domestic product, expenditure-based, quarterly"
TABLE = 36100104
SERIES = {62305783: CURRENT, 62305752: CHAINED}
"""The series held, by vector: its measure here."""
BASE_YEAR = 2017
INDEX_DECIMALS = 3
LARGEST_DIFFERENCE = 0.001  # of the two series in the base year as a whole: what rounding leaves


def recognise(content: Content) -> Recognised | None:
    """A list of series of the Web Data Service, the first of the table of GDP by expenditure."""
    return Recognised(PUBLISHER, None) if statcan_series.is_of_table(content, TABLE) else None


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """Every quarter of both series, and its price index. GDP has no edition: each figure has the day it was released."""
    told = {"repeated": N_("repeats a quarter."), "none_there": N_("has no quarter of GDP.")}
    rows, problems = statcan_series.rows_of(content, TABLE, tuple(SERIES), _row, **told)
    frame = pd.DataFrame(rows)
    problems = problems or _unequal(frame, content.name or NAME)
    if problems:
        return Reading(PUBLISHER, None, problems=problems)
    frame = pd.concat([frame, _price_indexes(frame)])
    frame = frame.assign(
        publisher=PUBLISHER,
        iso3="CAN",
        price_base_year=pd.array([None if one == CURRENT else BASE_YEAR for one in frame["measure"]], dtype="Int64"),
        released_on=pd.to_datetime(frame["released_on"]),
        source_id=source_id or f"statcan-36-10-0104-{frame['released_on'].max()}",
    ).sort_values(["quarter", "measure"], ignore_index=True)
    columns = ["publisher", "iso3", "quarter", "measure", "value", "price_base_year", "released_on", "source_id"]
    return Reading(
        PUBLISHER,
        None,
        TITLE,
        {DATASET: frame[columns]},
        cells={DATASET: frame["cell"]},
        source={"published_on": frame["released_on"].max()},
    )


def _row(point: Point) -> tuple[tuple[str, ...], Row]:
    quarter, measure = f"{point.day.year}-Q{(point.day.month + 2) // 3}", SERIES[point.vector]
    row = {"quarter": quarter, "measure": measure, "value": point.million, "released_on": point.released[:10]}
    return (quarter, measure), row


def _price_indexes(frame: pd.DataFrame) -> pd.DataFrame:
    """The implicit price index of each quarter that both series hold, at the place of its current prices."""
    current, chained = (frame[frame["measure"] == measure].set_index("quarter") for measure in (CURRENT, CHAINED))
    both = current.join(chained[["value", "released_on"]], rsuffix="_chained", how="inner")
    return both.assign(
        measure=PRICES,
        value=(100 * both["value"] / both["value_chained"]).round(INDEX_DECIMALS),
        released_on=both[["released_on", "released_on_chained"]].max(axis=1),
    )[["measure", "value", "released_on", "cell"]].reset_index()


def _unequal(frame: pd.DataFrame, where: str) -> list[Problem]:
    """What is wrong between the two series: one of them lacks, or they are not equal in the base year."""
    table = frame.pivot(index="quarter", columns="measure", values="value").reindex(columns=[CURRENT, CHAINED])
    if table.notna().all(axis=1).sum() == 0:
        return [Problem(where, N_("holds one of the two series of GDP alone."), remedy=ASK)]
    base = table[table.index.str.startswith(f"{BASE_YEAR}-")].dropna()
    if len(base) == 4 and abs(base[CURRENT].sum() / base[CHAINED].sum() - 1) > LARGEST_DIFFERENCE:
        rule = N_("is not in chained dollars of {year} any more: in that year the two series differ.")
        remedy = N_("Correct the year in the reader.")
        return [Problem(where, rule, params={"year": BASE_YEAR}, remedy=remedy)]
    return []
