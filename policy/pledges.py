"""Whether a pledge was met, according to each edition: the answer differs between editions, so all are kept.

A pledge is a row of `pledges`; a figure is a row of `spending` with its edition's `published_on`. A due date such as
2025-26 is a fiscal year: it is read at the calendar year it begins in (`due_year`), and marked so.
"""

from __future__ import annotations

import pandas as pd

from policy.claims import decimals
from policy.periods import is_fiscal_year

MET, NOT_MET = "met", "not_met"
NOT_YET_REPORTED, NOT_IN_EDITION = "not_yet_reported", "not_in_edition"
NOT_TABULATED, NO_DUE_YEAR = "not_tabulated", "no_due_year"
STATUSES = (MET, NOT_MET, NOT_YET_REPORTED, NOT_IN_EDITION, NOT_TABULATED, NO_DUE_YEAR)

COLUMNS = [
    "pledge_id", "publisher", "edition", "published_on", "due_year", "is_fiscal_year", "required_pct", "value",
    "is_estimate", "margin_points", "status", "within_rounding", "first_year_met",
]  # fmt: skip


def status_by_edition(pledges: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """One row a pledge and edition, oldest edition first.

    `pledges`: pledge_id, iso3, measure, value_pct, due_year, due_label. `figures`: publisher, edition, published_on,
    iso3, year, measure, value, is_estimate: whole editions (the decimals they print are read off their values),
    those known on the day looked at. Status:

    met, not_met: by the figure as published, before any rounding; `within_rounding` says when the distance is less
    than what the edition's own rounding can hide; not_yet_reported: the edition ends before the due year;
    not_in_edition: it has the year but not this country; not_tabulated: it has no such measure (as the 5 % in all);
    no_due_year: there is nothing to be met by a day. `margin_points` is the figure less what was pledged;
    `first_year_met` the first year of the edition in which the country reaches the pledged value.
    """
    editions = figures.sort_values(["published_on", "publisher", "edition"]).groupby(
        ["publisher", "edition"], sort=False
    )
    rows = [
        {"pledge_id": pledge.pledge_id, "publisher": publisher, "edition": edition, **_status(pledge, frame)}
        for pledge in pledges.itertuples()
        for (publisher, edition), frame in editions
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    types = {
        "due_year": "Int64",
        "first_year_met": "Int64",
        "is_estimate": "boolean",
        "value": "float64",
        "margin_points": "float64",
        "required_pct": "float64",
    }
    return table.astype(types)


def _status(pledge, edition: pd.DataFrame) -> dict:
    required = float(pledge.value_pct)
    due = None if pd.isna(pledge.due_year) else int(pledge.due_year)
    found = {
        "published_on": edition["published_on"].iloc[0],
        "due_year": due,
        "is_fiscal_year": is_fiscal_year(pledge.due_label),
        "required_pct": required,
        "within_rounding": False,
    }
    tabulated = edition[edition["measure"] == pledge.measure]
    mine = tabulated[(tabulated["iso3"] == pledge.iso3) & tabulated["value"].notna()]
    reached = mine.loc[mine["value"] >= required, "year"]
    found["first_year_met"] = int(reached.min()) if len(reached) else None
    if tabulated.empty:
        return found | {"status": NOT_TABULATED}
    if due is None:
        return found | {"status": NO_DUE_YEAR}
    if tabulated["year"].max() < due:
        return found | {"status": NOT_YET_REPORTED}
    of_year = mine[mine["year"] == due]
    if of_year.empty:
        return found | {"status": NOT_IN_EDITION}
    value = float(of_year["value"].iloc[0])
    half_unit = 0.5 * 10.0 ** -max(map(decimals, tabulated["value"].dropna()))
    return found | {
        "value": value,
        "is_estimate": bool(of_year["is_estimate"].iloc[0]),
        "margin_points": value - required,
        "status": MET if value >= required else NOT_MET,
        "within_rounding": abs(value - required) < half_unit,
    }
