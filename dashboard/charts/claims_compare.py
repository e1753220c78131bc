"""What articles claimed beside what every edition says, known on the day of the claim or published since; the verdict is by rule."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import coverage, labels, style
from dashboard.charts import View
from dashboard.cited import unbroken
from dashboard.language import _, day, labelled, number, percent, the, trimmed_percent
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
    with_figure = rows[rows["figure"].notna()]
    fig = style.figure(_finding(rows, params), _subtitle(rows, params) if len(with_figure) else "")
    ends = pd.concat([with_figure["figure"], with_figure["claimed"]])
    margin = max(0.1, 0.3 * float(ends.max() - ends.min())) if len(ends) else 0.0  # words stand at the ends
    left, right = float(ends.min()) - margin, float(ends.max()) + margin
    listing = Listing(fig, pictures=pictures and len(with_figure) > 0)
    for _claim, own in with_figure.groupby("claim_id", sort=False):
        first = own.iloc[0]
        spoken = f"{first['speaker']}, {day(first['made_on'], first['made_precision'])}"
        top = listing.heading(f"{first['statement']} ({spoken})", style.INK)
        if isinstance(first["same_number_said"], str):
            listing.item((_another_pledge(first), style.LATE, False))
        for row in own.itertuples():
            verdict = f"{SIGNS.get(row.verdict, '')}\u00a0{labels.of('verdict', row.verdict)}"
            words = f"{verdict} · {labels.of('when', row.when)}"
            mark = style.estimate_mark(bool(row.is_estimate))
            told = _edition(row) + mark if listing.pictures else _figure_in_words(row)
            at = listing.item((told, style.INK, False), (words, style.MUTED, False))[1]
            if listing.pictures:
                _draw_figure(fig, at, row, left)
        if listing.pictures:
            line = {"color": style.TARGET, "width": 1.5, "dash": "dash"}
            claimed = {"x0": first["claimed"], "x1": first["claimed"], "y0": top - 10, "y1": -listing.down}
            fig.add_shape(type="line", **claimed, line=line, layer="below")
            style.note(fig, (first["claimed"], top), _("claimed: {value}").format(value=_claimed(first)), style.TARGET)
    listing.close()
    if listing.pictures:
        fig.update_xaxes(range=[left, right], ticksuffix=" %", nticks=5)
    return fig


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    """Whom the claims are about: the home country is asked for nowhere, so a reader of another is told that none is about it."""
    shown = rows.loc[rows["figure"].notna(), "iso3"].unique()
    words = {"countries": ", ".join(the(labels.place(code)) for code in shown)}
    only = set(rows["iso3"].dropna()) == set(shown) and not params.article
    if only and len(shown) == 1:
        said = _(
            "Defence expenditure, % of GDP: claims about {countries}, and what each edition has for that year; no claim about another ally’s spending is held"
        )
    else:
        said = _(
            "Defence expenditure, % of GDP: what claims about {countries} say, and what each edition has for that year"
        )
    return said.format(**words)


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
    return f"{labels.of('publisher', row.publisher)} {unbroken(row.edition)}"


def _figure_in_words(row) -> str:
    return labelled(_edition(row), f"{percent(row.figure)}{style.estimate_mark(bool(row.is_estimate))}")


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
    first, now = own.iloc[0], _deciding(own)[1]
    return _("{claimed} of GDP claimed for {country} in {year}; {figure}: the claim {verdict}").format(
        claimed=_claimed(first),
        country=the(labels.place(first["iso3"])),
        year=first["claim_year"],
        verdict=labels.of("verdict", first["verdict_now"]),
        figure=_figure_in_words(now),
    )


def _another_pledge(row) -> str:
    """Of whom and when the pledge is whose number was claimed."""
    return _("{value} is the number of another pledge: {pledges}").format(
        value=trimmed_percent(row["claimed"]), pledges=row["same_number_said"]
    )


def _claimed(row) -> str:
    words = {
        "lt": N_("below {value}"),
        "le": N_("at most {value}"),
        "gt": N_("above {value}"),
        "ge": N_("at least {value}"),
    }
    return _(words.get(row["comparator"], "{value}")).format(value=trimmed_percent(row["claimed"]))


def summary(rows: pd.DataFrame, params: Params) -> str:
    sentences = [_finding(rows, params) + "."]
    once = rows.drop_duplicates("claim_id")
    if once.empty:
        return sentences[0]
    compared = rows[rows["figure"].notna()]
    then = _deciding(compared[compared["claim_id"] == compared["claim_id"].iloc[0]])[0] if len(compared) else None
    if then is not None:
        sentences.append(_("{figure}, known then").format(figure=_figure_in_words(then)) + ".")
    counts = once["verdict_now"].value_counts()
    listed = ", ".join(
        labelled(labels.of("verdict", code), number(counts[code], 0)) for code in labels.VERDICTS if code in counts
    )
    sentences.append(_("{count} claims, by the newest edition ({listed}).").format(count=len(once), listed=listed))
    sentences += [_another_pledge(row) + "." for _at, row in once[once["same_number"].notna()].iterrows()]
    return " ".join(sentences)


def further(rows: pd.DataFrame, params: Params) -> str:
    """What became of the claims that are not shown."""
    shown, once = rows[rows["figure"].notna()]["claim_id"].nunique(), rows.drop_duplicates("claim_id")
    others = once[once["figure"].isna()]["verdict_now"].value_counts()
    if others.empty:
        return ""
    listed = ", ".join(f"{labels.of('verdict', code)} ({number(count, 0)})" for code, count in others.items())
    words = _(
        "Of {count} claims held, {shown} can be set beside an edition and are shown; verdict on the others: {listed}."
    )
    return words.format(count=len(once), shown=shown, listed=listed)


def short_table(rows: pd.DataFrame) -> pd.DataFrame:
    """What the articles said and what the editions say, one row a claim that can be compared: for the Overview, in words."""
    claims = []
    for _claim, own in rows[rows["figure"].notna()].groupby("claim_id", sort=False):
        first, (then, now) = own.iloc[0], _deciding(own)
        claims.append(
            {
                _(
                    "The article said"
                ): f"{first['statement']} ({first['article']}, {day(first['made_on'], first['made_precision'])})",
                _("Known then"): "–" if then is None else _figure_in_words(then),
                _("Known now"): _figure_in_words(now),
                _("Verdict"): labels.of("verdict", first["verdict_now"]),
            }
        )
    return pd.DataFrame(claims)
