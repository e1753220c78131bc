"""The European Central Bank's euro reference rates, its daily XML or its history as CSV: rows of `exchange_rates`.

Source: https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml and the CSV in eurofxref-hist.zip. Units of the
other currency for one euro, on working days. The history is read from FIRST_YEAR on.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pandas as pd

from etl.contract import Problem
from etl.message import N_
from etl.publishers.common.content import Content
from etl.publishers.common.grid import address
from etl.publishers.common.rates import Quotation, reading_of
from etl.publishers.common.reading import Reading, Recognised

PUBLISHER = "ECB"
NAME = "European Central Bank"
DATASET = "exchange_rates"
LICENCE = "Reuse allowed with credit to the ECB; reference rates for information only"
CREDIT = "Source: ECB, {title}"
URL = "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/"
RHYTHM = "working-day"
FILES = ("https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml",)

TITLE = "Euro foreign exchange reference rates"
FIRST_YEAR = 2014
RULE = N_("As the file has it.")
COMPARABLE = N_("reference rates of 14:15 CET: not to be set against rates of another hour or averages of a year")
HEAD_BYTES = 1000
# Patterns, no parser: a file that others made can then hold no entities to be expanded.
CUBE = re.compile(
    r"<Cube\s+(?:time=(?:['\"](?P<day>[^'\"]*)['\"])?"
    r"|currency=['\"](?P<currency>[^'\"]*)['\"]\s+rate=['\"](?P<rate>[^'\"]*)['\"])"
)
ASK = N_("Take the file again from the European Central Bank's site.")


def recognise(content: Content) -> Recognised | None:
    """The envelope of the ECB's XML, or the header of its history."""
    head = content.data[:HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")
    is_own = (b"eurofxref" in head and b"<gesmes:Envelope" in head) or head.startswith(
        (b"Date,USD,JPY,", b"Date, USD, JPY,")
    )
    return Recognised(PUBLISHER, None) if is_own else None


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """Every rate of every day. Rates have no edition and are of no country."""
    where, text = content.name or NAME, content.data.decode("utf-8-sig", "replace")
    is_xml = "<" in text[:100]
    if is_xml and not text.rstrip().endswith("</gesmes:Envelope>"):
        return Reading(PUBLISHER, None, problems=[Problem(where, N_("ends early: the file is not whole."), remedy=ASK)])
    quotations = _from_xml(text, where) if is_xml else _from_csv(text, where)
    return reading_of(PUBLISHER, TITLE, quotations, source="ecb-rates", where=where, remedy=ASK)


def _from_xml(text: str, where: str) -> Iterator[Quotation]:
    day, line, before = "", 1, 0
    for found in CUBE.finditer(text):
        if found["rate"] is None:
            day = found["day"] or ""
            continue
        line, before = line + text.count("\n", before, found.start("rate")), found.start("rate")
        yield Quotation(where, address("", line, 1), "EUR", found["currency"], day, found["rate"])


def _from_csv(text: str, where: str) -> Iterator[Quotation]:
    lines = csv.reader(text.splitlines(), skipinitialspace=True)
    currencies = [name.strip() for name in next(lines)[1:]]
    count = len([name for name in currencies if name])
    for day, *cells in (line for line in lines if line):
        if day[:4].isdigit() and int(day[:4]) < FIRST_YEAR:
            continue
        rates = cells if len(cells) >= count else ["?"]  # of a line that ends early no rate can be trusted
        number = lines.line_num
        for column, (currency, rate) in enumerate(zip(currencies, rates, strict=False), start=2):
            if currency and rate.strip() not in ("N/A", ""):
                at = address("", number, column)
                yield Quotation(f"{where}, line {number}", at, "EUR", currency, day, rate.strip())
