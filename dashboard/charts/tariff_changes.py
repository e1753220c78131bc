"""Each day on which the sum on goods changed, from what to what and by which events: as a line of steps and a table."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import style
from dashboard.charts import View
from dashboard.language import _, day, labelled, localized, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics.code_bars import narrow_it, to_be_narrowed
from dashboard.topics.tariff_changes import history_of
from dashboard.topics.tariff_goods import goods_in_words, one_of
from dashboard.topics.tariff_lanes import Axis
from dashboard.topics.tariffs import TariffParams, rate_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Changes of the sum, day by day")
BRIEF = ("on", "events", "total_pct")
VIEW = View("changes", N_("Changes"), 8)
NARROWEST_LABELLED = 0.06  # of the width: a rate on a shorter step would run into the next one

RATES = ("before_pct", "total_pct", "lowest_pct", "highest_pct")


class Params(TimedParams, TariffParams):
    """See `TariffParams`."""


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row a day of change: before_pct and total_pct (% of customs value; empty: none before, or a ban) and the events.

    Where the question leaves open whether goods qualify under CUSMA, the answer for goods that do not is taken;
    lowest_pct and highest_pct are the least and the most until the next change by all readings (empty: only a ban).
    """
    one = one_of(snapshot, params)
    found = [] if one is None else history_of(snapshot, params, one)
    events = snapshot.sql(f"SELECT event_id, {localized('title')} AS title, source_id FROM tariff_events")
    named = dict(zip(events["event_id"], events["title"], strict=True))
    sources = dict(zip(events["event_id"], events["source_id"], strict=True))
    table = pd.DataFrame(
        {
            "on": pd.to_datetime([change["on"] for change in found]),
            "before_pct": pd.array([change["before_pct"] for change in found], dtype="Float64"),
            "total_pct": pd.array([change["total_pct"] for change in found], dtype="Float64"),
            "banned": [change["banned"] for change in found],
            "lowest_pct": pd.array([change["lowest_pct"] for change in found], dtype="Float64"),
            "highest_pct": pd.array([change["highest_pct"] for change in found], dtype="Float64"),
            "events": ["; ".join(named.get(event, event) for event in change["events"]) for change in found],
            "source_id": [
                ";".join(
                    sorted({*change["sources"], *(sources[event] for event in change["events"] if event in sources)})
                )
                for change in found
            ],
        }
    )
    return table.astype(dict.fromkeys(RATES, "float64")).assign(
        goods=goods_in_words(snapshot, params, rest_of_line=True)
    )


def brief_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The newest change first."""
    return rows.sort_values("on", ascending=False, kind="stable")


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    if rows.empty:
        return to_be_narrowed(params)
    said = _("Sum of the duties in force, % of customs value; each step with the events that made it")
    if _open(rows).any():
        said += ". " + _("Grey: other readings of the sources.")
    fig = style.figure(_finding(rows), said, height=400)
    end = max(pd.Timestamp(params.on), rows["on"].max()) + pd.Timedelta(days=60)
    axis = Axis(rows["on"].min(), end, max(rows[["total_pct", "highest_pct"]].max().max(), 1.0))
    days, rates = [*rows["on"], end], [*rows["total_pct"], rows["total_pct"].iloc[-1]]
    hover = [_hover(row) for row in rows.itertuples()]
    fig.update_layout(shapes=[_readings(row, until) for row, until in zip(rows.itertuples(), days[1:], strict=True)])
    fig.add_scatter(
        x=days,
        y=rates,
        mode="lines",
        line={"color": style.IN_FORCE, "width": 3, "shape": "hv"},
        fill="tozeroy",
        fillcolor=style.IN_FORCE_FILL,
        hovertext=[*hover, hover[-1]],
        hoverinfo="text",
    )
    for row, until in zip(rows.itertuples(), days[1:], strict=True):
        place = (row.on, 0.0 if pd.isna(row.total_pct) else row.total_pct)
        if axis.share(row.on, until) >= NARROWEST_LABELLED:
            style.note(
                fig, place, f"<b>{_rate(row)}</b>", style.IN_FORCE, xanchor="left", yanchor="bottom", **style.PLATE
            )
    style.month_axis(fig, axis.start, axis.end)
    fig.update_yaxes(range=[0, axis.highest * 1.16], ticksuffix=" %")
    fig.update_layout(margin={"l": 40, "r": 12, "t": 16, "b": 30})
    return fig


def _open(rows: pd.DataFrame) -> pd.Series:
    """Where sources or conditions leave more than one answer."""
    return rows["lowest_pct"] < rows["highest_pct"]


def _readings(row, until: pd.Timestamp) -> dict[str, object]:
    """The least to the most that may be due, behind the line."""
    low, high = (0.0, 0.0) if pd.isna(row.lowest_pct) else (row.lowest_pct, row.highest_pct)
    place = {"x0": row.on, "x1": until, "y0": low, "y1": high}
    return {"type": "rect", "layer": "below", "line": {"width": 0}, "fillcolor": style.OPEN_FILL, **place}


def _rate(row) -> str:
    return rate_in_words(row.total_pct, "ban" if row.banned else "additional")


def _hover(row) -> str:
    return f"<b>{day(row.on)}</b><br>{_in_words(row)}<br>{style.wrapped(row.events, 56)}"


def _range(row) -> str:
    low, high = trimmed_percent(row.lowest_pct), trimmed_percent(row.highest_pct)
    return _("readings from {low} to {high} until the next change").format(low=low, high=high)


def _step(row) -> str:
    """ "from 25 % to 50 %" """
    if pd.isna(row.before_pct):
        return _rate(row)
    return _("from {before} to {after}").format(before=rate_in_words(row.before_pct), after=_rate(row))


def _finding(rows: pd.DataFrame) -> str:
    last = next(rows.iloc[[-1]].itertuples())
    return _("{goods}: {count} changes, the last on {day}, {step}").format(
        goods=last.goods, count=len(rows), day=day(last.on), step=_step(last)
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return narrow_it(params) + "."
    steps = "; ".join(labelled(day(row.on), _in_words(row)) for row in rows.itertuples())
    return f"{_finding(rows)}. {steps}."


def _in_words(row) -> str:
    return f"{_step(row)} ({_range(row)})" if row.lowest_pct < row.highest_pct else _step(row)
