"""A drawing's figure on a page of the app."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from plotly.basedatatypes import BaseFigure

from dashboard import forms
from dashboard.drawing import Drawing
from dashboard.streamlit_internals import Container

PLOT_CONFIG = {
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}


LONGEST_NAME = 900
"""Letters. What reads pages out leaves out a longer name, and nobody listens so long: the table and the share page hold all of it."""


class PrebuiltFigure(BaseFigure):
    """A finished figure, handed over as it is. Streamlit would build it anew from plain data in every rerun: 5 ms each."""

    def __init__(self, data: dict[str, Any]):
        self._settled = data

    def to_dict(self) -> dict[str, Any]:
        return self._settled


def plot(drawing: Drawing, theme: str, key: str, *, part: float = 1) -> None:
    """The figure in a theme ("light" or "dark"); the beginning of its summary is what is read to those who do not see it.

    `part`: of the width of its row.
    """
    figure = PrebuiltFigure(drawing.themed(theme, forms.part_px(_row_px(), part)))
    st.plotly_chart(figure, theme=None, key=key, config=PLOT_CONFIG, alt=name_of(drawing.summary))


def side_by_side(part: float) -> Sequence[Container]:
    """Two places beside one another, the first with this part of the row; in a narrow window one below the other."""
    if _row_px() < forms.NARROW_PX:
        return st.container(), st.container()
    return st.columns([part, 1 - part], gap="large")


def name_of(summary: str) -> str:
    """The sentences of a summary that a name has room for."""
    if len(summary) <= LONGEST_NAME:
        return summary
    beginning = summary[:LONGEST_NAME]
    return beginning[: beginning.rfind(". ") + 1] or beginning


def _row_px() -> int:
    """How wide a row of the page is, as far as it matters for the form of a chart: by the window as its script told it when
    the page was opened; a browser that keeps no cookies says at least whether it runs on a phone ("Mobile", "Mobi")."""
    told = st.context.cookies.get("window_px", "")
    if told.isdecimal():
        return min(int(told) - forms.EDGES_PX, forms.SCREEN_PX)
    return forms.PHONE_PX if "Mobi" in (st.context.headers.get("User-Agent") or "") else forms.SCREEN_PX
