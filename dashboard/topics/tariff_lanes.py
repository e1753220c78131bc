"""Measures drawn in lanes through time, in two looks: what is counted on the goods, and what is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import coverage, style
from dashboard.language import _, day
from dashboard.topics.tariff_standing import hover
from dashboard.topics.tariffs import rate_in_words

COUNTED, QUALIFYING, NOT_COUNTED = "counted", "qualifying", "not_counted"
COLOURS = {COUNTED: style.IN_FORCE, QUALIFYING: style.IN_FORCE, NOT_COUNTED: style.THREATENED}
LETTER, WIDE_LETTER, PHONE_LETTER = 0.014, 0.0095, 0.024  # of the width: half a page, a page, a phone
DRAWN_PX, WORD_PX = 64, 18  # the highest rate of all lanes, as drawn; a line of words, which stands on a step
LINES: dict[str, dict[str, Any]] = {
    COUNTED: {"width": 3},
    QUALIFYING: {"width": 2, "dash": "dash"},
    NOT_COUNTED: {"width": 1.5},
}
EARLIER = "/PRIOR-"  # in the code of a line: the rate of the review before
LEVEL_PX = 1.5  # between steps that look level
CLEAR_PX = 3  # between a step and the words on it, or their plate would cut its line


@dataclass(frozen=True)
class Axis:
    """The days drawn across, and the highest rate of all lanes. Upwards a lane counts pixels: all have one scale."""

    start: pd.Timestamp
    end: pd.Timestamp
    highest: float
    letter: float = LETTER

    def height(self, rate_pct: float) -> float:
        return 0.0 if pd.isna(rate_pct) else DRAWN_PX * rate_pct / self.highest

    def top(self, row) -> float:
        """How high a stretch is drawn: a ban as high as the highest rate."""
        return DRAWN_PX if row.rate_kind == "ban" else self.height(row.rate_pct)

    def room(self, stretches: pd.DataFrame) -> float:
        """The pixels that stretches need, with the words on the highest."""
        return max([WORD_PX / 3, *(self.top(row) + WORD_PX for row in stretches.itertuples())])

    def share(self, start: pd.Timestamp, end: pd.Timestamp) -> float:
        return (min(end, self.end) - max(start, self.start)) / (self.end - self.start)


@dataclass(frozen=True)
class Shown:
    """A stretch as it is drawn: its days within the axis, its height, its look and its rate in words, the longest first."""

    start: pd.Timestamp
    end: pd.Timestamp
    top: float
    look: str
    rates: tuple[str, ...]
    bold: bool = False


def mark_days(fig: go.Figure, axis: Axis, params: Any, drawn_on: Sequence[tuple[float, float]] = ()) -> None:
    """A line at the day looked at, named above it; a shade from the day on of which nothing is known.

    `drawn_on`: from where to where lanes are drawn, which the shade keeps to: words between them stand on none.
    """
    seen = pd.Timestamp(coverage.seen(params.known))
    shade: dict[str, Any] = {"fillcolor": "rgba(139,148,158,0.10)", "line": {"width": 0}, "layer": "above"}
    if axis.start < seen < axis.end:
        for low, high in drawn_on:
            fig.add_shape(type="rect", x0=seen, x1=axis.end, y0=low, y1=high, **shade)
        if not drawn_on:
            fig.add_vrect(x0=seen, x1=axis.end, **shade)
    moment = params.on.isoformat()
    fig.add_vline(x=moment, line={"color": style.TARGET, "width": 1, "dash": "dot"})
    late = axis.share(axis.start, pd.Timestamp(params.on)) > 0.8
    place = {"x": moment, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "right" if late else "center"}
    fig.add_annotation(text=day(params.on), showarrow=False, **place)


def assumed_in_words(params: Any, end: pd.Timestamp) -> str:
    """What that shade is; empty where none is drawn up to `end`."""
    seen = coverage.seen(params.known)
    return _("shaded: assumed unchanged after {day}").format(day=day(seen)) if pd.Timestamp(seen) < end else ""


def name_beginning(fig: go.Figure, axis: Axis) -> None:
    """The first day drawn, above the left edge."""
    place: dict[str, Any] = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "borderpad": 0}
    style.note(fig, (0, 1), day(axis.start), style.MUTED, **place)


def draw_stretches(fig: go.Figure, stretches: pd.DataFrame, base: float, axis: Axis) -> None:
    """The stretches of a lane (`tariff_timeline.drawn_of`), with their rates where there is room; a cross where the last ends."""
    shown: list[Shown] = []
    for row in stretches.itertuples():
        start, end = max(row.from_on, axis.start), axis.end if pd.isna(row.to_on) else min(row.to_on, axis.end)
        if start >= end:
            continue
        look, top = COUNTED if row.included else NOT_COUNTED, base + axis.top(row)
        step(fig, look, (start, end), (base, top), hover(row))
        shown.append(Shown(start, end, top, look, _rates(row)))
    join_steps(fig, shown)
    name_rates(fig, axis, shown)
    if len(stretches) and not stretches["to_on"].isna().any():
        last = max(stretches.itertuples(), key=lambda row: (row.to_on, axis.top(row)))
        marker = {"symbol": "x-thin", "size": 10, "line": {"width": 3, "color": style.MUTED}}
        fig.add_scatter(
            x=[last.to_on],
            y=[base + axis.top(last)],
            mode="markers",
            marker=marker,
            hovertext=[hover(last)],
            hoverinfo="text",
        )


def _rates(row) -> tuple[str, ...]:
    """The rate; a line that holds what was charged before the first step of its measure says so, where there is room."""
    rate = rate_in_words(row.rate_pct, row.rate_kind)
    first = day(row.from_on, "year" if row.from_on.dayofyear == 1 else "day")
    before = _("{rate} since before {day}").format(rate=rate, day=first)
    return (before, rate) if EARLIER in row.line_id else (rate,)


def name_rates(fig: go.Figure, axis: Axis, shown: list[Shown]) -> None:
    """Rates over their own steps, never over another's: what is counted first, of that the last, the highest, then the longest.

    Steps that look level are one. A step too short for its rate goes without, unless it is the highest.
    """
    taken: list[tuple[float, float, float]] = []
    shown = _runs(shown)
    last, highest = max((one.start for one in shown), default=None), max((one.top for one in shown), default=None)
    for one in sorted(
        shown, key=lambda one: (one.look != COUNTED, one.start != last, one.top != highest, one.start - one.end)
    ):
        for words, begin, end in _places(axis, shown, one):
            box = begin, end, one.top
            if begin < 0 or end > 1 or any(_crosses(box, other, axis) for other in shown):
                continue
            if any(begin < after and before < end and abs(top - one.top) < WORD_PX for before, after, top in taken):
                continue
            taken.append(box)
            at = axis.start + begin * (axis.end - axis.start)
            look = {"xanchor": "left", "yanchor": "bottom", "xshift": CLEAR_PX, "yshift": CLEAR_PX, **style.PLATE}
            style.note(fig, (at, one.top), f"<b>{words}</b>" if one.bold else words, COLOURS[one.look], 13, **look)
            break


def _runs(shown: list[Shown]) -> list[Shown]:
    """Steps that follow one another in one look at one rate, as one: their rate stands where it began."""
    runs: list[Shown] = []
    for one in sorted(shown, key=lambda one: (one.look, one.start)):
        last = runs[-1] if runs else None
        if last and (last.look, last.rates, last.end) == (one.look, one.rates, one.start):
            runs[-1] = replace(last, end=one.end)
        else:
            runs.append(one)
    return runs


def _places(axis: Axis, shown: list[Shown], one: Shown) -> Iterator[tuple[str, float, float]]:
    """A rate in words and from where to where it may stand, as shares of the width, best first."""
    level = [other for other in shown if other.look == one.look and abs(other.top - one.top) < LEVEL_PX]
    start, end = one.start, one.end
    for other in sorted(level, key=lambda other: other.start):
        end = other.end if other.start == end else end
    for other in sorted(level, key=lambda other: other.end, reverse=True):
        start = other.start if other.end == start else start
    first, own, until, stop = (axis.share(axis.start, moment) for moment in (start, one.start, one.end, end))
    for words in one.rates:
        wide = axis.letter * (len(words) + 1)
        for begin in (own, stop - wide):
            if first <= begin < until and begin + wide <= stop:
                yield words, begin, begin + wide
    if wide > stop - first and all(other.top < one.top + LEVEL_PX for other in shown):  # no other can be meant
        middle = (first + stop) / 2
        yield words, middle - wide / 2, middle + wide / 2


def _crosses(box: tuple[float, float, float], other: Shown, axis: Axis) -> bool:
    """Whether the line of a step goes through words that stand at a height."""
    begin, end, top = box
    meets = axis.share(axis.start, other.start) < end and axis.share(axis.start, other.end) > begin
    return meets and LEVEL_PX <= other.top - top <= WORD_PX + CLEAR_PX


def join_steps(fig: go.Figure, shown: list[Shown]) -> None:
    """An upright line where a step of a look follows another, or a short one would hang in the air."""
    ordered = sorted(shown, key=lambda one: (one.look, one.start, one.end))
    for one, following in pairwise(ordered):
        if (one.look, one.end) == (following.look, following.start):
            line = {"color": COLOURS[one.look], **LINES[one.look], "dash": "solid"}
            levels = [one.top, following.top]
            fig.add_scatter(x=[one.end] * 2, y=levels, mode="lines", line=line, hoverinfo="skip")


def step(
    fig: go.Figure, look: str, span: tuple[pd.Timestamp, pd.Timestamp], levels: tuple[float, float], said: str
) -> None:
    """A level line over `span`, at the upper of `levels`, filled down to the lower one: hatched where it is not counted.

    What goods pay that qualify is a dashed line alone, over what the others pay.
    """
    (start, end), (base, top) = span, levels
    fill: dict[str, Any] = {"fillcolor": style.IN_FORCE_FILL}
    if look == NOT_COUNTED:
        hatch = {"shape": "/", "size": 6, "solidity": 0.2, "fgcolor": style.THREATENED}
        fill = {"fillcolor": "rgba(0,0,0,0)", "fillpattern": hatch}
    if look != QUALIFYING:
        fig.add_scatter(
            x=[start, start, end, end],
            y=[base, top, top, base],
            mode="lines",
            line={"width": 0},
            hoverinfo="skip",
            fill="toself",
            **fill,
        )
    fig.add_scatter(
        x=[start, start + (end - start) / 2, end],
        y=[top] * 3,
        mode="lines",
        line={"color": COLOURS[look], **LINES[look]},
        hovertext=[said] * 3,
        hoverinfo="text",
    )
