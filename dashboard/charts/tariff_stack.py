"""The layers of duty in force on goods from one origin, stacked through time so that they add up to the total."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, day, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics.code_bars import narrow_it, to_be_narrowed
from dashboard.topics.tariff_lanes import CLEAR_PX, LETTER, Axis, assumed_in_words, mark_days
from dashboard.topics.tariff_standing import hover
from dashboard.topics.tariff_timeline import layers_through_time
from dashboard.topics.tariffs import TariffParams, charged_in_words, highest_so_far, known_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Tariff layers through time")
BRIEF = ("title", "from_on", "to_on", "counted_pct")
VIEW = View("stack", N_("Layers"), 2)
TWO_LINES, THREE_LINES = 0.12, 0.18  # of the height: a layer that holds its name and its rates one above the other
LABELLED, LABELLED_ON_A_PHONE = 0.08, 0.16  # of the width: a stretch that holds a total
WIDE = 0.3  # of the width: a stretch that holds any name


class Params(TimedParams, TariffParams):
    """See `TariffParams`."""


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row a stretch of days of a layer that is counted, or of the total (`kind`); of the same goods, so that layers add up.

    Where the question leaves open whether goods qualify under CUSMA, the answer for goods that do not is taken.
    """
    table = layers_through_time(snapshot, params)
    table = table[table["usmca"].isin(["any", "no"] if (table["usmca"] == "no").any() else ["any", "yes"])]
    live = (table["kind"] == "total") | (
        table["included"] & ((table["counted_pct"] > 0) | (table["rate_kind"] == "ban"))
    )
    return table[live].reset_index(drop=True)


def brief_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """What holds on first, then what ended last."""
    return rows.sort_values("to_on", ascending=False, na_position="first", kind="stable")


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, LABELLED)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """Totals on those stretches alone that are as wide as their figures on a phone."""
    return _drawn(rows, params, LABELLED_ON_A_PHONE)


def _drawn(rows: pd.DataFrame, params: Params, labelled: float) -> go.Figure:
    """Totals stand on stretches that take at least this share of the width."""
    if rows.empty:
        return to_be_narrowed(params)
    fig = style.figure(_finding(rows, params), _subtitle(rows, params), height=430)
    totals = rows[rows["kind"] == "total"]
    axis = _axis(totals, params)
    layers = rows[(rows["kind"] == "layer") & (rows["rate_kind"] != "ban")]
    measures = _draw_layers(fig, layers, totals, axis)
    _label_layers(fig, layers, measures, axis)
    _draw_bans(fig, totals, axis)
    _label_totals(fig, totals, axis, labelled)
    mark_days(fig, axis, params)
    style.month_axis(fig, axis.start, axis.end)
    fig.update_yaxes(range=[0, axis.highest * 1.16], ticksuffix=" %")
    fig.update_layout(margin={"l": 40, "r": 12, "t": 30, "b": 30})
    return fig


def _draw_layers(fig: go.Figure, layers: pd.DataFrame, totals: pd.DataFrame, axis: Axis) -> pd.Index:
    """Each measure upon those that came before it, and the sum as a line; the measures from the lowest up."""
    moments = pd.concat([totals["from_on"], totals["to_on"].dropna()])
    edges = sorted({axis.start, axis.end, *moments[moments.between(axis.start, axis.end)]})
    below = pd.Series(0.0, index=edges)
    measures = layers.groupby("measure_id", sort=False)["from_on"].min().sort_values(kind="stable").index
    for number, measure in enumerate(measures):
        lane = layers[layers["measure_id"] == measure]
        above = below + pd.Series([_rate_at(lane, moment) for moment in edges], index=edges)
        _draw_layer(fig, lane, (below, above), number)
        below = above
    line = {"color": style.IN_FORCE, "width": 3, "shape": "hv"}
    fig.add_scatter(x=edges, y=below.tolist(), mode="lines", line=line, hoverinfo="skip")
    return measures


def _draw_bans(fig: go.Figure, totals: pd.DataFrame, axis: Axis) -> None:
    for row in totals[(totals["rate_kind"] == "ban") & (totals["status"] == "in_force")].itertuples():
        start = max(row.from_on, axis.start)
        end = axis.end if pd.isna(row.to_on) else row.to_on
        fig.add_vrect(x0=start, x1=end, fillcolor=style.IN_FORCE_FILL, line={"width": 0})
        fig.add_annotation(
            x=start,
            y=axis.highest / 2,
            text=_("import ban"),
            xanchor="left",
            showarrow=False,
            font={"color": style.IN_FORCE},
        )


def _axis(totals: pd.DataFrame, params: Params) -> Axis:
    end = max([pd.Timestamp(params.on), *totals["from_on"]]) + pd.Timedelta(days=60)
    start = min([end - pd.Timedelta(days=365), *totals["from_on"]])
    highest = totals["rate_pct"].max()
    return Axis(start, end, highest if highest > 0 else 1.0)


def _rate_at(lane: pd.DataFrame, moment: pd.Timestamp) -> float:
    now = lane[(lane["from_on"] <= moment) & ~(lane["to_on"] <= moment)]
    return float(now["counted_pct"].sum())


def _draw_layer(fig: go.Figure, lane: pd.DataFrame, levels: tuple[pd.Series, pd.Series], number: int) -> None:
    """One layer between two step lines, in a tint of the colour of what is in force, edged towards the next."""
    below, above = levels
    tint = style.HEAT[(1, 3, 2, 4)[number % 4]]
    x = above.index.tolist()
    fig.add_scatter(x=x, y=below.tolist(), mode="lines", line={"width": 0, "shape": "hv"}, hoverinfo="skip")
    said = [_hover_at(lane, moment) for moment in x]
    fig.add_scatter(
        x=x,
        y=above.tolist(),
        mode="lines",
        line={"color": style.PAPER, "width": 1.5, "shape": "hv"},
        fill="tonexty",
        fillcolor=tint,
        name=lane["title"].iloc[0],
        hovertext=said,
        hoverinfo="text",
    )


def _hover_at(lane: pd.DataFrame, moment: pd.Timestamp) -> str:
    now = lane[(lane["from_on"] <= moment) & ~(lane["to_on"] <= moment)]
    return hover(next(now.itertuples())) if len(now) else ""


def _label_layers(fig: go.Figure, layers: pd.DataFrame, measures: pd.Index, axis: Axis) -> None:
    """The name of each layer inside its longest stretch, where the stretch is high enough to hold it."""
    for number, measure in enumerate(measures):
        lane = layers[layers["measure_id"] == measure]
        spans = [axis.share(row.from_on, axis.end if pd.isna(row.to_on) else row.to_on) for row in lane.itertuples()]
        row = lane.iloc[max(range(len(spans)), key=spans.__getitem__)]
        name = labels.of("slot", row["slot"] if row["programme"] == "adcvd" else row["programme"])
        tall = row["counted_pct"] >= axis.highest * TWO_LINES
        rates = _rate_and_last(lane, row, axis)
        text = f"{name}{'<br>' if tall else ' '}{'<br>→ '.join(rates)}"
        if max(spans) < min(WIDE, 2 * LETTER * len(name)) or row["counted_pct"] < axis.highest * 0.06:
            continue
        start = max(row["from_on"], axis.start)
        under = sum(_rate_at(layers[layers["measure_id"] == other], start) for other in measures[:number])
        ink = style.ON_DEEP if (1, 3, 2, 4)[number % 4] > 2 else style.ON_PALE
        fig.add_annotation(
            x=start,
            y=under + row["counted_pct"] / 2,
            text=text,
            xanchor="left",
            xshift=4,
            showarrow=False,
            align="left",
            font={"size": 13, "color": ink},
        )


def _rate_and_last(lane: pd.DataFrame, row: pd.Series, axis: Axis) -> list[str]:
    """The rate of the stretch that bears the name and, where that is high enough for it, the one it came to be."""
    rates = trimmed_percent(row["counted_pct"]), trimmed_percent(lane.loc[lane["from_on"].idxmax(), "counted_pct"])
    high = row["counted_pct"] >= axis.highest * THREE_LINES
    return list(dict.fromkeys(rates)) if high else [rates[0]]


def _label_totals(fig: go.Figure, totals: pd.DataFrame, axis: Axis, labelled: float) -> None:
    for row in totals[(totals["status"] == "in_force") & totals["rate_pct"].notna()].itertuples():
        start = max(row.from_on, axis.start)
        if (
            axis.share(start, axis.end if pd.isna(row.to_on) else row.to_on) >= labelled
            or row.rate_pct == totals["rate_pct"].max()
        ):
            text = f"<b>{trimmed_percent(row.rate_pct)}</b>"
            fig.add_annotation(
                x=start,
                y=row.rate_pct,
                text=text,
                xanchor="left",
                yanchor="bottom",
                yshift=CLEAR_PX,
                showarrow=False,
                font={"color": style.IN_FORCE},
                **style.PLATE,
            )


# --- words ---------------------------------------------------------------------------------------------------------


def _finding(rows: pd.DataFrame, params: Params) -> str:
    totals = rows[rows["kind"] == "total"]
    moment = pd.Timestamp(params.on)
    now = totals[(totals["from_on"] <= moment) & ~(totals["to_on"] <= moment) & (totals["status"] == "in_force")]
    if rows.empty or now.empty:
        what = rows["goods"].iloc[0] if len(rows) else _("These goods")
        return _("{goods}: no additional tariff in force {when}").format(goods=what, when=known_in_words(params))
    row = now.iloc[0]
    if row["rate_kind"] == "ban":
        return _("{goods}: import banned {when}").format(goods=row["goods"], when=known_in_words(params))
    top = totals.loc[totals["rate_pct"].idxmax()]
    if top["rate_pct"] <= row["rate_pct"]:
        said = _("{goods}: {rate} {when}").format(
            goods=row["goods"], rate=trimmed_percent(row["rate_pct"]), when=known_in_words(params)
        )
        return highest_so_far(said, totals["rate_pct"])
    words = _("{goods}: {rate} {when}; the highest was {highest}, from {day}")
    return words.format(
        goods=row["goods"],
        rate=trimmed_percent(row["rate_pct"]),
        when=known_in_words(params),
        highest=trimmed_percent(top["rate_pct"]),
        day=day(top["from_on"]),
    )


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    said = [
        _("Duties in force one upon another, {charged}, % of customs value").format(charged=charged_in_words(params))
    ]
    said.append(assumed_in_words(params, _axis(rows[rows["kind"] == "total"], params).end))
    if (rows["usmca"] == "no").any():
        said.append(_("goods that do not qualify under CUSMA"))
    return "; ".join(filter(None, said))


def summary(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return narrow_it(params) + "."
    totals = rows[
        (rows["kind"] == "total") & (rows["status"] == "in_force") & (rows["rate_kind"] != "ban")
    ].sort_values("from_on")
    steps = [
        _("{rate} from {day}").format(rate=trimmed_percent(row.rate_pct), day=day(row.from_on))
        for row in totals.itertuples()
    ]
    said = _finding(rows, params) + "."
    return f"{said} {_('Steps: {steps}.').format(steps='; '.join(steps))}" if steps else said
