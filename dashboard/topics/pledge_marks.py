"""Pledges as marks at their due years, beside the lines of what is spent."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, line_labels
from dashboard.language import _, labelled, trimmed_percent

OPEN = "open"
STANDING = ("met", OPEN)  # the others were replaced or overtaken


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
