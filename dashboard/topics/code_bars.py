"""Codes to choose from, each with what it pays: drawn where a question has to be narrowed down before it has one answer."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.language import _, labelled, trimmed_percent
from dashboard.topics.hts import digits
from dashboard.topics.named_bars import name_lane
from dashboard.topics.tariff_codes import IMPORTER
from dashboard.topics.tariff_standing import shortened
from dashboard.topics.tariffs import known_in_words, rate_in_words

MOST_DRAWN = 20
LANE_HEIGHT = 46


def draw_codes(rows: pd.DataFrame, params: Any) -> go.Figure:
    """One bar a code, with its total; the first ones where there are many."""
    codes = rows[rows["kind"] == "code"].head(MOST_DRAWN)
    fig = style.figure(codes_in_words(rows, params), _subtitle(rows), height=60 + LANE_HEIGHT * len(codes))
    width = max(codes["rate_pct"].fillna(0).max() if len(codes) else 0.0, 1.0)
    width *= 1.0 + (codes["rate_kind"] == "ban").any() / 2  # a ban is more than any rate
    for lane, row in enumerate(codes.itertuples()):
        end = width if row.rate_kind == "ban" else 0.0 if pd.isna(row.rate_pct) else row.rate_pct
        name = f"{row.hs} {row.title}".strip()
        said = f"{style.wrapped(name, 56)}<br>{rate_in_words(row.rate_pct, row.rate_kind)}<br>{row.note}"
        fig.add_bar(
            x=[end],
            y=[lane + 0.66],
            width=0.4,
            orientation="h",
            hovertext=[said],
            hoverinfo="text",
            marker={"color": style.IN_FORCE, "opacity": 0.72, "line": {"width": 0}},
        )
        name_lane(fig, lane, shortened(name, 56))
        rate = f"<b>{rate_in_words(row.rate_pct, row.rate_kind)}</b>"
        style.note(fig, (end, lane + 0.66), rate, style.IN_FORCE, 14, xanchor="left", xshift=4)
    fig.update_yaxes(range=[len(codes) + 0.05, -0.1], showticklabels=False, showgrid=False, tickvals=[])
    fig.update_xaxes(range=[-width * 0.005, width * 1.36], showticklabels=False, showgrid=False)
    fig.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return fig


def codes_in_words(rows: pd.DataFrame, params: Any) -> str:
    """What the codes pay: bans first, then the lowest and the highest; or that there is none, and what is called nearly so."""
    goods, codes, when = rows["goods"].iloc[0], rows[rows["kind"] == "code"], known_in_words(params)
    if codes.empty and params.importer != IMPORTER:
        return narrow_it(params)
    if codes.empty and (params.hs or "").strip().isdigit() and digits(params.hs) is None:
        return _("“{text}”: a tariff code has 4 to 10 digits, with or without dots").format(text=params.hs)
    if codes.empty:
        said = _("{goods}: no such code or word in the schedule").format(goods=goods)
        near = [f"{row.hs} ({row.title})" if row.title else row.hs for row in rows.itertuples() if row.hs]
        return _("{said}; near it: {near}").format(said=said, near=", ".join(near)) if near else said
    banned, count = int((codes["rate_kind"] == "ban").sum()), len(codes)
    if banned == count:
        return _("{goods}: import banned on all of {count} codes {when}").format(goods=goods, count=count, when=when)
    low, high = (trimmed_percent(rate) for rate in (codes["rate_pct"].min(), codes["rate_pct"].max()))
    rates = low if low == high else _("from {low} to {high}").format(low=low, high=high)
    words = _("{goods}: {rates} on {count} codes {when}; choose one")
    if banned:
        words = _("{goods}: import banned on {banned} of {count} codes, {rates} on the others {when}; choose one")
    return words.format(goods=goods, rates=rates, banned=banned, count=count, when=when)


def _subtitle(rows: pd.DataFrame) -> str:
    codes = rows[rows["kind"] == "code"]
    said = _("Duties of the day and the ordinary (MFN) duty together, % of customs value, by code")
    if len(codes) > MOST_DRAWN:
        said = f"{said}; {_('the first {shown} of {count} are drawn').format(shown=MOST_DRAWN, count=len(codes))}"
    return said


def codes_summary(rows: pd.DataFrame, params: Any) -> str:
    codes = rows[rows["kind"] == "code"].head(MOST_DRAWN)
    said = codes_in_words(rows, params) + "."
    parts = [labelled(row.hs, rate_in_words(row.rate_pct, row.rate_kind)) for row in codes.itertuples()]
    return f"{said} {'; '.join(parts)}." if parts else said


def to_be_narrowed(params: Any) -> go.Figure:
    """The figure of a chart of one kind of goods, where the question has not come to one yet."""
    hidden = {"visible": False}
    return style.figure(narrow_it(params), "", height=60, xaxis=hidden, yaxis=hidden)


def narrow_it(params: Any) -> str:
    if params.importer != IMPORTER:
        words = _(
            "“{text}”: codes are those of the US schedule; choose a product to see what the importer charges ({country})"
        )
        return words.format(text=params.hs, country=labels.place(params.importer))
    return _("“{text}” is not one code: choose one to see how its duties changed").format(text=params.hs)
