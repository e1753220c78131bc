"""Softwood lumber duties by company and review: antidumping, countervailing and Section 232, and their sum."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import style
from dashboard.charts import View
from dashboard.language import _, current, day, labelled, localized, trimmed_percent
from dashboard.listing import LINE_PX, Listing
from dashboard.params import ChartParams
from dashboard.topics.tariffs import known_in_words, within_a_sentence
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Softwood lumber duties by company")
BRIEF = ("company", "ad_pct", "cvd_pct", "sum_pct")
VIEW = View("companies", N_("Lumber companies"), 6)

PARTS = {  # colour, name, and what stands in a bar
    "ad_pct": (style.HEAT[1], N_("Antidumping (AD)"), N_("AD")),
    "cvd_pct": (style.HEAT[2], N_("Countervailing (CVD)"), N_("CVD")),
    "s232_pct": (style.HEAT[3], N_("Section 232"), N_("Sec. 232")),
}
OTHERS = "non-selected"
BAR_PX, GAP_PX = 24, 8
ROOM, NARROW_ROOM = 1.2, 1.8  # of the longest bar: its sum stands beside it


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
    now = begun.loc[in_force].set_index("company_id")["sum_pct"]
    table = table.assign(in_force=table.index.isin(in_force), now_pct=table["company_id"].map(now))
    return table.sort_values(
        ["in_force", "is_collected", "from_on", "now_pct", "sum_pct"],  # the same order of companies in every review
        ascending=[False, True, False, False, False],
        kind="stable",
        ignore_index=True,
    ).drop(columns="now_pct")


def brief_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """What is collected on the day."""
    return rows[rows["in_force"]] if rows["in_force"].any() else rows


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, narrow=False)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same with the duties on a line of their own above the bar."""
    return _drawn(rows, params, narrow=True)


def _drawn(rows: pd.DataFrame, params: Params, *, narrow: bool) -> go.Figure:
    """Under each review, and whether it is collected, a bar a company."""
    fig = style.figure(_finding(rows, params), _subtitle(params), barmode="stack")
    listing, places = Listing(fig, pictures=False, wide=not narrow), []
    for _vintage, companies in rows.groupby("vintage", sort=False):
        listing.heading(_heading(companies.iloc[0], params), style.INK, across=True)
        for row in companies.itertuples():
            top = listing.room(LINE_PX * (2 if narrow else 1) + BAR_PX + GAP_PX)
            name = f"<b>{row.company}</b>" if row.in_force or not row.is_collected else row.company
            said = [name, *([" + ".join(_terms(row))] if narrow else [])]
            style.note(fig, (0, top), "<br>".join(said), xref="paper", xanchor="left", yanchor="top", align="left")
            places.append(top - LINE_PX * len(said) - BAR_PX / 2)
    for column in PARTS:
        _draw_part(fig, rows, places, column, narrow=narrow)
    for place, row in zip(places, rows.itertuples(), strict=True):
        _label_end(fig, place, row)
    listing.close()
    fig.update_xaxes(range=[0, _longest(rows) * (NARROW_ROOM if narrow else ROOM)])
    names = [f"{row.company} · {row.review}" for row in rows.itertuples()]
    fig.update_yaxes(tickvals=places, ticktext=names)  # for charts that office programs draw
    fig.update_layout(
        showlegend=len(rows) > 0,
        legend={"y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        margin={"t": 34},
        height=fig.layout.height + 26,
        uniformtext=style.HIDE_WHAT_DOES_NOT_FIT,
    )
    return fig


def _longest(rows: pd.DataFrame) -> float:
    return float(rows[list(PARTS)].fillna(0).sum(axis=1).max()) if len(rows) else 1.0


def _draw_part(fig: go.Figure, rows: pd.DataFrame, places: list[float], column: str, *, narrow: bool) -> None:
    """One duty of every company, a piece of its bar; outlined where it is not collected.

    Section 232 is no part of a review: beside preliminary results, too, it is collected where it is in force.
    """
    colour, name, short = PARTS[column]
    in_force = column == "s232_pct" and (rows.loc[rows["in_force"], column] > 0).any()
    values, collected = rows[column].fillna(0), rows["is_collected"] | in_force
    written = style.ON_DEEP if colour == style.HEAT[3] else style.ON_PALE
    texts = ["" if narrow or not value else f"{_(short)} {trimmed_percent(value)}" for value in values]
    fig.add_bar(
        x=values.tolist(),
        y=places,
        width=BAR_PX,
        orientation="h",
        name=_(name),
        hovertext=[_hover(row) for row in rows.itertuples()],
        hoverinfo="text",
        marker={
            "color": [colour if one else style.PAPER for one in collected],
            "line": {"width": 1, "color": [style.PAPER if one else style.THREATENED for one in collected]},
        },
        text=texts,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"size": 13, "color": [written if one else style.INK for one in collected]},
    )


def _label_end(fig: go.Figure, y: float, row) -> None:
    """The sum behind the bar, or which duty is missing for it."""
    missing = [_(short) for column, (_colour, _name, short) in PARTS.items() if pd.isna(getattr(row, column))]
    said = _("no sum")
    if pd.notna(row.sum_pct):
        said = f"<b>{trimmed_percent(row.sum_pct)}</b>"
    elif missing:
        said = _("no sum: {duties} not examined").format(duties=", ".join(missing))
    colour = style.IN_FORCE if row.in_force else style.MUTED if row.is_collected else style.THREATENED
    end = sum(value for value in (row.ad_pct, row.cvd_pct, row.s232_pct) if pd.notna(value))
    style.note(fig, (end, y), said, colour, xanchor="left", xshift=4)


# --- words ---------------------------------------------------------------------------------------------------------


def _heading(row, params: Params) -> str:
    """A review and how it stands on the day: in force, not collected, or replaced by a later one."""
    review = within_a_sentence(row.review.split(";")[0])
    if not row.is_collected:
        return labelled(_("AD and CVD not collected"), review)
    if row.in_force:
        return labelled(_("In force since {day}").format(day=day(row.from_on)), review)
    if row.from_on > pd.Timestamp(params.on):
        return labelled(_("From {day}").format(day=day(row.from_on)), review)
    return labelled(_("From {day}, since replaced").format(day=day(row.from_on)), review)


def _terms(row) -> list[str]:
    """The duties of a company with their short names: "AD 35.47 %", "CVD 12.12 %"."""
    values = {short: getattr(row, column) for column, (_colour, _name, short) in PARTS.items()}
    return [
        f"{_(short)} {trimmed_percent(value)}".replace(" ", "\u00a0") for short, value in values.items() if value > 0
    ]


def _hover(row) -> str:
    lines = [f"<b>{row.company}</b>", style.wrapped(row.review, 56), _("from {day}").format(day=day(row.from_on))]
    for column, (_colour, name, _short) in PARTS.items():
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
    return _("US duties on Canadian softwood lumber: {parts}").format(parts=parts)


def _within(row) -> str:
    """A company within a sentence: a name keeps its capital, "all others" is none."""
    return row.company[:1].lower() + row.company[1:] if row.company_id == OTHERS else row.company


def _subtitle(params: Params) -> str:
    words = _("% of customs value, by company and administrative review; outlined: preliminary, not collected; {when}")
    return words.format(when=known_in_words(params))


def summary(rows: pd.DataFrame, params: Params) -> str:
    sentences = [_finding(rows, params) + "."]
    for row in rows[rows["in_force"]].sort_values("sum_pct", ascending=False).itertuples():
        sentences.append(labelled(row.company, f"{' + '.join(_terms(row))} = {trimmed_percent(row.sum_pct)}."))
    return " ".join(sentences)


def further(rows: pd.DataFrame, params: Params) -> str:
    """Nothing: the picture says how each sum is made."""
    return ""
