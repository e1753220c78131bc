"""A drawing's figure on a page of the app."""

from typing import Any

import streamlit as st
from plotly.basedatatypes import BaseFigure

from dashboard import forms
from dashboard.drawing import Drawing

PLOT_CONFIG = {
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}


PHONE_PX = 400


class PrebuiltFigure(BaseFigure):
    """A finished figure, handed over as it is. Streamlit would build it anew from plain data in every rerun: 5 ms each."""

    def __init__(self, data: dict[str, Any]):
        self._settled = data

    def to_dict(self) -> dict[str, Any]:
        return self._settled


def plot(drawing: Drawing, theme: str, key: str) -> None:
    """The figure in a theme ("light" or "dark"); its summary is what is read to those who do not see it."""
    figure = PrebuiltFigure(drawing.themed(theme, PHONE_PX if _on_phone() else forms.NARROW_PX))
    st.plotly_chart(figure, theme=None, key=key, config=PLOT_CONFIG, alt=drawing.summary)


def _on_phone() -> bool:
    """Whether the reader's browser says that it runs on a phone, as all of them do ("Mobile", "Mobi")."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")
