"""Softwood lumber duties by company and review: antidumping, countervailing and Section 232, and their sum."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import style
from dashboard.charts import View
from dashboard.language import _, current, day, labelled, localized, trimmed_percent
from dashboard.params import ChartParams
from dashboard.topics.tariff_standing import shortened
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Softwood lumber duties by company")
BRIEF = ("company", "ad_pct", "cvd_pct", "sum_pct")
VIEW = View("companies", N_("Lumber companies"), 6)

PARTS = {
    "ad_pct": (style.HEAT[1], N_("Antidumping")),
    "cvd_pct": (style.HEAT[2], N_("Countervailing")),
    "s232_pct": (style.HEAT[3], N_("Section 232")),
}
OTHERS = "non-selected"
BAR, TALL_BAR = 52, 78


class Params(ChartParams):
    on: date | None = Field(None, title=N_("On"))
    known: date | None = Field(None, title=N_("As known on"))


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row a company and review published by `known`: the three duties and their sum, % of customs value; those in force first.

    `in_force` says whether the review's rates are those collected on `on`; preliminary ones are not collected at all.
    """
    spoken = current()
    table = snapshot.sql(
        f"""
        SELECT company_id, company_{spoken} AS company, vintage, vintage_{spoken} AS review, from_on, is_collected,
               ad_pct, cvd_pct, s232_pct, sum_pct, {localized("note")} AS note, source_id
        FROM softwood_companies WHERE from_on <= $known ORDER BY from_on DESC, company_id DESC
        """,
        known=params.known,
    )
    begun = table[table["is_collected"] & (table["from_on"] <= pd.Timestamp(params.on))]
    newest = begun.groupby("company_id")["from_on"].transform("max")
    in_force = begun.index[begun["from_on"] == newest]
    table = table.assign(in_force=table.index.isin(in_force))
    return table.sort_values(
        ["in_force", "is_collected", "from_on", "sum_pct"],
        ascending=[False, True, False, False],
        kind="stable",
        ignore_index=True,
    )


def brief_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """What is collected on the day."""
    return rows[rows["in_force"]] if rows["in_force"].any() else rows


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, BAR)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same with the review on a line of its own."""
    return _drawn(rows, params, TALL_BAR)


def _drawn(rows: pd.DataFrame, params: Params, high: int) -> go.Figure:
    fig = style.figure(_finding(rows, params), _subtitle(params), height=70 + high * max(3, len(rows)), barmode="stack")
    lanes = [-float(place) for place in range(len(rows))]
    for column in PARTS:
        _draw_part(fig, rows, lanes, column)
    for lane, row in zip(lanes, rows.itertuples(), strict=True):
        _label_lane(fig, lane, row, "<br>" if high == TALL_BAR else " · ")
    highest = (rows["ad_pct"] + rows["cvd_pct"].fillna(0) + rows["s232_pct"]).max() if len(rows) else 1
    fig.update_xaxes(range=[-highest * 0.01, highest * 1.4], showticklabels=False, showgrid=False)
    fig.update_yaxes(showticklabels=False, showgrid=False, range=[-len(rows) + 0.35, 0.5])
    fig.update_layout(
        showlegend=True,
        legend={"y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        uniformtext=style.HIDE_WHAT_DOES_NOT_FIT,
    )
    return fig


def _draw_part(fig: go.Figure, rows: pd.DataFrame, lanes: list[float], column: str) -> None:
    """One duty of every company, a piece of its bar; outlined where it is not collected."""
    colour, name = PARTS[column]
    values, collected = rows[column].fillna(0), rows["is_collected"]
    written = style.ON_DEEP if colour == style.HEAT[3] else style.ON_PALE
    fig.add_bar(
        x=values.tolist(),
        y=[lane - 0.22 for lane in lanes],
        width=0.44,
        orientation="h",
        name=_(name),
        hovertext=[_hover(row) for row in rows.itertuples()],
        hoverinfo="text",
        marker={
            "color": [colour if one else style.PAPER for one in collected],
            "line": {"width": 1, "color": [style.PAPER if one else style.THREATENED for one in collected]},
        },
        text=[trimmed_percent(value) if value >= 4 else "" for value in values],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"size": 13, "color": [written if one else style.INK for one in collected]},
    )


def _label_lane(fig: go.Figure, lane: float, row, between: str) -> None:
    """The company and its review above the bar, the sum behind it."""
    strong = row.in_force or not row.is_collected
    company = f"<b>{row.company}</b>" if strong else row.company
    said = {"xanchor": "left", "showarrow": False}
    review = row.review.split(";")[0]  # that it is not collected stands beside the sum
    name = f"{company}{between}{shortened(review, 84)}"
    fig.add_annotation(
        x=0, y=lane + 0.22, text=name, align="left", xshift=-4, font={"size": 13, "color": style.INK}, **said
    )
    end = f"<b>{trimmed_percent(row.sum_pct)}</b>" if pd.notna(row.sum_pct) else _("no sum")
    word = "" if row.is_collected else ", " + _("not collected")
    colour = style.IN_FORCE if row.is_collected else style.THREATENED
    total = row.ad_pct + (0 if pd.isna(row.cvd_pct) else row.cvd_pct) + row.s232_pct
    fig.add_annotation(x=total, y=lane - 0.22, text=end + word, xshift=4, font={"size": 13, "color": colour}, **said)


# --- words ---------------------------------------------------------------------------------------------------------


def _hover(row) -> str:
    lines = [f"<b>{row.company}</b>", style.wrapped(row.review, 56), _("from {day}").format(day=day(row.from_on))]
    for column, (_colour, name) in PARTS.items():
        value = getattr(row, column)
        lines.append(labelled(_(name), _("not examined") if pd.isna(value) else trimmed_percent(value)))
    if not row.is_collected:
        lines.append(_("preliminary, not collected"))
    if isinstance(row.note, str) and row.note:
        lines.append(style.wrapped(row.note, 56))
    return "<br>".join(lines)


def _finding(rows: pd.DataFrame, params: Params) -> str:
    now = rows[rows["in_force"]].sort_values("sum_pct", ascending=False)
    if now.empty:
        return _("No company rates of softwood lumber in force on {day} are at hand; choose a later day").format(
            day=day(params.on)
        )
    parts = ", ".join(f"{_within(row)} {trimmed_percent(row.sum_pct)}" for row in now.itertuples())
    return _("Softwood lumber on {day}: {parts}").format(day=day(params.on), parts=parts)


def _within(row) -> str:
    """A company within a sentence: a name keeps its capital, "all others" is none."""
    return row.company[:1].lower() + row.company[1:] if row.company_id == OTHERS else row.company


def _subtitle(params: Params) -> str:
    return _(
        "Duties on Canadian softwood lumber, % of customs value, by company and review; outlined: preliminary, not collected; known by {day}"
    ).format(day=day(params.known))


def summary(rows: pd.DataFrame, params: Params) -> str:
    sentences = [_finding(rows, params) + "."]
    for row in rows[rows["in_force"]].sort_values("sum_pct", ascending=False).itertuples():
        terms = " + ".join(trimmed_percent(value) for value in (row.ad_pct, row.cvd_pct, row.s232_pct) if value > 0)
        sentences.append(labelled(row.company, f"{terms} = {trimmed_percent(row.sum_pct)}."))
    return " ".join(sentences)
