"""Bars in lanes with their names above them: what is counted is filled, what is not is an outline."""

import plotly.graph_objects as go

from dashboard import style


def name_lane(fig: go.Figure, lane: float, text: str) -> None:
    """The name of a lane, above its bar."""
    style.note(fig, (0, lane + 0.24), text, xanchor="left", align="left", xshift=-4)


def outline_bar(
    fig: go.Figure,
    end: float,
    levels: tuple[float, float],
    colour: str,
    hover: str,
    *,
    dash: str = "dot",
    hatched: bool = True,
) -> None:
    """A bar from zero that is no part of any sum: its outline, hatched where it is a threat."""
    low, high = levels
    pattern = {"fillpattern": {"shape": "/", "size": 7, "solidity": 0.15, "fgcolor": colour}} if hatched else {}
    fig.add_scatter(
        x=[0, end, end, 0, 0],
        y=[low, low, high, high, low],
        mode="lines",
        line={"color": colour, "dash": dash, "width": 1.5},
        fill="toself",
        fillcolor="rgba(0,0,0,0)",
        hoveron="fills+points",
        hovertext=hover,
        hoverinfo="text",
        **pattern,
    )
