"""What each ally spends on defence against the tariffs it faces: in force, and threatened apart.

The question of this ledger in one picture. Allies stand in bands by the rate they are charged, at their share of GDP; who
is threatened stands once more, as a diamond, in a band of the threat's own. Bands are in order, not to scale.
"""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, percent, trimmed_percent
from dashboard.listing import EDGE_PX, Listing
from dashboard.topics.pressure import PressureParams, banded, beside_target, charged, pressure, rates_in_words
from dashboard.topics.spending import NO_ARMED_FORCES, without_figure
from dashboard.topics.tariffs import known_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Spending and tariffs, ally by ally")
BRIEF = ("iso3", "share_of_gdp_pct", "total_pct")
VIEW = View("pressure", N_("Spending and tariffs"), 7)

ROW_PX, LETTER_PX = 19, 7.7
LEAST_PX = 700  # of the plot where it is smallest, for the places of names


Params = PressureParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `pressure`."""
    return pressure(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    fig = style.figure(_finding(rows, params), _subtitle(rows, params))
    listing = Listing(fig, pictures=False)
    low, high = rows["share_of_gdp_pct"].min(), rows["share_of_gdp_pct"].max()
    span = max(high - low, 0.5) * 1.18  # with room for a name at the right
    for words, band in banded(rows):
        listing.heading(words)
        target = band["target_pct"].iloc[0]
        points = _placed(band, span / LEAST_PX)
        top = listing.room(ROW_PX * (int(points["row"].max()) + 1))
        line = {"color": style.TARGET, "width": 1.5, "dash": "dash"}
        fig.add_shape(type="line", x0=target, x1=target, y0=top, y1=-listing.down, line=line, layer="below")
        for point in points.itertuples():
            _draw(fig, top - ROW_PX * (point.row + 0.5), point, params)
    listing.close()
    if len(rows):
        left = min(low, rows["target_pct"].iloc[0]) - span * 0.08
        axis = {"range": [left, left + span * 1.08], "ticksuffix": " %", "nticks": 8, "side": "top", "visible": True}
        fig.update_xaxes(**axis, title={"text": _subject(rows), "standoff": 4})
        fig.update_layout(margin={"t": 52}, height=fig.layout.height + 52 - EDGE_PX)
    return fig


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """A list: under each rate who is charged it, and their shares of GDP."""
    all_estimates = bool(rows["is_estimate"].all())
    fig = style.figure(_finding(rows, params), _subtitle(rows, params))
    listing = Listing(fig, pictures=False)
    for words, band in banded(rows):
        listing.heading(words, style.INK)
        ordered = band.sort_values("share_of_gdp_pct", ascending=False)
        for short, part in ordered.groupby(ordered["share_of_gdp_pct"] < ordered["target_pct"]):
            target = trimmed_percent(part["target_pct"].iloc[0])
            said = _("below {target}") if short else _("{target} or more")
            listing.item(
                (said.format(target=target), style.MUTED, False),
                (
                    ", ".join(_name_and_share(row, starred=not all_estimates) for row in part.itertuples()),
                    style.INK,
                    False,
                ),
            )
    listing.close()
    return fig


def _name(point) -> str:
    name = labels.place(point.iso3)
    return f"{name} {_('if CUSMA')}" if point.band == "qualifying" else name


def _name_and_share(point, *, starred: bool) -> str:
    """A name with its share, which stay on one line; an estimate with a star."""
    star = "*" * (starred and bool(point.is_estimate))
    return f"{_name(point)} {percent(point.share_of_gdp_pct)}{star}".replace(" ", "\u00a0").replace("-", "\u2011")


def _placed(band: pd.DataFrame, a_pixel: float) -> pd.DataFrame:
    """The points of a band with their `row`, so that no name runs into the next point, and whether it stands `left` of it.

    `a_pixel`: how much of a share a pixel is at least.
    """
    ends: list[float] = []
    placed = []
    for point in band.sort_values("share_of_gdp_pct").itertuples():
        share, wide = point.share_of_gdp_pct, (len(_name(point)) * LETTER_PX + 12) * a_pixel
        left = share < point.target_pct < share + wide
        start, end = (share - wide, share + 10 * a_pixel) if left else (share - 10 * a_pixel, share + wide)
        row = next((number for number, taken in enumerate(ends) if start >= taken), len(ends))
        ends[row : row + 1] = [end]
        placed.append({"iso3": point.iso3, "row": row, "left": left})
    return band.merge(pd.DataFrame(placed), on="iso3")


def _draw(fig: go.Figure, y: float, point, params: Params) -> None:
    """A dot for what is in force, hollow where the share is an estimate; a diamond for a threat; the name beside it."""
    home, threat = point.iso3 == params.origin, point.band == "threatened"
    colour = style.THREATENED if threat else style.HOME if home else point.colour
    fig.add_scatter(
        x=[point.share_of_gdp_pct],
        y=[y],
        mode="markers",
        marker={
            "size": 12 if home else 9,
            "color": style.PAPER if point.is_estimate else colour,
            "symbol": "diamond" if threat else "circle",
            "opacity": 1,
            "line": {"width": 2, "color": colour},
        },
        hovertext=[_hover(point)],
        hoverinfo="text",
    )
    style.note(
        fig,
        (point.share_of_gdp_pct, y),
        f"<b>{_name(point)}</b>" if home else _name(point),
        colour if home or threat else style.INK,
        xanchor="right" if point.left else "left",
        xshift=-7 if point.left else 7,
    )


# --- words ---------------------------------------------------------------------------------------------------------


def _rate(row) -> str:
    return _("import ban") if row.banned else trimmed_percent(row.total_pct)


def _hover(row) -> str:
    lines = [
        f"<b>{labels.place(row.iso3)}</b>",
        _("{share} of GDP in {year}{estimate}").format(
            share=percent(row.share_of_gdp_pct), year=row.year, estimate=style.estimate_mark(bool(row.is_estimate))
        ),
        _("{product}: {rate} in force").format(product=row.label, rate=_rate(row)),
    ]
    if pd.notna(row.qualifying_pct) and row.qualifying_pct != row.total_pct:
        lines.append(_("{rate} where goods qualify under CUSMA").format(rate=trimmed_percent(row.qualifying_pct)))
    if row.threatened_pct > 0:
        lines.append(_("threatened, not in force: {rate}").format(rate=trimmed_percent(row.threatened_pct)))
    return "<br>".join(lines)


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return _("No NATO edition at hand had been published by that day; choose a later day")
    product, target = rows["label"].iloc[0], trimmed_percent(rows["target_pct"].iloc[0])
    threatened = rows[rows["threatened_pct"] > 0]
    if len(threatened):
        words = _("{product}: {count} allies threatened with up to {rate}; {met} of them meet {target} of GDP")
        return words.format(
            product=product,
            count=len(threatened),
            rate=trimmed_percent(threatened["threatened_pct"].max()),
            met=int((threatened["share_of_gdp_pct"] >= threatened["target_pct"]).sum()),
            target=target,
        )
    words = _(
        "{product}: {charged} of {count} allies pay an additional US tariff, {rates}; {met} of {all} meet {target} of GDP"
    )
    return words.format(
        product=product,
        charged=charged(rows),
        count=len(rows),
        rates=rates_in_words(rows),
        met=int((rows["share_of_gdp_pct"] >= rows["target_pct"]).sum()),
        all=len(rows),
        target=target,
    )


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return ""
    words = _(
        "US tariff in force or threatened {when} and share of GDP spent on defence, NATO edition {edition}, without the United States; {estimates}. No link between the two is claimed"
    )
    return words.format(when=known_in_words(params), edition=params.edition, estimates=_estimates(rows))


def _estimates(rows: pd.DataFrame) -> str:
    """How one can tell which shares are estimates: in the picture by hollow marks, in the list by stars."""
    if rows["is_estimate"].all():
        return _("all shares are estimates")
    return _("hollow or *: estimate") if rows["is_estimate"].any() else _("no share is an estimate")


def _subject(rows: pd.DataFrame) -> str:
    target = rows["target_label"].iloc[0]
    if target[1:2].islower():  # within a sentence; a name in capitals keeps its own
        target = target[:1].lower() + target[1:]
    return _("defence expenditure, % of GDP; dashed: {target}").format(target=target)


def summary(rows: pd.DataFrame, params: Params) -> str:
    sentences = [_finding(rows, params) + "."]
    if rows.empty:
        return sentences[0]
    sentences.append(beside_target(rows))
    home = rows[rows["iso3"] == params.origin]
    if len(home):
        row = next(home.itertuples())
        words = _("{country}: {share} of GDP, {rate} in force.")
        if pd.notna(row.qualifying_pct) and row.qualifying_pct != row.total_pct:
            words = _("{country}: {share} of GDP, {rate} in force, {other} where goods qualify under CUSMA.")
        other = trimmed_percent(row.qualifying_pct) if pd.notna(row.qualifying_pct) else ""
        sentences.append(
            words.format(
                country=labels.place(row.iso3), share=percent(row.share_of_gdp_pct), rate=_rate(row), other=other
            )
        )
    threatened = rows[rows["threatened_pct"] > 0]
    if len(threatened):
        sentences.append(
            _("Threatened and not in force: {names}.").format(
                names=", ".join(labels.place(code) for code in threatened["iso3"])
            )
        )
    return " ".join(sentences) + "".join(without_figure(rows, (code,)) for code in NO_ARMED_FORCES)
