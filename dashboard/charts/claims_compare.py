"""What articles claimed beside what every edition says, known on the day of the claim or published since; the verdict is by rule."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import coverage, labels, style
from dashboard.articles import of_the, the
from dashboard.charts import View
from dashboard.cited import unbroken
from dashboard.language import _, day, labelled, number, percent, trimmed_percent
from dashboard.listing import Listing
from dashboard.topics.claims import ClaimParams, claims_beside_editions
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.claims import AGREES, DIFFERS

PAGE = "pledges"
TITLE = N_("What was claimed, what the editions say")
BRIEF = ("publisher", "edition", "figure", "verdict")
VIEW = View("claims", N_("Claims"), 4)

SIGNS = {AGREES: "✓", DIFFERS: "✕"}


Params = ClaimParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `claims_beside_editions`."""
    return claims_beside_editions(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, pictures=True)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The list alone: every figure and its verdict stand in its words."""
    return _drawn(rows, params, pictures=False)


def _drawn(rows: pd.DataFrame, params: Params, *, pictures: bool) -> go.Figure:
    """Of each claim what was known then and what is known now; all editions stand in the table."""
    compared = [own for _claim, own in rows[rows["figure"].notna()].groupby("claim_id", sort=False)]
    fig = style.figure(_finding(rows, params), _subtitle(rows, params) if compared else "")
    told = [_then_and_now(own) for own in compared]
    ends = [float(value) for own in told for _when, row in own for value in (row.figure, row.claimed)]
    margin = max(0.1, 0.3 * (max(ends) - min(ends))) if ends else 0.0  # words stand at the ends
    left, right = min(ends, default=0.0) - margin, max(ends, default=0.0) + margin
    listing = Listing(fig, pictures=pictures and len(compared) > 0)
    for own in told:
        _draw_claim(listing, own, left)
    listing.close()
    if listing.pictures:
        fig.update_xaxes(range=[left, right], ticksuffix=" %", nticks=5)
    return fig


def _draw_claim(listing: Listing, own: list[tuple[str, Any]], left: float) -> None:
    """What was claimed and where, then a line each for what was known then and now."""
    first = own[0][1]
    top = listing.heading(first.statement, style.INK)
    listing.item((_printed_in(first), style.MUTED, False))
    for when, row in own:
        told = labelled(
            when,
            _edition(row) + style.estimate_mark(bool(row.is_estimate)) if listing.pictures else _figure_in_words(row),
        )
        verdict = f"{SIGNS.get(row.verdict, '')}\u00a0{labels.of('verdict', row.verdict)}"
        at = listing.item((told, style.INK, False), (verdict, style.MUTED, False))[1]
        if listing.pictures:
            _draw_figure(listing.fig, at, row, left)
    if isinstance(first.same_number_said, str):
        listing.item((_another_pledge(first), style.MUTED, False))
    if listing.pictures:
        line = {"color": style.TARGET, "width": 1.5, "dash": "dash"}
        ends = {"x0": first.claimed, "x1": first.claimed, "y0": top - 10, "y1": -listing.down}
        listing.fig.add_shape(type="line", **ends, line=line, layer="below")
        style.note(listing.fig, (first.claimed, top), _("claimed: {value}").format(value=_claimed(first)), style.TARGET)


def _then_and_now(own: pd.DataFrame) -> list[tuple[str, Any]]:
    """The figures a claim is held against, each with its moment; one where nothing newer was published since."""
    then, now = _deciding(own)
    if then is not None and then.Index == now.Index:
        return [(_("Known then and now"), now)]
    return [*([] if then is None else [(_("Known then"), then)]), (_("Known now"), now)]


def _printed_in(row: Any) -> str:
    """The article by its title and date: who a claim is quoted from."""
    title = _("“{title}”").format(title=row.article_title)
    return f"{title}, " + day(row.made_on, row.made_precision).replace(" ", "\u00a0")


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    """Whom the claims are about: the home country is asked for nowhere, so a reader of another is told that none is about it."""
    shown = rows.loc[rows["figure"].notna(), "iso3"].unique()
    countries = ", ".join(the(labels.place(code)) for code in shown)
    said = _("Claims in the press about {countries} beside published figures; defence spending, % of GDP")
    if len(shown) == 1 and set(rows["iso3"].dropna()) == set(shown) and not params.article:
        said = _(
            "Claims in the press about {countries} (none is held about other allies) beside published figures; defence spending, % of GDP"
        )
    return said.format(countries=countries)


def _draw_figure(fig: go.Figure, y: float, row, left: float) -> None:
    """The figure of an edition with its value, a thin line to it from its words, and a thick one from what was claimed."""
    fig.add_shape(
        type="line", x0=left, x1=row.figure, y0=y, y1=y, line={"color": style.GRID, "width": 1}, layer="below"
    )
    side = ("right", -10) if row.figure < row.claimed else ("left", 10)
    style.note(fig, (row.figure, y), percent(row.figure), style.INK, 13, xanchor=side[0], xshift=side[1], **style.PLATE)
    colour = style.MEETS if row.verdict == AGREES else style.SHORT
    apart = row.verdict != AGREES
    fig.add_scatter(
        x=[row.claimed, row.figure] if apart else [row.figure],
        y=[y, y] if apart else [y],
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={
            "size": [0, 11] if apart else [11],
            "color": style.PAPER if row.is_estimate else colour,
            "opacity": 1,
            "line": {"width": [0, 2.5] if apart else 2.5, "color": colour},
        },
        hovertext=[f"{row.statement}: “{row.quote}”", _edition_in_words(row)][0 if apart else 1 :],
        hoverinfo="text",
    )


def _edition(row) -> str:
    return f"{labels.of('publisher', row.publisher)} {unbroken(row.edition)}".replace(" ", "\u00a0")


def _figure_in_words(row) -> str:
    """ "2.03 % (estimate), NATO 2026-07"."""
    return f"{percent(row.figure)}{style.estimate_mark(bool(row.is_estimate))}, {_edition(row)}"


def _edition_in_words(row) -> str:
    return f"{_figure_in_words(row)} · {labels.of('when', row.when)} · {labels.of('verdict', row.verdict)}"


def _deciding(own: pd.DataFrame) -> tuple:
    """The figures the verdict on the day and the verdict now rest on: NATO's own tables first, the newest."""
    nato = own[own["publisher"] == "NATO"] if (own["publisher"] == "NATO").any() else own
    known = own[own["when"] == "known"]
    known = known[known["publisher"] == "NATO"] if (known["publisher"] == "NATO").any() else known
    return (next(known.tail(1).itertuples(), None), next(nato.tail(1).itertuples(), None))


def _finding(rows: pd.DataFrame, params: Params) -> str:
    with_figure = rows[rows["figure"].notna()]
    if with_figure.empty:
        return _("No claim known on {day} can be held against an edition; choose another article or day").format(
            day=day(coverage.seen(params.known, coverage.EDITIONS))
        )
    own = with_figure[with_figure["claim_id"] == with_figure["claim_id"].iloc[0]]
    now = _deciding(own)[1]
    return _(
        "Defence spending {of_country} in {year}: {claimed} of GDP in an article; {publisher} now has {figure}"
    ).format(
        of_country=of_the(labels.place(now.iso3)),
        year=now.claim_year,
        claimed=_claimed(now),
        publisher=the(labels.of("publisher", now.publisher)),
        figure=percent(now.figure) + style.estimate_mark(bool(now.is_estimate)),
    )


def _another_pledge(row: Any) -> str:
    """Of whom and when the pledge is whose number was claimed."""
    return _("{value} was pledged for another year: {pledges}").format(
        value=trimmed_percent(row.claimed), pledges=row.same_number_said
    )


def _claimed(row: Any) -> str:
    words = {
        "lt": N_("below {value}"),
        "le": N_("at most {value}"),
        "gt": N_("above {value}"),
        "ge": N_("at least {value}"),
    }
    return _(words.get(row.comparator, "{value}")).format(value=trimmed_percent(row.claimed))


def summary(rows: pd.DataFrame, params: Params) -> str:
    sentences = [_finding(rows, params) + "."]
    once = rows.drop_duplicates("claim_id")
    if once.empty:
        return sentences[0]
    compared = rows[rows["figure"].notna()]
    then = _deciding(compared[compared["claim_id"] == compared["claim_id"].iloc[0]])[0] if len(compared) else None
    if then is not None:
        sentences.append(labelled(_("Known then"), _figure_in_words(then)) + ".")
    counts = once["verdict_now"].value_counts()
    listed = ", ".join(
        labelled(labels.of("verdict", code), number(counts[code], 0)) for code in labels.VERDICTS if code in counts
    )
    sentences.append(_("{count} claims, by the newest edition ({listed}).").format(count=len(once), listed=listed))
    sentences += [_another_pledge(row) + "." for row in once[once["same_number"].notna()].itertuples()]
    return " ".join(sentences)


def further(rows: pd.DataFrame, params: Params) -> str:
    """What became of the claims and editions that are not shown."""
    shown, held = rows[rows["figure"].notna()]["claim_id"].nunique(), rows["claim_id"].nunique()
    if shown in (0, held):
        return ""
    return _(
        "Shown: {shown} of {count} claims held, those about a figure of spending. The table has the others, and every edition."
    ).format(shown=number(shown, 0), count=number(held, 0))


def short_table(rows: pd.DataFrame) -> pd.DataFrame:
    """What the articles said and what the editions say, one row a claim that can be compared: for the Overview, in words."""
    claims = []
    for _claim, own in rows[rows["figure"].notna()].groupby("claim_id", sort=False):
        then, now = _deciding(own)
        claims.append(
            {
                _("The article said"): f"{now.statement} ({_printed_in(now)})",
                _("Known then"): "–" if then is None else _figure_in_words(then),
                _("Known now"): _figure_in_words(now),
                _("Verdict"): labels.of("verdict", now.verdict_now),
            }
        )
    return pd.DataFrame(claims)
