"""The Bank of Canada's daily exchange rates, as its Valet API answers (JSON): rows of `exchange_rates`.

Source: https://www.bankofcanada.ca/valet/observations/group/FX_RATES_DAILY/json, or single series such as
FXUSDCAD,FXEURCAD. Averages of a business day, published by 16:30 Eastern Time, in Canadian dollars for one unit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.content import Content
from etl.publishers.common.rates import Quotation, reading_of
from etl.publishers.common.reading import Reading, Recognised

PUBLISHER = "BANK_OF_CANADA"
NAME = "Bank of Canada"
DATASET = "exchange_rates"
LICENCE = "Reuse allowed with credit to the Bank of Canada; indicative rates only"
CREDIT = "Source: Bank of Canada, {title}"
URL = "https://www.bankofcanada.ca/rates/exchange/daily-exchange-rates/"
RHYTHM = "working-day"
FILES = ("https://www.bankofcanada.ca/valet/observations/group/FX_RATES_DAILY/json?recent=10",)

TITLE = "Daily exchange rates"
HEAD_BYTES = 2000
RULE = N_("As the file has it.")
COMPARABLE = N_("averages of a business day: not to be set against rates of another hour or averages of a year")
SERIES = re.compile(r"FX([A-Z]{3})CAD")
ASK = N_("Take the file again from the Bank of Canada's Valet API.")


def recognise(content: Content) -> Recognised | None:
    """An object of the Valet API that begins with the Bank's terms and describes exchange rates."""
    head = content.data[:HEAD_BYTES]
    is_own = (
        head.lstrip().startswith(b"{") and b"bankofcanada.ca/terms" in head and re.search(rb'"FX[A-Z]{3}CAD"', head)
    )
    return Recognised(PUBLISHER, None) if is_own else None


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """Every rate of every day. Rates have no edition and are of no country."""
    where = content.name or NAME
    try:
        quotations = list(_quotations(json.loads(content.data)["observations"], where))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        problem = Problem(where, N_("is not a whole answer of the Bank of Canada's Valet API."), remedy=ASK)
        return Reading(PUBLISHER, None, problems=[problem])
    return reading_of(PUBLISHER, TITLE, quotations, source="bank-of-canada-rates", where=where, remedy=ASK)


def _quotations(observations: list[dict], where: str) -> Iterator[Quotation]:
    for number, observation in enumerate(observations, start=1):
        day = str(observation["d"])
        for series, cell in observation.items():
            pair = SERIES.fullmatch(series)
            if pair and cell.get("v") not in (None, ""):  # a holiday in one of the two countries
                at = f"/observations/{number - 1}/{series}/v"
                yield Quotation(f"{where}, observation {number}", at, pair[1], "CAD", day, str(cell["v"]))
