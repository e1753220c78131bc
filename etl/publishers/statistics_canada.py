"""Statistics Canada's exports to the United States, as its Web Data Service answers (JSON): rows of `trade_canada_exports_cad`.

Source: https://www150.statcan.gc.ca/t1/wds/rest/getDataFromVectorByReferencePeriodRange (or the methods that are asked
by POST, which answer in the same form), series of table 12-10-0182-01.
"""

from __future__ import annotations

import pandas as pd

from etl.message import N_
from etl.publishers.common import statcan_series
from etl.publishers.common.content import Content
from etl.publishers.common.reading import Reading, Recognised
from etl.publishers.common.statcan_series import Point, Row

PUBLISHER = "STATCAN"
NAME = statcan_series.NAME
DATASET = "trade_canada_exports_cad"
LICENCE = statcan_series.LICENCE
CREDIT = statcan_series.CREDIT
URL = "https://www150.statcan.gc.ca/t1/tbl1/en/tv.action?pid=1210018201"
RHYTHM = "month"
FILES = (f"{statcan_series.SERVICE}?vectorIds=%221863677803%22&startRefPeriod=2024-01-01",)
RULE = N_("The value of the file times ten to the power of its scalar factor, in millions.")
COMPARABLE = N_("customs basis, not seasonally adjusted: not to be set against figures on a balance-of-payments basis")

TITLE = "Table 12-10-0182-01: exports to the United States by product, customs basis"
TABLE = 12100182
SERIES = {1863677803: ("lumber_sawmill", "NAPCS 55")}
"""The series held, by vector: its code here and its product class."""


def recognise(content: Content) -> Recognised | None:
    """A list of series of the Web Data Service, the first of the table of exports."""
    return Recognised(PUBLISHER, None) if statcan_series.is_of_table(content, TABLE) else None


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """Every month of the series held. Trade has no edition."""
    told = {"repeated": N_("repeats a month."), "none_there": N_("has no month of exports.")}
    rows, problems = statcan_series.rows_of(content, TABLE, tuple(SERIES), _row, **told)
    if problems:
        return Reading(PUBLISHER, None, problems=problems)
    frame = pd.DataFrame(rows).sort_values(["series", "month"], ignore_index=True)
    released = frame["version"].max().removeprefix("WDS ")[:10]
    frame = frame.assign(source_id=f"statcan-12-10-0182-{released}")
    return Reading(PUBLISHER, None, TITLE, {DATASET: frame.drop(columns="cell")}, cells={DATASET: frame["cell"]})


def _row(point: Point) -> tuple[tuple[str, ...], Row]:
    series, product_class = SERIES[point.vector]
    month = f"{point.day:%Y-%m}"
    return (month, series), {
        "month": month,
        "series": series,
        "exports_to_us_cad_million": point.million,
        "napcs": product_class,
        "vector": f"v{point.vector}",
        "statcan_table": "12-10-0182-01",
        "basis": "customs",
        "seasonally_adjusted": False,
        "version": f"WDS {point.released}",
    }
