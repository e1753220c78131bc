"""Each day on which the sum on goods changed, from what to what and by which events: as a line of steps and a table."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import style
from dashboard.charts import View
from dashboard.language import _, day, labelled, localized, ngettext, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics.code_bars import narrow_it, to_be_narrowed
from dashboard.topics.tariff_changes import history_of
from dashboard.topics.tariff_goods import goods_in_words, one_of
from dashboard.topics.tariff_lanes import Axis
from dashboard.topics.tariffs import TariffParams, has_cusma_choice, rate_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Changes of the sum, day by day")
BRIEF = ("on", "events", "total_pct")
VIEW = View("changes", N_("Changes"), 8)
MOST_TOLD = 3  # of the changes in the sentence
NARROWEST_LABELLED = 0.06  # of the width: a rate on a shorter step would run into the next one

BY_CUSMA = "by_cusma"  # of `attrs` of the table: whether the readings hold goods that qualify and goods that do not
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
    table = table.astype(dict.fromkeys(RATES, "float64")).assign(
        goods=goods_in_words(snapshot, params, rest_of_line=True)
    )
    table.attrs[BY_CUSMA] = params.usmca == "any" and has_cusma_choice(snapshot, params.origin)
    return table


def brief_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The newest change first."""
    return rows.sort_values("on", ascending=False, kind="stable")


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    if rows.empty:
        return to_be_narrowed(params)
    fig = style.figure(_finding(rows), _subtitle(rows), height=400)
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
        if axis.share(row.on, until) >= NARROWEST_LABELLED or row.Index == _peak(rows):
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


def _peak(rows: pd.DataFrame) -> int | None:
    """The place of the highest sum, where it changed at all."""
    return int(rows["total_pct"].idxmax()) if len(rows) > 1 and rows["total_pct"].notna().any() else None


def _finding(rows: pd.DataFrame) -> str:
    """How often the sum changed after its first day, and the last of the changes; the first day is none."""
    last, count = next(rows.iloc[[-1]].itertuples()), len(rows) - 1
    if not count:
        return _("{goods}: no change of the sum since {day}, {rate}").format(
            goods=last.goods, day=day(last.on), rate=_rate(last)
        )
    words = ngettext(
        "{goods}: {count} change of the sum, on {day}, {step}",
        "{goods}: {count} changes of the sum, the last on {day}, {step}",
        count,
    )
    said = words.format(goods=last.goods, count=count, day=day(last.on), step=_step(last))
    before, after = rows["lowest_pct"].iloc[-2], rows["lowest_pct"].iloc[-1]
    if _open(rows).iloc[-2:].any() and before != after:  # what falls in one reading may rise in another
        low = _("lowest reading: from {before} to {after}")
        return f"{said} ({low.format(before=rate_in_words(before), after=rate_in_words(after))})"
    return said


def _subtitle(rows: pd.DataFrame) -> str:
    """What the line is, and the grey beside it: it is the other answer on CUSMA where only that leaves more than one."""
    said = _("Sum of the duties in force, % of customs value")
    if not _open(rows).any():
        return said
    return said + (
        _(
            "; line: goods that do not qualify under CUSMA; grey: down to those that do, and other readings of the sources"
        )
        if rows.attrs.get(BY_CUSMA)
        else _("; grey: other readings of the sources")
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    """The last steps; the table has all."""
    if rows.empty:
        return narrow_it(params) + "."
    steps = rows.iloc[1:].tail(MOST_TOLD)
    said = f"{_finding(rows)}."
    if (peak := _peak(rows)) is not None and rows["total_pct"].iloc[-1] < rows["total_pct"].iloc[peak]:
        highest = next(rows.iloc[[peak]].itertuples())
        said += " " + _("Highest: {rate} from {day}.").format(rate=_rate(highest), day=day(highest.on))
    told = "; ".join(labelled(day(row.on), _in_words(row)) for row in steps.itertuples())
    return f"{said} {told}." if len(steps) > 1 else said


def _in_words(row) -> str:
    return f"{_step(row)} ({_range(row)})" if row.lowest_pct < row.highest_pct else _step(row)
