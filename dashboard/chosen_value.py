"""The table of a view on a page, and the way from a value that is chosen in it to its origin."""

from typing import Any

import streamlit as st

from dashboard import lineage, tables
from dashboard.drawing import Drawing
from dashboard.language import _


def show_table(drawing: Drawing, base: str) -> None:
    """The rows of a view; a figure or a day that is chosen offers the page of its origin. `base`: scheme and host."""
    key = f"rows_{drawing.key}"
    if drawing.is_comparison:
        tables.show(drawing.table, alt=drawing.summary, key=key)
        return
    above = st.container()  # in sight whatever the length of the table
    event = tables.show(drawing.table, alt=drawing.summary, key=key, on_select="rerun", selection_mode="single-cell")
    chosen = event["selection"]["cells"]
    told = _origin(drawing, *chosen[0]) if chosen else None
    if told is None:
        above.caption(_("Choose a figure or a day in the table to see its origin."))
    else:
        value, address = told
        above.link_button(_("Origin of {value}").format(value=value), base + address, icon=":material/my_location:")


def _origin(drawing: Drawing, row: int, header: Any) -> tuple[str, str] | None:
    """The value of a cell in words, and the page of its origin; None where it has none."""
    place = list(drawing.table.columns).index(header)
    column = str(drawing.shown.columns[place])
    found = lineage.addresses(drawing).get(column)
    value = lineage.plain(drawing.rows[column].iloc[row])
    return None if found is None or value is None else (lineage.in_words(value), found[row])
