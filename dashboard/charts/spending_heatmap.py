"""Every ally in every year of an edition, coloured by how far it is from a target."""

from typing import Annotated

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import forms, labels, style
from dashboard.charts import View
from dashboard.language import _, number, percent, trimmed_percent
from dashboard.params import REPORTERS, TimedParams
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("Allies through the years, against a target")
VIEW = View("heatmap", N_("Heatmap"), 4)


class Params(TimedParams, spending.EditionParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an ally and year with a figure (percent of GDP, points of GDP), from the year it joined. See `spending.shares`."""
    table = spending.shares(snapshot, params.edition, params.against, 0, 9999)
    return table[table["share_of_gdp_pct"].notna() & table["was_ally"]].reset_index(drop=True)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    allies = _order(rows)
    fig = style.figure(
        _finding(rows, params), spending.subtitle(rows, params.edition), height=130 + 23 * max(len(allies), 8)
    )
    fig.update_layout(legend={"y": -0.01, "yanchor": "top"}, margin={"l": 8, "r": 8, "t": 28, "b": 8})
    if rows.empty:
        return fig
    years = sorted(rows["year"].unique().tolist())
    cells = {(row.iso3, row.year): row for row in rows.itertuples()}
    lines = [[cells.get((code, year)) for year in years] for code in allies]
    colours = [colour for _end, colour, _name in spending.CLASSES]
    fig.add_heatmap(
        x=[str(year) for year in years],
        y=[f"<b>{labels.place(code)}</b>" if code in params.countries else labels.place(code) for code in allies],
        z=[[None if cell is None else spending.distance_class(cell.gap_points) for cell in line] for line in lines],
        text=[["" if cell is None else number(cell.share_of_gdp_pct) for cell in line] for line in lines],
        texttemplate="%{text}",
        textfont={"size": 13},
        meta=style.WORDS_FOR_WIDE,
        hovertext=[["" if cell is None else spending.hover(cell) for cell in line] for line in lines],
        hoverinfo="text",
        colorscale=style.steps(colours),
        zmin=-0.5,
        zmax=len(colours) - 0.5,
        showscale=False,
        xgap=2,
        ygap=2,
    )
    estimated = set(rows.loc[rows["is_estimate"], "year"])
    fig.update_xaxes(
        side="top",
        type="category",
        tickvals=[str(year) for year in years],
        ticktext=[f"{year} <i>e</i>" if year in estimated else str(year) for year in years],
        tickfont={"size": 13},
    )
    forms.listed_bars(fig, len(allies))
    fig.update_yaxes(showgrid=False, tickfont={"size": 13, "color": style.INK})
    spending.class_legend(fig, rows["gap_points"])
    return fig


def _order(rows: pd.DataFrame) -> list[str]:
    """Allies from the highest share in the last year to the lowest; those without a figure in it last."""
    if rows.empty:
        return []
    last = rows[rows["year"] == rows["year"].max()].sort_values("share_of_gdp_pct", ascending=False)["iso3"].tolist()
    return last + [code for code in sorted(rows["iso3"].unique()) if code not in last]


def _meeting(rows: pd.DataFrame, year: int) -> tuple[int, int]:
    of_year = rows[rows["year"] == year]
    return int(of_year["meets"].sum()), len(of_year)


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return spending.nothing(params.edition)
    first, last = int(rows["year"].min()), int(rows["year"].max())
    (then, of_then), (now, of_now) = _meeting(rows, first), _meeting(rows, last)
    return _("{target}: met by {then} of {of_then} allies in {first}, by {now} of {of_now} in {last}{estimate}").format(
        target=trimmed_percent(rows["target_pct"].iloc[0]),
        then=then,
        of_then=of_then,
        first=first,
        now=now,
        of_now=of_now,
        last=last,
        estimate=spending.estimates_in_words(rows[rows["year"] == last]),
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    text = _finding(rows, params) + "." + spending.rounded_up(rows)
    home = spending.first_ally(params.countries)
    met = rows[(rows["iso3"] == home) & rows["meets"].fillna(False)].sort_values("year")
    if rows.empty or home is None:
        return text
    if met.empty:
        return (
            text
            + " "
            + _("{country} does not reach it in any year of this edition.").format(country=labels.place(home))
        )
    first = met.iloc[0]
    return (
        text
        + " "
        + _("{country} first reaches it in {year}{estimate}, with {value}.").format(
            country=labels.place(home),
            year=first["year"],
            estimate=style.estimate_mark(bool(first["is_estimate"])),
            value=percent(first["share_of_gdp_pct"]),
        )
    )
