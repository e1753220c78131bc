"""Example Institute's table "Military effort" (hand-made, for a test): one share of GDP a line."""

import csv
import re

import pandas as pd

from etl.contract import Problem
from etl.publishers.common.content import Content
from etl.publishers.common.names import country_codes
from etl.publishers.common.reading import Reading, Recognised, shares_of_gdp

PUBLISHER = "EXAMPLE"
NAME = "Example Institute"
DATASET = "spending"
LICENCE = "Open Example Licence 1.0"
CREDIT = "Example Institute, {title}"
URL = "https://example.org/effort"
RHYTHM = "year"
FILES = ("https://example.org/effort/latest.csv",)
RULE = "As the file has it."
COMPARABLE = "military effort by the institute's own definition"

HEAD = re.compile(r"Example Institute, Military effort, edition (20\d\d-\d\d)")


def recognise(content: Content) -> Recognised | None:
    """The first line names the institute and the edition."""
    head = HEAD.match(content.data[:100].decode("utf-8", "replace"))
    return Recognised(PUBLISHER, head[1]) if head else None


def read(
    content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
) -> Reading:
    """Every line as a share of GDP."""
    edition = edition or HEAD.match(content.data.decode())[1]
    codes = country_codes(countries)
    rows, problems = [], []
    for number, (name, year, share) in enumerate(csv.reader(content.data.decode().splitlines()[2:]), start=3):
        if name.casefold() not in codes:
            problems.append(Problem(f"line {number}", "is not a country this ledger knows.", value=name))
        row = {"iso3": codes.get(name.casefold()), "year": int(year), "value": float(share), "cell": f"!C{number}"}
        rows.append(row)
    if problems:
        return Reading(PUBLISHER, edition, problems=problems)
    source = source_id or f"example-{edition}"
    title = f"Military effort, edition {edition}"
    said = {"publisher": PUBLISHER, "edition": edition, "title": title, "source_id": source}
    return shares_of_gdp(rows, **said, unit="% of GDP")
