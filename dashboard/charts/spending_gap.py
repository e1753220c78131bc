"""What each ally of a group is short of a target in a year: points of GDP, US dollars, national currency, and in all."""

from typing import Annotated, Any, Literal

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import forms, labels, style
from dashboard.articles import the
from dashboard.charts import View
from dashboard.language import _, money, number, percent, trimmed_percent
from dashboard.params import REPORTERS, TARGETS, Choices
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.assumptions import Start
from policy.gaps import gap_from, group_gap

PAGE = "spending"
TITLE = N_("What each ally is short of a target")
BRIEF = ("iso3", "share_of_gdp_pct", "short_points", "short_usd_million")
VIEW = View("gap", N_("Gap"), 5)

GROUPS = Choices(
    "group",
    "SELECT group_id FROM country_groups WHERE group_id IN ('NATO', 'NATO_EUR_CAN', 'EU27', 'EIGHT') GROUP BY group_id ORDER BY count(*) DESC",
)


SHORT = ["short_usd_million", "short_ncu_million"]
BARS: dict[str, Any] = {"orientation": "h", "textposition": "outside", "cliponaxis": False, "constraintext": "none"}


class Params(spending.StandingParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )
    against: Annotated[str, TARGETS] = Field("hague-3.5", title=N_("Measured against"))
    group: Annotated[str, GROUPS] = Field("NATO_EUR_CAN", title=N_("Group"))
    amount: Literal["usd", "points"] = Field("usd", title=N_("Gap in"))


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an ally of the group with a figure, furthest short first; the home country has one outside the group, too.

    short_points, short_usd_million, short_ncu_million: what is missing to the target; negative is above it. GDP is NATO's
    at current prices; national currency at the rate of NATO's own spending in both currencies. Empty where the edition
    has no GDP, except for the points.
    """
    year = params.year or 0
    table = spending.shares(snapshot, params.edition, params.against, year, year)
    money_of = snapshot.sql(
        """
        WITH members AS (
            SELECT iso3 FROM country_groups WHERE group_id = $group AND coalesce(year(from_on), 0) <= $year AND coalesce(year(to_on), 9999) >= $year
        )
        SELECT iso3, max(value) FILTER (measure = 'gdp_usd_current_million') AS gdp_usd_current_million,
               max(value) FILTER (measure = 'expenditure_usd_current_million') AS expenditure_usd_million,
               max(value) FILTER (measure = 'expenditure_ncu_current_million') / max(value) FILTER (measure = 'expenditure_usd_current_million') AS ncu_per_usd,
               any_value(c.currency) AS currency, iso3 IN (FROM members) AS in_group, string_agg(DISTINCT s.source_id, ';') AS money_source
        FROM spending s LEFT JOIN currencies c USING (publisher, edition, iso3)
        WHERE publisher = 'NATO' AND edition = $edition AND year = $year
          AND (iso3 IN (FROM members) OR iso3 = $home)
        GROUP BY iso3
        """,
        edition=params.edition,
        year=year,
        group=params.group,
        home=spending.first_ally(params.countries),
    )
    table = table[table["share_of_gdp_pct"].notna() & table["was_ally"]].merge(money_of, on="iso3")
    table["source_id"] = table["source_id"].str.cat(table["money_source"], sep=";").map(spending.each_once)
    amounts = pd.DataFrame([_amounts(row) for row in table.itertuples()], columns=SHORT, index=table.index)
    due = snapshot.sql("SELECT due_year FROM targets WHERE target_id = $against", against=params.against)
    table = table.assign(
        due_year=due["due_year"].astype("Int64").squeeze(),
        short_points=table["target_pct"] - table["share_of_gdp_pct"],
        **amounts.astype("float64"),
    )
    table = table.drop(columns=["gap_points", "was_ally", "expenditure_usd_million", "money_source"])
    return table.sort_values([_column(table, params), "iso3"], ascending=[False, True], ignore_index=True)


def _amounts(row) -> tuple[float | None, float | None]:
    """What an ally is short of, in million US dollars and national currency: the gap the Pledges page starts from."""
    if pd.isna(row.gdp_usd_current_million) or pd.isna(row.expenditure_usd_million):
        return None, None
    start = Start.reported(
        row.year,
        share_of_gdp_pct=row.share_of_gdp_pct,
        gdp_usd_million=row.gdp_usd_current_million,
        expenditure_usd_million=row.expenditure_usd_million,
    )
    short = float(gap_from(start, row.target_pct).million)
    return short, short * row.ncu_per_usd


def _column(rows: pd.DataFrame, params: Params) -> str:
    """What is drawn: dollars, or points where they are asked for or the edition has no GDP."""
    in_dollars = params.amount == "usd" and rows["gdp_usd_current_million"].notna().any()
    return "short_usd_million" if in_dollars else "short_points"


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    column = _column(rows, params)
    short = _short(rows).iloc[::-1]
    home = spending.first_ally(params.countries)
    own = rows[rows["iso3"] == home]
    aside = "" if home is None or (short["iso3"] == home).any() else _aside(own, home, column)
    count = len(short) + bool(aside)
    fig = style.figure(_finding(rows, params), _subtitle(rows, params), height=90 + 24 * max(count, 6), bargap=0.28)
    fig.update_xaxes(showticklabels=False, showgrid=False, rangemode="tozero")
    fig.update_yaxes(showgrid=False, tickfont={"size": 13, "color": style.INK})
    if short.empty:
        return fig
    fig.add_bar(
        x=short[column].tolist(),
        y=[
            f"<b>{labels.place(code)}</b>" if code in params.countries else labels.place(code) for code in short["iso3"]
        ],
        marker={
            "color": [style.HOME if code == home else style.SHORT for code in short["iso3"]],
            "pattern": spending.hatched(short["is_estimate"]),
        },
        text=[_said(row, column) for row in short.itertuples()],
        textfont={"size": 13},
        hovertext=[_hover(row) for row in short.itertuples()],
        hoverinfo="text",
        **BARS,
    )
    outside = own[column].clip(lower=0).sum() if aside else 0.0
    fig.update_xaxes(range=[0, max(short[column].max(), outside) * 1.6])
    if aside:
        fig.add_bar(
            x=[outside],
            y=[f"<b>{labels.place(str(home))}</b>"],
            marker={"color": style.HOME, "pattern": spending.hatched(own["is_estimate"])},
            text=[aside],
            textfont={"size": 13, "color": style.HOME},
            hoverinfo="skip",
            **BARS,
        )
    forms.listed_bars(fig, count, from_top=False)
    return fig


def _short(rows: pd.DataFrame) -> pd.DataFrame:
    """The members of the group that are short of the target."""
    return rows[rows["in_group"] & (rows["short_points"].round(spending.EXACT_DIGITS) > 0)]


def _aside(home: pd.DataFrame, code: str, column: str) -> str:
    """What is said of the home country above the bars of the group, where it has none: it meets the target, is no member, or has no figure."""
    if home.empty:
        return _("no armed forces") if code in spending.NO_ARMED_FORCES else _("no figure")
    row = next(home.itertuples())
    met = row.short_points <= 0
    said = labels.gap_in_words(row.share_of_gdp_pct, row.target_pct) if met else _said(row, column)
    return said if row.in_group else _("not in this group: {said}").format(said=said)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same with shorter bars, as many words stand behind them; a home country beside the group has words alone."""
    fig = figure(rows, params)
    if end := fig.layout.xaxis.range:
        fig.update_xaxes(range=[0, end[1] * 1.6])
    for aside in fig.data[1:]:
        aside.x = [0]
    return fig


def _said(row, column: str) -> str:
    points = _("{points} pt").format(points=number(row.short_points))
    amount = points if column == "short_points" else money(row.short_usd_million)
    return amount + (" <i>e</i>" if row.is_estimate else "")


def _hover(row) -> str:
    text = spending.hover(row)
    if pd.isna(row.short_usd_million):
        return text
    return f"{text}<br>{money(row.short_usd_million)}{_in_own_currency(row)}"


def _in_own_currency(row) -> str:
    """ " (C$63.0 billion)"; empty where the dollars say it."""
    is_other = isinstance(row.currency, str) and row.currency != "USD"
    return f" ({money(row.short_ncu_million, row.currency)})" if is_other else ""


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return spending.subtitle(rows, params.edition)
    unit = _("US dollars, current prices") if _column(rows, params) == "short_usd_million" else _("points of GDP")
    text = _("What is missing, {unit}, NATO edition {edition}; e: estimate").format(unit=unit, edition=params.edition)
    due = rows["due_year"].iloc[0]
    target = rows["target_label"].iloc[0] + ("" if pd.isna(due) else _(" by {year}").format(year=due))
    return f"{target}. {text}"


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return spending.nothing(params.edition, params.year)
    target = trimmed_percent(rows["target_pct"].iloc[0])
    outside = rows[~rows["in_group"] & (rows["short_usd_million"] > 0)]
    short, rows = _short(rows), rows[rows["in_group"]]
    group, estimates = labels.of("group", params.group), spending.estimates_in_words(rows)
    if short.empty:
        return _("{group}: nobody is short of {target} in {year}{estimate}").format(
            group=group, target=target, year=params.year, estimate=estimates
        )
    in_all = group_gap(rows["short_usd_million"])
    parts = {
        "group": group,
        "short": len(short),
        "all": len(rows),
        "target": target,
        "year": params.year,
        "estimate": estimates,
    }
    said = _("{group}: {short} of {all} reporting members short of {target} in {year}{estimate}").format(**parts)
    if in_all.members:
        said = _("{said}, {amount} in all").format(said=said, amount=money(in_all.short_million))
    for row in outside.itertuples():
        amount = money(row.short_usd_million)
        said = _("{said}; outside it {country}, {amount}").format(
            said=said, country=the(labels.place(row.iso3)), amount=amount
        )
    return said


def summary(rows: pd.DataFrame, params: Params) -> str:
    text = _finding(rows, params) + "."
    home = spending.first_ally(params.countries)
    for row in rows[rows["iso3"] == home].itertuples():
        verdict = spending.verdict(row.share_of_gdp_pct, row.target_pct)
        text += " " + _("{country}: {value}, {verdict}").format(
            country=labels.place(home), value=percent(row.share_of_gdp_pct), verdict=verdict
        )
        if row.short_points > 0 and not pd.isna(row.short_usd_million):
            text += f", {money(row.short_usd_million)}{_in_own_currency(row)}"
        text += "."
    text += spending.without_figure(rows, params.countries)
    if not rows.loc[rows["iso3"] == home, "in_group"].all():
        words = _("{country}: not in this group ({group}).")
        text += " " + words.format(country=labels.place(str(home)), group=labels.of("group", params.group))
    if len(rows) and rows["gdp_usd_current_million"].isna().all():
        text += " " + _("This edition has no GDP at hand, so there are no amounts.")
    return text
