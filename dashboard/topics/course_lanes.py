"""What a tariff came through, drawn as a lane through time: thick in force, dotted before, with the rate where it changes."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import style
from dashboard.language import _, current, day, labelled
from dashboard.topics.tariff_courses import (
    COMING,
    ENDED,
    EXEMPT,
    IN_FORCE,
    NOT_COUNTED,
    Course,
    Stretch,
    rate_of_step,
    step_in_words,
)
from dashboard.topics.tariff_standing import doubts

LANES = {
    IN_FORCE: (style.IN_FORCE, "solid", 7),
    NOT_COUNTED: (style.ENDED, "solid", 3),
    EXEMPT: (style.ENDED, "solid", 3),
    COMING: (style.THREATENED, "dot", 3),
}
LETTER = 0.019  # of the time drawn, which a letter of a rate takes where the picture is smallest
LEAST = 0.012  # of the time drawn, from which on a stretch looks like a line
ABOVE_PX = 5  # from the middle of a lane to the rates on it

Days = tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp]
"""The first one drawn, the one it is known on, the last one drawn."""


def is_drawn(course: Course, days: Days) -> bool:
    """Whether a lane shows what words alone do not: days on which these goods were charged, or were to be."""
    if course.now.state == COMING:
        return True
    ends = [*(one.start for one in course.stretches[1:]), days[1]]
    return any(
        one.state == IN_FORCE or (one.state == COMING and end - one.start >= _least(days))
        for one, end in zip(course.stretches, ends, strict=True)
    )


def draw_course(fig: go.Figure, y: float, course: Course, days: Days) -> None:
    """A lane through time, a cross where it ended, each rate above the day it began on; where one points, the step."""
    _first, known, _last = days
    ends = [*(one.start for one in course.stretches[1:]), known]
    for one, end in zip(course.stretches, ends, strict=True):
        if one.state not in LANES or (
            one.state == COMING and end - one.start < _least(days)
        ):  # words tell of so few days
            continue
        colour, dash, width = LANES[one.state]
        steps = course.steps[course.steps["event_on"].between(one.start, max(one.start, end), inclusive="left")]
        said = {one.start: "", **_said_by_day(steps), max(end, one.start + _least(days) / 2): ""}
        fig.add_scatter(
            x=[moment.isoformat() for moment in said],
            y=[y] * len(said),
            mode="lines",
            line={"color": colour, "dash": dash, "width": width},
            hovertext=list(said.values()),
            hoverinfo="text",
        )
    if course.now.state == ENDED:
        _cross(fig, (course.now.start, y), course)
    for at, words, one in _rates_named(course, days):
        colour = LANES[one.state][0]
        place = {"xanchor": "left", "yanchor": "bottom", "yshift": ABOVE_PX, **style.PLATE}
        style.note(fig, (at.isoformat(), y), words, style.MUTED if colour == style.ENDED else colour, **place)


def _least(days: Days) -> pd.Timedelta:
    return (days[-1] - days[0]) * LEAST


def _said_by_day(steps: pd.DataFrame) -> dict[pd.Timestamp, str]:
    said: dict[pd.Timestamp, list[str]] = {}
    for step in steps.itertuples():
        said.setdefault(step.event_on, []).append(_hover(step))
    return {moment: "<br><br>".join(texts) for moment, texts in said.items()}


def _cross(fig: go.Figure, place: tuple[pd.Timestamp, float], course: Course) -> None:
    """What a court did later is no step of the measure any more: the cross tells it."""
    steps = course.steps[course.steps["event_on"] >= place[0]]
    fig.add_scatter(
        x=[place[0].isoformat()],
        y=[place[1]],
        mode="markers",
        marker={"symbol": "x", "size": 11, "color": style.ENDED, "opacity": 1},
        hovertext=["<br><br>".join(_said_by_day(steps).values())],
        hoverinfo="text",
    )


def _rates_named(course: Course, days: Days) -> list[tuple[pd.Timestamp, str, Stretch]]:
    """Where the rate begins or changes, those that have room for it before the next one: the newest are served first.

    Each with the day that its words begin at: before its own where the picture ends too soon for them.
    """
    first, _known, last = days
    drawn: list[Stretch] = []
    for one in course.rates:
        if not drawn or drawn[-1].rate != one.rate:
            drawn.append(one)
        elif one.state == IN_FORCE:  # the day it is paid from says more than the day it was named
            drawn[-1] = one
    edge, named = last, []
    for one in reversed([one for one in drawn if one.state in LANES and one.rate]):
        whole = _("{rate}, not counted").format(rate=one.rate) if one.state in (NOT_COUNTED, EXEMPT) else one.rate
        for words in dict.fromkeys((whole, one.rate)):
            wide = (last - first) * LETTER * (len(words) + 1)
            at = min(one.start, last - wide)
            if at + wide <= edge:
                named.append((at, words, one))
                edge = at
                break
    return named


def what_lines_mean() -> str:
    return _(
        "Line: thick in force, thin not counted here, dotted announced or threatened; ✕ ended or suspended; above it the rate"
    )


def _hover(row) -> str:
    said = [
        f"<b>{style.wrapped(row.title, 56)}</b>",
        labelled(day(row.event_on), f"{step_in_words(row)} {rate_of_step(row)}".strip()),
    ]
    if pd.notna(row.effective_on):
        said.append(_("takes effect {day}").format(day=day(row.effective_on)))
    if isinstance(row.quote, str) and row.quote:
        said.append(style.wrapped(f"“{row.quote}”" if current() == "en" else f"«\u00a0{row.quote}\u00a0»", 56))
    return "<br>".join(said + doubts(row))
