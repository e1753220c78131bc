"""Tables for people on a page: numbers as the language writes them, empty cells empty. Sorting goes by the values."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from dashboard.language import number

MOST_DECIMALS = 2
YEARS = (1900, 2100)  # whole numbers all within are years: 2026, not 2,026
ONE_LINE = 70  # characters: a longer text is broken
LINE_PX, LETTER_PX, WIDEST_PX = 19, 7.2, 420  # of a cell
BROKEN_PX = 62  # Streamlit breaks lines only in rows higher than four times the base font
MOST_STYLED = 20_000  # cells; beyond, the browser's own format is quick


def show(table: pd.DataFrame, *, key: str, alt: str, **more: Any) -> Any:
    """A table that can be sorted, searched and taken along; `alt` says what it is to who does not see it.

    What `st.dataframe` gives back: what is chosen in it, where that is asked for.
    """
    own = more.pop("column_config", {})
    widths = _widths(table.drop(columns=[name for name in own if name in table]))  # they say how they are shown
    more.setdefault("row_height", _row_height(table, widths))
    columns = {name: st.column_config.Column(width=width) for name, width in widths.items()} | own
    only_text = all(pd.api.types.is_string_dtype(table[name]) for name in table)
    shown = table if only_text or table.size > MOST_STYLED else localized(table)
    return st.dataframe(shown, hide_index=True, key=key, alt=alt, placeholder="", column_config=columns, **more)


def _widths(table: pd.DataFrame) -> dict[Any, int]:
    """Pixels for each column of text, where one is longer than a line: what is long is broken, all else keeps its width."""
    texts = {name: table[name].dropna().astype("str") for name in table if pd.api.types.is_string_dtype(table[name])}
    longest = {name: int(text.str.len().max()) for name, text in texts.items() if len(text)}
    if max(longest.values(), default=0) <= ONE_LINE:
        return {}
    in_three = {
        name: round(letters * LETTER_PX / 3) + 30 for name, letters in longest.items() if letters > ONE_LINE / 2
    }
    return {name: min(max(pixels, 150), WIDEST_PX) for name, pixels in in_three.items()}


def _row_height(table: pd.DataFrame, widths: Mapping[Any, int]) -> int | None:
    """As many lines as the longest text needs in its column."""
    needed = [
        math.ceil(table[name].dropna().astype("str").str.len().max() * LETTER_PX / (width - 24))
        for name, width in widths.items()
    ]
    return max(BROKEN_PX, LINE_PX * max(needed) + 8) if needed else None


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
