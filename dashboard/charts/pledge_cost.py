"""What one pledge costs year by year: spending, the part above holding today's share, and the running total."""

from typing import Literal

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import forms, labels, style
from dashboard.charts import View
from dashboard.language import _, currency_name, money, percent, trimmed_percent
from dashboard.params import TimedParams
from dashboard.topics import pledges, published_gdp
from dashboard.topics.pledge_pace import rounded_up
from dashboard.topics.pledges import GoalParams
from dashboard.topics.spending import nothing
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.gaps import gap_from
from policy.pathways import path, sensitivity

PAGE = "pledges"
TITLE = N_("Cost of a pledge, year by year")
BRIEF = ("year", "share_of_gdp_pct", "spending_ncu_million", "above_flat_ncu_million")
VIEW = View("cost", N_("Year by year"), 1)

AMOUNTS = [
    f"{name}_{unit}_million"
    for name in ("spending", "flat_spending", "above_flat", "cumulative_above_flat")
    for unit in ("ncu", "usd")
]
BANDS = [
    f"{name}_{unit}_million_{end}"
    for name in ("spending", "cumulative_above_flat")
    for unit in ("ncu", "usd")
    for end in ("low", "high")
]
COLUMNS = [
    "year", "share_of_gdp_pct", *AMOUNTS, *BANDS, "nominal_growth_pct", "real_growth_pct",
    "goal", "target_pct", "due_year", "due_assumed", "met_since", "met_since_estimate", "is_estimate", "currency",
    "seen_growth_pct", "seen_from", "gap_ncu_million", "gap_usd_million", *published_gdp.COLUMNS, "publisher", "edition", "source_id",
]  # fmt: skip
TYPES = (
    {"year": "Int64", "due_year": "Int64", "met_since": "Int64", "seen_from": "Int64"}
    | {"due_assumed": "boolean", "met_since_estimate": "boolean", "is_estimate": "boolean"}
    | {name: "float64" for name in COLUMNS if "_million" in name or name.endswith("_pct")}
    | published_gdp.TYPES
)


class Params(TimedParams, GoalParams):
    money: Literal["ncu", "usd"] = Field("ncu", title=N_("Amounts in"))


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row a year from the start to the due year; the start alone where the goal is met already. Money is nominal, in millions."""
    base = pledges.standing(snapshot, params)
    goal = None if base is None else pledges.one_goal(snapshot, params, base)
    if goal is None:
        return pd.DataFrame(columns=COLUMNS).astype(TYPES)
    due, since = int(goal["due_year"]), base.met_since(goal["value_pct"])
    way = path(base.start, goal["value_pct"], due, base.assumptions, params.shape)
    if since:
        way = way.head(1)
    elif params.band:
        band = sensitivity(
            base.start, goal["value_pct"], due, base.assumptions, params.shape, spread_points=params.band
        )
        way = way.merge(band, on="year")
    source, gap = base.shares["source_id"].loc[base.start.year], gap_from(base.start, goal["value_pct"]).million
    way = way.assign(
        goal=goal["goal"],
        target_pct=goal["value_pct"],
        due_year=due,
        due_assumed=goal["due_assumed"],
        met_since=since,
        met_since_estimate=base.estimated(since) if since else None,
        is_estimate=[base.is_estimate] + [None] * (len(way) - 1),
        currency=pledges.currency(snapshot, params),
        seen_growth_pct=base.seen_growth_pct,
        seen_from=base.seen_from,
        gap_usd_million=gap,
        gap_ncu_million=gap * base.start.ncu_per_usd,
        publisher="NATO",
        edition=params.edition,
        source_id=published_gdp.sources_with(f"{source};{goal['source_id']}", base),
        **published_gdp.columns_of(base),
    )
    table = way.reindex(columns=COLUMNS).astype(TYPES)
    if not base.has_money:
        table[[*AMOUNTS, *BANDS, "gap_ncu_million", "gap_usd_million"]] = float("nan")
    return table


# --- drawing -------------------------------------------------------------------------------------------------------


def figure(rows: pd.DataFrame, params: Params, every: int = 1) -> go.Figure:
    """`every`: so many bars share one figure and one year, see `bearing`."""
    words = _(
        "Yearly defence expenditure in billions, {currency}, current prices; NATO edition {edition}; path: {shape}"
    )
    shape, currency = labels.of("shape", params.shape), currency_name(_unit(rows, params))
    subtitle = words.format(currency=currency, edition=params.edition, shape=shape) + published_gdp.in_subtitle(rows)
    for year in rows.loc[rows["is_estimate"].fillna(False).astype(bool), "year"]:
        subtitle += _("; {year}: estimate").format(year=year)
    fig = style.figure(_finding(rows, params), subtitle if params.edition else "", height=420, barmode="stack")
    if len(rows) < 2 or rows["spending_usd_million"].isna().all():
        return fig
    unit, code = params.money, _unit(rows, params)
    years = rows["year"].tolist()
    dated = [years[place] for place in forms.bearing(len(years), every)]
    flat, above, total = (rows[f"{name}_{unit}_million"] for name in ("flat_spending", "above_flat", "spending"))
    hover = [_hover(row, unit, code) for row in rows.itertuples()]
    held, more, grey = _("today's share held"), _("above today's share"), {"color": style.REST}
    fig.add_bar(x=years, y=(flat / 1000).tolist(), name=held, marker=grey, hovertext=hover, hoverinfo="text")
    spread = None
    if rows[f"spending_{unit}_million_low"].notna().any():
        low, high = (rows[f"spending_{unit}_million_{end}"] for end in ("low", "high"))
        spread = {
            "type": "data",
            "symmetric": False,
            "array": ((high - total) / 1000).tolist(),
            "arrayminus": ((total - low) / 1000).tolist(),
            "color": style.INK,
        }
    fig.add_bar(
        x=years,
        y=(above / 1000).tolist(),
        name=more,
        marker={"color": style.HOME},
        error_y=spread,
        hovertext=hover,
        hoverinfo="text",
        text=_written(total, every) if spread is None else None,
        textposition="outside",
        textfont={"color": style.INK, "size": 13},
        constraintext="none",
        cliponaxis=False,
    )
    added = f"+{_billions(above.iloc[-1] / 1000)} {more}"  # hangs from the top: its part may be low, the figure stands above
    notes = ((flat.iloc[-1] / 2000, "middle", held, style.INK), (total.iloc[-1] / 1000, "top", added, style.HOME))
    for y, anchor, text, colour in notes:
        place, beside = (years[-1] + 0.5, float(y)), style.wrapped(text, 9)  # the room of a phone
        style.note(fig, place, beside, colour, 13, xanchor="left", yanchor=anchor, align="left")
    fig.update_xaxes(tickvals=dated, range=[years[0] - 0.6, years[-1] + 0.6 + len(years) * 0.23])
    fig.update_yaxes(rangemode="tozero", showticklabels=False, showgrid=False)
    return fig


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same; as few bars bear their figure as a phone has room for."""
    steps = len(rows) - 1
    return figure(rows, params, every=1 if steps < 6 else 3 if steps % 3 == 0 else 2)


def _written(total: pd.Series, every: int) -> list[str]:
    every = max(every, 2 if total.max() >= 1_000_000 else 1)  # a number of thousands of billions is as wide as two bars
    bearing = forms.bearing(len(total), every)
    return [_billions(value) if place in bearing else "" for place, value in enumerate(total / 1000)]


def _billions(value: float) -> str:
    return labels.number(value, 0 if value >= 20 else 1)


def _unit(rows: pd.DataFrame, params: Params) -> str:
    return "USD" if params.money == "usd" or rows.empty else str(rows["currency"].iloc[0])


def _hover(row, unit: str, code: str) -> str:
    return _("{year}: {share}; {spending}, of it {above} above today's share; {total} in all so far").format(
        year=row.year,
        share=percent(row.share_of_gdp_pct),
        spending=money(getattr(row, f"spending_{unit}_million"), code),
        above=money(getattr(row, f"above_flat_{unit}_million"), code),
        total=money(getattr(row, f"cumulative_above_flat_{unit}_million"), code),
    )


def _name(row: pd.Series) -> str:
    name = pledges.goal_name(row["target_pct"], row["due_year"])
    return _("{goal} (year assumed)").format(goal=name) if row["due_assumed"] else name


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if params.edition is None:
        return nothing(None)
    place = labels.place(params.country)
    if rows.empty:
        return _("No path for {country}: choose a pledge of its own or a target of the alliance").format(country=place)
    last = rows.iloc[-1]
    if not pd.isna(last["met_since"]):
        met = pledges.met_in_words(int(last["met_since"]), bool(last["met_since_estimate"]))
        return _("{country}: {share} {met}; nothing to add, choose a higher goal").format(
            country=place, share=trimmed_percent(last["target_pct"]), met=met
        )
    spending = f"spending_{params.money}_million"
    if pd.isna(last[spending]):
        return _("No amounts for {goal}: NATO edition {edition} holds shares of GDP only").format(
            goal=_name(last), edition=params.edition
        )
    return _("{country}: {goal} takes {above} more in that year than today's share of GDP would").format(
        country=place, goal=_name(last), above=money(last[f"above_flat_{params.money}_million"], _unit(rows, params))
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    sentences = [_finding(rows, params) + "."]
    if len(rows) < 2 or rows["spending_usd_million"].isna().all():
        return sentences[0]
    first, last, unit, code = rows.iloc[0], rows.iloc[-1], params.money, _unit(rows, params)
    years = int(last["year"] - first["year"])
    nominal = 100 * ((last[f"spending_{unit}_million"] / first[f"spending_{unit}_million"]) ** (1 / years) - 1)
    real = 100 * ((1 + rows["real_growth_pct"].iloc[1:] / 100).prod() ** (1 / years) - 1)
    sentences.append(
        _(
            "Spending rises from {start} ({share}) in {from_year} to {due} in {year}, by {added} a year on average: {nominal} a year, {real} above inflation (rounded up)."
        ).format(
            added=money((last[f"spending_{unit}_million"] - first[f"spending_{unit}_million"]) / years, code),
            start=money(first[f"spending_{unit}_million"], code),
            share=percent(first["share_of_gdp_pct"]),
            from_year=first["year"],
            due=money(last[f"spending_{unit}_million"], code),
            year=last["year"],
            nominal=percent(rounded_up(nominal), 1),
            real=percent(rounded_up(real), 1),
        )
    )
    sentences.append(
        _(
            "Above today's share: {total} over {years} years{band}; at the GDP of {start} the gap is {gap} a year."
        ).format(
            years=years,
            start=first["year"],
            gap=money(first[f"gap_{unit}_million"], code),
            total=money(last[f"cumulative_above_flat_{unit}_million"], code),
            band=_band(last, params, code),
        )
    )
    sentences.append(pledges.assumptions_in_words(params, first))
    return " ".join(sentences)


def _band(last: pd.Series, params: Params, code: str) -> str:
    low, high = (last[f"cumulative_above_flat_{params.money}_million_{end}"] for end in ("low", "high"))
    if pd.isna(low):
        return ""
    said = _(" ({low} to {high} with growth {points} points lower or higher)")
    return said.format(low=money(low, code), high=money(high, code), points=labels.number(params.band, 1))
