"""How a figure was revised: every edition's value for a country and year; or, ally by year, the change between two editions."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, day, labelled, number, percent, signed
from dashboard.topics import spending
from dashboard.topics.revisions import RevisionParams, revisions
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("How figures were revised")
BRIEF = ("publisher", "published_on", "value")
VIEW = View("revisions", N_("Revisions"), 7)

ALLIES_SHOWN = 20


Params = RevisionParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `revisions`."""
    return revisions(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    fig = style.figure(_finding(rows, params), _subtitle(rows, params))
    if rows.empty:
        return fig.update_layout(height=240)
    return _draw_editions(fig, rows, params) if params.revisions == "editions" else _draw_matrix(fig, rows, params)


def _draw_editions(fig: go.Figure, rows: pd.DataFrame, params: Params) -> go.Figure:
    """A dot an edition, the oldest on top; NATO's joined by a line, the others in grey."""
    places = [_place(row) for row in rows.itertuples()]
    values = [
        f"{_said(row.value, row.currency, params)}{style.estimate_mark(row.is_estimate)}" for row in rows.itertuples()
    ]
    nato = rows["publisher"] == "NATO"
    if not _on_several_bases(rows, params):
        fig.add_scatter(
            x=rows.loc[nato, "value"].tolist(),
            y=[place for place, mine in zip(places, nato, strict=True) if mine],
            mode="lines",
            line={"color": style.HOME, "width": 2},
            hoverinfo="skip",
        )
    colours = [style.HOME if mine else style.MUTED for mine in nato]
    _draw_dots(fig, rows, places, values, colours)
    for value, place, text, colour in zip(rows["value"], places, values, colours, strict=True):
        broken = text.replace(" (", "<br>(")  # an estimate is said below its figure: a phone has no room beside it
        style.note(fig, (value, place), broken, colour, 14, xanchor="left", align="left", xshift=14, **style.PLATE)
    low, high = rows["value"].min(), rows["value"].max()
    span = max(high - low, abs(high) * 0.05, 0.05)
    fig.update_xaxes(
        range=[low - span * 0.2, high + span * 2.6],
        showgrid=True,
        nticks=5,
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


def _place(row) -> str:
    """The name of an edition's line."""
    if row.publisher == "NATO_REPORT":
        return _("NATO report {edition}").format(edition=row.edition)
    return f"{labels.of('publisher', row.publisher)} {row.edition}"


def _draw_dots(fig: go.Figure, rows: pd.DataFrame, places: list[str], values: list[str], colours: list[str]) -> None:
    fig.add_scatter(
        x=rows["value"].tolist(),
        y=places,
        mode="markers",
        marker={
            "size": 14,
            "color": colours,
            "symbol": ["circle-open" if estimate else "circle" for estimate in rows["is_estimate"]],
            "line": {"width": 2, "color": colours},
        },
        hovertext=[
            labelled(f"{place}, {day(row.published_on.date())}", text)
            for place, row, text in zip(places, rows.itertuples(), values, strict=True)
        ],
        hoverinfo="text",
    )


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
    fig.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 13, "color": style.INK})
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
    return labelled(
        f"{labels.place(cell.iso3)}, {cell.year}",
        f"{number(cell.value_before)} ({cell.edition_before}), {number(cell.value)} ({cell.edition}), {_delta(cell.revision, params)}",
    )


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    subtitle = f"{labels.of('measure', params.measure)}, {_(labels.UNITS[params.measure])}"
    if rows.empty:
        return subtitle
    if params.revisions == "matrix":
        change = _("percentage points") if _is_percent(params) else _(labels.UNITS[params.measure])
        return _("{measure}: change from NATO edition {before} to {edition}, {unit}; largest first").format(
            measure=labels.of("measure", params.measure), before=params.before, edition=params.edition, unit=change
        )
    if _on_several_bases(rows, params):
        return subtitle + ". " + _("Price bases differ: the values are not comparable.")
    return (
        subtitle + ". " + _("Hollow: estimate. SIPRI has its own definition.")
        if (rows["publisher"] == "SIPRI").any()
        else subtitle + ". " + _("Hollow: estimate.")
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
    values = [
        words.format(value=_said(row.value, row.currency, params), edition=row.edition, base=row.price_base_year)
        for row in nato.itertuples()
    ]
    return _("{country} in {year}: {values}").format(
        country=home, year=params.year, values=("; " if apart else _(", then ")).join(values)
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
    text = _finding(rows, params) + "."
    if rows.empty:
        return text
    if params.revisions == "matrix":
        mine = rows[rows["iso3"] == spending.first_ally(params.countries)]
        moved = mine[mine["revision"].abs() >= _smallest(params)].sort_values("year")
        if moved.empty:
            return text
        changes = ", ".join(f"{row.year} {_delta(row.revision, params)}" for row in moved.itertuples())
        return (
            text + " " + _("{country}: {changes}.").format(country=labels.place(mine["iso3"].iloc[0]), changes=changes)
        )
    others = rows[rows["publisher"] != "NATO"]
    if len(others):
        named = "; ".join(
            labelled(f"{labels.of('publisher', row.publisher)} {row.edition}", _said(row.value, row.currency, params))
            for row in others.itertuples()
        )
        text += " " + _("Others: {named}.").format(named=named)
    return text
