"""Share of GDP against the share of it spent on major equipment, ally by ally, with the lines of both targets."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, placement, style
from dashboard.charts import View
from dashboard.language import _, ngettext, percent, trimmed_percent
from dashboard.params import PROPOSED_FOR
from dashboard.topics import spending
from dashboard.topics.equipment import EQUIPMENT, EquipmentParams, shares_and_equipment
from dashboard.topics.equipment_names import apart, write_names
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("Share of GDP against equipment")
BRIEF = ("iso3", "share_of_gdp_pct", "equipment_share_pct")
VIEW = View("quadrant", N_("Equipment"), 3)

AXES = ("share_of_gdp_pct", EQUIPMENT)
WIDE_PX, NARROW_PX = (680, 580), (290, 430)  # of the plot where it is smallest, for the places of names
HEIGHT, NARROW_HEIGHT = 730, 540
KEY_LETTERS = 96  # of a line of the key
ROOM_BELOW, NARROW_ROOM_BELOW = 2, 6  # of the axis, below the lowest point, for the words of the corners
LEADERS = 3  # of each axis that are named
MOST_TOLD = 5  # of those short of a target, in a sentence


Params = EquipmentParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `shares_and_equipment`."""
    return shares_and_equipment(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, WIDE_PX)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """Names only where there is room for them."""
    return _drawn(rows, params, NARROW_PX)


def _drawn(rows: pd.DataFrame, params: Params, plot_px: tuple[int, int]) -> go.Figure:
    wide = plot_px == WIDE_PX
    fig = style.figure(_finding(rows, params), _subtitle(rows, params), height=HEIGHT if wide else NARROW_HEIGHT)
    fig.update_xaxes(title=_("Share of GDP"), ticksuffix=" %", dtick=1)
    fig.update_yaxes(title=_("Equipment, share of expenditure"), ticksuffix=" %", dtick=10)
    now = rows[rows["year"] == params.year]
    if now.empty:  # an edition may end before the year of the view it is compared with
        return fig
    home = spending.first_ally(params.countries)
    colours = style.roles(home or "", [code for code in params.countries if code not in labels.AGGREGATES])
    first = (
        rows[(rows["year"] < params.year) & rows["iso3"].isin(now["iso3"])].sort_values("year").drop_duplicates("iso3")
    )
    drawn, target, equipment = pd.concat([now, first]), rows["target_pct"].iloc[0], rows["equipment_target_pct"].iloc[0]
    beside = (250 if wide else 380) / plot_px[0]  # names of those at the left edge
    low, high = max(0.0, min(drawn[AXES[0]].min(), target) - beside), drawn[AXES[0]].max() + 0.4
    room = ROOM_BELOW if wide else NARROW_ROOM_BELOW
    bottom = max(0, 10 * ((min(drawn[EQUIPMENT].min(), equipment) - room) // 10))
    top = bottom + (max(drawn[EQUIPMENT].max(), equipment) - bottom) * 1.15  # the words of the corners stand above
    points = _named(now, first, colours, everyone=wide)
    for code in first["iso3"]:
        _way(fig, points[points["iso3"] == code], colours[code])
    for colour, part in reversed(list(points.groupby("colour", sort=False))):  # the home country in front
        _points(fig, part, str(colour))
    left_px = plot_px[0] * (target - low) / (high - low)
    fig.update_xaxes(range=[low, high])
    fig.update_yaxes(range=[bottom, top])
    _lines(fig, rows, left_px, proposed=params.against in PROPOSED_FOR)
    write_names(fig, points, plot_px, KEY_LETTERS if wide else placement.BELOW_LETTERS)
    return fig


def _named(now: pd.DataFrame, first: pd.DataFrame, colours: dict[str, str], *, everyone: bool) -> pd.DataFrame:
    """Every ally in the year and the beginnings of the ways, those named first on top: who was chosen, falls short or leads.

    The others are named where `everyone` is and there is room.
    """
    short = ~(now["meets"].astype(bool) & now["meets_equipment"].astype(bool))
    leads = now["iso3"].isin([code for axis in AXES for code in now.nlargest(LEADERS, axis)["iso3"]])
    chosen = now["iso3"].isin(list(colours))
    now = now.assign(
        is_start=False,
        rank=np.select([chosen, short, leads], [0, 1, 3], 4),
        name=now["iso3"].map(labels.place).where(chosen | short | leads | everyone, ""),
        colour=now["iso3"].map(colours).fillna(pd.Series(np.where(short, style.INK, style.MUTED), index=now.index)),
    )
    starts = first.assign(is_start=True, rank=2, name=first["year"].astype(str), colour=first["iso3"].map(colours))
    return pd.concat([now.assign(beside=apart(now, AXES)), starts]).sort_values(["rank", "beside"], ignore_index=True)


def _points(fig: go.Figure, points: pd.DataFrame, colour: str) -> None:
    """The allies of a colour; hollow where NATO estimates, small where a way begins."""
    fig.add_scatter(
        x=points[AXES[0]].tolist(),
        y=points[EQUIPMENT].tolist(),
        mode="markers",
        marker={
            "size": np.select([points["is_start"], points["rank"] == 0], [5, 13], 8).tolist(),
            "color": [
                style.PAPER if estimate and not start else colour
                for estimate, start in zip(points["is_estimate"], points["is_start"], strict=True)
            ],
            "opacity": 1,
            "line": {"width": 2, "color": colour},
        },
        hovertext=[_hover(row) for row in points.itertuples()],
        hoverinfo="text",
    )


def _way(fig: go.Figure, ends: pd.DataFrame, colour: str) -> None:
    """A straight line from where an ally began to where it stands."""
    fig.add_scatter(
        x=ends[AXES[0]].tolist(),
        y=ends[EQUIPMENT].tolist(),
        mode="lines",
        line={"color": colour, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
    )


def _lines(fig: go.Figure, rows: pd.DataFrame, left_px: float, *, proposed: bool) -> None:
    """Both targets, and what each corner means where `left_px`, the room left of the target, holds the words."""
    target, equipment = rows["target_pct"].iloc[0], rows["equipment_target_pct"].iloc[0]
    style.target_line(
        fig, equipment, _("{target} on equipment").format(target=trimmed_percent(equipment)), side="right"
    )
    said = _("{target} of GDP").format(target=trimmed_percent(target))
    style.target_line(fig, target, said, axis="x", proposed=proposed)
    for x, y, anchor, said in (
        (1, 1, "right", _("meets both")),
        (1, 0, "right", _("GDP only")),
        (0, 1, "left", _("equipment only")),
        (0, 0, "left", _("neither")),
    ):
        words = said if x else style.wrapped(said, max(8, int(left_px / placement.LETTER_PX)))
        if not x and max(map(len, words.split("<br>"))) * placement.LETTER_PX > left_px:
            continue
        style.note(
            fig,
            (x, fig.layout.yaxis.range[y]),
            f"<i>{words}</i>",
            style.MUTED,
            13,
            xref="x domain",
            xanchor=anchor,
            align=anchor,
            **style.PLATE,
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
        "Defence expenditure, % of real GDP, and equipment, % of it, {year}, NATO edition {edition}; hollow: estimate"
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
    under = now[~now["meets"].astype(bool)].sort_values("share_of_gdp_pct")
    if len(under):
        words = ngettext(
            "Below {target} of GDP: {named}.", "Lowest in share of GDP, below {target}: {named}.", len(under)
        )
        named = _lowest(under, "share_of_gdp_pct", 2)
        text += " " + words.format(named=named, target=trimmed_percent(now["target_pct"].iloc[0]))
    without = now[~now["meets_equipment"].astype(bool)].sort_values("equipment_share_pct")
    if len(without):
        words = ngettext(
            "Below the line on equipment: {named}.", "Lowest on equipment, below the line: {named}.", len(without)
        )
        text += " " + words.format(named=_lowest(without, EQUIPMENT, 1))
    return text + spending.without_figure(now, params.countries)


def _lowest(short: pd.DataFrame, column: str, digits: int) -> str:
    """The first of those that are short, each with its figure."""
    named = zip(short["iso3"].head(MOST_TOLD), short[column].head(MOST_TOLD), strict=True)
    return ", ".join(f"{labels.place(code)} ({percent(figure, digits)})" for code, figure in named)
