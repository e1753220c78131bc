"""What the rates of a day make of a year's US imports, in dollars, by group of goods; or the imports month by month beside the rate."""

from typing import Literal

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import forms, labels, style
from dashboard.charts import View
from dashboard.language import _, labelled, money, number, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics.dollar_bars import dollars_in_words, dollars_summary, draw_dollars
from dashboard.topics.exposure_words import hover, terms_in_words
from dashboard.topics.imports_by_month import draw_months, months_in_words
from dashboard.topics.named_bars import name_lane, outline_bar
from dashboard.topics.tariff_dollars import by_code, summed_by_code
from dashboard.topics.tariff_exposure import by_group, by_month
from dashboard.topics.tariff_standing import shortened
from dashboard.topics.tariff_timeline import layers_through_time
from dashboard.topics.tariffs import TariffParams, known_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Trade that the tariffs bear on")
BRIEF = ("label", "imports_usd_million", "total_pct", "duty_usd_million")
VIEW = View("exposure", N_("Trade"), 4)

MOST_NAMED = 4  # groups that are not computed
MOST = 12  # groups drawn; the table has all
LANE_HEIGHT, TALL_LANE_HEIGHT = 54, 80
ROOM, NARROW_ROOM = 1.35, 3.0  # of the longest bar: its dollars stand beside it
BY_CODE: dict[str, Literal["hs2", "hs8"]] = {"chapters": "hs2", "codes": "hs8"}


class Params(TimedParams, TariffParams):
    OVER_TIME = ("exposure", "months")
    exposure: Literal["groups", "months", "chapters", "codes"] = Field("groups", title=N_("Trade"))
    elasticity: float | None = Field(None, title=N_("Demand elasticity"), ge=0, le=20)


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """Groups: see `tariff_exposure.by_group`. Months: one row a month (`tariff_exposure.by_month`) and one a stretch of the rate (`kind`).

    Chapters and codes: see `tariff_dollars.by_code`.
    """
    if params.exposure == "groups":
        groups = by_group(snapshot, params, params.elasticity)
        if groups.empty:
            return groups
        summed = summed_by_code(snapshot, params, groups, params.elasticity)
        return summed.sort_values("duty_usd_million", ascending=False, kind="stable", ignore_index=True)
    if params.exposure in BY_CODE:
        return by_code(snapshot, params, BY_CODE[params.exposure], params.elasticity)
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
    if params.exposure in BY_CODE and len(rows):
        return draw_dollars(rows, params, _demand(params))
    if rows.empty:
        hidden = {"visible": False}
        return style.figure(
            _finding(rows, params),
            _("US imports for consumption, customs value, US dollars"),
            height=60,
            xaxis=hidden,
            yaxis=hidden,
        )
    if params.exposure == "months":
        return draw_months(style.figure(_finding(rows, params), _subtitle(rows), height=470), rows)
    return _by_group(rows, params, narrow=False)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The groups with what is multiplied on a line of its own; all else as it is."""
    return _by_group(rows, params, narrow=True) if params.exposure == "groups" and len(rows) else figure(rows, params)


def _by_group(rows: pd.DataFrame, params: Params, *, narrow: bool) -> go.Figure:
    drawn, high = _drawn(rows), TALL_LANE_HEIGHT if narrow else LANE_HEIGHT
    fig = style.figure(
        _finding(rows, params), f"{_subtitle(rows)}{_demand(params)}", height=30 + high * max(3, len(drawn))
    )
    width = max(drawn["duty_usd_million"].fillna(0).max(), drawn["threatened_usd_million"].fillna(0).max(), 1.0)
    middle, half = (0.7, 0.15) if narrow else (0.66, 0.2)  # of a lane: where its bar stands
    for lane, row in enumerate(drawn.itertuples()):
        worth = 0.0 if pd.isna(row.duty_usd_million) else row.duty_usd_million
        fig.add_bar(
            x=[worth],
            y=[lane + middle],
            width=2 * half,
            orientation="h",
            marker={"color": style.IN_FORCE, "opacity": 0.8, "line": {"width": 0}},
            hovertext=[hover(row)],
            hoverinfo="text",
        )
        end = worth
        if row.threatened_usd_million > 0:
            end = max(end, row.threatened_usd_million)
            levels = (lane + middle - half - 0.02, lane + middle + half + 0.02)
            outline_bar(fig, row.threatened_usd_million, levels, style.THREATENED, hover(row))
        name_lane(fig, lane, f"<b>{shortened(row.label, 70)}</b>{'<br>' if narrow else ' · '}{terms_in_words(row)}")
        _write_worth(fig, end, lane + middle, row)
    fig.update_yaxes(range=[len(drawn) + 0.05, -0.1], showticklabels=False, showgrid=False)
    fig.update_xaxes(
        range=[-width * 0.005, width * (NARROW_ROOM if narrow else ROOM)], showticklabels=False, showgrid=False
    )
    fig.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    forms.listed(fig, [lane + 1.0 for lane in range(len(drawn))], high * 0.9)
    return fig


def _drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """The groups with most dollars of duty, then of a threat; where none bears any, those with most trade. Not all goods together."""
    groups = rows[rows["code"] != "all_products"]
    dollars = ["duty_usd_million", "threatened_usd_million"]
    borne = groups[(groups[dollars].fillna(0) > 0).any(axis=1)]
    drawn = (
        borne.sort_values(dollars, ascending=False)
        if len(borne)
        else groups.sort_values("imports_usd_million", ascending=False)
    )
    return drawn.head(MOST)


def _write_worth(fig: go.Figure, x: float, y: float, row) -> None:
    """The dollars of duty; below them, and apart, those of a threat."""
    threat = row.threatened_usd_million > 0
    worth = _("not computed") if pd.isna(row.duty_usd_million) else f"<b>{money(row.duty_usd_million)}</b>"
    style.note(fig, (x, y), worth, style.IN_FORCE, xanchor="left", xshift=4, yshift=7 * threat)
    if threat:
        rate = _("threatened {rate}").format(rate=trimmed_percent(row.threatened_pct))
        said = labelled(rate, money(row.threatened_usd_million))
        style.note(fig, (x, y), said, style.THREATENED, 13, xanchor="left", xshift=4, yshift=-7)


# --- words ---------------------------------------------------------------------------------------------------------


def _demand(params: Params) -> str:
    """Whether trade answers the rates of a scenario."""
    if not params.whatif:
        return ""
    if not params.elasticity:
        return "; " + _("static: trade does not answer")
    words = _("trade answers its price with the reader's elasticity of {elasticity}")
    return "; " + words.format(elasticity=number(params.elasticity))


def _finding(rows: pd.DataFrame, params: Params) -> str:
    place = labels.place(params.origin)
    if params.exposure in BY_CODE:
        return dollars_in_words(rows, params)
    if rows.empty:
        return _(
            "US imports of these goods from {country} are not held by month or group; those from Canada and eight European allies are"
        ).format(country=place)
    if params.exposure == "months":
        return months_in_words(rows, place)
    whole, drawn = rows[rows["code"] == "all_products"], _drawn(rows)
    top = drawn.sort_values("duty_usd_million", ascending=False).iloc[0]
    if not top["duty_usd_million"] > 0:
        return _("{country}: the rates in force {when} bear on none of these groups").format(
            country=place, when=known_in_words(params)
        )
    words = (
        _("{country}: most duty, where it is computed, on {group}, {worth} a year at the rate {when}")
        if len(_uncounted(rows))
        else _("{country}: most duty on {group}, {worth} a year at the rate {when}")
    )
    said = words.format(
        country=place, group=top["label"], worth=money(top["duty_usd_million"]), when=known_in_words(params)
    )
    threatened = rows.loc[whole.index if len(whole) else rows.index, "threatened_usd_million"].sum()
    return _("{said}; threatened: {worth}").format(said=said, worth=money(threatened)) if threatened > 0 else said


def _uncounted(rows: pd.DataFrame) -> pd.DataFrame:
    """Groups whose duty is not computed: of several rates, or of none that sources state."""
    out = rows[rows["duty_usd_million"].isna() & (rows["banned"] != True)]  # noqa: E712 - empty is not false
    return out.sort_values("imports_usd_million", ascending=False)


def _subtitle(rows: pd.DataFrame) -> str:
    basis = _("US imports for consumption, customs value, US dollars")
    if "kind" in rows:
        return _("{basis}, by month; above: additional tariff in force, % of customs value").format(basis=basis)
    grouped = (
        _("product groups overlap and do not add up; their rates are averages over their codes")
        if rows["grouping"].iloc[0] == "product_group"
        else _("by HS chapter; several rates: not computed")
    )
    return _("Rate of the day × {basis}, {year}, as if trade had not changed; {grouped}").format(
        basis=basis, year=rows["period"].iloc[0], grouped=grouped
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    if params.exposure in BY_CODE:
        return dollars_summary(rows, params)
    said = _finding(rows, params) + "."
    if rows.empty or params.exposure == "months":
        return said
    parts = [
        labelled(row.label, f"{terms_in_words(row)} = {money(row.duty_usd_million)}")
        for row in _drawn(rows).head(3).itertuples()
        if row.duty_usd_million > 0
    ]
    said = f"{said} {'; '.join(parts)}." if parts else said
    if len(out := _uncounted(rows)):
        named = "; ".join(
            f"{row.label} ({money(row.imports_usd_million)})" for row in out.head(MOST_NAMED).itertuples()
        )
        words = _("Not computed, as they have several rates or none that is stated: {groups}.")
        if len(out) > MOST_NAMED:
            words = _("Not computed, as they have several rates or none that is stated: {groups} and others.")
        said += " " + words.format(groups=named)
    return said
