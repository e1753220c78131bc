"""Days known only to the month or the year, and fiscal years."""

from __future__ import annotations

import re

import pandas as pd

PRECISIONS = ("day", "month", "year")


def span_of(day: pd.Timestamp, precision: str = "day") -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day a date of that precision may mean: 2025-05-01 to the month is all of May 2025."""
    day = pd.Timestamp(day)
    if precision not in PRECISIONS:
        raise ValueError(f"precision {precision!r} is not one of {', '.join(PRECISIONS)}")
    if precision == "day":
        return day, day
    return day.to_period(precision[0].upper()).start_time, day.to_period(precision[0].upper()).end_time.normalize()


def is_fiscal_year(label: str | None) -> bool:
    """True for a label such as 2025-26, a fiscal year across two calendar years."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", str(label or "").strip())
    return match is not None and int(match[2]) == (int(match[1]) + 1) % 100


def first_calendar_year(label: str) -> int:
    """The calendar year a fiscal year begins in: 2025 for 2025-26; a plain year is itself.

    Canada's fiscal year runs April to March: nine of its twelve months lie in that year, and it is the year
    NATO's tables put it under.
    """
    return int(str(label).strip()[:4])
