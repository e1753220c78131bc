"""Pledges as marks at their due years: beside the lines of what is spent, and each from the day it was made."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, line_labels, style
from dashboard.language import _, labelled, trimmed_percent
from policy.periods import first_calendar_year, is_fiscal_year
from policy.pledges import MET, NOT_MET

OPEN = "open"
SIGNS = {MET: "✓", NOT_MET: "✕"}
STANDING = ("met", OPEN)  # the others were replaced or overtaken
KEY_PX = 18  # above a line, of the words for its ends


class Course(NamedTuple):
    """The line of a pledge: its height, the day it was made, and where it ends."""

    y: float
    made: pd.Timestamp
    end: pd.Timestamp


def draw_pledges(fig: go.Figure, rows: pd.DataFrame, colours: dict[str, str]) -> list[line_labels.Name]:
    """A diamond in its country's colour at the due year of what is still open; the words that name those.

    What was met or replaced since is told where pledges are: beside the spending it hides the figure of its year. A line to
    a pledge would look like a forecast.
    """
    names = []
    for pledge in rows[(rows["kind"] == "pledge") & (rows["status"] == OPEN)].itertuples():
        colour = colours[pledge.iso3]
        words = _("pledge: {value}").format(value=trimmed_percent(pledge.value))
        names.append(line_labels.Name([words], colour, [(pledge.year, pledge.value)]))
        said = f"{trimmed_percent(pledge.value)}, {pledge.label} ({labels.of('goal_status', pledge.status)})"
        fig.add_scatter(
            x=[pledge.year],
            y=[pledge.value],
            mode="markers",
            name=_("pledge"),
            hovertext=[labelled(labels.place(pledge.iso3), said)],
            hoverinfo="text",
            marker={"symbol": "diamond-open", "size": 13, "line": {"width": 2}, "color": colour},
        )
    return names


def _middle(due: str) -> pd.Timestamp:
    """Of the year that a pledge is due in: a fiscal year's is the turn of the calendar year, about."""
    year = first_calendar_year(due)
    return pd.Timestamp(year + 1, 1, 1) if is_fiscal_year(due) else pd.Timestamp(year, 7, 1)


def draw_course(fig: go.Figure, y: float, item: dict, today: pd.Timestamp, hover: str) -> Course:
    """A line from the day a pledge was made to its due year, which stands beside its end with the verdict; dotted where
    another replaced it, on until `today` where it has no year."""
    replaced, due = item["goal_status"] not in STANDING, item["due_label"]
    end = today if pd.isna(due) else _middle(due)
    end = max(end, item["made_on"])
    sign = "" if replaced else SIGNS.get(item["verdict"], "")
    colour = style.ENDED if replaced else {"✓": style.MEETS, "✕": style.SHORT}.get(sign, style.HOME)
    mark = "triangle-right" if pd.isna(due) else "diamond" if sign else "diamond-open"
    fig.add_scatter(
        x=[item["made_on"].isoformat(), end.isoformat()],
        y=[y, y],
        mode="lines+markers",
        line={"color": colour, "width": 4, "dash": "dot" if replaced else "solid"},
        marker={
            "symbol": ["circle", mark],
            "size": [9, 13],
            "line": {"width": 2, "color": colour},
            "color": colour,
            "opacity": 1,
        },
        hovertext=[hover, hover],
        hoverinfo="text",
    )
    if not pd.isna(due):
        words = {"xanchor": "left", "xshift": 11, "yanchor": "middle", **style.PLATE}
        style.note(fig, (end.isoformat(), y), f"{due} {sign}".strip(), style.MUTED if replaced else style.INK, **words)
    return Course(y, item["made_on"], end)


def name_ends(fig: go.Figure, courses: Sequence[Course]) -> None:
    """What the ends of the lines are, above the first that has room for both words."""
    least = max(course.end - course.made for course in courses) / 3
    first = next(course for course in courses if course.end - course.made >= least)
    for at, words in ((first.made, _("pledged")), (first.end, _("due"))):
        style.note(fig, (at.isoformat(), first.y), words, style.MUTED, yshift=KEY_PX, **style.PLATE)
