"""What each product pays from each origin on a day: numbers on tiles; threatened, scheduled and banned in words, never as a rate."""

import re

import pandas as pd
import plotly.graph_objects as go

from dashboard import forms, labels, style
from dashboard.charts import View
from dashboard.language import _, alphabetical, labelled, trimmed_percent
from dashboard.listing import Listing
from dashboard.topics.matrix_words import finding, short_rate, subtitle, waiting, what_is_charged
from dashboard.topics.tariff_matrix import BESIDE, MatrixParams, rates_by_product_and_origin
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Tariffs by product and origin on a day")
BRIEF = ("label", "origin", "total_pct")
VIEW = View("matrix", N_("Products and origins"), 3)

MOST_NAMED = 12  # origins whose names stand over their columns
LEAST_ROW_PX = 50  # of a row of cells with three lines
STEPS = (0.001, 12.5, 25.0, 50.0)  # upper ends of the shades: none, low, middle, high, highest; in per cent


Params = MatrixParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `rates_by_product_and_origin`."""
    return rates_by_product_and_origin(snapshot, params)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """A list: under each product what the first origin pays, then what others do, and which."""
    fig = style.figure(finding(rows), subtitle(rows, params))
    listing = Listing(fig, pictures=False)
    for _product, cells in rows.groupby("product_id", sort=False):
        listing.heading(cells["label"].iloc[0], style.INK)
        first, *others = cells.itertuples()
        said: dict[str, list[str]] = {}
        for cell in sorted(others, key=_shade, reverse=True):
            said.setdefault(_in_words(cell), []).append(labels.place(cell.origin).replace(" ", "\u00a0"))
        listing.item(
            (labelled(labels.place(first.origin), _in_words(first)), style.HOME, True),
            *(
                (labelled(rate, ", ".join(sorted(places, key=alphabetical))), style.INK, False)
                for rate, places in said.items()
            ),
        )
    listing.close()
    return fig


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    products, origins = list(dict.fromkeys(rows["product_id"])), _columns(rows)
    fig = style.figure(
        finding(rows),
        subtitle(rows, params),
        height=60 + 54 * max(3, len(products)),
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
    )
    if rows.empty:
        return fig
    cells = {(row.product_id, row.origin): row for row in rows.itertuples()}
    names = dict(zip(rows["product_id"], rows["label"], strict=True))
    grid = [[cells[product, origin] for origin in origins] for product in products]
    fig.add_heatmap(
        x=_heads(origins),
        y=[style.wrapped(names[product], 16) for product in products],
        z=[[_shade(cell) for cell in line] for line in grid],
        hovertext=[[_hover(cell) for cell in line] for line in grid],
        hoverinfo="text",
        colorscale=style.steps(style.HEAT),
        zmin=-0.5,
        zmax=len(style.HEAT) - 0.5,
        showscale=False,
        xgap=2,
        ygap=2,
    )
    for y, line in enumerate(grid):
        for x, cell in enumerate(line):
            colour = style.ON_DEEP if _shade(cell) > 2 else style.ON_PALE
            fig.add_annotation(
                x=x,
                y=y,
                text=_on_tile(cell, wide=len(origins) <= MOST_NAMED),
                showarrow=False,
                font={"size": 13, "color": colour},
                hovertext=_hover(cell),
            )
    fig.update_xaxes(side="top", tickfont={"size": 13, "color": style.INK}, tickangle=0)
    fig.update_yaxes(range=[len(products) - 0.5, -0.5], showgrid=False, tickfont={"size": 13, "color": style.INK})
    forms.listed(fig, [row + 0.5 for row in range(len(products))], LEAST_ROW_PX)
    return fig


def _columns(rows: pd.DataFrame) -> list[str]:
    """The origin that is told of first, then the others in the alphabet of the language."""
    first, *others = dict.fromkeys(rows["origin"]) if len(rows) else [""]
    return [first, *sorted(others, key=lambda code: alphabetical(labels.place(code)))]


def _heads(origins: list[str]) -> list[str]:
    """Names, where there is room for them, the first in bold; else codes."""
    if len(origins) > MOST_NAMED:
        return origins
    names = [style.wrapped(labels.place(code), 12) for code in origins]
    return [f"<b>{names[0]}</b>", *names[1:]]


def _shade(cell) -> int:
    if cell.banned:
        return len(style.HEAT) - 1
    return sum(cell.total_pct >= step for step in STEPS)


def _on_tile(cell, *, wide: bool) -> str:
    """The rate in force, with what is threatened or scheduled under it: on one line where there is room for it."""
    rate = _rate_in_force(cell) + _marks(cell)
    for pct, word in _waiting(cell):
        between = "\u00a0" if wide else "</i><br><i>"
        return f"{rate}<br><i>{word}{between}{short_rate(pct)}</i>"
    return rate


def _in_words(cell) -> str:
    """The same in a line: "25 %, threat 50 %"."""
    rate, marks = re.sub("<[^>]*>", "", _rate_in_force(cell)), _marks(cell)
    said = [f"{rate}{marks}" if cell.banned else f"{rate}\u00a0%{marks}"]
    return ", ".join(said + [f"{word} {trimmed_percent(pct)}" for pct, word in _waiting(cell)[:1]])


def _waiting(cell) -> list[tuple[float, str]]:
    pairs = ((cell.threatened_pct, _("threat")), (cell.scheduled_pct, _("sched.")))
    return [(pct, word) for pct, word in pairs if pct > 0]


def _rate_in_force(cell) -> str:
    rate = _("ban") if cell.banned else short_rate(cell.total_pct)
    if pd.notna(cell.qualifying_pct) and cell.qualifying_pct != cell.total_pct and not cell.banned:
        rate = f"{short_rate(cell.qualifying_pct)}–{rate}"
    for other in _others(cell):
        rate = f"<b>{rate}</b> ← {_('ban') if pd.isna(other) else short_rate(other)}"
    return rate


def _marks(cell) -> str:
    return "*" * cell.other_readings + "?" * cell.not_stated


def _others(cell) -> list[float]:
    """What stands beside the total where it is another number: that of another moment, the ledger's own."""
    beside = [getattr(cell, name) for name in BESIDE if hasattr(cell, name)]
    return [other for other in beside if other != cell.total_pct and not (pd.isna(other) and pd.isna(cell.total_pct))]


# --- words ---------------------------------------------------------------------------------------------------------


def _hover(cell) -> str:
    rate = _("import ban") if cell.banned else trimmed_percent(cell.total_pct)
    said = [
        f"<b>{_('{product} from {country}').format(product=cell.label, country=labels.place(cell.origin))}</b>",
        labelled(rate, labels.of("status", cell.status)),
    ]
    if pd.notna(cell.qualifying_pct):
        said.append(_("{rate} where goods qualify under CUSMA").format(rate=trimmed_percent(cell.qualifying_pct)))
    if cell.threatened_pct > 0:
        said.append(_("threatened, not in force: {rate}").format(rate=trimmed_percent(cell.threatened_pct)))
    if cell.scheduled_pct > 0:
        said.append(_("scheduled, not in force yet: {rate}").format(rate=trimmed_percent(cell.scheduled_pct)))
    if cell.not_stated:
        said.append(style.wrapped(_("Our sources do not say whether a measure in force covers these goods."), 56))
    if cell.other_readings:
        said.append(_("There are other readings: see the sum for these goods."))
    if cell.trust:
        said.append(labelled(labels.header("trust"), labels.of("trust", cell.trust)))
    return "<br>".join(said)


def summary(rows: pd.DataFrame, params: Params) -> str:
    return " ".join([f"{finding(rows)}.", f"{what_is_charged(params)}.", *waiting(rows)])


def further(rows: pd.DataFrame, params: Params) -> str:
    """What is threatened or scheduled, in words."""
    return " ".join(waiting(rows))
