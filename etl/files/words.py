"""Dates and flags as people write them, in English and French."""

import re
from datetime import date

from etl.files.vocabulary import FALSE, MONTHS, TRUE, normal

_DAY_FIRST = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?\s+([^\W\d]+)\.?,?\s+(\d{4})")
_MONTH_FIRST = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)


def read_flag(text: str) -> str:
    """yes, oui, vrai, x, 1 -> true; no, non, faux, 0 -> false; anything else stays."""
    word = normal(text)
    return "true" if word in TRUE else "false" if word in FALSE else text.strip()


def read_date(text: str) -> str:
    """2025/10/07, 7 Oct 2025, October 7, 2025, 1er octobre 2025 -> ISO. 07/10/2025 stays: it has two readings."""
    bare = text.strip()
    if match := _YEAR_FIRST.fullmatch(bare):
        parts = (int(match[1]), int(match[2]), int(match[3]))
    elif match := _DAY_FIRST.fullmatch(bare):
        parts = (int(match[3]), MONTHS.get(normal(match[2]), 0), int(match[1]))
    elif match := _MONTH_FIRST.fullmatch(bare):
        parts = (int(match[3]), MONTHS.get(normal(match[1]), 0), int(match[2]))
    else:
        return bare
    try:
        return date(*parts).isoformat()
    except ValueError:
        return bare
