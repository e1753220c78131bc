"""What articles claimed beside what every edition says, known on the day of the claim or published since; the verdict is by rule."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, day, number, percent, trimmed_percent
from dashboard.topics.claims import ClaimParams, claims_beside_editions
from dashboard.topics.pledges import day_in_words
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from policy.claims import AGREES, SINCE

PAGE = "pledges"
TITLE = N_("What was claimed, what the editions say")
VIEW = View("claims", N_("Claims"), 4)

LINE_PX, LINE_LETTERS, BOLD_LETTERS = 17, 54, 47


Params = ClaimParams


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `claims_beside_editions`."""
    return claims_beside_editions(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    subtitle = _(
        "Share of GDP, %: the claim (open diamond) and the figure of each edition (dot); an open dot was published after the claim"
    )
    fig = style.figure(_finding(rows, params), subtitle)
    with_figure = rows[rows["figure"].notna()]
    down = 0  # pixels from the top
    for _claim, own in with_figure.groupby("claim_id", sort=False):
        first = own.iloc[0]
        name = style.wrapped(
            f"{first['statement']} ({first['speaker']}, {day_in_words(first['made_on'], first['made_precision'])})",
            BOLD_LETTERS,
        )
        down = _write(fig, down, f"<b>{name}</b>", style.INK)
        for row in own.itertuples():
            down = _write(fig, down, style.wrapped(_edition_in_words(row), LINE_LETTERS), style.MUTED) + LINE_PX
            _draw_figure(fig, -down, row)
            down += LINE_PX
        down += LINE_PX
    if len(with_figure):
        ends = pd.concat([with_figure["figure"], with_figure["claimed"]])
        fig.update_xaxes(range=[float(ends.min()) - 0.15, float(ends.max()) + 0.15], ticksuffix=" %", showgrid=True)
    else:
        fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False, range=[-down - 4, 4])
    fig.update_layout(margin={"l": 12, "r": 12, "t": 12, "b": 32}, height=max(120, down + 52))
    return fig


def _write(fig: go.Figure, down: int, text: str, colour: str) -> int:
    """Text from the left edge, wrapped already; returns where the next line begins."""
    style.note(
        fig, (0, -down), text, colour, 13, xref="x domain", xanchor="left", yanchor="top", align="left", borderpad=0
    )
    return down + LINE_PX * (1 + text.count("<br>"))


def _draw_figure(fig: go.Figure, y: float, row) -> None:
    colour = style.MEETS if row.verdict == AGREES else style.SHORT
    hover = [f"{row.statement}: “{row.quote}”", _edition_in_words(row)]
    fig.add_scatter(
        x=[row.claimed, row.figure],
        y=[y, y],
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={
            "symbol": ["diamond-open", "circle-open" if row.when == SINCE else "circle"],
            "size": [12, 11],
            "color": [style.TARGET, colour],
            "opacity": 1,
            "line": {"width": 2},
        },
        hovertext=hover,
        hoverinfo="text",
    )


def _figure_in_words(row) -> str:
    text = f"{percent(row.figure)}{style.estimate_mark(bool(row.is_estimate))}"
    return _("{publisher} {edition}: {text}").format(
        publisher=labels.of("publisher", row.publisher), edition=row.edition, text=text
    )


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
            day=day(params.known)
        )
    own = with_figure[with_figure["claim_id"] == with_figure["claim_id"].iloc[0]]
    first, (then, now) = own.iloc[0], _deciding(own)
    sentence = _("Article {article} said {claimed} for {year}: {verdict}").format(
        article=first["article"],
        claimed=_claimed(first),
        year=first["claim_year"],
        verdict=labels.of("verdict", first["verdict_now"]),
    )
    if then is not None:
        sentence += "; " + _("{figure}, known then").format(figure=_figure_in_words(then))
    return sentence + "; " + _("{figure}, newest").format(figure=_figure_in_words(now))


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
    counts = once["verdict_now"].value_counts()
    listed = ", ".join(
        _("{name}: {said}").format(name=labels.of("verdict", code), said=number(counts[code], 0))
        for code in labels.VERDICTS
        if code in counts
    )
    sentences.append(_("{count} claims, by the newest edition ({listed}).").format(count=len(once), listed=listed))
    for row in once[once["same_number"].notna()].itertuples():
        sentences.append(
            _("The number of claim {claim} is that of another pledge: {pledges}.").format(
                claim=row.claim_id, pledges=row.same_number.replace(";", ", ")
            )
        )
    return " ".join(sentences)


def short_table(rows: pd.DataFrame) -> pd.DataFrame:
    """What the articles said and what the editions say, one row a claim that can be compared: for the Overview, in words."""
    claims = []
    for _claim, own in rows[rows["figure"].notna()].groupby("claim_id", sort=False):
        first, (then, now) = own.iloc[0], _deciding(own)
        claims.append(
            {
                _(
                    "The article said"
                ): f"{first['statement']} ({first['article']}, {day_in_words(first['made_on'], first['made_precision'])})",
                _("Known then"): "–" if then is None else _figure_in_words(then),
                _("Known now"): _figure_in_words(now),
                _("Verdict"): labels.of("verdict", first["verdict_now"]),
            }
        )
    return pd.DataFrame(claims)
