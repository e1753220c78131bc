"""Deadlines through time: met, missed, superseded, pending or outcome not known, and what comes next."""

from datetime import date
from typing import Annotated

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import coverage, labels, style
from dashboard.language import _, day, in_days, localized
from dashboard.params import ChartParams, Choices
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.deadlines import standing

PAGE = "deadlines"
TITLE = N_("Deadlines through time")

TOPICS = Choices("topic", "SELECT DISTINCT topic FROM deadlines ORDER BY topic")
HORIZON = pd.Timedelta(days=3 * 365)  # later deadlines stand at the edge with their year
CLOSE = pd.Timedelta(days=24)
DODGE = (0.0, 0.17, 0.34, 0.51)  # downwards: above a lane stands its name
LOOK = {
    "met": (style.MEETS, "circle"),
    "missed": (style.SHORT, "x"),
    "superseded": (style.ENDED, "line-ew-open"),
    "pending": (style.HOME, "diamond-open"),
    "unknown": (style.THREATENED, "circle-open"),
}


class Params(ChartParams):
    topic: Annotated[str | None, TOPICS] = Field(None, title=N_("Topic"))
    on: date | None = Field(None, title=N_("On"))
    known: date | None = Field(None, title=N_("As known on"))


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row a deadline set by `known`, as it stands on `on`; those without a date come last."""
    deadlines = snapshot.sql(
        f"""
        SELECT deadline_id, series_id, {localized("title")} AS title, {localized("actor")} AS actor, topic, due_on, set_on,
               outcome, outcome_verified, outcome_on, source_id
        FROM deadlines WHERE topic = coalesce($topic, topic)
        """,
        topic=params.topic,
    )
    current = standing(deadlines, pd.Timestamp(params.on), pd.Timestamp(params.known))
    columns = "deadline_id title actor topic due_on set_on status days_left outcome_on series_id source_id"
    return current[columns.split()].rename(columns={"status": "deadline_status"})


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    dated = _placed(rows[rows["due_on"].notna()], params.on)
    topics = list(dict.fromkeys(dated["topic"]))
    fig = style.figure(_finding(rows, params), _subtitle(params), height=130 + 66 * max(2, len(topics)))
    _draw_moves(fig, dated)
    for status, (colour, symbol) in LOOK.items():
        part = dated[dated["deadline_status"] == status]
        if part.empty:
            continue
        fig.add_scatter(
            x=part["drawn_on"].tolist(),
            y=part["lane"].tolist(),
            mode="markers",
            name=labels.of("deadline_status", status),
            showlegend=True,
            marker={"color": colour, "symbol": symbol, "size": 13, "line": {"width": 2.5, "color": colour}},
            hovertext=[_hover(row) for row in part.itertuples()],
            hoverinfo="text",
        )
    for _topic, later in dated[dated["drawn_on"] < dated["due_on"]].groupby("topic"):
        years = ", ".join(str(year) for year in sorted(later["due_on"].dt.year.unique()))
        at = (later["drawn_on"].iloc[0], later["lane"].min())
        style.note(fig, at, f"{years} →", style.INK, 14, xanchor="right", xshift=-10)
    style.day_line(fig, params.on)
    for lane, topic in enumerate(topics):
        style.note(fig, (0, lane), labels.of("topic", topic), style.MUTED, 14, xref="paper", yshift=20, xanchor="left")
    fig.update_yaxes(tickvals=list(range(len(topics))), showticklabels=False, range=[len(topics) - 0.5, -0.7])
    if len(dated):
        margin = pd.Timedelta(days=45)
        style.month_axis(fig, dated["drawn_on"].min() - margin, dated["drawn_on"].max() + margin)
    fig.update_layout(showlegend=True, legend={"y": -0.1, "yanchor": "top"}, margin={"t": 36, "l": 16})
    return fig


def _placed(dated: pd.DataFrame, on: date) -> pd.DataFrame:
    """Where each deadline is drawn: `lane` by topic, days close together dodged; `drawn_on` no later than the horizon."""
    horizon = pd.Timestamp(on) + HORIZON
    lanes = {topic: lane for lane, topic in enumerate(dict.fromkeys(dated["topic"]))}
    placed = dated.assign(
        drawn_on=dated["due_on"].clip(upper=horizon), lane=dated["topic"].map(lanes).astype("float64")
    )
    placed = placed.sort_values(["lane", "drawn_on", "deadline_id"])
    close = placed.groupby("lane")["drawn_on"].diff() < CLOSE
    runs = close.groupby((~close).cumsum()).cumsum()
    return placed.assign(lane=placed["lane"] + runs.map(lambda run: DODGE[int(run) % len(DODGE)]))


def _draw_moves(fig: go.Figure, dated: pd.DataFrame) -> None:
    """A thin line from a date to the one it was moved to."""
    for _series, part in dated.groupby("series_id"):
        if len(part) > 1:
            ordered = part.sort_values("due_on")
            fig.add_scatter(
                x=ordered["drawn_on"].tolist(),
                y=ordered["lane"].tolist(),
                mode="lines",
                line={"color": style.REST, "width": 2},
                hoverinfo="skip",
                showlegend=False,
            )


def _hover(row) -> str:
    left = "" if pd.isna(row.days_left) else ", " + in_days(int(row.days_left))
    return f"{style.wrapped(row.title)}<br>{day(row.due_on)}: {labels.of('deadline_status', row.deadline_status)}{left}<br>{row.actor}"


def _next(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    return rows[rows["deadline_status"] == "pending"].sort_values(["due_on", "deadline_id"]).head(count)


def _finding(rows: pd.DataFrame, params: Params) -> str:
    coming = _next(rows, 1)
    if coming.empty:
        return _("No deadline is pending on {day}").format(day=day(params.on))
    first = coming.iloc[0]
    return _("Next: {title}, {day}, {when}").format(
        title=first["title"], day=day(first["due_on"]), when=in_days(first["days_left"])
    )


def _subtitle(params: Params) -> str:
    return _("Deadlines by topic, as they stand on {on}, as known on {known}").format(
        on=day(params.on), known=day(coverage.seen(params.known))
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    counts = rows["deadline_status"].value_counts()
    counted = ", ".join(
        f"{counts[status]} {labels.of('deadline_status', status)}" for status in LOOK if status in counts
    )
    return _("{next}. Of {total} deadlines: {counts}.").format(
        next=_finding(rows, params), total=len(rows), counts=counted
    )
