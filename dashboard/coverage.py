"""The last day the reviewed figures were gathered for, and what may be said of a day after it."""

from datetime import date

COVERAGE_BEGINS_ON = date(2025, 3, 12)
"""The day from which the metals duties are held, the last of the older measures to be taken in: before it a sum may lack some."""
COVERAGE_ENDS_ON = date(2026, 10, 10)


def before_coverage(day: date) -> bool:
    """Whether duties older than the figures may be missing on `day`."""
    return day < COVERAGE_BEGINS_ON


def after_coverage(day: date) -> bool:
    """Whether a statement about `day` can only be "as known" on the last day covered."""
    return day > COVERAGE_ENDS_ON


def seen(known: date) -> date:
    """The last day whose knowledge is in the figures, for a reader who asks for what was known on `known`."""
    return min(known, COVERAGE_ENDS_ON)
