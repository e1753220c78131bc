"""What a tariff came through, drawn as a lane through time with a mark a step."""

from typing import Any

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
APPLIES = ("effective", "amended")
MARK = 0.025  # of the time drawn, which a mark takes


def draw_course(
    fig: go.Figure, y: float, course: Course, days: tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp]
) -> None:
    """A lane through time: solid in force, dotted before; a mark a step, or several that would cover each other.

    `days`: the first one drawn, the one it is known on, the last one drawn.
    """
    first, known, last = days
    ends = [*(one.start for one in course.stretches[1:]), known]
    for one, end in zip(course.stretches, ends, strict=True):
        if one.state in LANES:
            colour, dash, width = LANES[one.state]
            fig.add_scatter(
                x=[one.start.isoformat(), max(one.start, end).isoformat()],
                y=[y, y],
                mode="lines",
                line={"color": colour, "dash": dash, "width": width},
                hoverinfo="skip",
            )
    over = course.now.start if course.now.state == ENDED else pd.NaT
    for steps in _apart(course.steps, MARK * (last - first)):
        if steps[-1].event_on >= over:
            _mark(fig, (over, y), steps, style.ENDED, "x")
            break  # what a court did later is no step of the measure any more
        own = next((step for step in reversed(steps) if step.event in APPLIES), steps[-1])
        colour = style.IN_FORCE if own.event in (*APPLIES, "signed") else style.THREATENED
        _mark(fig, (own.event_on, y), steps, colour, "circle" if own.event in APPLIES else "circle-open")


def _mark(fig: go.Figure, place: tuple[pd.Timestamp, float], steps: list[Any], colour: str, symbol: str) -> None:
    day_of, y = place
    fig.add_scatter(
        x=[day_of.isoformat()],
        y=[y],
        mode="markers",
        marker={
            "symbol": symbol.removesuffix("-open"),
            "size": 11 if symbol == "x" else 9,
            "color": style.PAPER if symbol.endswith("-open") else colour,
            "opacity": 1,
            "line": {"width": 2, "color": colour},
        },
        hovertext=["<br><br>".join(map(_hover, steps))],
        hoverinfo="text",
    )


def _apart(steps: pd.DataFrame, near: pd.Timedelta) -> list[list[Any]]:
    """Steps, those that follow one nearer than a mark is wide with it."""
    found: list[list[Any]] = []
    for step in steps.itertuples():
        if found and step.event_on - found[-1][0].event_on < near:
            found[-1].append(step)
        else:
            found.append([step])
    return found


def what_marks_mean() -> str:
    return _("On a line: ○ announced, signed or other, ● takes effect or changes, ✕ ended or suspended")


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
