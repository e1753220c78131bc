r"""Columns in which Eurostat stacks several codes: `A,PC_GDP,TE,BE` under `freq,unit,na_item,geo\TIME_PERIOD`.

The last code is the one of the row; the others are the same in every row of a table of one series, and rows of several
series repeat a key, which is told.
"""

import re

import pandas as pd

_STACKED = re.compile(r"(?:\w+,)*(?P<last>\w+)\\TIME_PERIOD")


def last_name(column: str) -> str | None:
    """The name of the last part of such a column's header (`geo`), or None for any other column."""
    match = _STACKED.fullmatch(column.strip())
    return match["last"] if match else None


def last_parts(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with the last code alone in such columns."""
    stacked = [name for name in frame.columns if last_name(name)]
    return frame.assign(**{name: frame[name].str.rpartition(",")[2] for name in stacked}) if stacked else frame
