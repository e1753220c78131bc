"""Who pledged what when, what replaced it, and whether it was met by each edition; beside it what independent offices made of it."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, day, money, number, percent, trimmed_percent
from dashboard.topics.pledge_record import RecordParams, pledge_record
from dashboard.topics.pledges import day_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.estimates import IMPLIED_GDP, REPORTED, SAME_MONEY
from policy.pledges import MET, NOT_MET, NOT_YET_REPORTED

PAGE = "pledges"
TITLE = N_("Pledge history")
VIEW = View("history", N_("Pledge history"), 3)

LINE_PX, LINE_LETTERS, BOLD_LETTERS = 17, 54, 47


Params = RecordParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `pledge_record`."""
    return pledge_record(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    items = rows[rows["kind"] != "gap"].drop_duplicates("item").sort_values(["made_on", "item"])
    subtitle = _("Each line runs from the day it was made to the day it was replaced; judged by {publisher}").format(
        publisher=labels.of("publisher", params.publisher)
    )
    fig = style.figure(_finding(rows, params), subtitle)
    today, down = (pd.Timestamp(params.known), 0)  # pixels from the top: words of any length get the room they need
    for item in items.to_dict("records"):
        own = rows[
            (rows["kind"] == "pledge") & (rows["item"] == item["item"]) & (rows["publisher"] == params.publisher)
        ]
        name = style.wrapped(f"{_name(item)} · {item['made_by']}", BOLD_LETTERS)
        became = style.wrapped(_became(item, own), LINE_LETTERS)
        for text, colour in ((f"<b>{name}</b>", style.INK), (became, style.MUTED)):
            style.note(
                fig,
                (0, -down),
                text,
                colour,
                13,
                xref="x domain",
                xanchor="left",
                yanchor="top",
                align="left",
                borderpad=0,
            )
            down += LINE_PX * (1 + text.count("<br>"))
        down += LINE_PX
        (_draw_pledge if item["kind"] == "pledge" else _draw_estimate)(fig, -down, item, own, today)
        down += LINE_PX
    if len(items):
        first = items["made_on"].min() - pd.Timedelta(days=60)
        fig.update_xaxes(
            range=[first.isoformat(), (today + pd.Timedelta(days=60)).isoformat()],
            dtick="M12",
            tickformat="%Y",
            showgrid=True,
        )
    fig.update_yaxes(visible=False, range=[-down - 4, 4])
    fig.update_layout(margin={"l": 12, "r": 12, "t": 12, "b": 32}, height=max(200, down + 52))
    return fig


def _draw_pledge(fig: go.Figure, y: float, item: dict, own: pd.DataFrame, today: pd.Timestamp) -> None:
    replaced = not pd.isna(item["until"])
    colour = style.ENDED if replaced else style.HOME
    end = item["until"] if replaced else today
    hover = (
        f"{_name(item)}, {item['made_by']}, {day_in_words(item['made_on'], item['made_precision'])}: “{item['quote']}”"
    )
    fig.add_scatter(
        x=[item["made_on"].isoformat(), max(end, item["made_on"]).isoformat()],
        y=[y, y],
        mode="lines+markers",
        line={"color": colour, "width": 4, "dash": "dot" if replaced else "solid"},
        marker={"symbol": ["circle", "x" if replaced else "triangle-right"], "size": 10, "color": colour},
        hovertext=[hover, hover],
        hoverinfo="text",
    )
    met = own[own["pledge_verdict"] == MET]
    if len(met):
        fig.add_scatter(
            x=[met["published_on"].iloc[0].isoformat()],
            y=[y],
            mode="markers",
            marker={"symbol": "diamond", "size": 14, "color": style.MEETS},
            hovertext=[_judged(met.iloc[0])],
            hoverinfo="text",
        )


def _draw_estimate(fig: go.Figure, y: float, item: dict, own: pd.DataFrame, today: pd.Timestamp) -> None:
    fig.add_scatter(
        x=[item["made_on"].isoformat()],
        y=[y],
        mode="markers",
        marker={"symbol": "square", "size": 11, "color": style.OTHERS[0]},
        hovertext=[f"{item['made_by']}, {day(item['made_on'])}: {item['what']}"],
        hoverinfo="text",
    )


def _name(item: dict) -> str:
    """ "2 % by 2025-26"; an estimate is "C$81.9 billion in 2032-33"."""
    if isinstance(item.get("how"), str):
        return _("{amount} in {year}").format(amount=_value(item), year=item["due_label"])
    share = trimmed_percent(item["value"])
    return (
        _("{share}, no year").format(share=share)
        if pd.isna(item["due_label"])
        else _("{share} by {year}").format(share=share, year=item["due_label"])
    )


def _value(item: dict, column: str = "value") -> str:
    return percent(item[column]) + _(" of GDP") if item["unit"] == "% of GDP" else money(item[column] * 1000, "CAD")


def _became(item: dict, own: pd.DataFrame) -> str:
    """What became of a pledge in a few words; how an estimate is come back to."""
    if item["kind"] == "estimate":
        return _reproduced(item)
    words = labels.of("goal_status", item["goal_status"])
    parts = [
        day_in_words(item["made_on"], item["made_precision"]),
        _("{status} {day}").format(status=words, day=day(item["until"])) if not pd.isna(item["until"]) else words,
    ]
    if len(own):
        parts.append(_judged(own.iloc[-1]))
    return " · ".join(parts)


def _judged(row: pd.Series) -> str:
    """One edition's verdict: "NATO 2026-07: met, 2.03 % (estimate)"."""
    text = labels.of("pledge_verdict", row["pledge_verdict"])
    if row["pledge_verdict"] in (MET, NOT_MET):
        text = f"{text}, {percent(row['figure'])}{style.estimate_mark(bool(row['is_estimate']))}"
    elif row["pledge_verdict"] == NOT_YET_REPORTED and not pd.isna(row["first_year_met"]):
        text = _("{text}, but reached in {year}").format(text=text, year=row["first_year_met"])
    return _("{publisher} {edition}: {text}").format(
        publisher=labels.of("publisher", row["publisher"]), edition=row["edition"], text=text
    )


def _reproduced(item: dict) -> str:
    how = item["how"]
    if how == REPORTED:
        return _("the edition of the day has {value}").format(value=_value(item, "reproduced"))
    if how == IMPLIED_GDP:
        return _("2 % of a GDP of {gdp}: growth of {growth} a year gives {value}").format(
            gdp=money(item["implied_gdp_ncu_million"], item["currency"]),
            growth=percent(item["implied_growth_pct"], 1),
            value=_value(item, "reproduced"),
        )
    if how == SAME_MONEY:
        larger = 100 * (item["implied_gdp_ncu_million"] / item["planned_gdp_ncu_million"] - 1)
        return _("the plan's money on a GDP {larger} larger gives {value}").format(
            larger=percent(larger, 1), value=_value(item, "reproduced")
        )
    return _("cannot be reproduced: no GDP or edition of the time at hand")


def _finding(rows: pd.DataFrame, params: Params) -> str:
    place = labels.place(params.country)
    pledges = rows[rows["kind"] == "pledge"].drop_duplicates("item")
    if pledges.empty:
        return _(
            "No pledge of {country} alone is in the ledger as known on {day}; the targets of the alliance apply"
        ).format(country=place, day=day(params.known))
    status = pledges["goal_status"].value_counts()
    counts = ", ".join(
        _("{name}: {said}").format(name=labels.of("goal_status", code), said=number(status[code], 0))
        for code in ("met", "open", "superseded", "overtaken")
        if code in status
    )
    return _("{country}: {count} pledges, plans and proposals: {counts}").format(
        country=place, count=len(pledges), counts=counts
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    sentences = [_finding(rows, params) + "."]
    last = rows[(rows["kind"] == "pledge") & (rows["publisher"] == params.publisher)].drop_duplicates(
        "item", keep="last"
    )
    met = last[last["pledge_verdict"] == MET]
    sentences += [f"{_name(row)}, {row['made_by']}: {_judged(pd.Series(row))}." for row in met.to_dict("records")]
    sentences += [
        f"{row['made_by']}, {_name(row)}: {_reproduced(row)}."
        for row in rows[rows["kind"] == "estimate"].to_dict("records")
    ]
    gaps = rows[rows["kind"] == "gap"]
    if len(gaps):
        parts = []
        for code in gaps["gap"].unique():
            names = "; ".join(
                _name({**row, "how": row["what"]}) for row in gaps[gaps["gap"] == code].to_dict("records")
            )
            parts.append(f"{labels.of('gap', code)} ({names})")
        sentences.append(_("No source at hand says: {gaps}.").format(gaps="; ".join(parts)))
    return " ".join(sentences)
