"""What each ally spends on defence against the tariffs it faces: in force, and threatened apart.

The question of this ledger in one picture. Allies stand in bands by the rate they are charged, at their share of GDP; who
is threatened stands once more, as a hollow diamond, in a band of the threat's own. Bands are in order, not to scale.
"""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, percent, trimmed_percent
from dashboard.topics.pressure import PressureParams, bands_of, pressure
from dashboard.topics.tariffs import known_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "tariffs"
TITLE = N_("Spending and tariffs, ally by ally")
VIEW = View("pressure", N_("Spending and tariffs"), 7)

ROW, HEAD = 17, 26  # heights in pixels: a row of points, the heading of a band
LABEL_SHARE = 0.105  # of the width: what a point with its code takes on a phone


Params = PressureParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `pressure`."""
    return pressure(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    bands = bands_of(rows)
    points = _placed(rows, bands)
    height = int(ROW * (points["row"].max() + 1 if len(points) else 4) + 70)
    fig = style.figure(_finding(rows, params), _subtitle(rows, params), height=height)
    fig.update_layout(margin={"l": 8, "r": 8, "t": 26, "b": 48})
    fig.update_yaxes(showticklabels=False, showgrid=False)
    if rows.empty:
        return fig
    target = rows["target_pct"].iloc[0]
    style.target_line(fig, target, axis="x")
    for (words, colour), top in points.groupby(["words", "colour"], sort=False)["head"].first().items():
        fig.add_hline(y=top + 0.75, line={"color": style.GRID, "width": 1})
        style.note(fig, (0, top), f"<b>{words}</b>", colour, 13, xref="paper", xanchor="left")
    for point in points.itertuples():
        _draw(fig, point, params)
    low, high = rows["share_of_gdp_pct"].min(), rows["share_of_gdp_pct"].max()
    fig.update_yaxes(range=[-0.7, points["head"].max() + 0.8])
    fig.update_xaxes(
        range=[low - (high - low) * 0.04, high + (high - low) * 0.12],
        ticksuffix=" %",
        title={"text": _("defence expenditure, % of GDP")},
        nticks=8,
    )
    label = rows["target_label"].iloc[0]
    style.note(fig, (target, 1), label, style.TARGET, yref="paper", yanchor="bottom", xanchor="left", xshift=-3)
    return fig


def _placed(rows: pd.DataFrame, bands: pd.DataFrame) -> pd.DataFrame:
    """The points with `row`, counted from the bottom so that no code runs into the next point, and `head`, where the band is named."""
    points = bands.merge(rows, on="iso3")
    gap = (rows["share_of_gdp_pct"].max() - rows["share_of_gdp_pct"].min()) * LABEL_SHARE
    floor, out = 0.0, []
    for _rate_of_band, band in points.sort_values(["rate", "share_of_gdp_pct"]).groupby("rate"):
        ends: list[float] = []
        places = []
        for share in band["share_of_gdp_pct"]:
            place = next((number for number, end in enumerate(ends) if share >= end), len(ends))
            ends[place : place + 1] = [share + gap]
            places.append(floor + place)
        out.append(band.assign(row=places, head=floor + len(ends) + 0.15))
        floor += len(ends) + HEAD / ROW
    placed = pd.concat(out) if out else points.assign(row=0.0, head=0.0)
    return placed.assign(row=placed["row"].astype("float64"))


def _draw(fig: go.Figure, point, params: Params) -> None:
    """A dot for what is in force, hollow where the share is an estimate; a hollow diamond for a threat; the code beside it."""
    home = point.iso3 == params.origin
    threat = point.band == "threatened"
    colour = style.THREATENED if threat else style.HOME if home else point.colour
    symbol = "diamond-open" if threat else "circle-open" if point.is_estimate else "circle"
    marker = {"size": 12 if home else 10, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}}
    fig.add_scatter(
        x=[point.share_of_gdp_pct],
        y=[point.row],
        mode="markers",
        marker=marker,
        hovertext=[_hover(point)],
        hoverinfo="text",
    )
    text = f"<b>{point.iso3}</b>" if home else point.iso3
    text += f" {_('if CUSMA')}" if point.band == "qualifying" else ""
    style.note(
        fig,
        (point.share_of_gdp_pct, point.row),
        text,
        colour if home or threat else style.INK,
        xanchor="left",
        xshift=7,
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
    when = known_in_words(params)
    if rows.empty:
        return _("No NATO edition at hand had been published by that day; choose a later day")
    short = rows[rows["share_of_gdp_pct"] < rows["target_pct"]]
    threatened = rows[rows["threatened_pct"] > 0]
    if len(threatened):
        words = _("{count} allies threatened with up to {rate} {when}: {met} of them meet {target}")
        met = len(threatened) - len(short[short["iso3"].isin(threatened["iso3"])])
        return words.format(
            count=len(threatened),
            rate=trimmed_percent(threatened["threatened_pct"].max()),
            when=when,
            met=met,
            target=trimmed_percent(rows["target_pct"].iloc[0]),
        )
    met = rows[~rows["iso3"].isin(short["iso3"])]
    if short.empty:
        return _("All {met} allies shown meet {target}; {charged} of them are charged {when}").format(
            met=len(met), target=trimmed_percent(rows["target_pct"].iloc[0]), charged=_charged(met), when=when
        )
    words = _("Charged {when}: {charged} of {met} allies that meet {target}, {short_charged} of {short} that do not")
    return words.format(
        charged=_charged(met),
        met=len(met),
        target=trimmed_percent(rows["target_pct"].iloc[0]),
        when=when,
        short_charged=_charged(short),
        short=len(short),
    )


def _charged(rows: pd.DataFrame) -> int:
    return int(((rows["total_pct"] > 0) | rows["banned"]).sum())


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    if rows.empty:
        return ""
    words = _(
        "{product}: US tariff in force (dots; hollow where the share is an estimate) and threatened (diamonds), at the last share of GDP in NATO edition {edition}; bands in order, not to scale"
    )
    return words.format(product=rows["label"].iloc[0], edition=params.edition)


def summary(rows: pd.DataFrame, params: Params) -> str:
    sentences = [_finding(rows, params) + "."]
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
    return " ".join(sentences)
