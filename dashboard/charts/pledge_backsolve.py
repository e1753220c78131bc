"""When a pace of growth meets a target; and, where an amount is asked for, what it is as a share of GDP in its year."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, line_labels, placement, style
from dashboard.charts import View
from dashboard.language import _, labelled, money, percent, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics import pledges, published_gdp
from dashboard.topics.pledge_pace import PaceParams, is_least, spending_at_pace
from dashboard.topics.pledges import PROPOSAL
from dashboard.topics.spending import nothing
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.assumptions import LAST_YEAR

PAGE = "pledges"
TITLE = N_("If we spend so much, or grow so fast")
BRIEF = ("year", "share_of_gdp_pct", "spending_ncu_million")
VIEW = View("backsolve", N_("What if"), 2)
LINES = 40, 26, 18, 12  # letters of a line of a name, the first where there is room


class Params(TimedParams, PaceParams):
    """See `PaceParams`."""


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `spending_at_pace`."""
    return spending_at_pace(snapshot, params)


# --- drawing -------------------------------------------------------------------------------------------------------


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, placement.DESK_PX, nticks=8)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same with fewer years named, and its names broken into lines."""
    return _drawn(rows, params, placement.PHONE_PX, nticks=5)


def _drawn(rows: pd.DataFrame, params: Params, wide_px: int, nticks: int) -> go.Figure:
    fig = style.figure(_finding(rows, params), _subtitle(rows, params), height=400)
    paced = rows[rows["kind"] == "pace"]
    if paced.empty:
        return fig
    target = float(paced["target_pct"].iloc[0])
    left, right = int(paced["year"].min()) - 0.5, int(rows["year"].max()) + 0.5
    top = float(max(rows["share_of_gdp_pct"].max(), target)) * 1.2
    said, proposed = _("goal: {share}").format(share=trimmed_percent(target)), paced["pledge_kind"].iloc[0] == PROPOSAL
    style.target_line(fig, target, said, proposed=proposed)
    if (due := int(paced["due_year"].iloc[0])) < right:
        style.target_line(fig, due, _("due {year}").format(year=due), axis="x", proposed=proposed)
    for _at, row in rows[rows["kind"] == "amount"].iterrows():  # open, and behind the path: its dot of that year stays
        fig.add_scatter(
            x=[row["year"]],
            y=[row["share_of_gdp_pct"]],
            mode="markers",
            name=labels.of("kind", "amount"),
            marker={"symbol": "diamond-open", "size": 17, "color": style.LATE, "line": {"width": 3}},
            hovertext=[_hover(row)],
            hoverinfo="text",
        )
    _path(fig, paced, target)
    fig.update_yaxes(range=[0, top], ticksuffix=" %", dtick=1 if top < 8 else None)
    fig.update_xaxes(nticks=nticks, tickformat="d", range=[left, right])
    told = line_labels.name_lines(fig, _named(rows, paced, target, short=wide_px < placement.DESK_PX), wide_px)
    placement.names_of_levels(fig, wide_px, told)
    return fig


def _path(fig: go.Figure, paced: pd.DataFrame, target: float) -> None:
    """Spending at the pace, a dot a year: green from the goal on, hollow where NATO estimates."""
    colours = [style.MEETS if share >= target else style.HOME for share in paced["share_of_gdp_pct"]]
    hollow = paced["is_estimate"].fillna(False).astype(bool)
    fig.add_scatter(
        x=paced["year"].tolist(),
        y=paced["share_of_gdp_pct"].tolist(),
        mode="lines+markers",
        name=labels.of("kind", "pace"),
        line={"color": style.HOME, "width": 3},
        marker={
            "size": 9,
            "opacity": 1,
            "color": [style.PAPER if open_ else colour for open_, colour in zip(hollow, colours, strict=True)],
            "line": {"width": 2, "color": colours},
        },
        hovertext=[_hover(row) for _at, row in paced.iterrows()],
        hoverinfo="text",
    )


def _named(rows: pd.DataFrame, paced: pd.DataFrame, target: float, *, short: bool) -> list[line_labels.Name]:
    """The points that are named: the amount, the year of the goal, one before it that seems to be at the goal, the start."""
    met, start = paced["met_on_path"].iloc[0], paced.iloc[0]
    amounts = rows[rows["kind"] == "amount"]
    said = [(row, _if_spent(row, None if short else start), style.LATE) for _at, row in amounts.iterrows()]
    if not pd.isna(met) and met > start["year"]:
        for _at, row in paced[paced["year"].isin([met, met - 1])].sort_values("year", ascending=False).iterrows():
            share = percent(row["share_of_gdp_pct"])
            if row["share_of_gdp_pct"] >= target:
                said.append((row, _("{year}: {share}, goal met").format(year=row["year"], share=share), style.INK))
            elif share == percent(target):  # a third decimal tells them apart
                closer = percent(min(row["share_of_gdp_pct"], target - 0.001), 3)
                said.append((row, labelled(row["year"], closer), style.MUTED))
    mark = style.estimate_mark(bool(start["is_estimate"]))
    said.append((start, labelled(start["year"], percent(start["share_of_gdp_pct"]) + mark), style.MUTED))
    return [
        line_labels.Name(
            line_labels.in_lines(words, *LINES),
            colour,
            [(row["year"], row["share_of_gdp_pct"])],
            [percent(row["share_of_gdp_pct"])] if not pd.isna(met) and row["year"] == met else (),
        )
        for row, words, colour in said
    ]


def _hover(row) -> str:
    return _("{year}: {spending} is {share} of GDP").format(
        year=int(row["year"]),
        spending=money(row["spending_ncu_million"], row["currency"]),
        share=percent(row["share_of_gdp_pct"]),
    )


def _if_spent(row: pd.Series, start: pd.Series | None) -> str:
    """What the amount asked for comes to, and how it stands to what is spent at the `start`, if that is given."""
    said = {
        "spending": money(row["spending_ncu_million"], row["currency"]),
        "year": int(row["year"]),
        "share": percent(row["share_of_gdp_pct"]),
    }
    if start is None:
        return _("{spending} in {year}: {share} of GDP").format(**said)
    more = 100 * (row["spending_ncu_million"] / start["spending_ncu_million"] - 1)
    words = (
        _("{spending} in {year}, {change} more than in {start}: {share} of GDP")
        if more >= 0
        else _("{spending} in {year}, {change} less than in {start}: {share} of GDP")
    )
    return words.format(change=percent(abs(more), 0), start=int(start["year"]), **said)


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    if params.edition is None:
        return ""
    parts = [_("Defence spending, % of GDP")]
    if len(rows):
        parts.append(_("after {year} computed, at that growth").format(year=int(rows["year"].min())))
    if len(rows) and not _is_needed(rows, params):
        parts.append(_("the growth is an example"))
    if (rows["kind"] == "amount").any():
        parts.append(_("◇ the amount asked for"))
    nato = labels.of("publisher", "NATO")
    parts.append(_("{publisher} edition {edition}").format(publisher=nato, edition=params.edition))
    return "; ".join(parts) + published_gdp.in_subtitle(rows)


def _is_needed(rows: pd.DataFrame, params: Params) -> bool:
    """Whether the growth is what the goal needs in its year, no example."""
    return is_least(float(params.pace or 0), rows["needed_pace_pct"].iloc[0])


def _finding(rows: pd.DataFrame, params: Params) -> str:
    paced = rows[rows["kind"] == "pace"]
    if params.edition is None:
        return nothing(None)
    if paced.empty:
        return _("{country}: no amounts in NATO edition {edition}; choose another edition or goal").format(
            country=labels.place(params.country), edition=params.edition
        )
    target, met, start = paced["target_pct"].iloc[0], paced["met_on_path"].iloc[0], paced["year"].min()
    grown = (
        _("{pace} a year beyond inflation") if params.pace_kind == "real" else _("{pace} a year, inflation included")
    )
    grown = grown.format(pace=trimmed_percent(float(params.pace or 0)))
    words = {
        "country": labels.place(params.country),
        "target": trimmed_percent(target),
        "pace": grown,
        "year": LAST_YEAR if pd.isna(met) else met,
    }
    if pd.isna(met):
        said = _("{country}: if defence spending grows {pace}, it does not reach {target} of GDP by {year}")
    elif met == start:
        said = _("{country}: {target} of GDP on defence is already met in {year}")
    elif _is_needed(rows, params):
        said = _("{country}: to reach {target} of GDP in {year}, defence spending must grow {pace}")
    else:
        said = _("{country}: if defence spending grows {pace}, it reaches {target} of GDP in {year}")
    spent = [_if_spent(row, None) for _at, row in rows[rows["kind"] == "amount"].iterrows()]
    return "; ".join([said.format(**words), *(f"◇\u00a0{amount}" for amount in spent)])


def summary(rows: pd.DataFrame, params: Params) -> str:
    return " ".join([_finding(rows, params) + ".", *([] if rows.empty else [_assumed(rows, params)])])


def further(rows: pd.DataFrame, params: Params) -> str:
    return "" if rows.empty else _assumed(rows, params)


def _assumed(rows: pd.DataFrame, params: Params) -> str:
    """A pace is no path: what is assumed of one does not matter here."""
    return pledges.assumptions_in_words(params, rows.iloc[0], path=False)
