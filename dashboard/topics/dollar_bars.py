"""Dollars of duty by chapter or code, each bar made of the programmes that charge them."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import style
from dashboard.language import _, money, trimmed_percent
from dashboard.topics.named_bars import name_lane
from dashboard.topics.tariff_dollars import ALL
from dashboard.topics.tariff_standing import shortened
from dashboard.topics.tariffs import known_in_words, labelled
from policy.tariffs import PROGRAMMES

MOST = 14
LANE_HEIGHT = 50
SHADES = (3, 1, 2, 4)  # of neighbours, so that they can be told apart


def draw_dollars(rows: pd.DataFrame, params: Any, after: str) -> go.Figure:
    """Bars of the chapters or codes with most duty; the table has all. `after` is added to the subtitle."""
    drawn = rows[(rows["code"] != ALL) & (rows["duty_usd_million"] > 0)].head(MOST)
    fig = style.figure(
        dollars_in_words(rows, params), _subtitle(rows) + after, height=60 + LANE_HEIGHT * max(2, len(drawn))
    )
    width = max(drawn["duty_usd_million"].max() if len(drawn) else 0.0, 1e-9)
    programmes = _programmes(rows)
    for lane, row in enumerate(drawn.itertuples()):
        start = 0.0
        for number, programme in enumerate(programmes):
            worth = getattr(row, f"{programme}_usd_million")
            fig.add_bar(
                x=[worth],
                base=[start],
                y=[lane + 0.66],
                width=0.4,
                orientation="h",
                hoverinfo="text",
                hovertext=[
                    f"<b>{style.wrapped(row.label, 56)}</b><br>{labelled(_(PROGRAMMES[programme]), money(worth))}"
                ],
                marker={"color": style.HEAT[SHADES[number % 4]], "line": {"width": 0}},
            )
            start += worth
        name = row.label if row.grouping == "hs2" else f"{row.code} {row.label}"
        terms = f"{trimmed_percent(round(row.rate_pct, 1))} × {money(row.imports_usd_million)}"
        name_lane(fig, lane, f"<b>{shortened(name, 40)}</b> · {terms}")
        own = getattr(row, "ledger_duty_usd_million", row.duty_usd_million)
        ledger = "" if own == row.duty_usd_million else f" ({_('ledger: {amount}').format(amount=money(own))})"
        said = f"<b>{money(row.duty_usd_million)}</b>{ledger}"
        style.note(fig, (start, lane + 0.66), said, style.IN_FORCE, xanchor="left", xshift=4)
    for number, programme in enumerate(programmes):  # which shade is which
        colour, name = style.HEAT[SHADES[number % 4]], _(PROGRAMMES[programme])
        shade = f"{name} <span style='color:{colour}'>■</span>"
        style.note(
            fig, (1, 0), shade, xref="paper", yref="paper", xanchor="right", yanchor="bottom", yshift=17 * number
        )
    fig.update_yaxes(range=[len(drawn) + 0.05, -0.1], showticklabels=False, showgrid=False, tickvals=[])
    fig.update_xaxes(range=[-width * 0.005, width * 1.6], showticklabels=False, showgrid=False)
    fig.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8}, barmode="overlay")
    return fig


def _programmes(rows: pd.DataFrame) -> list[str]:
    """The programmes that charge something, the largest first."""
    held = {name: rows[f"{name}_usd_million"].iloc[0] for name in PROGRAMMES if f"{name}_usd_million" in rows}
    return sorted(held, key=lambda name: -held[name])


def dollars_in_words(rows: pd.DataFrame, params: Any) -> str:
    """All duty on the year's trade, and on how much of it nothing is known or banned."""
    if rows.empty:
        return _("Trade by tariff code is at hand for US imports from Canada only")
    whole = rows.iloc[0]
    words = _("The duties {when} on {year}'s trade from Canada: {worth}, {rate} of {imports}")
    return words.format(
        when=known_in_words(params),
        year=whole["period"],
        worth=money(whole["duty_usd_million"]),
        rate=trimmed_percent(round(whole["rate_pct"], 1)),
        imports=money(whole["imports_usd_million"]),
    )


def _subtitle(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    return _(
        "Rate of the day × US imports for consumption of {year}, by programme: arithmetic on last year's trade, no forecast"
    ).format(year=rows["period"].iloc[0])


def dollars_summary(rows: pd.DataFrame, params: Any) -> str:
    said = dollars_in_words(rows, params) + "."
    if rows.empty:
        return said
    whole = rows.iloc[0]
    parts = "; ".join(labelled(_(PROGRAMMES[name]), money(whole[f"{name}_usd_million"])) for name in _programmes(rows))
    claimed = _("Claimed under CUSMA and charged as qualifying: {amount}.").format(
        amount=money(whole["claimed_usd_million"])
    )
    banned = _("Banned, charged nothing: {amount}.").format(amount=money(whole["banned_usd_million"]))
    return f"{said} {parts}. {claimed} {banned}"
