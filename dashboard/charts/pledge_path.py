"""The last known share of GDP, the path each pledge needs from there, and the gap in points of GDP and in money."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, placement, style
from dashboard.language import _, labelled, money, number, percent, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics import pledges, published_gdp
from dashboard.topics.pledge_paths import (
    MET,
    NOT_TABULATED,
    SHORT,
    amount_due,
    gap_said,
    goal_called,
    goal_in_words,
    met_said,
    paths_to_goals,
)
from dashboard.topics.pledges import PROPOSAL, PathParams
from dashboard.topics.spending import nothing
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "pledges"
TITLE = N_("Path to each pledge")
BRIEF = ("year", "kind", "share_of_gdp_pct")
HEADROOM = (
    1.16,
    1.3,
)  # over the highest; on a phone, over figures above the goals, for the words of a goal in more lines
NEAR_POINTS = 0.55  # of GDP: a level no farther above has its name where the figure would stand


class Params(TimedParams, PathParams):
    """See `PathParams`."""


# --- drawing -------------------------------------------------------------------------------------------------------


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `paths_to_goals`."""
    return paths_to_goals(snapshot, params)


def brief_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The last figure, and what follows."""
    figures = rows[rows["kind"] == "figure"]
    return rows.drop(figures.index[:-1]).sort_values("year", kind="stable")


def figure(rows: pd.DataFrame, params: Params, wide_px: int = placement.DESK_PX) -> go.Figure:
    subtitle = _("Share of GDP (core defence), NATO edition {edition}; paths: {shape}").format(
        edition=params.edition, shape=labels.of("shape", params.shape)
    )
    subtitle += published_gdp.in_subtitle(rows)
    fig = style.figure(_finding(rows, params), subtitle if params.edition else "", height=480)
    past = rows[rows["kind"] == "figure"]
    if past.empty:
        return fig
    _draw_past(fig, past)
    goals = rows[rows["kind"] == "goal"].sort_values(["share_of_gdp_pct", "year"])
    for value in sorted(goals["share_of_gdp_pct"].unique()):
        proposed = (goals.loc[goals["share_of_gdp_pct"] == value, "pledge_kind"] == PROPOSAL).all()
        fig.add_hline(y=float(value), line=style.level_line(proposed=bool(proposed)))
    for goal in goals[goals["standing"] != MET].itertuples():  # of one that is met, its name says since when
        _draw_goal(fig, goal, rows[(rows["kind"] == "path") & (rows["goal"] == goal.goal)])
    _label_goals(fig, goals, short=wide_px < placement.DESK_PX)
    _label_last(fig, past, goals)
    fig.update_xaxes(
        range=[int(past["year"].min()) - 0.5, int(goals["year"].max() if len(goals) else past["year"].max()) + 1],
        nticks=8,
        tickformat="d",
    )
    highest = float(rows["share_of_gdp_pct"].max())
    above = HEADROOM[bool(wide_px < placement.DESK_PX and highest > goals["share_of_gdp_pct"].max())]
    fig.update_yaxes(range=[0, highest * above], ticksuffix=" %")
    placement.names_of_levels(fig, wide_px)
    return fig


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same; names of levels stand where a phone has room for them, or below."""
    return figure(rows, params, placement.PHONE_PX)


def _draw_goal(fig: go.Figure, goal, way: pd.DataFrame) -> None:
    """The path to a goal, and its mark; one that others proposed is lighter than what a government pledged."""
    proposed = goal.pledge_kind == PROPOSAL
    colour = style.MUTED if proposed else style.HOME
    fig.add_scatter(
        x=way["year"].tolist(),
        y=way["share_of_gdp_pct"].tolist(),
        mode="lines",
        name=goal_called(goal._asdict()),
        line={"color": colour, "width": 1.5, "dash": "dot" if proposed else "solid"},
        hovertext=[_path_hover(row) for row in way.itertuples()],
        hoverinfo="text",
    )
    fig.add_scatter(
        x=[goal.year],
        y=[goal.share_of_gdp_pct],
        mode="markers",
        name=goal_called(goal._asdict()),
        hovertext=[goal_in_words(goal)],
        hoverinfo="text",
        marker={
            "symbol": "diamond-open",
            "size": 10 if proposed else 13,
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
    )


def _draw_past(fig: go.Figure, past: pd.DataFrame) -> None:
    """What NATO reports: figures solid, estimates dashed with hollow markers."""
    firm, soft = past[~past["is_estimate"]], past[past["is_estimate"]]
    for part, dash, symbol in ((firm, "solid", "circle"), (pd.concat([firm.tail(1), soft]), "dash", "circle-open")):
        if part.empty:
            continue
        fig.add_scatter(
            x=part["year"].tolist(),
            y=part["share_of_gdp_pct"].tolist(),
            mode="lines+markers",
            line={"color": style.HOME, "width": 3, "dash": dash},
            marker={"symbol": symbol, "size": 7, "color": style.HOME, "line": {"width": 2, "color": style.HOME}},
            hovertext=[
                f"{row.year}{style.estimate_mark(row.is_estimate)}: {percent(row.share_of_gdp_pct)}"
                for row in part.itertuples()
            ],
            hoverinfo="text",
        )


def _label_last(fig: go.Figure, past: pd.DataFrame, goals: pd.DataFrame) -> None:
    """The newest figure, below its point where a level stands close above it, else above it: levels bear names of their own."""
    last = past.iloc[-1]
    share, over = float(last["share_of_gdp_pct"]), goals["share_of_gdp_pct"]
    below = over.between(share, share + NEAR_POINTS, inclusive="right").any()
    side = {"yshift": -38, "xanchor": "left"} if below else {"yshift": 26, "xshift": -4, "xanchor": "right"}
    text = f"<b>{percent(share)}</b><br>{last['year']}{style.estimate_mark(bool(last['is_estimate']))}"
    style.note(fig, (int(last["year"]), share), text, style.HOME, 14, align=side["xanchor"], **side, **style.PLATE)


def _label_goals(fig: go.Figure, goals: pd.DataFrame, *, short: bool) -> None:
    """One label a level: what is left to do there, or since when it is done; `short`: of what others propose, the goal alone."""
    for value, level in goals.groupby("share_of_gdp_pct"):
        last = level.iloc[-1]
        proposed = last["pledge_kind"] == PROPOSAL
        colour = style.MEETS if last["standing"] == MET else style.MUTED if proposed else style.INK
        if last["standing"] == MET:
            text = "✓ " + labelled(trimmed_percent(value), met_said(last))
        elif proposed and short:
            text = goal_called(last)
        elif last["standing"] == NOT_TABULATED:
            text = f"<b>{goal_called(last)}</b><br>" + _("not tabulated: no path")
        else:
            text = f"<b>{goal_called(last)}</b><br>" + _("{points} points short").format(
                points=number(last["gap_points"])
            )
            if not pd.isna(last["above_flat_ncu_million"]):
                text += _(", +{amount} in {year}").format(amount=amount_due(last), year=last["year"])
        place = {"xref": "x domain", "xanchor": "left", "align": "left", "yanchor": "bottom"}
        style.note(fig, (0, float(value)), text, colour, 13, **place, **style.PLATE)


def _path_hover(row) -> str:
    share = labelled(row.year, percent(row.share_of_gdp_pct))
    return share if pd.isna(row.spending_ncu_million) else f"{share}, {money(row.spending_ncu_million, row.currency)}"


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if params.edition is None:
        return nothing(None)
    place = labels.place(params.country)
    past = rows[rows["kind"] == "figure"]
    if past.empty:
        return _("{country}: no share of GDP in NATO edition {edition}; choose another edition").format(
            country=place, edition=params.edition
        )
    goals = rows[rows["kind"] == "goal"]
    parts = []
    met = goals[goals["standing"] == MET]
    short = goals[goals["standing"] == SHORT].sort_values(["share_of_gdp_pct", "year"])
    if len(met) and short.empty:  # else the picture says it
        parts.append(_highest_met(met))
    if len(short):
        farthest = short.iloc[-1]
        gap = _("{goal} is {points} points away").format(
            goal=goal_called(farthest), points=number(farthest["gap_points"])
        )
        if not pd.isna(farthest["above_flat_ncu_million"]):
            gap += _(", {amount} more in that year").format(amount=amount_due(farthest))
        parts.append(gap)
    last = past.iloc[-1]
    begin = _("{country}: {value} of GDP in {year}{estimate}").format(
        country=place,
        value=percent(last["share_of_gdp_pct"]),
        year=last["year"],
        estimate=style.estimate_mark(bool(last["is_estimate"])),
    )
    return "; ".join([begin, *parts])


def _highest_met(met: pd.DataFrame) -> str:
    """ "2 % met since 2025 (estimate)"."""
    best = met.sort_values("share_of_gdp_pct").iloc[-1]
    return _("{share} {met}").format(share=trimmed_percent(best["share_of_gdp_pct"]), met=met_said(best))


def summary(rows: pd.DataFrame, params: Params) -> str:
    goals = rows[rows["kind"] == "goal"].sort_values(["share_of_gdp_pct", "year"])
    sentences = [_finding(rows, params) + "."]
    if goals.empty:
        return sentences[0]
    sentences += [goal_in_words(goal) + "." for goal in goals.itertuples() if goal.standing != MET]
    met = goals[goals["standing"] == MET]
    if len(met):
        if (goals["standing"] == SHORT).any():  # else it stands in the first sentence
            sentences.append(_highest_met(met) + ".")
        sentences.append(
            _("Met: {goals}.").format(
                goals="; ".join(
                    _("{goal}, {made_by}").format(goal=goal_called(goal), made_by=goal["made_by"])
                    for _i, goal in met.iterrows()
                )
            )
        )
    return " ".join((*sentences, *_caveats(goals, params)))


def further(rows: pd.DataFrame, params: Params) -> str:
    """What the gap that the title names is at the GDP of its own year, and what the amounts rest on."""
    goals = rows[rows["kind"] == "goal"].sort_values(["share_of_gdp_pct", "year"])
    if goals.empty:
        return ""
    short, sentences = goals[goals["standing"] == SHORT], []
    if len(short) and not pd.isna((last := short.iloc[-1])["gap_ncu_million"]):
        words = _("At the GDP of {year} that gap is {amount}.")
        start = rows.loc[rows["kind"] == "figure", "year"].max()
        sentences.append(words.format(year=start, amount=gap_said(last)))
    return " ".join((*sentences, *_caveats(goals, params)))


def _caveats(goals: pd.DataFrame, params: Params) -> list[str]:
    return pledges.caveats(params, goals.iloc[0], has_money=goals["spending_ncu_million"].notna().any())
