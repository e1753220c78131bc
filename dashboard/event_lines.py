"""Where dated events stand in a chart over time: a thin line at each, its name in a band above the plot.

One for all charts: whether the x axis is time, and from when to when, is asked of the figure.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import placement, style
from dashboard.forms import LETTERS
from dashboard.language import current

MOST = 8  # names above one plot: the newest
YEAR = re.compile(r"\d{4}\D{0,2}")  # an estimate has a mark
TAG = re.compile(r"<[^>]*>")
ROW_PX, LETTER_PX, GAP_PX = 18, 7.5, 4
# Above a plot: names of the axis, slanted on a phone and where months have long names; words that stand on its edge; of
# a level near it.
SLANTED_PX, TICKS_PX, WORDS_PX, EDGE_PX = 60, 26, 22, 10
PLOTS_PX = {True: 270, False: 620}  # the narrowest plot of a chart: on a phone, on a desk
NAMES_PX = 90  # names of rows beside it
HIGH_PX = (placement.PLOT_PX, 160)  # a plot where it is highest, and in a card below names in several rows


def within(events: pd.DataFrame, figure: go.Figure) -> pd.DataFrame:
    """Those that stand on the figure's axis, with their `place` on it; none where the axis is not time."""
    places = pd.Series([_place(when.date(), figure) for when in events["event_on"]], events.index, object)
    return events.assign(place=places)[places.notna()]


def _place(when: date, figure: go.Figure) -> Any:
    """Where a day stands on the x axis: the figure of a year stands in its middle."""
    axis = figure.layout.xaxis
    years = when.year - 0.5 + (when.timetuple().tm_yday - 1) / 366
    if axis.type == "category":
        named = _categories(figure)
        if not named or not all(YEAR.fullmatch(name) for name in named):
            return None
        at = years - int(named[0][:4])
        return at if -0.5 <= at <= len(named) - 0.5 else None
    if not axis.range or axis.visible is False:
        return None
    first, last = axis.range
    if isinstance(first, (str, datetime, date)):
        return when.isoformat() if pd.Timestamp(first) < pd.Timestamp(when) < pd.Timestamp(last) else None
    is_years = all(isinstance(x, int) for x in _along(figure, "x"))
    return years if is_years and 1900 < first < years < last < 2200 else None


def _along(figure: go.Figure, axis: str) -> list[Any]:
    """All that traces have along an axis."""
    return [one for trace in figure.data for one in (trace[axis] if trace[axis] is not None else ()) if one is not None]


def _categories(figure: go.Figure) -> list[str]:
    return list(dict.fromkeys(map(str, _along(figure, "x"))))


def draw(figure: go.Figure, events: pd.DataFrame, *, narrow: bool) -> None:
    """A thin line at each event, and its name in a band above the plot, in as many rows as keep names apart."""
    shown = within(events, figure).tail(MOST)
    if shown.empty:
        return
    start, end = _ends(figure)
    domain = figure.layout.xaxis.domain or (0, 1)
    named = any(trace.type == "heatmap" for trace in figure.data)
    whole = PLOTS_PX[narrow] - NAMES_PX * named
    wide = whole * (domain[1] - domain[0])
    marks = [((_number(at) - start) / (end - start) * wide, len(title) * LETTER_PX) for at, title in _pairs(shown)]
    rows = placement.in_rows(marks, wide, GAP_PX, whole * domain[0])
    foot = _above(figure, narrow)
    for (place, title), (x, name_px), (row, left) in zip(_pairs(shown), marks, rows, strict=True):
        height = foot + row * ROW_PX
        after, before = left >= x, left + name_px <= x
        _line(figure, place, foot, height + (ROW_PX if after or before else 0), wide)
        edge = {"x": 1, "xref": "x domain", "xanchor": "right"}
        if after or before:
            edge = {"x": place, "xanchor": "left" if after else "right", "xshift": GAP_PX if after else -GAP_PX}
        style.note(
            figure,
            (edge.pop("x"), 1),
            title,
            style.MUTED,
            13,
            yref="paper",
            yanchor="bottom",
            yshift=height,
            **edge,
            **style.PLATE,
        )
    _make_room(figure, foot + (max(row for row, _left in rows) + 1) * ROW_PX)


def _pairs(shown: pd.DataFrame) -> Iterator[tuple[Any, str]]:
    return zip(shown["place"], shown["title"], strict=True)


def _number(place: Any) -> float:
    return pd.Timestamp(place).timestamp() if isinstance(place, (str, datetime, date)) else float(place)


def _ends(figure: go.Figure) -> tuple[float, float]:
    """The first and the last place of the axis."""
    axis = figure.layout.xaxis
    if axis.type == "category":
        return -0.5, len(_categories(figure)) - 0.5
    return _number(axis.range[0]), _number(axis.range[1])


def _line(figure: go.Figure, place: Any, foot: int, top: int, wide: float) -> None:
    """Through the plot, but not through words; and from its edge up to the name."""
    line = {"color": style.UNKNOWN, "width": 1}
    at = {"type": "line", "x0": place, "x1": place, "xref": "x", "line": line, "layer": "below"}
    if any(_has_words(trace) for trace in figure.data):
        if figure.layout.xaxis.side != "top":  # a mark at the edge
            figure.add_shape(**at, yref="paper", ysizemode="pixel", yanchor=1, y0=0, y1=foot)
    elif _is_list(figure):  # it may be cut
        low, high = _heights(figure)
        start, end = _free(figure, _number(place), wide)[-1]
        figure.add_shape(**at, y0=low + start * (high - low), y1=low + end * (high - low))
    else:
        for start, end in _free(figure, _number(place), wide):
            figure.add_shape(**at, yref="paper", y0=start, y1=end)
    if top > foot:
        figure.add_shape(**at, yref="paper", ysizemode="pixel", yanchor=1, y0=foot, y1=top)


def _is_list(figure: go.Figure) -> bool:
    return "ends" in (figure.layout.meta or {})


def _heights(figure: go.Figure) -> tuple[float, float]:
    """The lowest and the highest place of the y axis."""
    heights = [float(y) for y in _along(figure, "y") if isinstance(y, (int, float))]
    low, high = figure.layout.yaxis.range or (min([0, *heights]), max([0, *heights]) * 1.06)
    return (low, high) if high != low else (low, low + 1)


def _has_words(trace: Any) -> bool:
    """Whether words stand in its bars, cells or points."""
    if trace.type == "scatter":
        return "text" in (trace.mode or "")
    return trace.type == "heatmap" or (trace.type == "bar" and trace.text is not None)


def _free(figure: go.Figure, x: float, wide: float) -> list[tuple[float, float]]:
    """The parts of the plot's height where a line at x runs through no words that have no paper of their own."""
    (first, last), (low, high) = _ends(figure), _heights(figure)
    x_px = wide / (last - first)
    start_of_words = first - (figure.layout.xaxis.domain or (0, 1))[0] * (
        last - first
    )  # a list has its own to the left
    taken = []
    for note in figure.layout.annotations:
        if note.bgcolor is not None or note.yref == "paper" or note.textangle or _fits_beside(note):
            continue
        at = note.to_plotly_json() | {"x": start_of_words if note.xref == "paper" else _number(note.x), "xref": "x"}
        for tall in (high - low,) if _is_list(figure) else HIGH_PX:  # words keep their size in a lower plot
            y_px = tall / (high - low)
            left, bottom, right, top = placement.words_at(at, first, last, x_px, y_px)
            if left - GAP_PX < x * x_px < right + GAP_PX:
                taken.append(((bottom - low * y_px) / tall, (top - low * y_px) / tall))
    parts, start = [], 0.0
    for foot, head in sorted(taken):
        parts.append((start, foot))
        start = max(start, head)
    return [(max(0, foot), min(1, head)) for foot, head in (*parts, (start, 1.0)) if min(1, head) > max(0, foot)]


def _fits_beside(note: go.layout.Annotation) -> bool:
    """Whether it is a text of a list that ends where its pictures begin."""
    return note.xref == "paper" and max(map(len, TAG.sub("", note.text.replace("<br>", "\n")).split("\n"))) <= LETTERS


def _above(figure: go.Figure, narrow: bool) -> int:
    """Pixels above the plot that are taken already."""
    notes = [
        note
        for note in figure.layout.annotations
        if note.yref == "paper" and (note.y or 0) >= 1 and note.yanchor == "bottom"
    ]
    return max(
        (SLANTED_PX if narrow or current() == "fr" else TICKS_PX) if figure.layout.xaxis.side == "top" else EDGE_PX,
        WORDS_PX if notes else EDGE_PX,
    )


def _make_room(figure: go.Figure, high_px: int) -> None:
    layout = figure.layout
    height, above = layout.height or 450, layout.margin.t if layout.margin.t is not None else 24
    layout.height, layout.margin.t = height + high_px, above + high_px
    if layout.showlegend and (layout.legend.y is None or layout.legend.y > 1):  # it stood where the names stand now
        layout.legend.update(y=1 + high_px / (0.5 * height), yanchor="bottom")
