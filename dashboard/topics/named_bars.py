"""Bars in lanes with their names above them: what is counted is filled, what is not is an outline."""

from typing import Any

import plotly.graph_objects as go

from dashboard import forms, style

DESK_LETTERS = 60  # of a line beside a calculator
LINE_PX, GAP_PX = 18, 9


class Lanes:
    """Lanes of a figure, from the top: its y axis counts pixels downwards, so that each is as high as its name needs."""

    def __init__(self, fig: go.Figure, letters: int):
        self.fig, self.letters, self.down = fig, letters, 0
        self._ends: list[float] = []

    def heading(self, text: str) -> None:
        """Words over the lanes that follow."""
        self.down += GAP_PX
        lines = style.wrapped(text, self.letters - 4).split("<br>")
        self._write("<br>".join(f"<i>{line}</i>" for line in lines), style.MUTED)
        self.down += LINE_PX * len(lines) + 2

    def rule(self) -> None:
        """A line under a sum."""
        self.fig.add_hline(y=-self.down + GAP_PX / 2, line={"color": style.INK, "width": 1.5})

    def named(self, name: str, high_px: int, *, bold: bool = False, status: tuple[str, str] = ("", "")) -> float:
        """A lane with its whole name and, below it, how it stands (words, colour); the y of the top of its bar of this height."""
        lines = style.wrapped(name, self.letters - 4 * bold).split("<br>")
        self._write("<br>".join(f"<b>{line}</b>" if bold else line for line in lines), style.INK)
        self.down += LINE_PX * len(lines)
        words, colour = status
        if words:
            broken = style.wrapped(words, self.letters)
            self._write(broken, colour)
            self.down += LINE_PX * (1 + broken.count("<br>"))
        top = self.down + 2
        self.down = top + high_px + GAP_PX
        self._ends.append(-self.down)
        return -top

    def close(self, width: float, room: float) -> None:
        """Give the figure its height and, right of bars as long as `width`, `room` for their figures (a share of it)."""
        hidden = {"showticklabels": False, "showgrid": False}
        self.fig.update_yaxes(range=[-self.down, 0], tickvals=[], **hidden)
        self.fig.update_xaxes(range=[-width * 0.005, width * (1 + room)], **hidden)
        self.fig.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8}, height=self.down + 16)
        forms.listed(self.fig, self._ends)

    def _write(self, text: str, colour: str) -> None:
        place: dict[str, Any] = {"xanchor": "left", "yanchor": "top", "align": "left", "xshift": -2, "borderpad": 0}
        style.note(self.fig, (0, -self.down), text, colour, **place)


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
