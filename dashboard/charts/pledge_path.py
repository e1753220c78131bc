"""The last known share of GDP, the path each pledge needs from there, and the gap in points of GDP and in money."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, placement, style
from dashboard.language import _, labelled, money, number, percent, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics import pledges, published_gdp
from dashboard.topics.pledge_paths import MET, NOT_TABULATED, SHORT, paths_to_goals
from dashboard.topics.pledges import PathParams
from dashboard.topics.spending import nothing
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "pledges"
TITLE = N_("Path to each pledge")
BRIEF = ("year", "kind", "share_of_gdp_pct")
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
        fig.add_hline(y=float(value), line={"color": style.TARGET, "width": 1, "dash": "dash"})
    for goal in goals.itertuples():
        colour = style.MEETS if goal.standing == MET else style.HOME
        way = rows[(rows["kind"] == "path") & (rows["goal"] == goal.goal)]
        fig.add_scatter(
            x=way["year"].tolist(),
            y=way["share_of_gdp_pct"].tolist(),
            mode="lines",
            name=_name(goal._asdict()),
            line={"color": style.HOME, "width": 1.5},
            hovertext=[_path_hover(row) for row in way.itertuples()],
            hoverinfo="text",
        )
        fig.add_scatter(
            x=[goal.year],
            y=[goal.share_of_gdp_pct],
            mode="markers",
            name=_name(goal._asdict()),
            hovertext=[_goal_in_words(goal)],
            hoverinfo="text",
            marker={
                "symbol": "diamond" if goal.standing == MET else "diamond-open",
                "size": 13,
                "color": colour,
                "line": {"width": 2, "color": colour},
            },
        )
    _label_goals(fig, goals)
    _label_last(fig, past, goals)
    fig.update_xaxes(
        range=[int(past["year"].min()) - 0.5, int(goals["year"].max() if len(goals) else past["year"].max()) + 1],
        nticks=8,
        tickformat="d",
    )
    fig.update_yaxes(range=[0, float(rows["share_of_gdp_pct"].max()) * 1.16], ticksuffix=" %")
    placement.names_of_levels(fig, wide_px)
    return fig


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same; names of levels stand where a phone has room for them, or below."""
    return figure(rows, params, placement.PHONE_PX)


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


def _label_goals(fig: go.Figure, goals: pd.DataFrame) -> None:
    """One label a level: what is left to do there, or since when it is done."""
    for value, level in goals.groupby("share_of_gdp_pct"):
        last = level.iloc[-1]
        colour = style.MEETS if last["standing"] == MET else style.INK
        if last["standing"] == MET:
            text = "✓ " + labelled(trimmed_percent(value), _met(last))
        elif last["standing"] == NOT_TABULATED:
            text = f"<b>{_name(last)}</b><br>" + _("not tabulated: no path")
        else:
            text = f"<b>{_name(last)}</b><br>" + _("{points} points short").format(points=number(last["gap_points"]))
            if not pd.isna(last["above_flat_ncu_million"]):
                text += f", +{_amount(last)}"
        place = {"xref": "x domain", "xanchor": "left", "align": "left", "yanchor": "bottom"}
        style.note(fig, (0, float(value)), text, colour, 13, **place, **style.PLATE)


def _name(goal) -> str:
    if goal["standing"] == MET and goal["due_assumed"]:
        return trimmed_percent(goal["share_of_gdp_pct"])
    name = pledges.goal_name(goal["share_of_gdp_pct"], goal["year"], in_all=goal["standing"] == NOT_TABULATED)
    return _("{goal} (year assumed)").format(goal=name) if goal["due_assumed"] else name


def _met(goal) -> str:
    return pledges.met_in_words(int(goal["met_since"]), bool(goal["met_since_estimate"]))


def _amount(goal) -> str:
    """Above today's share in the due year, with its band where one is asked for."""
    amount = money(goal["above_flat_ncu_million"], goal["currency"])
    if pd.isna(goal["above_flat_ncu_million_low"]):
        return amount
    low, high = (money(goal[f"above_flat_ncu_million_{end}"], goal["currency"]) for end in ("low", "high"))
    return _("{amount} ({low} to {high})").format(amount=amount, low=low, high=high)


def _path_hover(row) -> str:
    share = labelled(row.year, percent(row.share_of_gdp_pct))
    return share if pd.isna(row.spending_ncu_million) else f"{share}, {money(row.spending_ncu_million, row.currency)}"


def _goal_in_words(goal) -> str:
    """One goal in full, for the mark and the summary."""
    goal = goal._asdict() if hasattr(goal, "_asdict") else goal
    name = f"{_name(goal)} ({goal['made_by']})"
    if goal["standing"] == MET:
        return labelled(name, _met(goal))
    if goal["standing"] == NOT_TABULATED:
        whole = (
            ""
            if pd.isna(goal["spending_ncu_million"])
            else _(" (all of it: {amount} in {year})").format(
                amount=money(goal["spending_ncu_million"], goal["currency"]), year=goal["year"]
            )
        )
        return _("{name}: NATO tabulates the core part only, so no path is drawn{whole}").format(name=name, whole=whole)
    gap = labelled(name, _("{points} points short").format(points=number(goal["gap_points"])))
    if pd.isna(goal["gap_ncu_million"]):
        return gap
    both = [money(goal["gap_ncu_million"], goal["currency"])]
    if goal["currency"] != "USD":
        both.append(money(goal["gap_usd_million"], "USD"))
    return gap + _(
        ", {gap} at the start year's GDP; about {added} more each year, {due} above today's share in {year}"
    ).format(
        gap=_(" or ").join(both),
        added=money(goal["added_ncu_million"], goal["currency"]),
        due=_amount(goal),
        year=goal["year"],
    )


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if params.edition is None:
        return nothing(None)
    place = labels.place(params.country)
    past = rows[rows["kind"] == "figure"]
    if past.empty:
        return _("No share of GDP for {country} in NATO edition {edition}: choose another edition").format(
            country=place, edition=params.edition
        )
    goals = rows[rows["kind"] == "goal"]
    parts = []
    met = goals[goals["standing"] == MET].sort_values("share_of_gdp_pct")
    if len(met):
        best = met.iloc[-1]
        parts.append(_("{share} {met}").format(share=trimmed_percent(best["share_of_gdp_pct"]), met=_met(best)))
    short = goals[goals["standing"] == SHORT].sort_values(["share_of_gdp_pct", "year"])
    if len(short):
        farthest = short.iloc[-1]
        gap = _("{goal} is {points} points away").format(goal=_name(farthest), points=number(farthest["gap_points"]))
        if not pd.isna(farthest["gap_ncu_million"]):
            gap += _(", {amount} at the GDP of {year}").format(
                amount=money(farthest["gap_ncu_million"], farthest["currency"]), year=past["year"].max()
            )
        parts.append(gap)
    last = past.iloc[-1]
    begin = _("{country}: {value} in {year}{estimate}").format(
        country=place,
        value=percent(last["share_of_gdp_pct"]),
        year=last["year"],
        estimate=style.estimate_mark(bool(last["is_estimate"])),
    )
    return "; ".join([begin, *parts])


def summary(rows: pd.DataFrame, params: Params) -> str:
    goals = rows[rows["kind"] == "goal"].sort_values(["share_of_gdp_pct", "year"])
    sentences = [_finding(rows, params) + "."]
    if goals.empty:
        return sentences[0]
    sentences += [_goal_in_words(goal) + "." for goal in goals.itertuples() if goal.standing != MET]
    met = goals[goals["standing"] == MET]
    if len(met):
        sentences.append(
            _("Met: {goals}.").format(
                goals="; ".join(f"{_name(goal)} ({goal['made_by']})" for _i, goal in met.iterrows())
            )
        )
    sentences += pledges.caveats(params, goals.iloc[0], has_money=goals["spending_ncu_million"].notna().any())
    return " ".join(sentences)
