"""NATO's share of GDP against another publisher's for a year, the largest differences first, with the reason known for each."""

from typing import Annotated, Self

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import forms, labels, style
from dashboard.charts import View
from dashboard.language import _, labelled, percent, signed
from dashboard.params import NATO_EDITIONS, REPORTERS, Choices, KnownParams, newest_edition
from dashboard.topics import spending
from dashboard.topics.spending_series import definitions_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("NATO beside another publisher")
BRIEF = ("iso3", "nato_pct", "sipri_pct", "difference_points")
VIEW = View("publishers", N_("NATO and others"), 8)
SIPRI = "SIPRI"
OTHERS = Choices(
    "publisher",
    "SELECT DISTINCT publisher FROM spending WHERE measure = 'share_of_gdp_pct' AND publisher NOT IN ('NATO', 'NATO_REPORT') ORDER BY publisher",
)

CLOSE_POINTS = 0.1  # differences up to this are called close
NAMED = 3


class Params(KnownParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )
    year: Annotated[int | None, spending.NATO_YEARS] = Field(None, title=N_("Year"))
    edition: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition"))
    beside: Annotated[str, OTHERS] = Field(SIPRI, title=N_("Beside NATO"))

    def explicit(self, snapshot: Snapshot) -> Self:
        filled = super().explicit(snapshot)
        filled = filled.filled(edition=newest_edition(snapshot, "NATO", filled.known))
        both = snapshot.sql(
            "SELECT max(n.year) AS year FROM spending n JOIN spending s USING (iso3, year, measure) "
            "WHERE n.publisher = 'NATO' AND n.edition = $edition AND s.publisher = $beside AND s.edition = $of_beside AND measure = $share",
            edition=filled.edition,
            beside=filled.beside,
            of_beside=newest_edition(snapshot, filled.beside, filled.known),
            share=spending.SHARE,
        )["year"]
        return filled.filled(year=None if both.isna().all() else int(both.iloc[0]))


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an ally: both shares (percent of GDP), the difference (points, NATO less the other) and the code of the reason
    known. `sipri_pct` and its like are as they were before others than SIPRI stood beside NATO: empty for these."""
    return snapshot.sql(
        """
        SELECT iso3, year, n.value AS nato_pct, CASE WHEN $beside = 'SIPRI' THEN s.value END AS sipri_pct, n.value - s.value AS difference_points,
               CASE WHEN $beside <> 'SIPRI' THEN 'own_definition' WHEN iso3 = 'LUX' AND s.is_estimate AND year >= 2023 THEN 'gdp_basis' WHEN n.value IS NULL AND s.value = 0 THEN 'no_armed_forces'
                    WHEN s.is_estimate THEN 'sipri_estimate' ELSE 'definitions' END AS definition_note,
               coalesce(n.is_estimate, false) AS nato_is_estimate, CASE WHEN $beside = 'SIPRI' THEN s.is_estimate END AS sipri_is_estimate,
               CASE WHEN n.value IS NOT NULL THEN 'NATO' END AS publisher, n.edition, CASE WHEN $beside = 'SIPRI' THEN s.edition END AS sipri_edition,
               s.publisher AS beside, s.value AS beside_pct, s.is_estimate AS beside_is_estimate, s.edition AS beside_edition, concat_ws(';', n.source_id, s.source_id) AS source_id
        FROM (FROM spending WHERE publisher = $beside AND edition = $of_beside AND measure = 'share_of_gdp_pct' AND year = $year) s
        LEFT JOIN (FROM spending WHERE publisher = 'NATO' AND edition = $edition AND measure = 'share_of_gdp_pct' AND year = $year) n USING (iso3, year)
        ORDER BY abs(n.value - s.value) DESC NULLS LAST, iso3
        """,
        beside=params.beside,
        of_beside=newest_edition(snapshot, params.beside, params.known),
        edition=params.edition,
        year=params.year,
    )


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    both = rows[rows["difference_points"].notna()].iloc[::-1]
    fig = style.figure(_finding(rows, params), _subtitle(rows, params), height=120 + 23 * max(len(both), 8))
    fig.update_layout(showlegend=True)
    if both.empty:
        return fig
    names = [
        f"<b>{labels.place(code)}</b>" if code in params.countries else labels.place(code) for code in both["iso3"]
    ]
    joints_x, joints_y = [], []
    for name, row in zip(names, both.itertuples(), strict=True):
        joints_x += [row.nato_pct, row.beside_pct, None]
        joints_y += [name, name, None]
    fig.add_scatter(
        x=joints_x, y=joints_y, mode="lines", line={"color": style.REST, "width": 4}, hoverinfo="skip", showlegend=False
    )
    hover = [_hover(row) for row in both.itertuples()]
    for column, name, colour, symbol, size in (  # the smaller one stands in the larger, where they are near each other
        ("nato_pct", _("NATO"), style.HOME, "circle", 14),
        ("beside_pct", _other(params), style.OTHERS[0], "square", 8),
    ):
        fig.add_scatter(
            x=both[column].tolist(),
            y=names,
            mode="markers",
            name=name,
            marker={"size": size, "color": colour, "symbol": symbol, "line": {"width": 1, "color": style.PAPER}},
            hovertext=hover,
            hoverinfo="text",
        )
    right = both[["nato_pct", "beside_pct"]].max(axis=1)
    for end, name, gap in zip(right, names, both["difference_points"], strict=True):
        style.note(fig, (end, name), signed(gap), style.MUTED, xanchor="left", xshift=9)
    fig.update_xaxes(range=[0, right.max() * 1.15], ticksuffix=" %", showgrid=True, side="bottom")
    fig.update_yaxes(showgrid=False, tickfont={"size": 13, "color": style.INK})
    forms.listed_bars(fig, len(both), from_top=False)
    return fig


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same with room for the difference of the longest line."""
    fig = figure(rows, params)
    end = fig.layout.xaxis.range
    return fig.update_xaxes(range=[0, end[1] * 1.2]) if end else fig


def _hover(row) -> str:
    nato = f"{labels.of('publisher', 'NATO')} {percent(row.nato_pct)}{style.estimate_mark(row.nato_is_estimate)}"
    other = (
        f"{labels.of('publisher', row.beside)} {percent(row.beside_pct)}{style.estimate_mark(row.beside_is_estimate)}"
    )
    return labelled(
        f"{labels.place(row.iso3)}, {row.year}",
        f"{nato}, {other}<br>{labels.of('definition_note', row.definition_note)}",
    )


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return _("Defence expenditure, % of GDP, NATO beside {publisher}").format(publisher=_other(params))
    text = _(
        "Defence expenditure, % of GDP, {year}: NATO edition {nato} (of real GDP) and {publisher} edition {edition}; the number is NATO less {publisher}, in points"
    )
    return text.format(
        year=params.year, nato=params.edition, publisher=_other(params), edition=rows["beside_edition"].iloc[0]
    )


def _other(params: Params) -> str:
    return labels.of("publisher", params.beside)


def _finding(rows: pd.DataFrame, params: Params) -> str:
    both = rows[rows["difference_points"].notna()]
    if both.empty:
        return _(
            "NATO and {publisher} have no year in common among the editions known by that day; choose another year or a later day"
        ).format(publisher=_other(params))
    top = both.iloc[0]
    return _("NATO and {publisher}, largest difference in {year}: {country}, {nato} against {other}").format(
        publisher=_other(params),
        country=labels.place(top["iso3"]),
        year=params.year,
        nato=percent(top["nato_pct"]) + style.estimate_mark(top["nato_is_estimate"]),
        other=percent(top["beside_pct"]) + style.estimate_mark(top["beside_is_estimate"]),
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    both = rows[rows["difference_points"].notna()]
    text = _finding(rows, params) + "."
    if both.empty:
        return text
    close = int((both["difference_points"].abs().round(spending.EXACT_DIGITS) <= CLOSE_POINTS).sum())
    named = "; ".join(
        f"{labels.place(row.iso3)} {signed(row.difference_points)} ({labels.of('definition_note', row.definition_note)})"
        for row in both.head(NAMED).itertuples()
    )
    text += " " + _(
        "Largest differences, in points: {named}. Within {limit} points for {close} of {all} allies."
    ).format(named=named, limit=signed(CLOSE_POINTS, 1).lstrip("+"), close=close, all=len(both))
    mine = both[both["iso3"] == spending.first_ally(params.countries)]
    if len(mine):
        row = mine.iloc[0]
        said = {"nato": percent(row["nato_pct"]), "other": percent(row["beside_pct"]), "publisher": _other(params)}
        text += " " + _("{country}: {nato} by NATO, {other} by {publisher}.").format(
            country=labels.place(row["iso3"]), **said
        )
    text += spending.without_figure(both, params.countries)
    return f"{text} {definitions_in_words(('NATO', params.beside))}"
