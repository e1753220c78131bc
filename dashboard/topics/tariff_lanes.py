"""Measures drawn in lanes through time, each status in its own line style."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import coverage, labels, style
from dashboard.language import _, day
from dashboard.topics.tariff_standing import OPEN_THREATS, hover
from dashboard.topics.tariffs import rate_in_words
from policy.tariffs.words import ENDED

LOOKS = {
    "in_force": (style.IN_FORCE, "solid", 3), "scheduled": (style.IN_FORCE, "dash", 2), "announced": (style.THREATENED, "dot", 2),
    "threatened": (style.THREATENED, "dot", 2), "suspended": (style.ENDED, "dash", 1.5), "ended": (style.ENDED, "dot", 1.5),
    "not_counted": (style.ENDED, "solid", 1.5),
}  # fmt: skip
NARROWEST_LABELLED = 0.1  # of the width: a number on a shorter stretch would run into the next one
LETTER = 0.0125  # of the width, on half a page: words that are longer than their stretch stand in the table alone
ROOM_FOR_AN_END = 0.35  # of the width, for the word and the day beside the cross
DRAWN_PX, WORD_PX = 40, 18  # the highest rate of all lanes, as drawn; a line of words, which stands on a step
CLEAR_PX = 3  # between a step and the words on it, or their plate would cut its line


@dataclass(frozen=True)
class Axis:
    """The days drawn across, and the highest rate of all lanes. Upwards a lane counts pixels: all have one scale."""

    start: pd.Timestamp
    end: pd.Timestamp
    highest: float

    def height(self, rate_pct: float) -> float:
        return 0.0 if pd.isna(rate_pct) else DRAWN_PX * rate_pct / self.highest

    def room(self, lane: pd.DataFrame) -> float:
        """The pixels that a lane needs for its drawing, with the words on its highest step."""
        ban = lane["rate_kind"].eq("ban").any()
        return WORD_PX + (DRAWN_PX if ban else max(self.height(lane["rate_pct"].max()), WORD_PX / 3))

    def share(self, start: pd.Timestamp, end: pd.Timestamp) -> float:
        return (min(end, self.end) - max(start, self.start)) / (self.end - self.start)


def mark_days(fig: go.Figure, axis: Axis, params: Any) -> None:
    """A line at the day looked at, named above it; a shade from the day on of which nothing is known."""
    seen = pd.Timestamp(coverage.seen(params.known))
    if axis.start < seen < axis.end:
        fig.add_vrect(x0=seen, x1=axis.end, fillcolor="rgba(139,148,158,0.10)", line={"width": 0}, layer="below")
    moment = params.on.isoformat()
    fig.add_vline(x=moment, line={"color": style.TARGET, "width": 1, "dash": "dot"})
    late = axis.share(axis.start, pd.Timestamp(params.on)) > 0.8
    place = {"x": moment, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "right" if late else "center"}
    fig.add_annotation(text=day(params.on), showarrow=False, **place)


def draw_stretch(fig: go.Figure, row, base: float, axis: Axis) -> None:
    """One stretch of a layer in its lane: a level step at its rate, styled by its status, with the rate on it where it fits."""
    if row.status in ENDED:
        return
    end = axis.end if pd.isna(row.to_on) else min(row.to_on, axis.end)
    start = max(row.from_on, axis.start)
    if start >= end:
        return
    counted = row.status == "in_force" and row.included
    look = "in_force" if counted else "not_counted" if row.status == "in_force" else row.status
    ban = row.rate_kind == "ban"
    top = base + (DRAWN_PX if ban else axis.height(row.rate_pct))
    step(fig, look, (start, end), (base, top), hover(row))
    words = _on_the_line(row, look)
    room = max(NARROWEST_LABELLED, LETTER * len(words))
    if axis.share(start, end) >= room and look not in OPEN_THREATS:  # of what is only threatened the heading tells
        write(fig, axis, (start, top), words, look)


def _on_the_line(row, look: str) -> str:
    """The rate, with the word for every standing but in force."""
    rate = rate_in_words(row.rate_pct, row.rate_kind)
    if look == "in_force":
        return rate
    if look == "not_counted":
        return _("{rate}, not counted here").format(rate=rate)
    word = labels.of("role", row.role) if row.role in ("preliminary", "proposal") else labels.of("status", row.status)
    return f"{word}, {_('no rate named')}" if pd.isna(row.rate_pct) and row.rate_kind != "ban" else f"{rate}, {word}"


def write(fig: go.Figure, axis: Axis, place: tuple[pd.Timestamp, float], text: str, look: str) -> None:
    """Words above the beginning of a step, in its colour; near the right edge they end there."""
    colour = style.MUTED if LOOKS[look][0] == style.ENDED else LOOKS[look][0]
    start, top = place
    late = axis.share(start, axis.end) < max(0.25, 0.02 * len(text)) and len(text) > 8
    anchor = "right" if late else "left"
    style.note(
        fig,
        (axis.end if late else start, top),
        text,
        colour,
        xanchor=anchor,
        yanchor="bottom",
        yshift=CLEAR_PX,
        **style.PLATE,
    )


def step(
    fig: go.Figure, look: str, span: tuple[pd.Timestamp, pd.Timestamp], levels: tuple[float, float], said: str
) -> None:
    """A level line over `span`, at the upper of `levels`; filled down to the lower one in force, hatched when threatened or announced."""
    colour, dash, width = LOOKS[look]
    (start, end), (base, top) = span, levels
    fill: dict[str, Any] = {}
    if look == "in_force":
        fill = {"fill": "toself", "fillcolor": style.IN_FORCE_FILL}
    elif look in OPEN_THREATS:
        fill = {
            "fill": "toself",
            "fillcolor": "rgba(0,0,0,0)",
            "fillpattern": {"shape": "/", "size": 7, "solidity": 0.15, "fgcolor": style.THREATENED},
        }
    if fill:
        fig.add_scatter(
            x=[start, start, end, end],
            y=[base, top, top, base],
            mode="lines",
            line={"width": 0},
            hoverinfo="skip",
            **fill,
        )
    fig.add_scatter(
        x=[start, start + (end - start) / 2, end],
        y=[top] * 3,
        mode="lines",
        line={"color": colour, "dash": dash, "width": width},
        hovertext=[said] * 3,
        hoverinfo="text",
    )


def draw_threat(fig: go.Figure, rows: pd.DataFrame, base: float, axis: Axis) -> None:
    """A threat as it was to be: its rates from their planned days, dotted, with the word; once ended thin and grey.

    Nothing is drawn beyond its end: one that ended before its planned day is drawn over the days it stood.
    """
    plan = rows[rows["status"].isin(OPEN_THREATS) & rows["rate_pct"].notna()].drop_duplicates(
        ["line_id", "planned_on"], keep="last"
    )
    starts = plan["planned_on"].where(plan["planned_on"] > plan["from_on"], plan["from_on"])
    plan = plan.assign(start=starts.where(~(starts >= plan["to_on"]), plan["from_on"])).sort_values("start")
    for row in plan.itertuples():
        last = axis.end if pd.isna(row.to_on) else row.to_on
        end = min([last, *plan.loc[plan["start"] > row.start, "start"]])
        look = "ended" if (rows.loc[rows["line_id"] == row.line_id, "status"].isin(ENDED)).any() else row.status
        top = base + axis.height(row.rate_pct)
        step(fig, look, (max(row.start, axis.start), end), (base, top), hover(row))


def draw_end(fig: go.Figure, rows: pd.DataFrame, base: float, axis: Axis) -> None:
    """Where a measure ends: a cross with the word and the day, beside the line and not on it."""
    ended = rows[rows["status"].isin(ENDED) & (rows["from_on"] > axis.start)].sort_values("from_on")
    if ended.empty or rows.loc[rows["status"] == "in_force", "to_on"].isna().any():
        return
    row = next(ended.itertuples())
    before = rows[(rows["line_id"] == row.line_id) & (rows["from_on"] < row.from_on)]
    top = base + (axis.height(before["rate_pct"].iloc[-1]) if len(before) else 0)
    marker = {"symbol": "x-thin", "size": 9, "color": style.ENDED, "line": {"width": 2.5, "color": style.ENDED}}
    fig.add_scatter(x=[row.from_on], y=[top], mode="markers", marker=marker, hovertext=[hover(row)], hoverinfo="text")
    if axis.share(row.from_on, axis.end) < ROOM_FOR_AN_END:
        return  # the heading says it
    words = f"{labels.of('status', row.status)} {day(row.from_on)}"
    style.note(fig, (row.from_on, top), words, style.MUTED, xanchor="left", xshift=8, **style.PLATE)
