"""Dollars of duty by chapter or code, each bar made of the programmes that charge them."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import style
from dashboard.language import _, labelled, money, number, trimmed_percent
from dashboard.topics.named_bars import name_lane
from dashboard.topics.tariff_dollars import ALL, ORIGIN, PERIOD
from dashboard.topics.tariff_standing import shortened
from dashboard.topics.tariffs import known_in_words
from policy.tariffs import PROGRAMMES

MOST = 14
LANE_HEIGHT = 50
SHADES = (3, 1, 2, 4)  # of neighbours, so that they can be told apart


def draw_dollars(rows: pd.DataFrame, params: Any, after: str) -> go.Figure:
    """Bars of the chapters or codes with most duty; the table has all. `after` is added to the subtitle."""
    drawn = rows[(rows["code"] != ALL) & (rows["duty_usd_million"] > 0)].head(MOST)
    fig = style.figure(
        dollars_in_words(rows, params), _subtitle(rows, params) + after, height=60 + LANE_HEIGHT * max(2, len(drawn))
    )
    width = max(drawn["duty_usd_million"].max() if len(drawn) else 0.0, 1e-9)
    programmes = _programmes(rows)
    for lane, row in enumerate(drawn.itertuples()):
        start = 0.0
        for place, programme in enumerate(programmes):
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
                marker={"color": style.HEAT[SHADES[place % 4]], "line": {"width": 0}},
            )
            start += worth
        name = row.label if row.grouping == "hs2" else f"{row.code} {row.label}"
        terms = f"{trimmed_percent(round(row.rate_pct, 1))} × {money(row.imports_usd_million)}"
        name_lane(fig, lane, f"<b>{shortened(name, 70)}</b> · {terms}")
        own = getattr(row, "ledger_duty_usd_million", row.duty_usd_million)
        ledger = "" if own == row.duty_usd_million else f" ({_('ledger: {amount}').format(amount=money(own))})"
        said = f"<b>{money(row.duty_usd_million)}</b>{ledger}"
        style.note(fig, (start, lane + 0.66), said, style.IN_FORCE, xanchor="left", xshift=4)
    for place, programme in enumerate(programmes):  # which shade is which
        colour, name = style.HEAT[SHADES[place % 4]], _(PROGRAMMES[programme])
        shade = f"{name} <span style='color:{colour}'>■</span>"
        style.note(fig, (1, 0), shade, xref="paper", yref="paper", xanchor="right", yanchor="bottom", yshift=17 * place)
    fig.update_yaxes(range=[len(drawn) + 0.05, -0.1], showticklabels=False, showgrid=False, tickvals=[])
    fig.update_xaxes(range=[-width * 0.005, width * 1.6], showticklabels=False, showgrid=False)
    fig.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8}, barmode="overlay")
    return fig


def _programmes(rows: pd.DataFrame) -> list[str]:
    """The programmes that charge something, the largest first."""
    held = {name: rows[f"{name}_usd_million"].iloc[0] for name in PROGRAMMES if f"{name}_usd_million" in rows}
    return sorted(held, key=lambda name: -held[name])


def dollars_in_words(rows: pd.DataFrame, params: Any) -> str:
    """All duty on the year's trade of the goods that are meant; first that their import is banned."""
    if rows.empty:
        return _none_in_words(params)
    whole = rows.iloc[0]
    if params.hs and whole["banned_usd_million"] >= whole["imports_usd_million"]:
        words = _("{goods}: import banned {when}; {imports} of {year}'s trade, charged nothing")
    elif params.hs:
        words = _("{goods}: the duties {when} on {year}'s trade: {worth}, {rate} of {imports}")
    else:
        words = _("The duties {when} on {year}'s trade from Canada: {worth}, {rate} of {imports}")
    return words.format(
        goods=whole["label"],
        when=known_in_words(params),
        year=whole["period"],
        worth=money(whole["duty_usd_million"]),
        rate=trimmed_percent(round(whole["rate_pct"], 1)),
        imports=money(whole["imports_usd_million"]),
    )


def _none_in_words(params: Any) -> str:
    """Why there is no trade to charge."""
    if params.hs and params.origin == ORIGIN and params.importer == "USA":
        words = _("No whole line of the US schedule with imports from Canada in {year} is meant by “{text}”")
        return words.format(year=PERIOD, text=params.hs)
    return _("Trade by tariff code is at hand for US imports from Canada only")


def _subtitle(rows: pd.DataFrame, params: Any) -> str:
    if rows.empty:
        return ""
    words = _(
        "Rate of the day × US general imports of {year}, by programme, rates on a part of the value counted on all of it: arithmetic on last year's trade, no forecast"
    )
    if params.content:
        words = _(
            "Rate of the day × US general imports of {year}, by programme, rates on a part of the value by the content given ({content}): arithmetic on last year's trade, no forecast"
        )
    titles = type(params).model_fields
    content = "; ".join(labelled(_(titles[name].title), number(value)) for name, value in params.content.items())
    return words.format(year=rows["period"].iloc[0], content=content)


def dollars_summary(rows: pd.DataFrame, params: Any) -> str:
    said = [dollars_in_words(rows, params) + "."]
    if rows.empty:
        return said[0]
    whole = rows.iloc[0]
    if whole["banned_usd_million"] > 0:
        said.append(_("Banned, charged nothing: {amount}.").format(amount=money(whole["banned_usd_million"])))
    parts = [labelled(_(PROGRAMMES[name]), money(whole[f"{name}_usd_million"])) for name in _programmes(rows)]
    if parts:
        said.append("; ".join(parts) + ".")
    claimed = _("Claimed under CUSMA and charged as qualifying: {amount}.")
    said.append(claimed.format(amount=money(whole["claimed_usd_million"])))
    if whole["split_usd_million"] > 0:
        words = _("{amount} of it is of lines of which longer codes pay another rate: counted as the rest of the line.")
        said.append(words.format(amount=money(whole["split_usd_million"])))
    return " ".join(said)
