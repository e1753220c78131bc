"""Every ally in every year of an edition, coloured by how far it is from a target."""

from typing import Annotated

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import colour_key, forms, ink, labels, style
from dashboard.charts import View
from dashboard.language import _, number, percent, trimmed_percent
from dashboard.params import REPORTERS, TimedParams
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("Allies through the years, against a target")
VIEW = View("heatmap", N_("Heatmap"), 4)
WIDE_PX, NARROW_PX = 560, 220  # of the plot where it is smallest, for the lines of its legend


class Params(TimedParams, spending.EditionParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an ally and year with a figure (percent of GDP, points of GDP), from the year it joined. See `spending.shares`."""
    table = spending.shares(snapshot, params.edition, params.against, 0, 9999)
    return table[table["share_of_gdp_pct"].notna() & table["was_ally"]].reset_index(drop=True)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, WIDE_PX)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same in as many years as have room for their figures, the first and the last among them."""
    return _drawn(spending.some_years(rows), params, NARROW_PX)


def _drawn(rows: pd.DataFrame, params: Params, wide_px: int) -> go.Figure:
    allies = _order(rows)
    fig = style.figure(_finding(rows, params), _subtitle(rows, params), height=36 + 23 * max(len(allies), 8))
    fig.update_layout(margin={"l": 8, "r": 8, "t": 28, "b": 8})
    if rows.empty:
        return fig
    years = sorted(rows["year"].unique().tolist())
    cells = {(row.iso3, row.year): row for row in rows.itertuples()}
    lines = [[cells.get((code, year)) for year in years] for code in allies]
    colours = [colour for colour, _name in spending.CLASSES]
    fig.add_heatmap(
        x=[str(year) for year in years],
        y=[_name(code, params) for code in allies],
        z=[[None if cell is None else spending.distance_class(cell.gap_points) for cell in line] for line in lines],
        hovertext=[["" if cell is None else spending.hover(cell) for cell in line] for line in lines],
        hoverinfo="text",
        colorscale=style.steps(colours),
        zmin=-0.5,
        zmax=len(colours) - 0.5,
        showscale=False,
        xgap=2,
        ygap=2,
    )
    words = [
        (
            str(row.year),
            _name(row.iso3, params),
            number(row.share_of_gdp_pct),
            colours[spending.distance_class(row.gap_points)],
        )
        for row in rows.itertuples()
    ]
    ink.words_on_cells(fig, words)
    estimated = set(rows.loc[rows["is_estimate"], "year"])
    fig.update_xaxes(
        side="top",
        type="category",
        tickvals=[str(year) for year in years],
        ticktext=[f"{year} <i>e</i>" if year in estimated else str(year) for year in years],
        tickfont={"size": 13},
        tickangle=0,
    )
    forms.listed_bars(fig, len(allies))
    fig.update_yaxes(showgrid=False, tickfont={"size": 13, "color": style.INK})
    colour_key.below(fig, spending.classes_in_words(rows["gap_points"]), wide_px)
    return fig


def _name(code: str, params: Params) -> str:
    """An ally on the axis: those chosen in bold."""
    return f"<b>{labels.place(code)}</b>" if code in params.countries else labels.place(code)


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    subtitle = spending.subtitle(rows, params.edition)
    signs = [_("e: estimate")] if rows["is_estimate"].any() else []
    if len(rows) < rows["iso3"].nunique() * rows["year"].nunique():
        signs.append(_("blank: no figure, or not yet an ally"))
    return "; ".join([subtitle, *signs])


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
    mine = rows[rows["iso3"] == home].sort_values("year")
    if mine.empty:
        return text + spending.without_figure(rows, params.countries)
    return f"{text} {_record(mine, labels.place(home))}"


def _record(mine: pd.DataFrame, country: str) -> str:
    """When an ally meets the target, by its rows in the order of their years. A table says nothing of the years before it."""
    met = mine[mine["meets"].astype(bool)]
    if met.empty:
        return _("{country}: target met in no year of this edition.").format(country=country)
    first, last = mine.iloc[0], mine.iloc[-1]
    if first["meets"]:
        words = (
            _("{country}: target met in every year from {first} to {last}{estimate}.")
            if len(met) == len(mine)
            else _("{country}: target met in {count} of {all} years from {first} to {last}{estimate}.")
        )
        return words.format(
            country=country,
            count=len(met),
            all=len(mine),
            first=first["year"],
            last=last["year"],
            estimate=style.estimate_mark(bool(last["is_estimate"])),
        )
    reached = met.iloc[0]
    return _("{country}: target first met in {year}{estimate}, with {value}.").format(
        country=country,
        year=reached["year"],
        estimate=style.estimate_mark(bool(reached["is_estimate"])),
        value=percent(reached["share_of_gdp_pct"]),
    )
