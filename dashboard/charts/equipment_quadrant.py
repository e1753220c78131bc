"""Share of GDP against the share of it spent on major equipment, ally by ally, with the lines of both targets."""

from typing import Annotated, Self

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import labels, placement, style
from dashboard.charts import View
from dashboard.language import _, percent, trimmed_percent
from dashboard.params import REPORTERS, newest_edition
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("Share of GDP against equipment")
VIEW = View("quadrant", N_("Equipment"), 3)

EQUIPMENT = "equipment_share_pct"
AXES, PLOT_PX = ("share_of_gdp_pct", EQUIPMENT), (760, 480)  # of the plot on a desk, where names stand
ENOUGH_ALLIES = 10  # an edition with fewer equipment figures is not drawn by default


class Params(spending.StandingParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )
    trails: bool = Field(True, title=N_("Trails"))

    def explicit(self, snapshot: Snapshot) -> Self:
        known = super().explicit(snapshot)
        if self.edition is None:
            edition = _edition_with_equipment(snapshot, known)
            known = known.model_copy(update={"edition": edition, "year": self.year})
        return known.filled(year=spending.last_year(snapshot, known.edition, EQUIPMENT))


def _edition_with_equipment(snapshot: Snapshot, params: "Params") -> str | None:
    """The newest NATO edition known by the day that tabulates equipment for most allies."""
    editions = snapshot.sql(
        """
        SELECT edition FROM editions e WHERE publisher = 'NATO' AND published_on <= $known AND $enough <= (
            SELECT count(DISTINCT iso3) FROM spending s WHERE s.publisher = 'NATO' AND s.edition = e.edition AND s.measure = $equipment)
        ORDER BY published_on DESC LIMIT 1
        """,
        known=params.known,
        equipment=EQUIPMENT,
        enough=ENOUGH_ALLIES,
    )
    return editions["edition"].iloc[0] if len(editions) else newest_edition(snapshot, "NATO", params.known, EQUIPMENT)


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an ally in the year, and one a year before it for the chosen ones (percent of GDP, percent of expenditure)."""
    table = spending.shares(snapshot, params.edition, params.against, 0, params.year or 0)
    equipment = snapshot.sql(
        """
        SELECT s.iso3, s.year, s.value AS equipment_share_pct, t.value_pct AS equipment_target_pct,
               s.value >= t.value_pct AS meets_equipment, concat(s.source_id, ';', t.source_id) AS equipment_source_id
        FROM spending s JOIN targets t ON t.target_id = 'nato-equipment-20'
        WHERE publisher = 'NATO' AND edition = $edition AND s.measure = $equipment AND year <= $year
        """,
        edition=params.edition,
        equipment=EQUIPMENT,
        year=params.year or 0,
    )
    table = table.merge(equipment, on=["iso3", "year"])
    trails = table["iso3"].isin(params.countries) & params.trails
    table = table[
        table["share_of_gdp_pct"].notna() & (table["was_ally"] | trails) & ((table["year"] == params.year) | trails)
    ]
    table = table.assign(source_id=table["source_id"] + ";" + table["equipment_source_id"]).drop(
        columns=["equipment_source_id", "gap_points"]
    )
    return table.sort_values(["iso3", "year"], ignore_index=True)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    fig = style.figure(_finding(rows, params), _subtitle(rows, params), height=600)
    fig.update_xaxes(title=_("Share of GDP"), ticksuffix=" %", showgrid=True)
    fig.update_yaxes(title=_("Equipment, share of expenditure"), ticksuffix=" %", rangemode="tozero")
    if rows.empty:
        return fig
    now = rows[rows["year"] == params.year]
    home = spending.first_ally(params.countries)
    colours = style.roles(home or "", [code for code in params.countries if code not in labels.AGGREGATES])
    placed = _named(now, params)
    others = placed[~placed["iso3"].isin(params.countries)]
    _points(fig, others, style.MUTED)
    for code, colour in colours.items():
        mine = rows[rows["iso3"] == code].sort_values("year")
        _trail(fig, mine, colour)
        _points(fig, placed[placed["iso3"] == code], colour, chosen=True)
    _lines(fig, rows)
    return fig


def _named(now: pd.DataFrame, params: Params) -> pd.DataFrame:
    """The points with a name each and the side where it stands; who is not chosen goes without where there is no room."""
    chosen = now["iso3"].isin(params.countries)
    names = now["iso3"].where(~chosen, now["iso3"].map(labels.place))
    named = now.assign(name=names).loc[chosen.sort_values(ascending=False, kind="stable").index]
    spans = [max(named[column].max() - min(named[column].min(), 0), 0.1) for column in AXES]
    points = list(zip(named[AXES[0]], named[AXES[1]], named["name"], strict=True))
    return named.assign(side=placement.sides(points, *(px / span for px, span in zip(PLOT_PX, spans, strict=True))))


def _points(fig: go.Figure, points: pd.DataFrame, colour: str, *, chosen: bool = False) -> None:
    fig.add_scatter(
        meta=None if chosen else style.WORDS_FOR_WIDE,
        x=points["share_of_gdp_pct"].tolist(),
        y=points["equipment_share_pct"].tolist(),
        mode="markers+text",
        cliponaxis=False,
        text=[
            f"<b>{row.name}</b>" if chosen else row.name if row.side else "" for row in points.itertuples(index=False)
        ],
        textposition=[side or "top center" for side in points["side"]],
        textfont={"size": 13, "color": colour},
        marker={
            "size": 14 if chosen else 8,
            "color": colour,
            "symbol": ["circle-open" if estimate else "circle" for estimate in points["is_estimate"]],
            "line": {"width": 2, "color": colour},
        },
        hovertext=[_hover(row) for row in points.itertuples()],
        hoverinfo="text",
    )


def _trail(fig: go.Figure, mine: pd.DataFrame, colour: str) -> None:
    """The way an ally came, with its first year named."""
    if len(mine) < 2:
        return
    fig.add_scatter(
        x=mine["share_of_gdp_pct"].tolist(),
        y=mine["equipment_share_pct"].tolist(),
        mode="lines+markers",
        line={"color": colour, "width": 1.5},
        marker={"size": 4, "color": colour},
        hovertext=[_hover(row) for row in mine.itertuples()],
        hoverinfo="text",
        opacity=0.65,
    )
    first = mine.iloc[0]
    style.note(fig, (first["share_of_gdp_pct"], first["equipment_share_pct"]), str(first["year"]), colour, yshift=-12)


def _lines(fig: go.Figure, rows: pd.DataFrame) -> None:
    target, equipment = rows["target_pct"].iloc[0], rows["equipment_target_pct"].iloc[0]
    style.target_line(
        fig, equipment, _("{target} on equipment").format(target=trimmed_percent(equipment)), side="right"
    )
    style.target_line(fig, target, _("{target} of GDP").format(target=trimmed_percent(target)), axis="x")
    for x, y, anchor, words in (
        (1, 1, "right", _("meets both")),
        (1, 0, "right", _("GDP only")),
        (0, 1, "left", _("equipment only")),
        (0, 0, "left", _("neither")),
    ):
        style.note(
            fig,
            (x, y),
            f"<i>{words}</i>",
            style.MUTED,
            13,
            xref="paper",
            yref="paper",
            xanchor=anchor,
            yanchor="top" if y else "bottom",
        )


def _hover(row) -> str:
    return _("{country}, {year}{estimate}: {share} of GDP, {equipment} of it on equipment").format(
        country=labels.place(row.iso3),
        year=row.year,
        estimate=style.estimate_mark(row.is_estimate),
        share=percent(row.share_of_gdp_pct),
        equipment=percent(row.equipment_share_pct, 1),
    )


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return spending.subtitle(rows, params.edition)
    return _(
        "Share of real GDP, and equipment as a share of defence expenditure, {year}, NATO edition {edition}; hollow: estimate"
    ).format(year=params.year, edition=params.edition)


def _finding(rows: pd.DataFrame, params: Params) -> str:
    now = rows[(rows["year"] == params.year) & rows["was_ally"]]
    if now.empty:
        return spending.nothing(params.edition, params.year)
    finding = _(
        "{both} of {all} allies meet both {target} of GDP and {equipment} on equipment in {year}{estimate}"
    ).format(
        both=int((now["meets"].astype(bool) & now["meets_equipment"].astype(bool)).sum()),
        all=len(now),
        target=trimmed_percent(now["target_pct"].iloc[0]),
        equipment=trimmed_percent(now["equipment_target_pct"].iloc[0]),
        year=params.year,
        estimate=spending.estimates_in_words(now),
    )
    mine = now[now["iso3"] == spending.first_ally(params.countries)]
    if mine.empty:
        return finding
    row = mine.iloc[0]
    return (
        finding
        + "; "
        + _("{country}: {share} and {equipment}").format(
            country=labels.place(row["iso3"]),
            share=percent(row["share_of_gdp_pct"]),
            equipment=percent(row["equipment_share_pct"], 1),
        )
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    now = rows[(rows["year"] == params.year) & rows["was_ally"]]
    text = _finding(rows, params) + "."
    if now.empty:
        return text
    without = now[~now["meets_equipment"].astype(bool)].sort_values("equipment_share_pct")
    if len(without):
        named = ", ".join(
            f"{labels.place(row.iso3)} ({percent(row.equipment_share_pct, 1)})" for row in without.head(5).itertuples()
        )
        text += " " + _("Lowest on equipment, below the line: {named}.").format(named=named)
    return text
