"""What each product pays from each origin on a day: numbers on tiles; threatened, scheduled and banned in words, never as a rate."""

import re

import pandas as pd
import plotly.graph_objects as go

from dashboard import forms, labels, style
from dashboard.charts import View
from dashboard.language import _, alphabetical, day, labelled, ngettext, number, the, trimmed_percent
from dashboard.listing import Listing
from dashboard.topics.tariff_matrix import BESIDE, MatrixParams, rates_by_product_and_origin
from dashboard.topics.tariffs import known_in_words
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
    """A list: under each product what is paid, and from where."""
    fig = style.figure(_finding(rows, params), _subtitle(rows, params))
    listing = Listing(fig, pictures=False)
    for _product, cells in rows.groupby("product_id", sort=False):
        listing.heading(cells["label"].iloc[0], style.INK)
        said: dict[str, list[str]] = {}
        for cell in sorted(cells.itertuples(), key=_shade, reverse=True):
            rate = _in_words(cell)
            said.setdefault(rate, []).append(labels.place(cell.origin).replace(" ", "\u00a0"))
        listing.item(
            *(
                (labelled(rate, ", ".join(sorted(places, key=alphabetical))), style.INK, False)
                for rate, places in said.items()
            )
        )
    listing.close()
    return fig


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    products, origins = list(dict.fromkeys(rows["product_id"])), _columns(rows)
    fig = style.figure(
        _finding(rows, params),
        _subtitle(rows, params),
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
                text=_on_tile(cell),
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


def _on_tile(cell) -> str:
    """The rate in force, with what is threatened or scheduled as a word under it."""
    rate = _rate_in_force(cell) + _marks(cell)
    for pct, word in _waiting(cell):
        return f"{rate}<br><i>{word}</i><br><i>{_short(pct)}</i>"
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
    rate = _("ban") if cell.banned else _short(cell.total_pct)
    if pd.notna(cell.qualifying_pct) and cell.qualifying_pct != cell.total_pct and not cell.banned:
        rate = f"{_short(cell.qualifying_pct)}–{rate}"
    for other in _others(cell):
        rate = f"<b>{rate}</b> ← {_('ban') if pd.isna(other) else _short(other)}"
    return rate


def _marks(cell) -> str:
    return "*" * cell.other_readings + "?" * cell.not_stated


def _others(cell) -> list[float]:
    """What stands beside the total where it is another number: that of another moment, the ledger's own."""
    beside = [getattr(cell, name) for name in BESIDE if hasattr(cell, name)]
    return [other for other in beside if other != cell.total_pct and not (pd.isna(other) and pd.isna(cell.total_pct))]


def _short(rate_pct: float) -> str:
    digits = next(d for d in (0, 1, 2) if d == 2 or abs(round(rate_pct, d) - rate_pct) < 1e-9)
    return number(rate_pct, digits)


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


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return _("No tariff is charged on a country's own goods; choose another origin or another country that charges")
    when = known_in_words(params)
    origin = rows["origin"].iloc[0]
    own = rows[rows["origin"] == origin]
    charged = own[(own["total_pct"] > 0) | own["banned"]]
    if charged.empty:
        said = _("{country}: no additional tariff in force on these goods {when}").format(
            country=labels.place(origin), when=when
        )
    else:
        top = charged["total_pct"].max()
        words = _("{country} is charged on {count} of {total} kinds of goods {when}, at most {rate}")
        said = words.format(
            country=labels.place(origin),
            count=len(charged),
            total=len(own),
            when=when,
            rate=_("import ban") if pd.isna(top) else trimmed_percent(top),
        )
    threatened = rows.loc[rows["threatened_pct"] > 0, "origin"].nunique()
    words = ngettext("{said}; {count} origin threatened", "{said}; {count} origins threatened", threatened)
    return words.format(said=said, count=threatened) if threatened else said


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    said = _("In force, % of customs value, charged by {importer}").format(importer=the(labels.place(params.importer)))
    for mark, words in (
        ("other_readings", _("* another reading exists")),
        ("not_stated", _("? our sources do not say whether a measure covers the goods")),
    ):
        if len(rows) and rows[mark].any():
            said += f"; {words}"
    if params.before_on:
        words = _("← on {on}, as known on {known}")
        said += "; " + words.format(on=day(params.before_on), known=day(params.before_known))
    if (
        params.usmca == "any"
        and len(rows)
        and (rows["qualifying_pct"] != rows["total_pct"])[rows["qualifying_pct"].notna()].any()
    ):
        said += "; " + _("0–10: goods that qualify under CUSMA, then those that do not")
    return said


def summary(rows: pd.DataFrame, params: Params) -> str:
    said = [_finding(rows, params) + "."]
    for column, words in (
        ("threatened_pct", _("Threatened and not in force: {names}.")),
        ("scheduled_pct", _("Scheduled: {names}.")),
    ):
        part = rows[rows[column] > 0]
        names = dict.fromkeys(labels.place(code) for code in part["origin"])
        if names:
            said.append(words.format(names=", ".join(names)))
    return " ".join(said)
