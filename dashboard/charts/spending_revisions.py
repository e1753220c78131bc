"""How a figure was revised: every edition's value for a country and year; or, ally by year, the change between two editions."""

from itertools import groupby, pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, placement, style
from dashboard.charts import View
from dashboard.cited import unbroken
from dashboard.language import _, day, labelled, month_name, ngettext
from dashboard.topics import spending
from dashboard.topics.revision_matrix import draw_matrix
from dashboard.topics.revisions import (
    SHARE,
    RevisionParams,
    change_in_words,
    edition_in_words,
    in_words,
    is_percent,
    on_several_bases,
    revisions,
    smallest,
    value_in_words,
)
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("How figures were revised")
BRIEF = ("publisher", "published_on", "value")
VIEW = View("revisions", N_("Revisions"), 7)

PLOT_PX, WIDER = 580, 1.6  # of the plot where it is smallest, and how many times as wide it may be
ROW_PX = 48  # of an edition
NARROW_LETTERS = 20  # of a line of what is said of one on a phone
ASIDE = 0.15  # of what the values span, free on either side
LEAST_SPAN = 0.25  # of the axis, of the value: a change of a hundredth is not to look like a collapse


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
    """A dot an edition, the oldest on top, where its value as it is told stands; NATO's joined by a line, the others in grey."""
    if is_percent(params):
        rows = rows.assign(value=rows["value"].round(2))
    values = [value_in_words(row, params) for row in rows.itertuples()]
    names = [edition_in_words(row) for row in rows.itertuples()]
    short = [[style.wrapped(text, NARROW_LETTERS) for text in each] for each in zip(names, values, strict=True)]
    places = names if wide else list(map("<br>".join, short))
    nato = rows["publisher"] == "NATO"
    joined = [] if on_several_bases(rows, params) else [row for row, mine in enumerate(nato) if mine]
    fig.add_scatter(
        x=[rows["value"].iloc[row] for row in joined],
        y=[places[row] for row in joined],
        mode="lines",
        line={"color": style.HOME, "width": 2},
        hoverinfo="skip",
    )
    colours = [style.HOME if mine else style.MUTED for mine in nato]
    _draw_dots(fig, rows, places, [labelled(*each) for each in zip(names, values, strict=True)], colours)
    told_px = max(map(len, values)) * placement.LETTER_PX if wide else 0
    low, high, at_left = _frame(rows["value"].tolist(), joined, told_px)
    for row, text in enumerate(values) if wide else ():
        side = ("right", -14) if row in at_left else ("left", 14)
        at = (rows["value"].iloc[row], places[row])
        style.note(fig, at, text, colours[row], 14, xanchor=side[0], align=side[0], xshift=side[1], **style.PLATE)
    fig.update_xaxes(
        range=[low, high],
        showgrid=True,
        nticks=7 if wide else 5,
        tickangle=0,
        ticksuffix=" %" if is_percent(params) else "",
    )
    fig.update_yaxes(
        categoryorder="array",
        categoryarray=places,
        autorange="reversed",
        showgrid=False,
        tickfont={"size": 13, "color": style.INK},
    )
    lines = 2 + max((place.count("<br>") for place in places), default=0)  # one to part it from the next
    return fig.update_layout(height=120 + max(ROW_PX, placement.LINE_PX * lines) * len(rows))


def _frame(values: list[float], joined: list[int], told_px: int) -> tuple[float, float, set[int]]:
    """The ends of the axis, and the rows whose values stand at the left of their dots: a line runs through the right of them."""
    span = max(max(values) - min(values), abs(max(values)) * LEAST_SPAN, 0.05)
    middle, room = (min(values) + max(values)) / 2, told_px + 24
    low = middle - span * (0.5 + ASIDE)
    high = max(middle + span * (0.5 + ASIDE), max(values) + room * (max(values) - low) / (PLOT_PX - room))
    ends = [((values[row], row), (values[after], after)) for row, after in pairwise(joined)]
    x_px = PLOT_PX / (high - low)
    struck = {
        row
        for row, value in enumerate(values)
        for scale in (x_px, x_px * WIDER)
        if any(
            placement.meet((value * scale + 8, row * ROW_PX - 9, value * scale + 8 + told_px, row * ROW_PX + 9), part)
            for end in ends
            for part in placement.along(end, scale, ROW_PX)
        )
    }
    furthest = min((values[row] - room / x_px for row in struck), default=low)
    return min(low, furthest), high, struck


def _draw_dots(fig: go.Figure, rows: pd.DataFrame, places: list[str], hover: list[str], colours: list[str]) -> None:
    fig.add_scatter(
        x=rows["value"].tolist(),
        y=places,
        mode="markers",
        marker={
            "size": 14,
            "opacity": 1,
            "color": np.where(rows["is_estimate"], style.PAPER, colours).tolist(),
            "line": {"width": 2, "color": colours},
        },
        hovertext=[f"{text}<br>{day(on)}" for text, on in zip(hover, rows["published_on"].dt.date, strict=True)],
        hoverinfo="text",
    )


# --- words ---------------------------------------------------------------------------------------------------------


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    subtitle = f"{labels.of('measure', params.measure)}, {_(labels.UNITS[params.measure])}"
    if params.measure == SHARE:
        subtitle = _("Defence expenditure, % of GDP")
    if rows.empty:
        return subtitle
    if params.revisions == "matrix":
        change = _("percentage points") if is_percent(params) else _(labels.UNITS[params.measure])
        return _("{measure}: change from NATO edition {before} to {edition}, {unit}; largest first").format(
            measure=labels.of("measure", params.measure), before=params.before, edition=params.edition, unit=change
        )
    if on_several_bases(rows, params):
        return subtitle + ". " + _("Price bases differ: the values are not comparable.")
    sipri = (rows["publisher"] == "SIPRI").any()
    signs = _("Hollow: estimate. SIPRI has its own definition.") if sipri else _("Hollow: estimate.")
    return f"{subtitle}. {signs} " + _("The axis does not start at 0.")


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if params.edition is None:
        return spending.nothing(None)
    if params.revisions == "matrix":
        return _largest(rows, params)
    nato = rows[rows["publisher"] == "NATO"]
    if nato.empty and (why := spending.NO_ARMED_FORCES.get(params.countries[0])):
        return _(why).rstrip(".")
    if nato.empty:
        return _("{country}: no NATO edition has a figure for {year} ({measure}); choose another year").format(
            measure=labels.of("measure", params.measure), country=labels.place(params.countries[0]), year=params.year
        )
    apart = on_several_bases(rows, params)
    words = _("{value} (NATO, {published}, prices of {base})") if apart else _("{value} (NATO, {published})")
    said = [
        (in_words(row.value, row.currency, params), month_name(pd.Timestamp(f"{row.edition}-01")), row.price_base_year)
        for row in nato.itertuples()
    ]
    values = []
    for (value, base), same in groupby(said, key=lambda one: (one[0], one[2] if apart else None)):
        published = ", ".join(month.replace(" ", "\u00a0") for _value, month, _base in same)
        values.append(words.format(value=value, published=published, base=base))
    finding = _("{country}, the figure for {year}: {values}").format(
        country=labels.place(nato["iso3"].iloc[0]),
        year=params.year,
        values=("; " if apart else _(", then ")).join(values),
    )
    revised = nato["value"].iloc[-1] - nato["value"].iloc[0]
    if apart or not is_percent(params) or abs(revised) < smallest(params):
        return finding
    words = ngettext("{finding}; {points} point", "{finding}; {points} points", abs(revised))
    return words.format(finding=finding, points=change_in_words(revised, params))


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
        before=unbroken(params.before),
        edition=unbroken(params.edition or ""),
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
        named = "; ".join(labelled(edition_in_words(row), value_in_words(row, params)) for row in others.itertuples())
        text += " " + _("Others: {named}.").format(named=named)
    return text + spending.without_figure(rows, params.countries)


def further(rows: pd.DataFrame, params: Params) -> str:
    """What the picture does not say: it has the values of all editions, the matrix those of few allies."""
    if params.revisions == "matrix":
        return summary(rows, params).removeprefix(_finding(rows, params)).lstrip(". ")
    return spending.without_figure(rows, params.countries).strip()
