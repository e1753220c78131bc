"""All allies in one year, from the highest share of GDP to the lowest, against a target: who meets it."""

from typing import Annotated

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import forms, labels, style
from dashboard.articles import the
from dashboard.charts import View
from dashboard.language import _, ngettext, number, percent, trimmed_percent
from dashboard.params import PROPOSED_FOR, REPORTERS
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("Allies ranked in one year")
VIEW = View("ranking", N_("Ranking"), 1)

MOST_NAMED = 5


class Params(spending.StandingParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an ally (percent of GDP, points of GDP), highest first; those without a figure last. See `spending.shares`."""
    year = params.year or 0
    return spending.shares(snapshot, params.edition, params.against, year, year)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, beyond=1.34, of_target=1.5)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same with shorter bars: as many words stand behind them."""
    return _drawn(rows, params, beyond=1.75, of_target=3.5)


def _drawn(rows: pd.DataFrame, params: Params, beyond: float, of_target: float) -> go.Figure:
    """`beyond`, `of_target`: how many times as far as the longest bar and the target the words behind them reach."""
    ranked = rows[rows["share_of_gdp_pct"].notna()].iloc[::-1]  # plotly draws from the bottom up
    fig = style.figure(
        _finding(rows, params), _subtitle(rows, params), height=110 + 23 * max(len(ranked), 8), bargap=0.28
    )
    if ranked.empty:
        return fig
    all_estimated = bool(ranked["is_estimate"].all())  # hatching would tell nothing apart
    home = spending.first_ally(params.countries)
    names, words = [_name(row, params) for row in ranked.itertuples()], [_said(row) for row in ranked.itertuples()]
    fig.add_bar(
        orientation="h",
        y=names,
        x=ranked["share_of_gdp_pct"].tolist(),
        marker={
            "color": [_colour(row, home) for row in ranked.itertuples()],
            "pattern": spending.hatched(ranked["is_estimate"] & (not all_estimated)),
        },
        text=words,
        textposition="none",  # drawn below; a chart of an office program takes its figures' form from them
        hovertext=[spending.hover(row) for row in ranked.itertuples()],
        hoverinfo="text",
    )
    target = ranked["target_pct"].iloc[0]
    fig.add_scatter(  # those of bars that are short stand beyond the target: its line runs through no words
        x=ranked["share_of_gdp_pct"].clip(lower=target).tolist(),
        y=names,
        mode="text",
        text=[f"\u00a0{said}" for said in words],
        textposition="middle right",
        textfont={"size": 13},
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    style.target_line(fig, target, trimmed_percent(target), axis="x", proposed=params.against in PROPOSED_FOR)
    highest = max(ranked["share_of_gdp_pct"].max() * beyond, target * of_target)
    fig.update_xaxes(range=[0, highest], showticklabels=False, showgrid=False)
    fig.update_yaxes(showgrid=False, tickfont={"size": 13, "color": style.INK})
    forms.listed_bars(fig, len(ranked), from_top=False)
    return fig


def _name(row, params: Params) -> str:
    """The ally on the axis: chosen ones in bold; one that joined later says so."""
    name = (
        labels.place(row.iso3)
        if row.was_ally
        else _("{country} (not yet an ally)").format(country=labels.place(row.iso3))
    )
    return f"<b>{name}</b>" if row.iso3 in params.countries else name


def _colour(row, home: str | None) -> str:
    if row.iso3 == home:
        return style.HOME
    if not row.was_ally:
        return style.REST
    return style.MEETS if row.meets else style.SHORT


def _said(row) -> str:
    """ "2.13 % ✓ e", "1.61 %, 0.39 short e": who meets the target, e an estimate."""
    if not row.meets:
        short = _("{share}, {points} short").format(
            share=percent(row.share_of_gdp_pct), points=spending.gap_label(row.gap_points).lstrip("−")
        )
        return short + (" <i>e</i>" if row.is_estimate else "")
    return f"{percent(row.share_of_gdp_pct)} ✓{' <i>e</i>' if row.is_estimate else ''}"


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    subtitle = spending.subtitle(rows, params.edition)
    if rows.empty:
        return subtitle
    held = rows.loc[rows["share_of_gdp_pct"].notna(), "is_estimate"]
    signs = _("✓ meets the target; short: by points of GDP; e: estimate")
    hatched = held.any() and not held.all()
    return f"{subtitle}. {signs}" + (" " + _("(hatched)") if hatched else "")


def _finding(rows: pd.DataFrame, params: Params) -> str:
    allies = rows[rows["share_of_gdp_pct"].notna() & rows["was_ally"]].reset_index(drop=True)
    if allies.empty:
        return spending.nothing(params.edition, params.year)
    finding = _("{meeting} of {all} allies meet {target} in {year}{estimate}; {first} leads with {most}").format(
        first=labels.place(allies["iso3"].iloc[0]),
        most=percent(allies["share_of_gdp_pct"].iloc[0]),
        meeting=int(allies["meets"].sum()),
        all=len(allies),
        target=trimmed_percent(allies["target_pct"].iloc[0]),
        year=params.year,
        estimate=spending.estimates_in_words(allies),
    )
    home = spending.first_ally(params.countries)
    mine = allies[allies["iso3"] == home]
    if mine.empty or mine.index[0] == 0:
        return finding
    value = percent(mine["share_of_gdp_pct"].iloc[0])
    level = allies[(allies["share_of_gdp_pct"].map(percent) == value) & (allies["iso3"] != home)]
    words = _("{country}: number {rank} with {value}")
    if len(level):
        words = _("{country}: number {rank} with {value}, level with {others}")
    named = ", ".join(the(labels.place(code)) for code in level["iso3"])
    said = words.format(country=labels.place(home), rank=int(mine.index[0]) + 1, value=value, others=named)
    return f"{finding}; {said}"


def summary(rows: pd.DataFrame, params: Params) -> str:
    allies = rows[rows["share_of_gdp_pct"].notna() & rows["was_ally"]]
    if allies.empty:
        return _finding(rows, params) + "."
    last = allies.iloc[-1]
    text = f"{_finding(rows, params)}.{spending.without_figure(allies, params.countries)}"
    text += " " + _("Lowest: {last} {least}; half of them spend {middle} or more.").format(
        last=labels.place(last["iso3"]),
        least=percent(last["share_of_gdp_pct"]),
        middle=percent(allies["share_of_gdp_pct"].median()),
    )
    short = allies[~allies["meets"].astype(bool)]
    if len(short):
        furthest = short.iloc[::-1].head(MOST_NAMED)
        named = ", ".join(f"{labels.place(row.iso3)} ({number(-row.gap_points)})" for row in furthest.itertuples())
        words = ngettext("Short, in points of GDP: {named}.", "Furthest short, in points of GDP: {named}.", len(short))
        text += " " + words.format(named=named)
    home = spending.first_ally(params.countries)
    without = rows[rows["share_of_gdp_pct"].isna() & rows["was_ally"] & (rows["iso3"] != home)]
    if len(without):
        text += " " + _("No figure: {named}.").format(named=", ".join(labels.place(code) for code in without["iso3"]))
    return text + spending.rounded_up(rows)
