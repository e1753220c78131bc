"""What was read of a publisher's workbook."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from etl.contract import Problem

SPENDING = ["publisher", "edition", "iso3", "year", "measure", "unit", "value", "is_estimate", "source_id"]
CURRENCIES = ["publisher", "edition", "iso3", "currency", "source_id"]
NOTES = ["cell", "iso3", "mark", "text"]
CHECKS = ["check", "iso3", "year", "measure", "value", "expected", "difference", "cell"]


@dataclass(frozen=True)
class Reading:
    """A workbook as rows of `spending` and `currencies`, with everything there is to say about it.

    `problems` are reasons not to publish: with any of them `spending` and `currencies` are empty. A Problem's
    `dataset` holds the cell ("Table 3!C12") or the sheet. `warnings` are sums that do not add up and the like; their
    rows are in `checks` (check, iso3, year, measure, value, expected, difference, cell). `notes` keeps the
    publisher's footnotes (cell, iso3 and mark where they stand at a country, text). `cells` gives the address each
    row of `spending` was read from (same index).
    """

    publisher: str
    edition: str | None
    spending: pd.DataFrame
    currencies: pd.DataFrame
    notes: pd.DataFrame
    checks: pd.DataFrame
    cells: pd.Series
    constant_price_base_year: int | None = None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def empty(columns: list[str]) -> pd.DataFrame:
    """No rows of these columns."""
    return pd.DataFrame({name: pd.Series(dtype="object") for name in columns})


def refused(publisher: str, edition: str | None, problems: list[Problem], **kept) -> Reading:
    """A reading that must not be published; notes and warnings may still be of use to a reader."""
    return Reading(
        publisher,
        edition,
        empty(SPENDING),
        empty(CURRENCIES),
        kept.pop("notes", empty(NOTES)),
        empty(CHECKS),
        pd.Series(dtype="str"),
        problems=problems,
        **kept,
    )


def typed(rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` in the columns and types of `spending`, sorted by country, year and measure; the index is kept."""
    frame = rows[SPENDING].astype({"year": "Int64", "value": "float64", "is_estimate": "boolean"})
    text = [name for name in SPENDING if name not in ("year", "value", "is_estimate")]
    return frame.astype(dict.fromkeys(text, "str"))
