"""What was announced, threatened, scheduled, in force and ended on goods from one origin, measure by measure through time.

One lane a measure, by how it stands on the day looked at, the sum of what is in force on top. There are two looks: what is
counted on the goods, and what is not, as it was to be.
"""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import forms, style
from dashboard.charts import View
from dashboard.language import _, day, labelled, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics.code_bars import narrow_it, to_be_narrowed
from dashboard.topics.review_results import SUMS, sums_of_reviews, with_sum
from dashboard.topics.schedule_words import finding, is_total, not_in_force, on_the_day, subtitle
from dashboard.topics.tariff_lanes import (
    PHONE_LETTER,
    WIDE_LETTER,
    WORD_PX,
    Axis,
    draw_stretches,
    mark_days,
    name_beginning,
)
from dashboard.topics.tariff_standing import standing_in_words
from dashboard.topics.tariff_timeline import drawn_of, lanes_of, layers_through_time, standing_of
from dashboard.topics.tariffs import TariffParams
from dashboard.topics.total_lane import draw_total, name_of_total, total_on
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.tariffs.words import ENDED

PAGE = "tariffs"
TITLE = N_("Tariff schedule")
BRIEF = ("title", "from_on", "to_on", "counted_pct")
VIEW = View("schedule", N_("Schedule"), 1)
WIDE_LETTERS = 100
LEAST_SHARE = 0.02  # of the time drawn, of a threat that is drawn
ABOVE_PX = 8  # between the line of a lane and the words of the next
OVER = "over"
COLOURS = {"in_force": style.IN_FORCE, "open": style.THREATENED, OVER: style.MUTED}  # of the groups, in their order


class Params(TimedParams, TariffParams):
    """See `TariffParams`."""


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row a stretch of days of a layer, or of the total (`kind`); see `tariff_timeline.layers_through_time`."""
    table = layers_through_time(snapshot, params)
    table.attrs[SUMS] = sums_of_reviews(snapshot, params)
    return table


def brief_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """What is counted, the newest first."""
    return rows[rows["included"]].sort_values("from_on", ascending=False, kind="stable")


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, WIDE_LETTERS)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same with the shorter lines of words that a phone holds."""
    return _drawn(rows, params, forms.BOLD_LETTERS)


def _drawn(rows: pd.DataFrame, params: Params, letters: int) -> go.Figure:
    """Lanes below one another, each as high as its words, in lines so many letters long, and what is drawn below them.

    The y axis counts pixels downwards.
    """
    if rows.empty:
        return to_be_narrowed(params)
    moment, lanes = pd.Timestamp(params.on), lanes_of(rows)
    axis = _axis(rows, params, lanes, PHONE_LETTER if letters < WIDE_LETTERS else WIDE_LETTER)
    groups = _groups(lanes, moment)
    seen = [lane for lane in lanes if _is_seen(lane, moment, axis)]
    fig, bases, y = style.figure(finding(rows, params), subtitle(seen, params, axis.end)), [], 0.0
    drawn_on: list[tuple[float, float]] = []
    for group, members in groups:
        if group:
            y -= ABOVE_PX + WORD_PX
            said = style.wrapped(_name_of(group, members, params), letters)
            y -= WORD_PX * said.count("<br>")
            _write(fig, y + WORD_PX * (1 + said.count("<br>")), f"<b>{said}</b>", COLOURS[group])
        for lane in members:
            heading = _heading(lane, params, letters, rows.attrs.get(SUMS, {}))
            _write(fig, y - ABOVE_PX, heading, style.INK)
            y -= ABOVE_PX + (1 + heading.count("<br>")) * WORD_PX
            drawn = _drawn_of(lane, moment)
            if _is_seen(lane, moment, axis):
                drawn_on.append((y - axis.room(drawn), y))
                y -= axis.room(drawn)
                fig.add_hline(y=y, line={"color": style.GRID, "width": 1})
                draw_total(fig, lane, y, axis) if is_total(lane) else draw_stretches(fig, drawn, y, axis)
            bases.append(y)
    mark_days(fig, axis, params, drawn_on)
    name_beginning(fig, axis)
    fig.update_yaxes(showticklabels=False, tickvals=bases, range=[y, 0])
    style.month_axis(fig, axis.start, axis.end)
    forms.listed(fig, bases)
    margin = {"l": 8, "r": 12, "t": 30, "b": 30}
    fig.update_layout(margin=margin, height=margin["t"] + margin["b"] - y)
    return fig


def _write(fig: go.Figure, y: float, words: str, colour: str) -> None:
    place: dict[str, Any] = {"xref": "paper", "xanchor": "left", "yanchor": "top", "align": "left", **style.PLATE}
    style.note(fig, (0, y), words, colour, **place)


def _groups(lanes: list[pd.DataFrame], moment: pd.Timestamp) -> list[tuple[str, list[pd.DataFrame]]]:
    """The sum, under no heading, then the measures by how they stand."""
    totals = [lane for lane in lanes if is_total(lane)]
    found: dict[str, list[pd.DataFrame]] = {"": [pd.concat(totals)] if totals else []}
    found |= {group: [] for group in COLOURS}
    for lane in lanes[len(totals) :]:
        found[standing_of(lane, moment)].append(lane)
    return [(group, members) for group, members in found.items() if members]


def _drawn_of(lane: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    return lane[lane["status"] == "in_force"] if is_total(lane) else drawn_of(lane, moment)


def _is_seen(lane: pd.DataFrame, moment: pd.Timestamp, axis: Axis) -> bool:
    """Whether a lane is more than words: a threat of a few days, which is over, would be a stroke on its own."""
    drawn = _drawn_of(lane, moment)
    goes_on = is_total(lane) or drawn["to_on"].isna().any()
    lasted = max((axis.share(row.from_on, row.to_on) for row in drawn.itertuples()), default=0) if not goes_on else 1
    return bool(drawn["included"].any()) or lasted > LEAST_SHARE


def _name_of(group: str, members: list[pd.DataFrame], params: Any) -> str:
    """How the measures of a group stand; of those in force what they add up to."""
    if group == "open":
        return not_in_force(pd.concat(members))
    if group == OVER:
        return _("Ended or suspended")
    said, now = _("In force on {day}").format(day=day(params.on)), on_the_day(pd.concat(members), params)
    parts = now.loc[now["included"] & (now["counted_pct"] > 0), "counted_pct"]
    added = " + ".join(map(trimmed_percent, parts))
    return labelled(said, f"{added} = {trimmed_percent(parts.sum())}") if len(parts) > 1 else said


def _axis(rows: pd.DataFrame, params: Any, lanes: list[pd.DataFrame], letter: float) -> Axis:
    """At least a year, from the first day anything is known to what is still planned after the day looked at."""
    drawn = pd.concat(lanes) if lanes else rows
    days = pd.concat([drawn["from_on"], drawn["planned_on"]]).dropna()
    end = max([pd.Timestamp(params.on), *days]) + pd.Timedelta(days=60)
    start = min([end - pd.Timedelta(days=365), *days])
    highest = drawn.loc[drawn["rate_kind"] != "ban", "rate_pct"].max()
    return Axis(start, end, highest if highest > 0 else 1.0, letter)


def _heading(lane: pd.DataFrame, params: Any, letters: int, sums: dict[float, float]) -> str:
    """The name of the lane and, in words, how it stands on the day looked at."""
    total = is_total(lane)
    title = name_of_total(lane) if total else lane["title"].iloc[0]
    if not total and (lane["role"] == "threat").all() and lane["programme"].iloc[0] != "threat":
        title = _("{title}: threat").format(title=title)
    stands = total_on(lane, params) if total else with_sum(standing_in_words(lane, params.on), lane, sums)
    return f"<b>{style.wrapped(title, letters)}</b><br>{style.wrapped(stands, letters)}"


def summary(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return narrow_it(params) + "."
    now = on_the_day(rows[(rows["kind"] == "layer") & rows["included"] & (rows["counted_pct"] > 0)], params)
    now = now.drop_duplicates("measure_id")
    said = finding(rows, params) + "."
    if len(now) > 1:
        said += " " + _("In force: {parts}.").format(
            parts="; ".join(f"{row.title} {trimmed_percent(row.counted_pct)}" for row in now.itertuples())
        )
    never = _never_applied(rows)
    return said + (
        " " + _("Threatened or announced and never in force: {names}.").format(names="; ".join(never)) if never else ""
    )


def further(rows: pd.DataFrame, params: Params) -> str:
    """Nothing: each lane says how its measure stands."""
    return ""


def _never_applied(rows: pd.DataFrame) -> list[str]:
    """Measures that were threatened or announced with a rate and ended without a day in force."""
    layers = rows[rows["kind"] == "layer"]
    out = []
    for _measure, lane in layers[layers["role"] == "threat"].groupby("measure_id"):
        if not (lane["status"] == "in_force").any() and lane["status"].isin(ENDED).any():
            rates = lane.loc[lane["rate_pct"] > 0, "rate_pct"].sort_values().unique()
            said = _(", then ").join(trimmed_percent(rate) for rate in rates)
            out.append(f"{said} ({lane['title'].iloc[0]})" if said else lane["title"].iloc[0])
    return out
