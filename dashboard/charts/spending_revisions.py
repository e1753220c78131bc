"""How a figure was revised: every edition's value for a country and year; or, ally by year, the change between two editions."""

from typing import Annotated, Literal, Self

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, day, number, percent, signed
from dashboard.params import MEASURES, NATO_EDITIONS, REPORTERS, KnownParams, newest_edition
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("How figures were revised")
VIEW = View("revisions", N_("Revisions"), 7)

SHARE = "share_of_gdp_pct"
ALLIES_SHOWN = 20


class Params(KnownParams):
    revisions: Literal["editions", "matrix"] = Field("editions", title=N_("Revisions of"))
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )
    measure: Annotated[str, MEASURES] = Field(SHARE, title=N_("Measure"))
    year: Annotated[int | None, spending.NATO_YEARS] = Field(None, title=N_("Year"))
    before: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition before"))
    edition: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition"))

    def explicit(self, snapshot: Snapshot) -> Self:
        filled = super().explicit(snapshot)
        filled = filled.filled(edition=newest_edition(snapshot, "NATO", filled.known, filled.measure))
        filled = filled.filled(before=_edition_before(snapshot, filled.edition, filled.measure))
        return filled.filled(year=_year_in_two_editions(snapshot, filled))


def _edition_before(snapshot: Snapshot, edition: str | None, measure: str) -> str | None:
    """The NATO edition before one, among those that have the measure for more than a few allies."""
    found = snapshot.sql(
        """
        SELECT e.edition FROM editions e JOIN spending s USING (publisher, edition)
        WHERE publisher = 'NATO' AND s.measure = $measure AND e.published_on < (SELECT published_on FROM editions WHERE publisher = 'NATO' AND edition = $edition)
        GROUP BY e.edition, e.published_on HAVING count(*) > 10 ORDER BY e.published_on DESC LIMIT 1
        """,
        edition=edition,
        measure=measure,
    )
    return None if found.empty else found["edition"].iloc[0]


def _year_in_two_editions(snapshot: Snapshot, params: Params) -> int | None:
    """The last year for which at least two NATO editions known by the day have a figure of the first country."""
    found = snapshot.sql(
        """
        SELECT max(year) AS year FROM (
            SELECT year FROM spending JOIN editions e USING (publisher, edition)
            WHERE publisher = 'NATO' AND iso3 = $home AND measure = $measure AND e.published_on <= $known GROUP BY year HAVING count(DISTINCT edition) >= 2)
        """,
        home=params.countries[0],
        measure=params.measure,
        known=params.known,
    )["year"]
    return spending.last_year(snapshot, params.edition, params.measure) if found.isna().all() else int(found.iloc[0])


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an edition (one country and year), or an ally and year with its value in both editions and the difference."""
    return _by_edition(snapshot, params) if params.revisions == "editions" else _between(snapshot, params)


def _by_edition(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    return snapshot.sql(
        """
        SELECT publisher, edition, e.published_on, iso3, year, value, is_estimate, c.currency, e.constant_price_base_year AS price_base_year, s.source_id
        FROM spending s JOIN editions e USING (publisher, edition) LEFT JOIN currencies c USING (publisher, edition, iso3)
        WHERE iso3 = $home AND year = $year AND measure = $measure AND e.published_on <= $known
        ORDER BY e.published_on, publisher
        """,
        home=params.countries[0],
        year=params.year,
        measure=params.measure,
        known=params.known,
    )


def _between(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """Allies whose figure moved, the largest revision first. Nothing when constant prices of different base years would be compared."""
    found = snapshot.sql(
        """
        SELECT a.iso3, a.year, b.edition AS edition_before, b.value AS value_before, a.value, a.value - b.value AS revision, a.is_estimate,
               'NATO' AS publisher, a.edition, ea.constant_price_base_year AS price_base_year, concat(b.source_id, ';', a.source_id) AS source_id
        FROM spending a JOIN spending b USING (publisher, iso3, year, measure)
        JOIN editions ea ON ea.publisher = 'NATO' AND ea.edition = a.edition JOIN editions eb ON eb.publisher = 'NATO' AND eb.edition = b.edition
        JOIN countries c ON c.iso3 = a.iso3
        LEFT JOIN currencies ca ON ca.edition = a.edition AND ca.iso3 = a.iso3 LEFT JOIN currencies cb ON cb.edition = b.edition AND cb.iso3 = b.iso3
        WHERE a.publisher = 'NATO' AND a.edition = $edition AND b.edition = $before AND measure = $measure
          AND (NOT contains(measure, 'constant') OR ea.constant_price_base_year = eb.constant_price_base_year)
          AND (NOT contains(measure, '_ncu_') OR ca.currency = cb.currency)
        """,
        edition=params.edition,
        before=params.before,
        measure=params.measure,
    )
    size = found["revision"].abs().groupby(found["iso3"]).max()
    found = found.assign(largest=found["iso3"].map(size)).sort_values(
        ["largest", "iso3", "year"], ascending=[False, True, True]
    )
    return found.drop(columns="largest").reset_index(drop=True)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    fig = style.figure(_finding(rows, params), _subtitle(rows, params))
    if rows.empty:
        return fig.update_layout(height=240)
    return _draw_editions(fig, rows, params) if params.revisions == "editions" else _draw_matrix(fig, rows, params)


def _draw_editions(fig: go.Figure, rows: pd.DataFrame, params: Params) -> go.Figure:
    """A dot an edition, the oldest on top; NATO's joined by a line, the others in grey."""
    places = [
        f"{labels.of('publisher', row.publisher)} {row.edition}"
        if row.publisher != "NATO_REPORT"
        else _("NATO report {edition}").format(edition=row.edition)
        for row in rows.itertuples()
    ]
    said = [
        f"{_said(row.value, row.currency, params)}{style.estimate_mark(row.is_estimate)}" for row in rows.itertuples()
    ]
    nato = (rows["publisher"] == "NATO").tolist()
    if not _on_several_bases(rows, params):
        fig.add_scatter(
            x=[value for value, mine in zip(rows["value"], nato, strict=True) if mine],
            y=[place for place, mine in zip(places, nato, strict=True) if mine],
            mode="lines",
            line={"color": style.HOME, "width": 2},
            hoverinfo="skip",
        )
    colours = [style.HOME if mine else style.MUTED for mine in nato]
    fig.add_scatter(
        x=rows["value"].tolist(),
        y=places,
        mode="markers+text",
        text=[f"   {text}" for text in said],
        textposition="middle right",
        cliponaxis=False,
        textfont={"size": 14, "color": colours},
        marker={
            "size": 14,
            "color": colours,
            "symbol": ["circle-open" if estimate else "circle" for estimate in rows["is_estimate"]],
            "line": {"width": 2, "color": colours},
        },
        hovertext=[
            spending.labelled(f"{place}, {day(row.published_on.date())}", text)
            for place, row, text in zip(places, rows.itertuples(), said, strict=True)
        ],
        hoverinfo="text",
    )
    low, high = rows["value"].min(), rows["value"].max()
    span = max(high - low, abs(high) * 0.05, 0.05)
    fig.update_xaxes(
        range=[low - span * 0.2, high + span * 1.1],
        showgrid=True,
        nticks=5,
        tickangle=0,
        ticksuffix=" %" if _is_percent(params) else "",
    )
    fig.update_yaxes(
        categoryorder="array",
        categoryarray=places,
        autorange="reversed",
        showgrid=False,
        tickfont={"size": 13, "color": style.INK},
    )
    return fig.update_layout(height=120 + 48 * len(rows))


def _draw_matrix(fig: go.Figure, rows: pd.DataFrame, params: Params) -> go.Figure:
    allies = list(dict.fromkeys(rows.loc[rows["revision"].abs() >= _smallest(params), "iso3"]))[:ALLIES_SHOWN]
    years = sorted(rows["year"].unique().tolist())
    cells = {(row.iso3, row.year): row for row in rows.itertuples()}
    lines = [[cells.get((code, year)) for year in years] for code in allies]
    most = rows["revision"].abs().quantile(0.99) or 1
    fig.add_heatmap(
        x=[str(year) for year in years],
        y=[f"<b>{labels.place(code)}</b>" if code in params.countries else labels.place(code) for code in allies],
        z=[[None if cell is None else cell.revision for cell in line] for line in lines],
        text=[
            [
                "" if cell is None or abs(cell.revision) < _smallest(params) else _delta(cell.revision, params)
                for cell in line
            ]
            for line in lines
        ],
        texttemplate="%{text}",
        hovertext=[["" if cell is None else _cell_hover(cell, params) for cell in line] for line in lines],
        hoverinfo="text",
        colorscale=[[i / (len(style.REVISION) - 1), colour] for i, colour in enumerate(style.REVISION)],
        zmid=0,
        zmin=-most,
        zmax=most,
        showscale=False,
        xgap=2,
        ygap=2,
    )
    fig.update_xaxes(side="top", type="category")
    fig.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 12, "color": style.INK})
    return fig.update_layout(height=90 + 26 * max(len(allies), 6), margin={"l": 8, "r": 8, "t": 28, "b": 8})


# --- words ---------------------------------------------------------------------------------------------------------


def _is_percent(params: Params) -> bool:
    return labels.UNITS[params.measure].startswith("%")


def _on_several_bases(rows: pd.DataFrame, params: Params) -> bool:
    return "constant" in params.measure and rows["price_base_year"].nunique() > 1


def _smallest(params: Params) -> float:
    """What counts as a revision: what two printed figures can show."""
    if _is_percent(params):
        return 0.005
    return 0.05 if "thousand" in params.measure else 0.5


def _said(value: float, currency: str | None, params: Params) -> str:
    return percent(value) if _is_percent(params) else labels.measured(value, params.measure, currency)


def _delta(revision: float, params: Params) -> str:
    return signed(revision, 2 if _is_percent(params) else 0 if abs(revision) >= 10 else 1)


def _cell_hover(cell, params: Params) -> str:
    return spending.labelled(
        f"{labels.place(cell.iso3)}, {cell.year}",
        f"{number(cell.value_before)} ({cell.edition_before}), {number(cell.value)} ({cell.edition}), {_delta(cell.revision, params)}",
    )


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    said = f"{labels.of('measure', params.measure)}, {_(labels.UNITS[params.measure])}"
    if rows.empty:
        return said
    if params.revisions == "matrix":
        change = _("percentage points") if _is_percent(params) else _(labels.UNITS[params.measure])
        return _("{measure}: change from NATO edition {before} to {edition}, {unit}; largest first").format(
            measure=labels.of("measure", params.measure), before=params.before, edition=params.edition, unit=change
        )
    if _on_several_bases(rows, params):
        return said + ". " + _("Price bases differ: the values are not comparable.")
    return (
        said + ". " + _("Hollow: estimate. SIPRI has its own definition.")
        if (rows["publisher"] == "SIPRI").any()
        else said + ". " + _("Hollow: estimate.")
    )


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if params.edition is None:
        return spending.nothing(None)
    if params.revisions == "matrix":
        return _largest(rows, params)
    home = labels.place(params.countries[0])
    nato = rows[rows["publisher"] == "NATO"]
    if nato.empty:
        return _("No NATO edition has {measure} of {country} for {year}; choose another year").format(
            measure=labels.of("measure", params.measure), country=home, year=params.year
        )
    apart = _on_several_bases(rows, params)
    words = _("{value} (NATO {edition}, prices of {base})") if apart else _("{value} (NATO {edition})")
    said = [
        words.format(value=_said(row.value, row.currency, params), edition=row.edition, base=row.price_base_year)
        for row in nato.itertuples()
    ]
    return _("{country} in {year}: {values}").format(
        country=home, year=params.year, values=("; " if apart else _(", then ")).join(said)
    )


def _largest(rows: pd.DataFrame, params: Params) -> str:
    if params.before is None or rows.empty:
        return _(
            "No two comparable NATO editions hold this measure; choose another measure (constant prices are compared only on one base)"
        )
    top = rows.loc[rows["revision"].abs().idxmax()]
    moved = int((rows["revision"].abs() >= _smallest(params)).sum())
    return _("{moved} of {all} figures revised from {before} to {edition}; most: {country} in {year}, {change}").format(
        moved=moved,
        all=len(rows),
        before=params.before,
        edition=params.edition,
        country=labels.place(top["iso3"]),
        year=top["year"],
        change=_delta(top["revision"], params),
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    said = _finding(rows, params) + "."
    if rows.empty:
        return said
    if params.revisions == "matrix":
        mine = rows[rows["iso3"] == spending.first_ally(params.countries)]
        moved = mine[mine["revision"].abs() >= _smallest(params)].sort_values("year")
        if moved.empty:
            return said
        changes = ", ".join(f"{row.year} {_delta(row.revision, params)}" for row in moved.itertuples())
        return (
            said + " " + _("{country}: {changes}.").format(country=labels.place(mine["iso3"].iloc[0]), changes=changes)
        )
    others = rows[rows["publisher"] != "NATO"]
    if len(others):
        named = "; ".join(
            spending.labelled(
                f"{labels.of('publisher', row.publisher)} {row.edition}", _said(row.value, row.currency, params)
            )
            for row in others.itertuples()
        )
        said += " " + _("Others: {named}.").format(named=named)
    return said
