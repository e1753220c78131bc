"""Text that a spreadsheet would run as a formula is written with an apostrophe before it; numbers are left alone.

Source: OWASP, "CSV Injection". Reading (`unescaped`) takes the apostrophe off again, so an export can be uploaded
unchanged.
"""

import re

import pandas as pd

STARTS = ("=", "+", "-", "@", "\t", "\r")
_NEGATIVE = re.compile(r"-(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


# Where a spreadsheet that divides by semicolons or tabs begins a cell of its own, with what would run in it.
_WITHIN = r"(?<=[;\t])"
_RUNS = r"""('*)(?="*[=+@\-])(?!-(?:\d+\.?\d*|\.\d+)(?:[;\t]|$))"""
_WITHIN_TEXT, _WITHIN_SAFE = re.compile(_WITHIN + _RUNS), re.compile(f"{_WITHIN}'{_RUNS}")


def escaped(text: str) -> str:
    """`=1+1` -> `'=1+1`, `a;=1+1` -> `a;'=1+1`; `-1.2` (a number) and ordinary text stay."""
    return _led(_WITHIN_TEXT.sub(r"'\1", text))


def unescaped(text: str) -> str:
    """The text before `escaped`."""
    bare = text[1:] if text.startswith("'") and _led(text[1:]) == text else text
    return _WITHIN_SAFE.sub(r"\1", bare)


def _led(text: str) -> str:
    # the apostrophe alone must stay readable as itself: what already looks escaped is escaped once more
    dangerous = text.lstrip("'").startswith(STARTS) and not _NEGATIVE.fullmatch(text)
    return f"'{text}" if dangerous else text


def escape_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy whose text cells (and column names) are safe to write to CSV or XLSX; other types are untouched."""
    safe = frame.rename(columns=lambda name: escaped(name) if isinstance(name, str) else name)
    for place, column in enumerate(frame.columns):
        if frame[column].dtype.kind in "OTUS" or isinstance(frame[column].dtype, pd.StringDtype):
            cells = frame[column].map(lambda cell: escaped(cell) if isinstance(cell, str) else cell)
            safe.isetitem(place, cells.astype(frame[column].dtype))
    return safe
