"""What a tariff came through, drawn as a lane through time with a mark a step."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import style
from dashboard.language import _, current, day, labelled
from dashboard.topics.tariff_courses import COMING, EXEMPT, IN_FORCE, NOT_COUNTED, Course, rate_of_step, step_in_words
from dashboard.topics.tariff_standing import doubts

LANES = {
    IN_FORCE: (style.IN_FORCE, "solid", 7),
    NOT_COUNTED: (style.ENDED, "solid", 3),
    EXEMPT: (style.ENDED, "solid", 3),
    COMING: (style.THREATENED, "dot", 3),
}
ENDS = ("suspended", "withdrawn", "struck_down", "expired")
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
    for steps in _apart(course.steps, MARK * (last - first)):
        own = next((step for step in reversed(steps) if _ends(step) or step.event in APPLIES), steps[-1])
        ended = _ends(own)
        colour = style.ENDED if ended else style.IN_FORCE if own.event in (*APPLIES, "signed") else style.THREATENED
        fig.add_scatter(
            x=[own.event_on.isoformat()],
            y=[y],
            mode="markers",
            marker={
                "symbol": "x" if ended else "circle",
                "size": 11 if ended else 9,
                "color": colour if ended or own.event in APPLIES else style.PAPER,
                "opacity": 1,
                "line": {"width": 2, "color": colour},
            },
            hovertext=["<br><br>".join(map(_hover, steps))],
            hoverinfo="text",
        )


def _ends(step) -> bool:
    return step.event in ENDS and step.role != "process"


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
    return _("On a line: ● takes effect or changes, ○ announced, signed or other, ✕ ends or is paused")


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
