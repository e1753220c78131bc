"""What readers of exchange rates share: quotations of days as a reading, every problem at once."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.reading import Reading

LEAST, MOST = 1e-6, 1e6


class Quotation(NamedTuple):
    """One rate as its file has it: where it stands in words and as an address, the pair, the day and the rate as text."""

    place: str
    cell: str
    base: str
    quote: str
    day: str
    rate: str


def reading_of(
    publisher: str, title: str, quotations: Iterable[Quotation], *, source: str, where: str, remedy: str
) -> Reading:
    """The reading of a file of rates; `source` is the short name of its source without the last day, which is added."""
    rows: dict[tuple[str, str, str], dict[str, object]] = {}
    problems = []
    for one in quotations:
        rule = _broken_rule(one)
        if not rule and (one.base, one.quote, one.day) in rows:
            rule = N_("repeats a pair of currencies and a day.")
        if rule:
            value = f"{one.base}/{one.quote} {one.day}: {one.rate}"
            problems.append(Problem(one.place, rule, value=value, remedy=remedy))
            continue
        rows[one.base, one.quote, one.day] = {
            "publisher": publisher,
            "base_currency": one.base,
            "quote_currency": one.quote,
            "rate_on": pd.Timestamp(one.day),
            "rate": float(one.rate),
            "cell": one.cell,
        }
    if not rows and not problems:
        problems.append(Problem(where, N_("has no exchange rate."), remedy=remedy))
    if problems:
        return Reading(publisher, None, problems=problems)
    frame = pd.DataFrame(rows.values()).sort_values(["base_currency", "quote_currency", "rate_on"], ignore_index=True)
    last = frame["rate_on"].max().date().isoformat()
    cells, rates = frame["cell"], frame.drop(columns="cell").assign(source_id=f"{source}-{last}")
    return Reading(publisher, None, title, {"exchange_rates": rates}, cells={"exchange_rates": cells})


def _broken_rule(one: Quotation) -> str:
    try:
        date.fromisoformat(one.day)
    except ValueError:
        return N_("is not a day.")
    if not re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]{1,10})?", one.rate) or not LEAST <= float(one.rate) <= MOST:
        return N_("is not an exchange rate.")
    return ""
