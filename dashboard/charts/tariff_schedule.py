"""What was announced, threatened, scheduled, in force and ended on goods from one origin, measure by measure through time.

One lane a measure, the sum of what is in force on top. A threat is drawn as it was to be, never as a rate that applied.
"""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import coverage, forms, style
from dashboard.charts import View
from dashboard.language import _, day, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics.code_bars import narrow_it, to_be_narrowed
from dashboard.topics.tariff_lanes import (
    CLEAR_PX,
    DRAWN_PX,
    NARROWEST_LABELLED,
    WORD_PX,
    Axis,
    draw_end,
    draw_stretch,
    draw_threat,
    mark_days,
    step,
)
from dashboard.topics.tariff_standing import OPEN_THREATS, never_counted, period, standing_in_words
from dashboard.topics.tariff_timeline import lanes_of, layers_through_time
from dashboard.topics.tariffs import TariffParams, charged_in_words, known_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.tariffs.words import ENDED

PAGE = "tariffs"
TITLE = N_("Tariff schedule")
BRIEF = ("title", "from_on", "to_on", "counted_pct")
VIEW = View("schedule", N_("Schedule"), 1)
WIDE_LETTERS = 72
ABOVE_PX = 8  # between the line of a lane and the words of the next
BESIDE_PX = 40


class Params(TimedParams, TariffParams):
    """See `TariffParams`."""


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row a stretch of days of a layer, or of the total (`kind`); see `tariff_timeline.layers_through_time`."""
    return layers_through_time(snapshot, params)


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
    lanes = lanes_of(rows)
    axis = _axis(rows, params, lanes)
    fig, bases = style.figure(_finding(rows, params), _subtitle(lanes, params)), [0.0]
    for lane in lanes:
        heading = _heading(rows, lane, params, letters)
        place: dict[str, Any] = {"xref": "paper", "xanchor": "left", "yanchor": "top", "align": "left", **style.PLATE}
        style.note(fig, (0, bases[-1] - ABOVE_PX), heading, **place)
        bases.append(bases[-1] - ABOVE_PX - (1 + heading.count("<br>")) * WORD_PX - axis.room(lane))
        _draw_lane(fig, lane, bases[-1], axis)
    mark_days(fig, axis, params)
    fig.update_yaxes(showticklabels=False, tickvals=bases[1:], range=[bases[-1], 0])
    style.month_axis(fig, axis.start, axis.end)
    forms.listed(fig, bases[1:])
    margin = {"l": 8, "r": 12, "t": 30, "b": 30}
    fig.update_layout(margin=margin, height=margin["t"] + margin["b"] - bases[-1])
    return fig


def _draw_lane(fig: go.Figure, lane: pd.DataFrame, base: float, axis: Axis) -> None:
    fig.add_hline(y=base, line={"color": style.GRID, "width": 1})
    if lane["kind"].iloc[0] == "total":
        return _draw_total(fig, lane, base, axis)
    threat = (lane["role"] == "threat") & lane["status"].isin(OPEN_THREATS)
    for row in lane[~threat].itertuples():
        draw_stretch(fig, row, base, axis)
    draw_threat(fig, lane[lane["role"] == "threat"], base, axis)
    draw_end(fig, lane, base, axis)


def _axis(rows: pd.DataFrame, params: Any, lanes: list[pd.DataFrame]) -> Axis:
    """At least a year, from the first day anything is known to what is still planned after the day looked at."""
    drawn = pd.concat(lanes) if lanes else rows
    days = pd.concat([drawn["from_on"], drawn["planned_on"]]).dropna()
    end = max([pd.Timestamp(params.on), *days]) + pd.Timedelta(days=60)
    start = min([end - pd.Timedelta(days=365), *days])
    highest = drawn.loc[drawn["rate_kind"] != "ban", "rate_pct"].max()
    return Axis(start, end, highest if highest > 0 else 1.0)


def _heading(rows: pd.DataFrame, lane: pd.DataFrame, params: Any, letters: int) -> str:
    """The name of the lane and, in words, how it stands on the day looked at."""
    total = lane["kind"].iloc[0] == "total"
    title = _total_name(lane["usmca"].iloc[0]) if total else lane["title"].iloc[0]
    if not total and (lane["role"] == "threat").all() and lane["programme"].iloc[0] != "threat":
        title = _("{title}: threat").format(title=title)
    stands = _total_on(lane, params) if total else standing_in_words(lane, params.on)
    if not total and (lane["role"] == "threat").all() and (rate := never_counted(rows, lane["measure_id"].iloc[0])):
        stands = _("{said}; its {rate} not counted on these goods").format(said=stands, rate=rate)
    return f"<b>{style.wrapped(title, letters)}</b><br>{style.wrapped(stands, letters)}"


def _total_name(usmca: str) -> str:
    return {
        "any": _("In force, all layers together"),
        "yes": _("In force together: goods that qualify under CUSMA"),
        "no": _("In force together: goods that do not qualify"),
    }[usmca]


def _draw_total(fig: go.Figure, lane: pd.DataFrame, base: float, axis: Axis) -> None:
    beside = False  # words over a short step reach beyond it: those of the next one stand farther on
    for row in lane[lane["status"] == "in_force"].itertuples():
        ban = row.rate_kind == "ban"
        start, end = (max(row.from_on, axis.start), axis.end if pd.isna(row.to_on) else min(row.to_on, axis.end))
        top = base + (DRAWN_PX if ban else axis.height(row.rate_pct))
        words = _("import ban") if ban else trimmed_percent(row.rate_pct)
        step(
            fig,
            "in_force",
            (start, end),
            (base, top),
            _("{rate} in all, {period}").format(rate=words, period=period(row.from_on, row.to_on)),
        )
        short = axis.share(start, end) < NARROWEST_LABELLED
        if not short or row.rate_pct == lane["rate_pct"].max():
            look = {"xanchor": "left", "yanchor": "bottom", "xshift": BESIDE_PX * beside, "yshift": CLEAR_PX}
            style.note(fig, (start, top), f"<b>{words}</b>", style.IN_FORCE, 13, **look, **style.PLATE)
            beside = short


def _on(lane: pd.DataFrame, params: Any) -> pd.DataFrame:
    moment = pd.Timestamp(params.on)
    return lane[(lane["from_on"] <= moment) & ~(lane["to_on"] <= moment)]


def _total_on(lane: pd.DataFrame, params: Any) -> str:
    now = _on(lane[lane["status"] == "in_force"], params)
    if now.empty:
        return _("nothing in force on {day}").format(day=day(params.on))
    row = now.iloc[0]
    rate = _("import ban") if row["rate_kind"] == "ban" else trimmed_percent(row["rate_pct"])
    return _("{rate} on {day}").format(rate=rate, day=day(params.on))


def _open_threats(rows: pd.DataFrame, params: Any) -> pd.DataFrame:
    now = _on(rows[rows["kind"] == "layer"], params)
    now = now[(now["status"] == "threatened") & (now["rate_pct"] > 0)]
    return now.drop_duplicates("line_id").sort_values("planned_on")


def _finding(rows: pd.DataFrame, params: Any) -> str:
    totals = _on(rows[(rows["kind"] == "total")], params).drop_duplicates("usmca").set_index("usmca")
    said = _said(totals, rows, params)
    threats = _open_threats(rows, params)
    if threats.empty:
        return said
    rates = _(", then ").join(dict.fromkeys(trimmed_percent(rate) for rate in threats["rate_pct"]))
    return _("{said}; {rates} threatened").format(said=said, rates=rates)


def _said(totals: pd.DataFrame, rows: pd.DataFrame, params: Any) -> str:
    goods, when = rows["goods"].iloc[0], known_in_words(params)
    live = totals[totals["status"] == "in_force"]
    if live.empty:
        return _("{goods}: no additional tariff in force {when}").format(goods=goods, when=when)
    if live["rate_kind"].eq("ban").any():
        return _("{goods}: import banned {when}").format(goods=goods, when=when)
    rates = live["rate_pct"].to_dict()
    if set(rates) >= {"yes", "no"} and rates["yes"] != rates["no"]:
        words = _("{goods}: {rate} in force {when}, {other} where they qualify under CUSMA")
        return words.format(
            goods=goods, rate=trimmed_percent(rates["no"]), other=trimmed_percent(rates["yes"]), when=when
        )
    return _("{goods}: {rate} in force {when}").format(
        goods=goods, rate=trimmed_percent(next(iter(rates.values()))), when=when
    )


def _subtitle(lanes: list[pd.DataFrame], params: Any) -> str:
    """What is drawn and how; no word on what is not."""
    drawn = pd.concat(lanes) if lanes else pd.DataFrame({"status": [], "included": []})
    live = drawn["status"] == "in_force"
    looks = {
        _("solid and filled: in force"): (live & drawn["included"]).any(),
        _("grey: in force, not counted on these goods"): (live & ~drawn["included"].astype("bool")).any(),
        _("dashed: scheduled or suspended"): drawn["status"].isin(["scheduled", "suspended"]).any(),
        _("dotted or hatched: threatened or announced"): drawn["status"].isin(OPEN_THREATS).any(),
        _("cross: ended"): drawn["status"].isin(ENDED).any(),
        _("shaded: after {day}").format(day=day(coverage.seen(params.known))): coverage.seen(params.known) < params.on,
    }
    said = _("Duties by measure, {charged}, % of customs value").format(charged=charged_in_words(params))
    return "; ".join([said, *(words for words, there in looks.items() if there)])


def summary(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return narrow_it(params) + "."
    now = _on(rows[(rows["kind"] == "layer") & rows["included"] & (rows["counted_pct"] > 0)], params)
    now = now.drop_duplicates("measure_id")
    said = _finding(rows, params) + "."
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
