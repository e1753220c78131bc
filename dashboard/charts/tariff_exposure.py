"""What the rates of a day make of a year's US imports, in dollars, by group of goods; or the imports month by month beside the rate."""

from typing import Literal

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import labels, style
from dashboard.language import _, money, month_name, trimmed_percent
from dashboard.topics.tariff_exposure import by_group, by_month
from dashboard.topics.tariff_lanes import period
from dashboard.topics.tariff_timeline import layers_through_time
from dashboard.topics.tariffs import TariffParams, known_in_words, labelled
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Trade that the tariffs bear on")

MOST = 12  # groups drawn; the table has all
LANE_HEIGHT = 54


class Params(TariffParams):
    exposure: Literal["groups", "months"] = Field("groups", title=N_("Trade"))


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """Groups: see `exposures.by_group`. Months: one row a month (`exposures.by_month`) and one a stretch of the rate (`kind`)."""
    if params.exposure == "groups":
        return by_group(snapshot, params)
    months = by_month(snapshot, params)
    if months.empty:
        return months
    rates = layers_through_time(snapshot, params)
    rates = rates[(rates["kind"] == "total") & (rates["status"] == "in_force")]
    kept = ["kind", "usmca", "status", "rate_pct", "rate_kind", "from_on", "to_on", "trust", "source_id"]
    return pd.concat(
        [months.assign(kind="month"), rates[kept].assign(label=months["label"].iloc[0], origin=params.origin)],
        ignore_index=True,
    )


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    if rows.empty:
        hidden = {"visible": False}
        return style.figure(
            _finding(rows, params),
            _("US imports for consumption, customs value, US dollars"),
            height=60,
            xaxis=hidden,
            yaxis=hidden,
        )
    return _by_month(rows, params) if params.exposure == "months" else _by_group(rows, params)


def _by_group(rows: pd.DataFrame, params: Params) -> go.Figure:
    drawn = _drawn(rows)
    fig = style.figure(_finding(rows, params), _subtitle(rows), height=30 + LANE_HEIGHT * max(3, len(drawn)))
    width = max(drawn["duty_usd_million"].fillna(0).max(), drawn["threatened_usd_million"].fillna(0).max(), 1.0)
    for lane, row in enumerate(drawn.itertuples()):
        worth = 0.0 if pd.isna(row.duty_usd_million) else row.duty_usd_million
        fig.add_bar(
            x=[worth],
            y=[lane + 0.66],
            width=0.4,
            orientation="h",
            marker={"color": style.IN_FORCE, "opacity": 0.8, "line": {"width": 0}},
            hovertext=[_hover(row)],
            hoverinfo="text",
        )
        end = worth
        if row.threatened_usd_million > 0:
            end = max(end, row.threatened_usd_million)
            _draw_threat(fig, lane, row)
        fig.add_annotation(
            x=0,
            y=lane + 0.24,
            text=f"<b>{row.label}</b> · {_terms(row)}",
            xanchor="left",
            xshift=-4,
            showarrow=False,
            font={"size": 12, "color": style.INK},
        )
        _write_worth(fig, end, lane + 0.66, row)
    fig.update_yaxes(range=[len(drawn) + 0.05, -0.1], showticklabels=False, showgrid=False)
    fig.update_xaxes(range=[-width * 0.005, width * 1.72], showticklabels=False, showgrid=False)
    fig.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return fig


def _drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """The groups that bear most dollars, of duty or of a threat; where none does, those with most trade. Not all goods together."""
    groups = rows[rows["code"] != "all_products"]
    borne = groups[["duty_usd_million", "threatened_usd_million"]].fillna(0).max(axis=1)
    order = borne if (borne > 0).any() else groups["imports_usd_million"]
    return groups.loc[order[order > 0].sort_values(ascending=False, kind="stable").index].head(MOST)


def _draw_threat(fig: go.Figure, lane: int, row) -> None:
    """What a threat would make of the same trade: a dotted, hatched outline that is no part of the bar."""
    end, low, high = row.threatened_usd_million, lane + 0.44, lane + 0.88
    fig.add_scatter(
        x=[0, end, end, 0, 0],
        y=[low, low, high, high, low],
        mode="lines",
        line={"color": style.THREATENED, "dash": "dot", "width": 1.5},
        fill="toself",
        fillcolor="rgba(0,0,0,0)",
        fillpattern={"shape": "/", "size": 8, "solidity": 0.12, "fgcolor": style.THREATENED},
        hovertext=_hover(row),
        hoverinfo="text",
    )


def _write_worth(fig: go.Figure, x: float, y: float, row) -> None:
    """The dollars of duty; below them, and apart, those of a threat."""
    threat = row.threatened_usd_million > 0
    worth = _("not computed") if pd.isna(row.duty_usd_million) else f"<b>{money(row.duty_usd_million)}</b>"
    fig.add_annotation(
        x=x,
        y=y,
        text=worth,
        xanchor="left",
        xshift=4,
        yshift=7 * threat,
        showarrow=False,
        font={"size": 12, "color": style.IN_FORCE},
    )
    if threat:
        said = _("threatened {rate}: {amount}").format(
            rate=trimmed_percent(row.threatened_pct), amount=money(row.threatened_usd_million)
        )
        fig.add_annotation(
            x=x,
            y=y,
            text=said,
            xanchor="left",
            xshift=4,
            yshift=-7,
            showarrow=False,
            font={"size": 11, "color": style.THREATENED},
        )


def _by_month(rows: pd.DataFrame, params: Params) -> go.Figure:
    """Bars of imports below, steps of the rate above: two panels with an axis each, on the same months."""
    months, rates = rows[rows["kind"] == "month"], rows[rows["kind"] == "total"]
    fig = style.figure(_finding(rows, params), _subtitle(rows), height=470)
    days = pd.to_datetime(months["period"] + "-01")
    first, last = days.min(), days.max() + pd.DateOffset(months=1)
    middle = (days + pd.Timedelta(days=14)).tolist()
    rest = months["imports_usd_million"] - months["claimed_usd_million"]
    parts = (
        (months["claimed_usd_million"], style.HOME, _("claimed under CUSMA")),
        (rest, style.REST, _("not claimed")),
    )
    for values, colour, name in parts:
        said = [f"{month_name(day)}: {money(value)} {name}" for day, value in zip(days, values, strict=True)]
        fig.add_bar(x=middle, y=values.tolist(), name=name, marker={"color": colour}, hovertext=said, hoverinfo="text")
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
    fig.update_xaxes(range=[first, last], tickvals=shown, ticktext=[month_name(day) for day in shown], tickangle=0)
    return fig


def _draw_rate(
    fig: go.Figure, lane: pd.DataFrame, span: tuple[pd.Timestamp, pd.Timestamp], name: str, dash: str
) -> None:
    first, last = span
    x, y, said = [], [], []
    for row in lane.sort_values("from_on").itertuples():
        start, end = max(row.from_on, first), last if pd.isna(row.to_on) else min(row.to_on, last)
        if start < end and row.rate_kind != "ban":
            x += [start, end, end]
            y += [row.rate_pct, row.rate_pct, None]
            said += [f"{trimmed_percent(row.rate_pct)}, {period(row.from_on, row.to_on)}"] * 3
    fig.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": style.IN_FORCE, "width": 3, "dash": dash},
        name=name,
        hovertext=said,
        hoverinfo="text",
        yaxis="y2",
    )


# --- words ---------------------------------------------------------------------------------------------------------


def _which(usmca: str) -> str:
    return {"yes": _(", qualifying under CUSMA"), "no": _(", not qualifying"), "any": ""}[usmca]


def _rate(row) -> str:
    """The rate, or both where it depends on CUSMA."""
    if row.banned is True:
        return _("import ban")
    if pd.isna(row.total_pct):
        return _("not stated") if row.not_stated is True else _("several rates")
    if pd.notna(row.qualifying_pct) and row.qualifying_pct != row.total_pct:
        return _("{low} or {high}").format(low=trimmed_percent(row.qualifying_pct), high=trimmed_percent(row.total_pct))
    return trimmed_percent(row.total_pct)


def _terms(row) -> str:
    return f"{_rate(row)} × {money(row.imports_usd_million)}"


def _hover(row) -> str:
    said = [
        f"<b>{style.wrapped(row.label, 56)}</b>",
        _("imports {year}: {amount}").format(year=row.period, amount=money(row.imports_usd_million)),
    ]
    if pd.notna(row.claimed_usd_million):
        said.append(_("of it claimed under CUSMA: {amount}").format(amount=money(row.claimed_usd_million)))
    said.append(_("rate in force: {rate}").format(rate=_rate(row)))
    if row.threatened_pct > 0:
        said.append(_("threatened, not in force: {rate}").format(rate=trimmed_percent(row.threatened_pct)))
    if isinstance(row.trust, str) and row.trust:
        said.append(labelled(labels.header("trust"), labels.of("trust", row.trust)))
    return "<br>".join(said)


def _finding(rows: pd.DataFrame, params: Params) -> str:
    place = labels.place(params.origin)
    if rows.empty:
        return _(
            "No US imports of these goods from {country} are at hand by month or group; Canada and eight European allies are"
        ).format(country=place)
    if params.exposure == "months":
        return _months_in_words(rows, place)
    whole, drawn = rows[rows["code"] == "all_products"], _drawn(rows)
    top = drawn.sort_values("duty_usd_million", ascending=False).iloc[0]
    if not top["duty_usd_million"] > 0:
        return _("{country}: the rates in force {when} bear on none of these groups").format(
            country=place, when=known_in_words(params)
        )
    words = _("{country}: most duty on {group}, {worth} a year at the rate {when}")
    said = words.format(
        country=place, group=top["label"], worth=money(top["duty_usd_million"]), when=known_in_words(params)
    )
    threatened = rows.loc[whole.index if len(whole) else rows.index, "threatened_usd_million"].sum()
    return _("{said}; threatened: {worth}").format(said=said, worth=money(threatened)) if threatened > 0 else said


def _months_in_words(rows: pd.DataFrame, place: str) -> str:
    months = rows[rows["kind"] == "month"].dropna(subset="imports_usd_million")
    last = months.iloc[-1]
    before = months[months["period"] == f"{int(last['period'][:4]) - 1}{last['period'][4:]}"]
    month = month_name(pd.Timestamp(f"{last['period']}-01"))
    said = _("{product} from {country}: {amount} in {month}").format(
        product=last["label"], country=place, amount=money(last["imports_usd_million"]), month=month
    )
    if before.empty:
        return said
    change = (last["imports_usd_million"] / before["imports_usd_million"].iloc[0] - 1) * 100
    words = (
        _("{said}, {change} less than a year before") if change < 0 else _("{said}, {change} more than a year before")
    )
    return words.format(said=said, change=trimmed_percent(round(abs(change))))


def _subtitle(rows: pd.DataFrame) -> str:
    basis = _("US imports for consumption, customs value, US dollars")
    if "kind" in rows:
        return _("{basis}, by month; above: additional tariff in force, % of customs value").format(basis=basis)
    grouped = (
        _("product groups overlap and do not add up")
        if rows["grouping"].iloc[0] == "product_group"
        else _("by HS chapter; several rates: not computed")
    )
    return _("Rate of the day × {basis}, {year}, as if trade had not changed; {grouped}").format(
        basis=basis, year=rows["period"].iloc[0], grouped=grouped
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    said = _finding(rows, params) + "."
    if rows.empty or params.exposure == "months":
        return said
    parts = [
        labelled(row.label, f"{_terms(row)} = {money(row.duty_usd_million)}")
        for row in _drawn(rows).head(3).itertuples()
        if row.duty_usd_million > 0
    ]
    return f"{said} {'; '.join(parts)}." if parts else said
