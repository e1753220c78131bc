"""How a figure was revised: every edition's value for a country and year; or, ally by year, the change between two editions."""

from itertools import groupby

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, placement, style
from dashboard.charts import View
from dashboard.language import _, day, labelled
from dashboard.topics import spending
from dashboard.topics.revision_matrix import draw_matrix
from dashboard.topics.revisions import (
    SHARE,
    RevisionParams,
    change_in_words,
    in_words,
    is_percent,
    on_several_bases,
    revisions,
    smallest,
)
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("How figures were revised")
BRIEF = ("publisher", "published_on", "value")
VIEW = View("revisions", N_("Revisions"), 7)

PLOT_PX = 580  # of the plot where it is smallest
ASIDE = 0.15  # of what the values span, free on either side


Params = RevisionParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `revisions`."""
    return revisions(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, wide=True)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same with the values below the names of the editions: the axis keeps the width."""
    return _drawn(rows, params, wide=False)


def _drawn(rows: pd.DataFrame, params: Params, *, wide: bool) -> go.Figure:
    fig = style.figure(_finding(rows, params), _subtitle(rows, params))
    if rows.empty:
        return fig.update_layout(height=240)
    return _draw_editions(fig, rows, params, wide) if params.revisions == "editions" else draw_matrix(fig, rows, params)


def _draw_editions(fig: go.Figure, rows: pd.DataFrame, params: Params, wide: bool) -> go.Figure:
    """A dot an edition, the oldest on top; NATO's joined by a line, the others in grey."""
    values = [
        f"{in_words(row.value, row.currency, params)}{style.estimate_mark(row.is_estimate)}"
        for row in rows.itertuples()
    ]
    names = [_place(row) for row in rows.itertuples()]
    places = names if wide else [f"{name}<br>{value}" for name, value in zip(names, values, strict=True)]
    nato = rows["publisher"] == "NATO"
    if not on_several_bases(rows, params):
        fig.add_scatter(
            x=rows.loc[nato, "value"].tolist(),
            y=[place for place, mine in zip(places, nato, strict=True) if mine],
            mode="lines",
            line={"color": style.HOME, "width": 2},
            hoverinfo="skip",
        )
    colours = [style.HOME if mine else style.MUTED for mine in nato]
    _draw_dots(fig, rows, places, [labelled(*each) for each in zip(names, values, strict=True)], colours)
    for value, place, text, colour in zip(rows["value"], places, values, colours, strict=True) if wide else ():
        style.note(fig, (value, place), text, colour, 14, xanchor="left", align="left", xshift=14, **style.PLATE)
    low, high = rows["value"].min(), rows["value"].max()
    span = max(high - low, abs(high) * 0.05, 0.05)
    words = (max(map(len, values)) * placement.LETTER_PX + 24) / PLOT_PX if wide else 0  # of the plot, right of a dot
    fig.update_xaxes(
        range=[low - span * ASIDE, low - span * ASIDE + span * (1 + 2 * ASIDE) / (1 - words)],
        showgrid=True,
        nticks=5,
        ticksuffix=" %" if is_percent(params) else "",
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


def _draw_dots(fig: go.Figure, rows: pd.DataFrame, places: list[str], hover: list[str], colours: list[str]) -> None:
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
            f"{text}<br>{day(row.published_on.date())}" for text, row in zip(hover, rows.itertuples(), strict=True)
        ],
        hoverinfo="text",
    )


# --- words ---------------------------------------------------------------------------------------------------------


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    unit = "%" if params.measure == SHARE else _(labels.UNITS[params.measure])  # the measure names the base
    subtitle = f"{labels.of('measure', params.measure)}, {unit}"
    if rows.empty:
        return subtitle
    if params.revisions == "matrix":
        change = _("percentage points") if is_percent(params) else _(labels.UNITS[params.measure])
        return _("{measure}: change from NATO edition {before} to {edition}, {unit}; largest first").format(
            measure=labels.of("measure", params.measure), before=params.before, edition=params.edition, unit=change
        )
    if on_several_bases(rows, params):
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
    nato = rows[rows["publisher"] == "NATO"]
    if nato.empty and (why := spending.NO_ARMED_FORCES.get(params.countries[0])):
        return _(why).rstrip(".")
    if nato.empty:
        return _("No NATO edition has a figure of {country} for {year} ({measure}); choose another year").format(
            measure=labels.of("measure", params.measure), country=labels.place(params.countries[0]), year=params.year
        )
    apart = on_several_bases(rows, params)
    words = _("{value} (NATO {edition}, prices of {base})") if apart else _("{value} (NATO {edition})")
    said = [
        (in_words(row.value, row.currency, params), _unbroken(row.edition), row.price_base_year)
        for row in nato.itertuples()
    ]
    values = []
    for (value, base), same in groupby(said, key=lambda one: (one[0], one[2] if apart else None)):
        editions = ", ".join(edition for _value, edition, _base in same)
        values.append(words.format(value=value, edition=editions, base=base))
    return _("{country} in {year}: {values}").format(
        country=labels.place(nato["iso3"].iloc[0]),
        year=params.year,
        values=("; " if apart else _(", then ")).join(values),
    )


def _unbroken(edition: str) -> str:
    """An edition's code that no line of a headline ends in."""
    return edition.replace("-", "\u2011")


def _largest(rows: pd.DataFrame, params: Params) -> str:
    if params.before is None or rows.empty:
        return _(
            "No two comparable NATO editions hold this measure; choose another measure (constant prices are compared only on one base)"
        )
    top = rows.loc[rows["revision"].abs().idxmax()]
    moved = int((rows["revision"].abs() >= smallest(params)).sum())
    return _("{moved} of {all} figures revised from {before} to {edition}; most: {country} in {year}, {change}").format(
        moved=moved,
        all=len(rows),
        before=_unbroken(params.before),
        edition=_unbroken(params.edition or ""),
        country=labels.place(top["iso3"]),
        year=top["year"],
        change=change_in_words(top["revision"], params),
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    text = _finding(rows, params) + "."
    if rows.empty:
        return text
    if params.revisions == "matrix":
        mine = rows[rows["iso3"] == spending.first_ally(params.countries)]
        moved = mine[mine["revision"].abs() >= smallest(params)].sort_values("year")
        if moved.empty:
            return text
        changes = ", ".join(f"{row.year} {change_in_words(row.revision, params)}" for row in moved.itertuples())
        return (
            text + " " + _("{country}: {changes}.").format(country=labels.place(mine["iso3"].iloc[0]), changes=changes)
        )
    others = rows[rows["publisher"] != "NATO"]
    if len(others):
        named = "; ".join(
            labelled(
                f"{labels.of('publisher', row.publisher)} {row.edition}", in_words(row.value, row.currency, params)
            )
            for row in others.itertuples()
        )
        text += " " + _("Others: {named}.").format(named=named)
    return text + spending.without_figure(rows, params.countries)
