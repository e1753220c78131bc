"""When a deadline is due, in words: its day and how far off it is, or the month or year where no day was named.

A row has due_on, due_precision and days_left, as `policy.deadlines.standing` gives them.
"""

from typing import Any

from dashboard.language import _, day, in_days


def due(row: Any) -> str:
    """ "Jan 1, 2027"; "2027" where only the year is known."""
    return day(row.due_on, row.due_precision)


def left(row: Any) -> str:
    """ "in 33 days"; "in 2027" where only the year is known."""
    return in_days(int(row.days_left)) if row.due_precision == "day" else _("in {period}").format(period=due(row))


def day_of(row: Any) -> str:
    """ "Jan 1, 2027"; "day not known" where only the year is known."""
    return due(row) if row.due_precision == "day" else _("day not known")


def due_and_left(row: Any) -> str:
    """ "Jan 1, 2027, in 33 days"; "2027, day not known" where only the year is known."""
    return f"{due(row)}, {left(row) if row.due_precision == 'day' else day_of(row)}"
