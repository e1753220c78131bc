"""What was read of a publisher's file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from etl.contract import Problem
from etl.message import N_

SPENDING = ["publisher", "edition", "iso3", "year", "measure", "unit", "value", "is_estimate", "source_id"]
CURRENCIES = ["publisher", "edition", "iso3", "currency", "source_id"]
NOTES = ["cell", "iso3", "mark", "text"]
CHECKS = ["check", "iso3", "year", "measure", "value", "expected", "difference", "cell"]


NOTHING_TO_SAY = "nothing_to_say"
"""The code of a problem that is none of the file: it is whole, and says nothing for its dataset."""


class Recognised(NamedTuple):
    """Whose file it is, and of which edition; None when the file does not tell, or its publisher has no editions."""

    publisher: str
    edition: str | None


class Evidence(NamedTuple):
    """A field of a row and the words of the file that it was read from: of which row (or, before its dash, of all rows of
    a document), its value ("" where the words leave it open), the words, their offset in the file in characters (-1:
    nowhere), how sure it is (`etl.publishers.law.text`), and of JSON the path instead of the offset."""

    row: str
    field: str
    value: str
    words: str
    offset: int
    certainty: str
    place: str = ""


def empty(columns: list[str]) -> pd.DataFrame:
    """No rows of these columns."""
    return pd.DataFrame({name: pd.Series(dtype="object") for name in columns})


@dataclass(frozen=True)
class Reading:
    """A publisher's file as rows, with everything there is to say about it.

    `tables` are rows by dataset, each in the dataset's columns, with the source in `source_id`; `title` is that of
    the publication. `problems` are reasons not to publish: with any of them `tables` is empty. A Problem's `dataset`
    holds the place in the file ("Table 3!C12") or the sheet. `warnings` are sums that do not add up and the like;
    their rows are in `checks` (check, iso3, year, measure, value, expected, difference, cell). `notes` keeps the
    publisher's footnotes (cell, iso3 and mark where they stand at a country, text). `cells` gives, by dataset, the place
    each row was read from (same index): a cell of a sheet ("Table 3!C12") or of a CSV ("!C12"; of other text the line,
    "!A12"), or a value of JSON by its path ("/1/4/value"). `evidence` tells the words each field was read from, where a
    reader reads words; `source` is what of the source's row is not its publisher's (title, url, published_on, trust);
    `message` says by language what a draft of it is about, where "new figures" is too little. `by_hand` holds what the
    release keeps of rows in which persons set something (`etl.importing.law_edits`).
    """

    publisher: str
    edition: str | None
    title: str = ""
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    notes: pd.DataFrame = field(default_factory=lambda: empty(NOTES), repr=False)
    checks: pd.DataFrame = field(default_factory=lambda: empty(CHECKS), repr=False)
    cells: Mapping[str, pd.Series] = field(default_factory=dict, repr=False)
    constant_price_base_year: int | None = None
    evidence: list[Evidence] = field(default_factory=list, repr=False)
    source: Mapping[str, Any] = field(default_factory=dict)
    message: Mapping[str, str] = field(default_factory=dict)
    by_hand: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def spending(self) -> pd.DataFrame:
        """The rows of `spending`; none with problems."""
        return self.tables.get("spending", empty(SPENDING))

    @property
    def currencies(self) -> pd.DataFrame:
        """The rows of `currencies`; none with problems."""
        return self.tables.get("currencies", empty(CURRENCIES))

    @property
    def source_id(self) -> str:
        """The source of the rows."""
        return next(iter(self.tables.values()))["source_id"].iloc[0]


def typed(rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` in the columns and types of `spending`, sorted by country, year and measure; the index is kept."""
    frame = rows[SPENDING].astype({"year": "Int64", "value": "float64", "is_estimate": "boolean"})
    text = [name for name in SPENDING if name not in ("year", "value", "is_estimate")]
    return frame.astype(dict.fromkeys(text, "str"))


def shares_of_gdp(
    rows: list[dict[str, Any]], *, publisher: str, edition: str, title: str, source_id: str, unit: str
) -> Reading:
    """The reading of `rows` (iso3, year, value, cell and is_estimate; none is an estimate where they do not say)."""
    stated = {"publisher": publisher, "edition": edition, "measure": "share_of_gdp_pct", "unit": unit}
    frame = pd.DataFrame(rows).assign(**stated, source_id=source_id)
    frame = frame if "is_estimate" in frame else frame.assign(is_estimate=False)
    frame = frame.sort_values(["iso3", "year"], ignore_index=True)
    return Reading(publisher, edition, title, {"spending": typed(frame)}, cells={"spending": frame["cell"]})


def edition_problems(edition: str | None, where: str) -> list[Problem]:
    """What is wrong with an edition: none is known, or it is no month."""
    if edition is not None and re.fullmatch(r"20\d\d-(?:0[1-9]|1[0-2])", edition):
        return []
    rule = N_("does not say which edition it is.") if edition is None else N_("has no edition of that form.")
    return [Problem(where, rule, value=edition, remedy=N_("Give the month it was published, such as 2027-07."))]
