"""The allies as tiles, placed roughly as on a map and coloured by how far they are from a target."""

import textwrap
from typing import Annotated, Any

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import colour_key, labels, style
from dashboard.charts import View
from dashboard.language import _, number, percent, trimmed_percent
from dashboard.params import REPORTERS
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("Allies on a tile map")
VIEW = View("grid", N_("Tile map"), 2)

# Column and row of each ally's tile, counted from the top left.
PLACES = {
    "ISL": (3, 0), "NOR": (5, 0), "SWE": (6, 0), "FIN": (7, 0),
    "CAN": (0, 1), "DNK": (5, 1), "EST": (7, 1),
    "USA": (0, 2), "GBR": (3, 2), "NLD": (4, 2), "DEU": (5, 2), "POL": (6, 2), "LVA": (7, 2),
    "BEL": (3, 3), "LUX": (4, 3), "CZE": (5, 3), "SVK": (6, 3), "LTU": (7, 3),
    "FRA": (3, 4), "ITA": (4, 4), "SVN": (5, 4), "HUN": (6, 4), "ROU": (7, 4),
    "PRT": (1, 5), "ESP": (2, 5), "HRV": (5, 5), "MNE": (6, 5), "BGR": (7, 5),
    "ALB": (5, 6), "MKD": (6, 6), "GRC": (7, 6), "TUR": (8, 6),
}  # fmt: skip
NARROW_PLACES = {
    code: (column, line)
    for line, codes in enumerate(
        ("ISL NOR SWE FIN", "CAN GBR DNK EST", "USA NLD DEU LVA", "BEL LUX POL LTU",
         "FRA CZE SVK HUN", "PRT ITA SVN ROU", "ESP HRV MNE BGR", "ALB MKD GRC TUR")
    )
    for column, code in enumerate(codes.split())
}  # fmt: skip
"""The same on a phone: four beside each other, so that names stand in the tiles."""
NARROW_PX = 340  # of the plot where it is smallest
LEGEND_IN_THE_OCEAN = {  # between North America and Europe, where no tile is
    "orientation": "v", "x": 0, "xanchor": "left", "y": 3 / 7, "yanchor": "middle", "yref": "paper",
    "font": {"size": 13}, "bgcolor": "rgba(0,0,0,0)",
}  # fmt: skip
NAME_LETTERS = 11  # of a line on a tile there


class Params(spending.StandingParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an ally (percent of GDP, points of GDP); those without a figure too. See `spending.shares`."""
    year = params.year or 0
    return spending.shares(snapshot, params.edition, params.against, year, year)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, wide=True)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The tiles closer together, with name, share and a sign."""
    return _drawn(rows, params, wide=False)


def _drawn(rows: pd.DataFrame, params: Params, *, wide: bool) -> go.Figure:
    fig = style.figure(_finding(rows, params), _subtitle(rows, params), height=560 if wide else 508)
    places = PLACES if wide else NARROW_PLACES
    columns, lines = (1 + max(place[side] for place in places.values()) for side in (0, 1))
    fig.update_xaxes(visible=False, range=[-0.5, columns - 0.5], fixedrange=True)
    fig.update_yaxes(visible=False, range=[lines - 0.5, -0.5], fixedrange=True)
    fig.update_layout(margin={"l": 4, "r": 4, "t": 8, "b": 8})
    if rows.empty:
        return fig
    tiles = rows[rows["iso3"].isin(list(places))]
    home = spending.first_ally(params.countries)
    for row in tiles.itertuples():
        _tile(fig, row, places[row.iso3], _edge(row.iso3, home, params))
    at = [places[code] for code in tiles["iso3"]]
    fig.add_scatter(
        x=[column for column, _line in at],
        y=[line for _column, line in at],
        mode="text",
        text=[_inside(row) if wide else _in_brief(row) for row in tiles.itertuples()],
        textfont={"size": 13 if wide else 12.5, "color": [_ink(row) for row in tiles.itertuples()]},
        hovertext=[_hover(row) for row in tiles.itertuples()],
        hoverinfo="text",
        showlegend=False,
    )
    shown = spending.classes_in_words(tiles.loc[tiles["was_ally"], "gap_points"])
    if wide:
        colour_key.of(fig, shown)
        fig.update_layout(legend=LEGEND_IN_THE_OCEAN)
    else:
        colour_key.below(fig, shown, NARROW_PX)
    return fig


def _edge(code: str, home: str | None, params: Params) -> dict[str, Any]:
    """The frame of a tile: the home country's own, that of the others chosen, and a thin line."""
    if code == home:
        return {"color": style.HOME, "width": 4}
    return {"color": style.INK, "width": 2.5} if code in params.countries else {"color": style.GRID, "width": 1}


def _tile(fig: go.Figure, row, place: tuple[int, int], edge: dict[str, Any]) -> None:
    column, line = place
    fill = spending.CLASSES[spending.distance_class(row.gap_points)][0] if _is_told(row) else style.PAPER
    fig.add_shape(
        type="rect",
        x0=column - 0.47,
        x1=column + 0.47,
        y0=line - 0.45,
        y1=line + 0.45,
        fillcolor=fill,
        line=edge,
        layer="below",
    )


def _is_told(row) -> bool:
    return bool(row.was_ally) and not pd.isna(row.share_of_gdp_pct)


def _ink(row) -> str:
    return spending.ink_on(spending.distance_class(row.gap_points)) if _is_told(row) else style.MUTED


def _inside(row) -> str:
    """Name, share and the signed distance; the sign says it without the colour."""
    lines = _broken(labels.place(row.iso3)) or [row.iso3]
    name = "<br>".join(f"<b>{line}</b>" for line in lines)
    if untold := _untold(row):
        return f"{name}<br>{untold}"
    return f"{name}<br>{_share(row)}{'<br>' if len(lines) == 1 else '; '}{spending.gap_label(row.gap_points)}"


def _in_brief(row) -> str:
    """Name, share and whether it meets the target."""
    name = "<br>".join(_broken(labels.place(row.iso3)) or [row.iso3])
    return f"{name}<br>{_untold(row) or f'<b>{_share(row)}</b> ' + ('✓' if row.meets else '✕')}"


def _untold(row) -> str:
    """Why a tile has no share; empty where it has one."""
    if row.iso3 in spending.NO_ARMED_FORCES:
        return _("no armed<br>forces")
    if pd.isna(row.share_of_gdp_pct):
        return _("no figure")
    return "" if row.was_ally else _("not yet<br>an ally")


def _share(row) -> str:
    return f"{number(row.share_of_gdp_pct)}{' <i>e</i>' if row.is_estimate else ''}"


def _broken(name: str) -> list[str]:
    """The name in lines that a tile holds; empty where it can not be."""
    lines = textwrap.wrap(name, NAME_LETTERS - 1, break_long_words=False)
    return lines if len(lines) <= 2 and all(len(line) <= NAME_LETTERS for line in lines) else []


def _hover(row) -> str:
    name = labels.place(row.iso3)
    if row.iso3 in spending.NO_ARMED_FORCES:
        return _("{country}: no armed forces").format(country=name)
    if pd.isna(row.share_of_gdp_pct):
        return _("{country}: no figure in this edition").format(country=name)
    text = spending.hover(row)
    return text if row.was_ally else text + ", " + _("not yet an ally")


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    parts = [spending.subtitle(rows, params.edition)]
    if rows["is_estimate"].any():
        parts.append(_("e: estimate"))
    if framed := [labels.place(code) for code in params.countries if code in set(rows["iso3"])]:
        parts.append(_("framed: {named}").format(named=", ".join(framed)))
    return "; ".join(parts)


def _finding(rows: pd.DataFrame, params: Params) -> str:
    with_figure = rows[rows["share_of_gdp_pct"].notna() & rows["was_ally"]]
    if with_figure.empty:
        return spending.nothing(params.edition, params.year)
    short = with_figure[~with_figure["meets"].astype(bool)]
    target, estimates = trimmed_percent(with_figure["target_pct"].iloc[0]), spending.estimates_in_words(with_figure)
    if short.empty:
        return _("All {all} allies with a figure meet {target} in {year}{estimate}").format(
            all=len(with_figure), target=target, year=params.year, estimate=estimates
        )
    furthest = short.iloc[-1]
    words = (
        _("One of {all} allies is short of {target} in {year}{estimate}: {country}, by {points} points")
        if len(short) == 1
        else _("Short of {target} in {year}{estimate}: {short} of {all} allies; furthest {country}, by {points} points")
    )
    return words.format(
        short=len(short),
        all=len(with_figure),
        target=target,
        year=params.year,
        estimate=estimates,
        country=labels.place(furthest["iso3"]),
        points=number(-furthest["gap_points"]),
    )


def summary(rows: pd.DataFrame, params: Params) -> str:
    text = _finding(rows, params) + "."
    home = spending.first_ally(params.countries)
    mine = rows[(rows["iso3"] == home) & rows["share_of_gdp_pct"].notna()]
    if len(mine):
        row = mine.iloc[0]
        text += " " + _("{country}: {value}{estimate}, {verdict}.").format(
            country=labels.place(home),
            value=percent(row["share_of_gdp_pct"]),
            estimate=style.estimate_mark(bool(row["is_estimate"])),
            verdict=spending.verdict(row["share_of_gdp_pct"], row["target_pct"]),
        )
    return text if rows.empty else text + " " + _("Iceland has no armed forces.") + spending.rounded_up(rows)
