"""What each ally spends on defence against the tariffs it faces: in force, and threatened apart.

The question of this ledger in one picture. Allies stand in bands by the rate they are charged, at their share of GDP; who
is threatened stands once more, as a diamond, in a band of the threat's own. Bands are in order, not to scale.
"""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, percent, trimmed_percent
from dashboard.listing import EDGE_PX, LINE_PX, Listing
from dashboard.params import PROPOSED_FOR
from dashboard.topics.pressure import PressureParams, banded, beside_target, charged, pressure, with_share
from dashboard.topics.pressure_words import finding, subtitle, without_share
from dashboard.topics.spending import NO_ARMED_FORCES, without_figure
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Spending and tariffs, ally by ally")
BRIEF = ("iso3", "share_of_gdp_pct", "total_pct")
VIEW = View("pressure", N_("Spending and tariffs"), 7)

ROW_PX, LETTER_PX, MARK_PX = 19, 7.7, 12
LEAST_PX, PHONE_PX = 700, 300  # of the plot where it is smallest, for the places of names
BESIDE_LINE = 0.012  # of the width, from the target to the words beside it


Params = PressureParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `pressure`."""
    return pressure(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, LEAST_PX)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same in more lines, as fewer names stand beside one another."""
    return _drawn(rows, params, PHONE_PX)


def _drawn(rows: pd.DataFrame, params: Params, least_px: int) -> go.Figure:
    """Bands of points on one axis, in a plot that is at least so wide."""
    fig = style.figure(finding(rows, params), subtitle(rows, params))
    listing = Listing(fig, pictures=False, wide=least_px > PHONE_PX)
    left, span = _axis(rows, least_px)
    for words, band in banded(rows):
        past = (band["target_pct"].iloc[0] - left) / span + BESIDE_LINE
        listing.heading(words, across=True, past=past, under=_made_of(band))
        points = _placed(with_share(band), span / least_px, in_steps=least_px == PHONE_PX)
        top = listing.room(ROW_PX * (int(points["row"].max()) + 1) if len(points) else 0)
        for point in points.itertuples():
            _draw(fig, top - ROW_PX * (point.row + 0.5), point, params)
        _name_beside_axis(listing, band[band["share_of_gdp_pct"].isna()], past, params)
    listing.close()
    if len(rows):
        style.target_line(fig, rows["target_pct"].iloc[0], axis="x", proposed=params.against in PROPOSED_FOR)
        subject = style.wrapped(_subject(rows), int(least_px / LETTER_PX))
        above = 52 + LINE_PX * subject.count("<br>")
        axis = {"range": [left, left + span], "ticksuffix": "\u00a0%", "nticks": 8, "side": "top", "visible": True}
        fig.update_xaxes(**axis, title={"text": subject, "standoff": 4})
        fig.update_layout(margin={"t": above}, height=fig.layout.height + above - EDGE_PX)
    return fig


def _made_of(band: pd.DataFrame) -> str:
    """The duties that add up to the rate of a band; nothing of a threat, or where it is one duty."""
    in_force = band.loc[band["band"] == "in_force", "duties"]
    return "; ".join(filter(None, in_force.unique()))


def _axis(rows: pd.DataFrame, least_px: int) -> tuple[float, float]:
    """The lowest share drawn and how many are, in a plot that is at least so wide: with room for names at both ends."""
    if rows.empty:
        return 0.0, 1.0
    points = with_share(pd.concat([band for _words, band in banded(rows)]))
    widths = pd.Series([_wide(point) for point in points.itertuples()], index=points.index)
    shares, target = points["share_of_gdp_pct"], points["target_pct"]
    low, high = min(shares.min(), target.min()), max(shares.max(), target.min() + 0.5)
    before = widths[shares < target].max() if (shares < target).any() else MARK_PX
    after = widths[shares >= shares.max() - (high - low) / 4].max()
    a_pixel = (high - low) / (least_px - before - after)
    return low - before * a_pixel, least_px * a_pixel


def _wide(point) -> float:
    """What a mark with its name takes."""
    return len(_name(point)) * LETTER_PX + MARK_PX


def _name(point) -> str:
    name = labels.place(point.iso3)
    return f"{name} {_('if CUSMA')}" if point.band == "qualifying" else name


def _placed(band: pd.DataFrame, a_pixel: float, *, in_steps: bool) -> pd.DataFrame:
    """The points of a band with their `row`, so that no name runs into the next point, and whether it stands `left` of it.

    `a_pixel`: how much of a share a pixel is at least; `in_steps`: none stands above one before it.
    """
    ends: list[float] = []
    placed: list[dict[str, Any]] = []
    for point in band.sort_values("share_of_gdp_pct").itertuples():
        share, wide = point.share_of_gdp_pct, _wide(point) * a_pixel
        left = share < point.target_pct < share + wide
        start, end = (share - wide, share + 10 * a_pixel) if left else (share - 10 * a_pixel, share + wide)
        first = placed[-1]["row"] if placed and in_steps else 0
        row = next((number for number in range(first, len(ends)) if start >= ends[number]), len(ends))
        ends[row : row + 1] = [end]
        placed.append({"iso3": point.iso3, "row": row, "left": left})
    return band.merge(pd.DataFrame(placed, columns=["iso3", "row", "left"]), on="iso3")


def _name_beside_axis(listing: Listing, band: pd.DataFrame, past: float, params: Params) -> None:
    """The allies of a band without a share: a line of words each, beside the line of the target."""
    for ally in band.itertuples():
        home = ally.iso3 == params.origin
        listing.words((without_share(_name(ally)), style.HOME if home else style.INK, home), past)


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


def _subject(rows: pd.DataFrame) -> str:
    target = rows["target_label"].iloc[0]
    if target[1:2].islower():  # within a sentence; a name in capitals keeps its own
        target = target[:1].lower() + target[1:]
    return _("defence expenditure, % of GDP; dashed: {target}").format(target=target)


def summary(rows: pd.DataFrame, params: Params) -> str:
    sentences = [finding(rows, params) + "."]
    if rows.empty:
        return sentences[0]
    if charged(rows) < len(rows):
        sentences.append(beside_target(rows))
    home = with_share(rows)[lambda shared: shared["iso3"] == params.origin]
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
    return " ".join(sentences) + "".join(without_figure(with_share(rows), (code,)) for code in NO_ARMED_FORCES)
