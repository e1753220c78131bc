"""Codes to choose from, each with what it pays: drawn where a question has to be narrowed down before it has one answer."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import style
from dashboard.language import _, trimmed_percent
from dashboard.topics.named_bars import name_lane
from dashboard.topics.tariff_standing import shortened
from dashboard.topics.tariffs import known_in_words, labelled, rate_in_words

MOST_DRAWN = 20
LANE_HEIGHT = 46


def draw_codes(rows: pd.DataFrame, params: Any) -> go.Figure:
    """One bar a code, with its total; the first ones where there are many."""
    codes = rows[rows["kind"] == "code"].head(MOST_DRAWN)
    fig = style.figure(codes_in_words(rows, params), _subtitle(rows), height=60 + LANE_HEIGHT * len(codes))
    width = max(codes["rate_pct"].fillna(0).max() if len(codes) else 0.0, 1.0)
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
    """What the codes pay, from the lowest to the highest; or that there is none."""
    goods, codes, when = rows["goods"].iloc[0], rows[rows["kind"] == "code"], known_in_words(params)
    if codes.empty:
        return _("{goods}: no such code or word in the schedule").format(goods=goods)
    rates = codes["rate_pct"].dropna()
    low, high = (rate_in_words(None, "ban"),) * 2 if rates.empty else map(trimmed_percent, (rates.min(), rates.max()))
    if low == high:
        return _("{goods}: {rate} on each of {count} codes {when}").format(
            goods=goods, rate=low, count=len(codes), when=when
        )
    words = _("{goods}: from {low} to {high} on {count} codes {when}; choose one")
    return words.format(goods=goods, low=low, high=high, count=len(codes), when=when)


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
    return _("“{text}” is several codes: choose one to see how its duties changed").format(text=params.hs)
