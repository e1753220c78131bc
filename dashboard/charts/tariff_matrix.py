"""What each product pays from each origin on a day: numbers on tiles; threatened, scheduled and banned in words, never as a rate."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

import pandas as pd
import plotly.graph_objects as go

from dashboard import colour_key, forms, labels, style
from dashboard.articles import from_the
from dashboard.charts import View
from dashboard.language import _, alphabetical, labelled, trimmed_percent
from dashboard.listing import Listing
from dashboard.topics.matrix_cases import Other, key_of, letters_of, rate_in_words
from dashboard.topics.matrix_words import finding, is_more, other_rates, short_rate, subtitle, waiting, what_is_charged
from dashboard.topics.tariff_matrix import BESIDE, OTHERS, MatrixParams, rates_by_product_and_origin
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Tariffs by product and origin on a day")
BRIEF = ("label", "origin", "total_pct")
VIEW = View("matrix", N_("Products and origins"), 3)

MOST_COLUMNS = 12  # origins that stand beside one another: more are listed
LEAST_ROW_PX, LINE_PX, EDGE_PX = 44, 17, 5  # of a row; of a line on its tiles, and what is free above and below
LEAST_PX = 560  # of the width of the plot where it is smallest
TILE = 14  # letters of a line on a tile
STEPS = (0.001, 12.5, 25.0, 50.0)  # upper ends of the shades: none, low, middle, high, highest; in per cent


Params = MatrixParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `rates_by_product_and_origin`."""
    return rates_by_product_and_origin(snapshot, params)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _listed(rows, params, wide=False)


def _listed(rows: pd.DataFrame, params: Params, *, wide: bool) -> go.Figure:
    """Under each product what the first origin pays, then what others do, and which."""
    fig = style.figure(finding(rows), subtitle(rows, params))
    listing = Listing(fig, pictures=False, wide=wide)
    for _product, cells in rows.groupby("product_id", sort=False):
        listing.heading(cells["label"].iloc[0], style.INK, across=True)
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
            across=True,
        )
    listing.close()
    return fig


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    products, origins = list(dict.fromkeys(rows["product_id"])), _columns(rows)
    if len(origins) > MOST_COLUMNS:
        return _listed(rows, params, wide=True)
    others = rows.attrs.get(OTHERS, {})
    letters = letters_of(others.values())
    fig = style.figure(finding(rows), subtitle(rows, params), margin={"l": 8, "r": 8, "t": 44, "b": 8})
    if rows.empty:
        return fig
    cells = {(row.product_id, row.origin): row for row in rows.itertuples()}
    names = dict(zip(rows["product_id"], rows["label"], strict=True))
    labelled_rows = [style.wrapped(names[product], 18) for product in products]
    grid = [[cells[product, origin] for origin in origins] for product in products]
    said = [[_on_tile(cell, others.get((cell.product_id, cell.origin), ()), letters) for cell in line] for line in grid]
    lines = [
        max(text.count("<br>") + 1 for text in [name, *line]) for name, line in zip(labelled_rows, said, strict=True)
    ]
    ends = list(accumulate(max(LEAST_ROW_PX, LINE_PX * count + 2 * EDGE_PX) for count in lines))
    middles = [(above + below) / 2 for above, below in pairwise([0, *ends])]
    fig.add_heatmap(
        x=_heads(origins),
        y=[0, *ends],  # rows are as high as their words
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
    for y, line, texts in zip(middles, grid, said, strict=True):
        for x, (cell, text) in enumerate(zip(line, texts, strict=True)):
            colour = style.ON_DEEP if _shade(cell) > 2 else style.ON_PALE
            font = {"size": 13, "color": colour}
            fig.add_annotation(x=x, y=y, text=text, showarrow=False, font=font, hovertext=_hover(cell))
    names_font = {"size": 13, "color": style.INK}
    fig.update_xaxes(side="top", tickfont=names_font, tickangle=0)
    fig.update_yaxes(range=[ends[-1], 0], showgrid=False, tickfont=names_font, tickvals=middles, ticktext=labelled_rows)
    fig.update_layout(height=ends[-1] + 52)
    forms.listed(fig, ends)
    colour_key.below(fig, _shades_in_words(), LEAST_PX, key_of(letters))
    return fig


def _columns(rows: pd.DataFrame) -> list[str]:
    """The origin that is told of first, then the others in the alphabet of the language."""
    first, *others = dict.fromkeys(rows["origin"]) if len(rows) else [""]
    return [first, *sorted(others, key=lambda code: alphabetical(labels.place(code)))]


def _heads(origins: list[str]) -> list[str]:
    """Their names, the first in bold."""
    names = [style.wrapped(labels.place(code), 12) for code in origins]
    return [f"<b>{names[0]}</b>", *names[1:]]


def _shade(cell) -> int:
    if cell.banned:
        return len(style.HEAT) - 1
    return sum(cell.total_pct >= step for step in STEPS)


def _shades_in_words() -> dict[str, str]:
    """The colours by what they mean: "0 %", "less than 12.5 %", ..., "50 % and more, or ban"."""
    _free, *ends = map(trimmed_percent, STEPS)
    between = [_("{low} to less than {high}").format(low=low, high=high) for low, high in pairwise(ends)]
    words = [
        trimmed_percent(0),
        _("less than {high}").format(high=ends[0]),
        *between,
        _("{low} and more, or ban").format(low=ends[-1]),
    ]
    return dict(zip(words, style.HEAT, strict=True))


def _on_tile(cell, others: Sequence[Other], letters: Mapping[str, str]) -> str:
    """The rate in force; under it each other rate with the letters of its cases, and what is threatened or scheduled."""
    said = [
        _("{rate} if ({letters})").format(
            rate=rate_in_words(other, ""), letters=",\u00a0".join(letters[case] for case in other.cases)
        )
        for other in others
    ]
    if not others and (rates := other_rates(cell)):
        said = [_("or {rates}").format(rates=rates)]
    waiting = [f"<i>{word}\u00a0{short_rate(pct)}</i>" for pct, word in _waiting(cell)[:1]]
    return "<br>".join([f"<b>{_rate_in_force(cell)}</b>", *(style.wrapped(words, TILE) for words in said), *waiting])


def _in_words(cell) -> str:
    """The same in a line: "25 %; 0 % (CUSMA), threat 50 %"."""
    said = _rate_in_force(cell) if cell.banned else f"{_rate_in_force(cell)}\u00a0%"
    if cell.other_cases:
        said = f"{said}; {cell.other_cases}"
    elif others := other_rates(cell, "\u00a0%"):
        said = f"{said} " + _("or {rates}").format(rates=others)
    return ", ".join([said, *(f"{word} {trimmed_percent(pct)}" for pct, word in _waiting(cell)[:1])])


def _waiting(cell) -> list[tuple[float, str]]:
    """What is threatened above the rate in force, and what is scheduled."""
    pairs = ((cell.threatened_pct * is_more(cell), _("threat")), (cell.scheduled_pct, _("sched.")))
    return [(pct, word) for pct, word in pairs if pct > 0]


def _rate_in_force(cell) -> str:
    rate = (_("ban") if cell.banned else short_rate(cell.total_pct)) + "?" * cell.not_stated
    for other in _others(cell):
        rate = f"{rate} ← {_('ban') if pd.isna(other) else short_rate(other)}"
    return rate


def _others(cell) -> list[float]:
    """What stands beside the total where it is another number: that of another moment, the ledger's own."""
    beside = [getattr(cell, name) for name in BESIDE if hasattr(cell, name)]
    return [other for other in beside if other != cell.total_pct and not (pd.isna(other) and pd.isna(cell.total_pct))]


# --- words ---------------------------------------------------------------------------------------------------------


def _hover(cell) -> str:
    rate = _("import ban") if cell.banned else trimmed_percent(cell.total_pct)
    said = [
        f"<b>{_('{product} {from_country}').format(product=cell.label, from_country=from_the(labels.place(cell.origin)))}</b>",
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
    if rates := cell.other_cases or other_rates(cell):
        said.append(style.wrapped(_("in some cases {rates}").format(rates=rates), 56))
    if cell.trust:
        said.append(labelled(labels.header("trust"), labels.of("trust", cell.trust)))
    return "<br>".join(said)


def summary(rows: pd.DataFrame, params: Params) -> str:
    return " ".join([f"{finding(rows)}.", f"{what_is_charged(params)}.", *waiting(rows)])


def further(rows: pd.DataFrame, params: Params) -> str:
    """Nothing: what is threatened or scheduled stands in the tiles."""
    return ""
