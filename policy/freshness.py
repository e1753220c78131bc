"""When a publisher is expected to say something new, by its rhythm, and by how much it is late."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

ALWAYS, WORKING_DAY = "always", "working-day"
MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


def period_end(said: str) -> date:
    """The last day that a statement is about: of a day, a month (2026-07) or a year (2025)."""
    return pd.Period(said).end_time.date()


def next_expected(rhythm: str, last: date, out_after_days: int = 0) -> date | None:
    """The day by which something newer than `last` is expected; None where nothing is, or where it may come any day.

    `last` is the day of the newest statement. With `out_after_days` it is the end of the period that the newest
    figures are about, and those of a later period come so many days after its end.
    """
    if rhythm == WORKING_DAY:
        return (pd.Timestamp(last) + pd.offsets.BusinessDay(1)).date()
    if rhythm not in MONTHS:
        return None
    later = pd.Timestamp(last) + pd.DateOffset(months=MONTHS[rhythm])
    if out_after_days:
        later += pd.offsets.MonthEnd(0)
    return later.date() + timedelta(days=out_after_days)


def overdue_days(rhythm: str, last: date, out_after_days: int, today: date) -> int:
    """How many days something newer is late; of what may change any day, how long nothing was said of it."""
    expected = last if rhythm == ALWAYS else next_expected(rhythm, last, out_after_days)
    return max(0, (today - expected).days) if expected else 0
