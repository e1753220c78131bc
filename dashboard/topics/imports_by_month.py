"""Imports month by month beside the rate in force, drawn and in words."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import style
from dashboard.articles import from_the
from dashboard.language import _, money, month_name, trimmed_percent
from dashboard.topics.tariff_standing import period


def draw_months(fig: go.Figure, rows: pd.DataFrame) -> go.Figure:
    """Bars of imports below, steps of the rate above: two panels with an axis each, on the same months."""
    months, rates = rows[rows["kind"] == "month"], rows[rows["kind"] == "total"]
    days = pd.to_datetime(months["period"] + "-01")
    first, last = days.min(), days.max() + pd.DateOffset(months=1)
    middle = (days + pd.Timedelta(days=14)).tolist()
    rest = months["imports_usd_million"] - months["claimed_usd_million"]
    parts = (
        (months["claimed_usd_million"], style.HOME, _("claimed under CUSMA")),
        (rest, style.REST, _("not claimed")),
    )
    for values, colour, name in parts:
        labels = [f"{month_name(day)}: {money(value)} {name}" for day, value in zip(days, values, strict=True)]
        fig.add_bar(
            x=middle, y=values.tolist(), name=name, marker={"color": colour}, hovertext=labels, hoverinfo="text"
        )
    for number, (usmca, lane) in enumerate(rates.groupby("usmca")):
        _draw_rate(fig, lane, (first, last), f"{_('rate in force')}{_which(usmca)}", dash=("solid", "dash")[number % 2])
    shown = [day for day in days if (day.month - 1) % 3 == 0]
    fig.update_layout(
        barmode="stack",
        showlegend=True,
        legend={"y": 1.02, "yanchor": "bottom"},
        margin={"l": 8, "r": 8, "t": 60, "b": 30},
    )
    fig.update_layout(
        yaxis={"domain": [0, 0.52], "tickformat": ",d", "title": {"text": _("million US dollars")}},
        yaxis2={"domain": [0.6, 1], "anchor": "x", "ticksuffix": " %", "rangemode": "tozero", "automargin": True},
    )
    fig.update_xaxes(range=[first, last], tickvals=shown, ticktext=[month_name(day) for day in shown])
    return fig


def _draw_rate(
    fig: go.Figure, lane: pd.DataFrame, span: tuple[pd.Timestamp, pd.Timestamp], name: str, dash: str
) -> None:
    first, last = span
    x, y, labels = [], [], []
    for row in lane.sort_values("from_on").itertuples():
        start, end = max(row.from_on, first), last if pd.isna(row.to_on) else min(row.to_on, last)
        if start < end and row.rate_kind != "ban":
            x += [start, end, end]
            y += [row.rate_pct, row.rate_pct, None]
            labels += [f"{trimmed_percent(row.rate_pct)}, {period(row.from_on, row.to_on)}"] * 3
    fig.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": style.IN_FORCE, "width": 3, "dash": dash},
        name=name,
        hovertext=labels,
        hoverinfo="text",
        yaxis="y2",
    )


# --- words ---------------------------------------------------------------------------------------------------------


def _which(usmca: str) -> str:
    return {"yes": _(", qualifying under CUSMA"), "no": _(", not qualifying"), "any": ""}[usmca]


def months_in_words(rows: pd.DataFrame, place: str) -> str:
    months = rows[rows["kind"] == "month"].dropna(subset="imports_usd_million")
    last = months.iloc[-1]
    before = months[months["period"] == f"{int(last['period'][:4]) - 1}{last['period'][4:]}"]
    month = month_name(pd.Timestamp(f"{last['period']}-01"))
    sentence = _("{product} {from_country}: {amount} in {month}").format(
        product=last["label"], from_country=from_the(place), amount=money(last["imports_usd_million"]), month=month
    )
    if before.empty:
        return sentence
    change = (last["imports_usd_million"] / before["imports_usd_million"].iloc[0] - 1) * 100
    words = (
        _("{said}, {change} less than a year before") if change < 0 else _("{said}, {change} more than a year before")
    )
    return words.format(said=sentence, change=trimmed_percent(round(abs(change))))
