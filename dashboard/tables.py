"""Tables for people on a page: numbers as the language writes them, empty cells empty. Sorting goes by the values."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from dashboard.language import number

MOST_DECIMALS = 2
YEARS = (1900, 2100)  # whole numbers all within are years: 2026, not 2,026
ONE_LINE, TWO_LINES_PX = 70, 52  # characters, the height of a row
MOST_STYLED = 20_000  # cells; beyond, the browser's own format is quick


def show(table: pd.DataFrame, *, key: str, alt: str, **more: Any) -> Any:
    """A table that can be sorted, searched and taken along; `alt` says what it is to who does not see it.

    What `st.dataframe` gives back: what is chosen in it, where that is asked for.
    """
    more.setdefault("row_height", _row_height(table))
    only_text = all(pd.api.types.is_string_dtype(table[name]) for name in table)
    shown = table if only_text or table.size > MOST_STYLED else localized(table)
    return st.dataframe(shown, hide_index=True, key=key, alt=alt, placeholder="", **more)


def _row_height(table: pd.DataFrame) -> int | None:
    """Room for two lines where a text is longer than one holds: Streamlit breaks lines in rows that are tall enough."""
    texts = [table[name].dropna() for name in table if pd.api.types.is_string_dtype(table[name])]
    longest = max((int(text.astype("str").str.len().max()) for text in texts if len(text)), default=0)
    return TWO_LINES_PX if longest > ONE_LINE else None


def localized(table: pd.DataFrame) -> Styler:
    """The table with each column of numbers written with the same decimals, in the reader's language."""
    named = table.reset_index(drop=True)
    formats: dict[Any, Callable[[Any], str] | None] = {
        name: partial(number, digits=_decimals(named[name])) if _is_counted(named[name]) else None
        for name in named.columns
        if pd.api.types.is_numeric_dtype(named[name]) and not pd.api.types.is_bool_dtype(named[name])
    }
    return named.style.format({name: form or "{:.0f}" for name, form in formats.items()}, na_rep="").format(
        subset=[name for name in named.columns if name not in formats], na_rep=""
    )


def _is_counted(values: pd.Series) -> bool:
    """Not years."""
    known = values.dropna().astype("float64")
    return known.empty or not (known.between(*YEARS).all() and (known % 1 == 0).all())


def _decimals(values: pd.Series) -> int:
    known = values.dropna().astype("float64")
    needed = (places for places in range(MOST_DECIMALS) if (known - known.round(places)).abs().lt(1e-9).all())
    return next(needed, MOST_DECIMALS)
