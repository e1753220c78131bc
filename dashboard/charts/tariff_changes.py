"""Each day on which the sum on goods changed, from what to what and by which events: as a line of steps and a table."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import placement, style
from dashboard.charts import View
from dashboard.language import _, day, labelled, localized, ngettext, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics.code_bars import narrow_it, to_be_narrowed
from dashboard.topics.step_names import name_steps
from dashboard.topics.tariff_changes import history_of
from dashboard.topics.tariff_goods import goods_in_words, one_of
from dashboard.topics.tariff_lanes import Axis, assumed_in_words, mark_days
from dashboard.topics.tariffs import TariffParams, charged_in_words, has_cusma_choice, highest_so_far, rate_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Changes of the sum, day by day")
BRIEF = ("on", "events", "total_pct")
VIEW = View("changes", N_("Changes"), 8)
MOST_TOLD = 3  # of the changes in the sentence
GREY_LETTERS = 15  # of a line within the grey area

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
    return _drawn(rows, params, placement.DESK_PX)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """Fewer rates; the subtitle alone says what is grey."""
    return _drawn(rows, params, placement.PHONE_PX)


def _drawn(rows: pd.DataFrame, params: Params, wide_px: int) -> go.Figure:
    if rows.empty:
        return to_be_narrowed(params)
    fig = style.figure(_finding(rows, params), _subtitle(rows, params), height=408)
    end = _end(rows, params)
    axis = Axis(rows["on"].min(), end, 1.16 * max(rows[["total_pct", "highest_pct"]].max().max(), 1.0))
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
    mark_days(fig, axis, params)
    _name_rates(fig, rows, axis, wide_px)
    style.month_axis(fig, axis.start, axis.end)
    if wide_px == placement.DESK_PX:
        _name_the_grey(fig, rows, axis)
    fig.update_yaxes(range=[0, axis.highest], ticksuffix="\u00a0%")
    fig.update_layout(margin={"l": 40, "r": 12, "t": 24, "b": 30})
    return fig


def _end(rows: pd.DataFrame, params: Params) -> pd.Timestamp:
    return max(pd.Timestamp(params.on), rows["on"].max()) + pd.Timedelta(days=60)


def _name_rates(fig: go.Figure, rows: pd.DataFrame, axis: Axis, wide_px: int) -> None:
    """The rates of the steps, the last and the highest before the others."""
    heights = rows["total_pct"].fillna(0.0).astype("float64")
    steps = zip(rows["on"], heights, map(_rate, rows.itertuples()), strict=True)
    name_steps(fig, list(steps), axis, wide_px, (len(rows) - 1, _peak(rows)))


def _name_the_grey(fig: go.Figure, rows: pd.DataFrame, axis: Axis) -> None:
    """What the grey area is, in the larger part of its longest stretch, above or below the line, where that holds the words."""
    ends = [*rows["on"].iloc[1:], axis.end]
    spans = [one for one in zip(rows.itertuples(), ends, strict=True) if one[0].lowest_pct < one[0].highest_pct]
    if not spans:
        return
    row, end = max(spans, key=lambda span: axis.share(span[0].on, span[1]))
    line = row.lowest_pct if pd.isna(row.total_pct) else row.total_pct
    above = row.highest_pct - line > line - row.lowest_pct
    low, high = (line, row.highest_pct) if above else (row.lowest_pct, line)
    by_cusma = rows.attrs.get(BY_CUSMA) and row.highest_pct == row.total_pct
    words = _("less for goods that qualify under CUSMA") if by_cusma else _("other readings")
    lines = style.wrapped(words, GREY_LETTERS).split("<br>")
    wide_px, high_px = max(map(len, lines)) * placement.LETTER_PX, (2 + len(lines)) * placement.LINE_PX
    if (
        axis.share(row.on, end) * placement.DESK_PX > wide_px
        and (high - low) / axis.highest * placement.PLOT_PX > high_px
    ):
        style.note(fig, (row.on + (end - row.on) / 2, (low + high) / 2), "<br>".join(lines))


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
    """The last place of the highest sum, where it changed at all."""
    highest = rows.index[rows["total_pct"] == rows["total_pct"].max()]
    return int(highest[-1]) if len(rows) > 1 and len(highest) else None


def _finding(rows: pd.DataFrame, params: Params) -> str:
    """The sum of the day and since when; what it was at most, or that it never changed; what is scheduled."""
    begun = rows[rows["on"] <= pd.Timestamp(params.on)]
    now = next((rows.iloc[:1] if begun.empty else begun.iloc[[-1]]).itertuples())
    told = {"goods": now.goods, "rate": _rate(now), "day": day(now.on)}
    if not now.Index:
        said = _("{goods}: no change of the sum since {day}, {rate}").format(**told)
    elif begun["banned"].any():  # more than any rate
        said = _("{goods}: {rate} since {day}").format(**told)
    elif now.total_pct >= begun["total_pct"].max():
        said = highest_so_far(_("{goods}: {rate} since {day}").format(**told), begun["total_pct"])
    else:
        peak = next(begun.loc[[_peak(begun)]].itertuples())
        words = _("{goods}: {rate} since {day}; the highest was {highest}, from {peak_day}")
        if (begun["total_pct"] == peak.total_pct).sum() > 1:
            words = _("{goods}: {rate} since {day}; the highest was {highest}, last from {peak_day}")
        said = words.format(**told, highest=_rate(peak), peak_day=day(peak.on))
    for row in rows[(rows["on"] > pd.Timestamp(params.on)) & (rows.index > now.Index)].head(1).itertuples():
        said = _("{said}; {rate} scheduled from {day}").format(said=said, rate=_rate(row), day=day(row.on))
    return said


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    """What the line is, and the grey beside it: it is the other answer on CUSMA where only that leaves more than one."""
    said = _("Sum of the duties in force, {charged}, % of customs value").format(charged=charged_in_words(params))
    said = "; ".join(filter(None, [said, assumed_in_words(params, _end(rows, params))]))
    if not _open(rows).any():
        return said
    if not rows.attrs.get(BY_CUSMA):
        return said + _("; grey: as the sources can also be read")
    if (rows["highest_pct"] <= rows["total_pct"]).all():
        return said + _("; line: goods that do not qualify under CUSMA; grey: less where they qualify")
    return said + _(
        "; line: goods that do not qualify under CUSMA; grey: less where they qualify, or as the sources can also be read"
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    """How often the sum changed and by the last steps, which the table has all; what the last did to the lowest reading."""
    if rows.empty:
        return narrow_it(params) + "."
    said, count = [f"{_finding(rows, params)}."], len(rows) - 1
    steps = "; ".join(labelled(day(row.on), _step(row)) for row in rows.iloc[1:].tail(MOST_TOLD).itertuples())
    if count:
        words = ngettext("{count} change of the sum: {steps}.", "{count} changes of the sum: {steps}.", count)
        if count > MOST_TOLD:
            words = _("{count} changes of the sum, the newest: {steps}.")
        said.append(words.format(count=count, steps=steps))
    before, after = rows["lowest_pct"].iloc[-2:].iloc[[0, -1]]
    as_the_sum = (before, after) == tuple(rows[["before_pct", "total_pct"]].iloc[-1])
    if count and before != after and not as_the_sum:
        low = _("Goods that pay least: from {before} to {after}.")  # what falls for some may rise for others
        said.append(low.format(before=rate_in_words(before), after=rate_in_words(after)))
    return " ".join(said)


def _in_words(row) -> str:
    return f"{_step(row)} ({_range(row)})" if row.lowest_pct < row.highest_pct else _step(row)
