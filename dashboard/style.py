"""How charts look: one template, one palette with one meaning a colour, and the few shapes charts are made of.

Figures are built with the light palette. `themed` swaps each light colour for its dark twin in a finished figure, so a
figure is built once and shown in both themes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.language import _, current, month_name

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif"

HOME, OTHERS, REST = "#0072B2", ("#D55E00", "#009E73", "#CC79A7", "#E69F00"), "#B8BEC6"
TARGET, MEETS, SHORT, UNKNOWN = "#30363D", "#009E73", "#D55E00", "#8B949E"
IN_FORCE, THREATENED, ENDED = "#A23B2A", "#8A6D3B", "#8B949E"
IN_FORCE_FILL = "rgba(162,59,42,0.20)"  # reads on both themes
OPEN_FILL = "rgba(139,148,158,0.28)"  # where more than one answer is possible
LATE = "#7A5200"  # words that something is late; as `yellowTextColor` of the theme
INK, MUTED, GRID, PAPER = "#1F2328", "#59636E", "#D8DEE4", "#FFFFFF"

# Every light colour and its twin on a dark page.
DARK = {
    HOME: "#56B4E9", "#D55E00": "#FF8A3D", "#009E73": "#2FC79B", "#CC79A7": "#E3A2C6", "#E69F00": "#F2BC4A",
    REST: "#4A525C", TARGET: "#C9D1D9", IN_FORCE: "#E07A66", THREATENED: "#C9A66B",
    LATE: "#E8C15A", INK: "#E6EDF3", MUTED: "#9DA7B3", GRID: "#30363D", PAPER: "#0E1117",
}  # fmt: skip

# Distance to a target, from far short (deep orange) to far above (deep green): lightness tells the same as hue. The
# fills and the text on them are the same in both themes, so they have no twin above.
DISTANCE = ("#A34000", "#E07B2E", "#F6C9A2", "#BFE3D3", "#3FB08F", "#00765A")
# Revised down (brown) to up (blue), the same in both themes.
REVISION = ("#8A5A1C", "#D9A866", "#EEF1F4", "#8DB9DE", "#1F5F9A")
# A rate in force, from none to high; the same in both themes, with the texts below on it.
HEAT = ("#F3F1EF", "#EDC3BA", "#DD9183", "#BC5746", "#84291C")
WORDS_FOR_WIDE = "words for wide pictures"  # `meta` of a trace whose words a phone's width does not hold
WORDS_FOR_TALL = "words for tall pictures"  # `name` of a note that a low picture, as a card, does not hold
HIDE_WHAT_DOES_NOT_FIT = {"minsize": 13, "mode": "hide"}  # words in bars: rather none than some that can't be read
PLATE: dict[str, Any] = {
    "bgcolor": PAPER,
    "borderpad": 0,
}  # of words that a line may pass: it is not drawn through them
ON_DEEP, ON_PALE = "#FEFEFE", "#000000"  # one of them stands out from any fill by 4.5


@cache
def template() -> go.layout.Template:
    axis = {
        "gridcolor": GRID,
        "linecolor": GRID,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"color": MUTED},
        "title": {"font": {"color": MUTED, "size": 14}},
        "automargin": True,
        "ticklabelstandoff": 4,
        "exponentformat": "none",  # figures may be in millions already: no "k", no "M" of plotly's own
        "separatethousands": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 14, "color": INK},
            "title": {
                "x": 0,
                "xanchor": "left",
                "xref": "container",
                "font": {"size": 19},
                "subtitle": {"font": {"size": 14, "color": MUTED}},
                "pad": {"l": 8, "t": 8},
                "y": 0.98,
                "yanchor": "top",
            },
            "paper_bgcolor": PAPER,
            "plot_bgcolor": PAPER,
            "colorway": [HOME, *OTHERS],
            "margin": {"l": 60, "r": 24, "t": 24, "b": 40},
            "xaxis": {
                **axis,
                "showgrid": False,
                "separatethousands": False,
            },  # years; amounts of five digits all the same
            "yaxis": axis,
            "hovermode": "closest",
            "hoverlabel": {"font": {"family": FONT, "size": 13}},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "showlegend": False,
            "dragmode": False,
        }
    )


class Figure(go.Figure):
    """A figure that takes words and level lines together: plotly checks all there are anew for each one that is added."""

    _waiting: dict[str, list[dict[str, Any]]] | None = None

    def add_annotation(self, **said: Any) -> Figure:
        return self._later("annotations", said)

    def add_hline(self, y: float, **said: Any) -> Figure:
        line = {"type": "line", "x0": 0, "x1": 1, "xref": "x domain", "y0": y, "y1": y, "yref": "y"}
        return self._later("shapes", line | said)

    def _later(self, name: str, said: dict[str, Any]) -> Figure:
        self._waiting = self._waiting or {}
        self._waiting.setdefault(name, []).append(said)
        return self

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, None
        for name, said in (waiting or {}).items():
            held = super().layout
            held[name] = [*held[name], *said]

    @property
    def layout(self) -> Any:
        self._settle()
        return super().layout  # plotly asks for it whenever anything in a figure is read: nothing slow here

    @layout.setter
    def layout(self, layout: Any) -> None:
        go.Figure.layout.fset(self, layout)

    def to_dict(self) -> dict[str, Any]:
        self._settle()
        return super().to_dict()


def figure(title: str, subtitle: str, **layout: Any) -> go.Figure:
    """An empty figure in the house's style. `title` is the finding, `subtitle` measure, unit, price base and edition."""
    separators = ",\u00a0" if current() == "fr" else ".,"
    return Figure(
        layout={
            "template": template(),
            "title": {"text": title, "subtitle": {"text": subtitle}},
            "separators": separators,
            **layout,
        }
    )


def roles(home: str, chosen: list[str]) -> dict[str, str]:
    """Colours of the chosen codes: the home country's own, then the others in the order chosen; beyond four grey."""
    others = [code for code in chosen if code != home]
    colours = {home: HOME} if home in chosen else {}
    return colours | {code: OTHERS[i] if i < len(OTHERS) else REST for i, code in enumerate(others)}


def level_line(*, proposed: bool) -> dict[str, Any]:
    """How the line of a target is drawn: dashed; of what is no target yet but somebody's proposal, thin, pale and dotted."""
    if proposed:
        return {"color": MUTED, "width": 1, "dash": "dot"}
    return {"color": TARGET, "width": 1.5, "dash": "dash"}


def target_line(
    fig: go.Figure, value: float, label: str = "", *, axis: str = "y", side: str = "left", proposed: bool = False
) -> None:
    """A line across the chart at a value of an axis, with its name on it, at the left or the right end."""
    line = level_line(proposed=proposed)
    if axis == "x":
        fig.add_vline(x=value, line=line)
        if label:
            note(fig, (value, 1), label, line["color"], 13, yref="paper", yanchor="bottom")
        return
    fig.add_hline(y=value, line=line)
    if label:
        place = {"xref": "x domain", "xanchor": side, "align": side, "yanchor": "bottom", "yshift": 4}
        note(fig, (int(side == "right"), value), label, line["color"], 13, **place, **PLATE)


def month_axis(fig: go.Figure, start: date, end: date) -> None:
    """Months or years along an axis of days, in the reader's language: at most about six of them."""
    months = pd.date_range(start, end, freq="MS")
    every = next(step for step in (1, 2, 3, 6, 12, 24, 60) if len(months) / step <= 6 or step == 60)
    shown = [month for month in months if (12 * month.year + month.month - 1) % every == 0]
    words = [str(month.year) if every >= 12 else month_name(month) for month in shown]
    fig.update_xaxes(range=[start, end], tickvals=shown, ticktext=words)


def note(fig: go.Figure, at: tuple[Any, Any], text: str, color: str = INK, size: int = 13, **place: Any) -> None:
    """Words at (x, y) in a chart, without an arrow; `place` says `xanchor`, `yanchor`, `xshift`, `xref` ... as plotly does."""
    x, y = at
    fig.add_annotation(x=x, y=y, text=text, font={"color": color, "size": size}, showarrow=False, **place)


def mark_scenario(fig: go.Figure, word: str) -> None:
    """The word across a picture that shows what is not the ledger's."""
    fig.add_annotation(
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        text=word,
        showarrow=False,
        textangle=-20,
        opacity=0.22,
        font={"size": 56, "color": MUTED},
    )


def steps(colours: Sequence[str]) -> list[list[Any]]:
    """A colour scale of as many classes as there are colours, each of one shade."""
    count = len(colours)
    return [[edge, colour] for i, colour in enumerate(colours) for edge in (i / count, (i + 1) / count)]


def themed(figure: Any, theme: str) -> Any:
    """A figure as plain data in the colours of a theme ("light" or "dark")."""
    if theme != "dark":
        return figure
    if isinstance(figure, dict):
        return {key: themed(value, theme) for key, value in figure.items()}
    if isinstance(figure, (list, tuple)):
        return [themed(value, theme) for value in figure]
    return DARK.get(figure, figure) if isinstance(figure, str) else figure


def wrapped(text: str, width: int = 48) -> str:
    """Text broken into lines for a hover or a label."""
    return "<br>".join(textwrap.wrap(text, width))


def estimate_mark(is_estimate: bool) -> str:
    """NATO's mark for an estimate, as a word."""
    return " (" + _("estimate") + ")" if is_estimate else ""
