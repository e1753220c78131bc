"""Short lists that are read through, on a phone as on a desk: an entry a row, every word of it. What is long is a grid (`dashboard.tables`)."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.language import day, labelled
from dashboard.page import escaped, in_markdown

HOST = re.compile(r"https?://(?:www\.)?([^/]+)")
SHORT = 50  # characters: a column with a longer text has a line of its own


def show_list(table: pd.DataFrame, *, key: str) -> None:
    """Each row by its first column; below it what is short, then each longer text. An address is a link that says its host."""
    words = table.map(_in_words)
    brief = [name for name in words if words[name].map(lambda text: len(text) <= SHORT or bool(HOST.match(text))).all()]
    with st.container(key=key):
        st.markdown("\n\n".join("- " + "  \n  ".join(_lines(row, brief)) for row in words.to_dict("records")))


def _lines(row: Mapping[Any, str], brief: Collection[Any]) -> Iterator[str]:
    (_header, name), *rest = ((header, text) for header, text in row.items() if text)
    yield f"**{escaped(name)}**"
    if short := [_labelled(header, text) for header, text in rest if header in brief]:
        yield " · ".join(short)
    yield from (_labelled(header, text) for header, text in rest if header not in brief)


def _in_words(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, date):
        return day(value)
    return f"{value:.0f}" if isinstance(value, float) else str(value)  # a year with gaps in its column


def _labelled(header: Any, text: str) -> str:
    host = HOST.match(text)
    shown = f"[{escaped(host[1])}]({in_markdown(text)})" if host else escaped(text)
    return labelled(escaped(str(header)), shown)
