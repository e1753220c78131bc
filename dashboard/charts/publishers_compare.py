"""NATO's share of GDP against SIPRI's for a year, the largest differences first, with the reason known for each."""

from typing import Annotated, Self

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import forms, labels, style
from dashboard.charts import View
from dashboard.language import _, percent, signed
from dashboard.params import NATO_EDITIONS, REPORTERS, KnownParams, newest_edition
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("NATO beside SIPRI")
VIEW = View("publishers", N_("NATO and SIPRI"), 8)

CLOSE_POINTS = 0.1  # differences up to this are called close
NAMED = 3


class Params(KnownParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )
    year: Annotated[int | None, spending.NATO_YEARS] = Field(None, title=N_("Year"))
    edition: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition"))

    def explicit(self, snapshot: Snapshot) -> Self:
        filled = super().explicit(snapshot)
        filled = filled.filled(edition=newest_edition(snapshot, "NATO", filled.known))
        both = snapshot.sql(
            "SELECT max(n.year) AS year FROM spending n JOIN spending s USING (iso3, year, measure) "
            "WHERE n.publisher = 'NATO' AND n.edition = $edition AND s.publisher = 'SIPRI' AND s.edition = $sipri",
            edition=filled.edition,
            sipri=newest_edition(snapshot, "SIPRI", filled.known),
        )["year"]
        return filled.filled(year=None if both.isna().all() else int(both.iloc[0]))


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an ally: both shares (percent of GDP), the difference (points, NATO less SIPRI) and the code of the reason known."""
    return snapshot.sql(
        """
        SELECT iso3, year, n.value AS nato_pct, s.value AS sipri_pct, n.value - s.value AS difference_points,
               CASE WHEN iso3 = 'LUX' AND s.is_estimate AND year >= 2023 THEN 'gdp_basis' WHEN n.value IS NULL AND s.value = 0 THEN 'no_armed_forces'
                    WHEN s.is_estimate THEN 'sipri_estimate' ELSE 'definitions' END AS definition_note,
               coalesce(n.is_estimate, false) AS nato_is_estimate, s.is_estimate AS sipri_is_estimate,
               CASE WHEN n.value IS NOT NULL THEN 'NATO' END AS publisher, n.edition, s.edition AS sipri_edition, concat_ws(';', n.source_id, s.source_id) AS source_id
        FROM (FROM spending WHERE publisher = 'SIPRI' AND edition = $sipri AND measure = 'share_of_gdp_pct' AND year = $year) s
        LEFT JOIN (FROM spending WHERE publisher = 'NATO' AND edition = $edition AND measure = 'share_of_gdp_pct' AND year = $year) n USING (iso3, year)
        ORDER BY abs(n.value - s.value) DESC NULLS LAST, iso3
        """,
        sipri=newest_edition(snapshot, "SIPRI", params.known),
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
        joints_x += [row.nato_pct, row.sipri_pct, None]
        joints_y += [name, name, None]
    fig.add_scatter(
        x=joints_x, y=joints_y, mode="lines", line={"color": style.REST, "width": 4}, hoverinfo="skip", showlegend=False
    )
    hover = [_hover(row) for row in both.itertuples()]
    for column, name, colour, symbol in (
        ("sipri_pct", _("SIPRI"), style.OTHERS[0], "square"),
        ("nato_pct", _("NATO"), style.HOME, "circle"),
    ):
        fig.add_scatter(
            x=both[column].tolist(),
            y=names,
            mode="markers",
            name=name,
            marker={"size": 11, "color": colour, "symbol": symbol},
            hovertext=hover,
            hoverinfo="text",
        )
    right = both[["nato_pct", "sipri_pct"]].max(axis=1)
    for end, name, gap in zip(right, names, both["difference_points"], strict=True):
        style.note(fig, (end, name), signed(gap), style.MUTED, xanchor="left", xshift=9)
    fig.update_xaxes(range=[0, right.max() * 1.15], ticksuffix=" %", showgrid=True, side="bottom")
    fig.update_yaxes(tickfont={"size": 13, "color": style.INK})
    forms.listed_bars(fig, len(both), from_top=False)
    return fig


def _hover(row) -> str:
    nato = f"{labels.of('publisher', 'NATO')} {percent(row.nato_pct)}{style.estimate_mark(row.nato_is_estimate)}"
    sipri = f"{labels.of('publisher', 'SIPRI')} {percent(row.sipri_pct)}{style.estimate_mark(row.sipri_is_estimate)}"
    return spending.labelled(
        f"{labels.place(row.iso3)}, {row.year}",
        f"{nato}, {sipri}<br>{labels.of('definition_note', row.definition_note)}",
    )


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return _("Share of GDP, NATO beside SIPRI")
    return _(
        "Share of GDP, {year}: NATO edition {nato} (of real GDP) and SIPRI edition {sipri}; the number is NATO less SIPRI, in points"
    ).format(year=params.year, nato=params.edition, sipri=rows["sipri_edition"].iloc[0])


def _finding(rows: pd.DataFrame, params: Params) -> str:
    both = rows[rows["difference_points"].notna()]
    if both.empty:
        return _(
            "NATO and SIPRI have no year in common among the editions known by that day; choose another year or a later day"
        )
    top = both.iloc[0]
    return _("NATO and SIPRI differ most on {country} in {year}: {nato} against {sipri}").format(
        country=labels.place(top["iso3"]),
        year=params.year,
        nato=percent(top["nato_pct"]),
        sipri=percent(top["sipri_pct"]),
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
        text += " " + _("{country}: {nato} by NATO, {sipri} by SIPRI.").format(
            country=labels.place(row["iso3"]), nato=percent(row["nato_pct"]), sipri=percent(row["sipri_pct"])
        )
    return text
