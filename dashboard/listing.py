"""A list drawn as a chart: lines of words from the left edge and, where there is room, a picture of each beside them.

Its y axis counts pixels downwards, so words of any length get the room they need.
"""

import pandas as pd
import plotly.graph_objects as go

from dashboard import forms, style
from dashboard.forms import BOLD_LETTERS, LETTERS  # half a picture holds as many as a phone

LINE_PX, GAP_PX, AXIS_PX, EDGE_PX = 18, 10, 30, 8
BESIDE = (0.48, 1.0)  # of the width: where pictures stand
NAME_PART = 0.15  # of their width, which the name of a day takes

Words = tuple[str, str, bool]  # a text, its colour, whether it is bold


class Listing:
    """The lines of a figure, written from the top."""

    def __init__(self, fig: go.Figure, *, pictures: bool, wide: bool = False):
        """`wide`: the figure is no phone's, though no pictures stand beside its words."""
        self.fig, self.pictures, self.down = fig, pictures, 0
        self._whole_width = 2.4 if pictures or wide else 1.0  # in widths of a phone
        self._ends: list[float] = []

    def heading(
        self, text: str, colour: str = style.MUTED, *, across: bool = False, past: float = 0.0, under: str = ""
    ) -> float:
        """Words over the items that follow, with a rule above them; the y of the middle of their first line.

        `across`: no picture stands beside them, they take the whole width; `past`: the share of it that they leave free before;
        `under`: what is said of them in lighter words.
        """
        if self.down:
            self.down += GAP_PX
        rule = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": -self.down, "y1": -self.down, "yref": "y"}
        self.fig.add_shape({**rule, "line": {"color": style.GRID, "width": 1}})
        self.down += 6
        middle = -(self.down + LINE_PX / 2)
        letters = BOLD_LETTERS * (self._whole_width if across else 1) * (1 - past)
        self._write((text, colour, True), letters, past)
        if under:
            self._write((under, colour, False), letters, past)
        self.down += 4
        return middle

    def item(self, *lines: Words, across: bool = False) -> tuple[float, float]:
        """An item of one or more texts; the y of the middle of its first line and of its whole.

        `across`: it has no picture, its words take the whole width.
        """
        top, wide = self.down, self._whole_width if across else 1
        for line in lines:
            self._write(line, wide * (BOLD_LETTERS if line[2] else LETTERS))
        middle = -(top + self.down) / 2
        self.down += GAP_PX if len(lines) > 1 else GAP_PX // 2
        self._ends.append(-self.down)
        return -(top + LINE_PX / 2), middle

    def remark(self, text: str) -> None:
        """Words on the items before: no item, so a list that ends before them leaves them out."""
        self._write((text, style.MUTED, False), LETTERS)
        self.down += GAP_PX // 2

    def words(self, words: Words, past: float) -> None:
        """A line of words within an item's room that leaves a share of the width free before it."""
        self._write(words, BOLD_LETTERS * self._whole_width * (1 - past), past)
        self._ends[-1] = -self.down

    def room(self, high_px: int) -> float:
        """Keep room across the whole width for a picture as an item; the y of its top."""
        top = self.down
        self.down += high_px
        self._ends.append(-self.down)
        return -top

    def years(self, start: pd.Timestamp, end: pd.Timestamp, named: tuple[pd.Timestamp, str] | None = None) -> None:
        """Time along the pictures so far, with a line at the beginning of each year or month, and its name above them.

        `named`: a day with a name of its own; months whose names would stand in its way, or beyond the end, have a line alone.
        """
        style.month_axis(self.fig, start, end)
        axis, room = self.fig.layout.xaxis, (end - start) * NAME_PART
        lines = [*(moment for moment in axis.tickvals if moment <= end), *([named[0]] if named else [])]
        ticks = [
            (moment, words)
            for moment, words in zip(axis.tickvals, axis.ticktext, strict=True)
            if moment < end - room / 4 and (named is None or abs(moment - named[0]) > room)
        ]
        days = {"tickvals": [moment for moment, _words in ticks], "ticktext": [words for _moment, words in ticks]}
        long_px = (forms.NARROW_PX - 3 * EDGE_PX) * (BESIDE[1] - BESIDE[0] if self.pictures else 1)
        level = forms.with_fewer_names({**days, "range": (start, end)}, long_px, long_px)
        ticks = [*zip(level["tickvals"], level["ticktext"], strict=True), *([named] if named else [])]
        axis.update(
            tickvals=[moment for moment, _words in ticks], ticktext=[words for _moment, words in ticks], tickangle=0
        )
        for moment in lines:
            across = {"x0": moment, "x1": moment, "y0": 0, "y1": -self.down, "layer": "below"}
            self.fig.add_shape(type="line", **across, line={"color": style.GRID, "width": 1})

    def close(self) -> None:
        """Give the figure its height, and say where it may end."""
        above = AXIS_PX if self.pictures else EDGE_PX
        down = max(self.down, 3 * LINE_PX)
        self.fig.update_yaxes(visible=False, range=[-down, 0])
        if self.pictures:
            self.fig.update_xaxes(domain=BESIDE, side="top", automargin=False)  # or a long name would move the words
        else:
            self.fig.update_xaxes(visible=False, range=[0, 1])
        self.fig.update_layout(margin={"l": 12, "r": 12, "t": above, "b": EDGE_PX}, height=down + above + EDGE_PX)
        forms.listed(self.fig, self._ends)

    def _write(self, words: Words, letters: float, past: float = 0.0) -> None:
        text, colour, bold = words
        broken = style.wrapped(text, int(letters))
        said = f"<b>{broken}</b>" if bold else broken
        place = {"xref": "paper", "xanchor": "left", "yanchor": "top", "align": "left", "borderpad": 0}
        style.note(self.fig, (past, -self.down), said, colour, 13, **place)
        self.down += LINE_PX * (1 + broken.count("<br>"))
