"""Spending through the years: chosen allies and aggregates, target lines, pledges at their due year.

One NATO edition a chart, so a constant-price series never crosses price bases. Other publishers' figures, each by its
own definition, can stand beside NATO's for the first country.
"""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, line_labels, placement, style
from dashboard.language import _, billions_axis, labelled, trimmed_percent
from dashboard.language import percent as per_cent
from dashboard.params import TimedParams
from dashboard.topics import spending
from dashboard.topics.pledge_marks import OPEN, draw_pledges
from dashboard.topics.pledges import PROPOSAL
from dashboard.topics.spending_series import (
    SHARE,
    SeriesParams,
    bare_value,
    change_in_words,
    currency_of,
    definitions_in_words,
    hover_of,
    is_money,
    is_percent,
    newest_figure,
    newest_figures,
    on_who_has_figures,
    ranked_in_words,
    spending_series,
    subtitle_of,
    value_in_words,
)
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("Spending through the years")
BRIEF = ("iso3", "year", "value", "currency", "is_estimate")
brief_rows = newest_figures

ROOM_PX, MOST_YEARS_NAMED = (
    (150, 108),
    5,
)  # for names beyond the last figure, on a phone; years that stand side by side on a phone
SHAPES = {"NATO": "circle", "SIPRI": "square"}


def _values(rows: pd.DataFrame) -> pd.Series:
    return rows["transformed"] if "transformed" in rows else rows["value"]


class Params(TimedParams, SeriesParams):
    """See `SeriesParams`."""


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `spending_series`."""
    return spending_series(snapshot, params)


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    return _drawn(rows, params, placement.DESK_PX, 460)


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same, taller; names stand where a phone has room for them, or below."""
    return _drawn(rows, params, placement.PHONE_PX, 540)


def _drawn(rows: pd.DataFrame, params: Params, wide_px: int, height: int) -> go.Figure:
    scale = 1000 if is_money(params) and params.transform != "index" else 1  # money is drawn in billions
    figures = rows[rows["kind"] == "figure"].assign(y=_values(rows) / scale)
    fig = style.figure(on_who_has_figures(rows, params, _finding), _subtitle(rows, figures, params), height=height)
    colours = style.roles(params.countries[0], list(params.countries))
    names, both = [], figures["publisher"].nunique() > 1
    for (publisher, code), line in figures.groupby(["publisher", "iso3"], sort=False):
        said = labels.place(code)
        if both and code == params.countries[0]:
            said = f"{said} ({labels.of('publisher', publisher)})"
        ordered = line.sort_values("year")
        _draw_line(fig, ordered, params, colours[code], said)
        names.append(_name_of_line(ordered, params, colours[code], said))
    for target in rows[rows["kind"] == "target"].itertuples():
        proposed = target.status == PROPOSAL
        words = _("{share}: proposed, no target of NATO").format(share=trimmed_percent(target.value))
        style.target_line(fig, target.value, style.wrapped(words if proposed else target.label, 22), proposed=proposed)
    names = sorted([*names, *draw_pledges(fig, rows, colours)], key=lambda name: name.colour != style.HOME)
    _frame(fig, rows, figures, params, wide_px)
    fig.update_yaxes(ticksuffix=" %" if is_percent(params) and params.transform == "value" else "")
    if params.transform != "value":
        fig.add_hline(y=100 if params.transform == "index" else 0, line={"color": style.MUTED, "width": 1})
    told = line_labels.name_lines(fig, names, wide_px)
    placement.names_of_levels(fig, wide_px, told)
    if scale > 1:
        fig.update_yaxes(**billions_axis(currency_of(figures, params)))
    return fig


def _frame(fig: go.Figure, rows: pd.DataFrame, figures: pd.DataFrame, params: Params, wide_px: int) -> None:
    """The years, with room for names beyond the last of them, and values from zero on."""
    last = int(max([2026, *rows["year"].dropna()]))
    every = next(step for step in (1, 2, 5, 10, 20) if (last - params.since) / step <= MOST_YEARS_NAMED)
    years = [year for year in range(params.since, last + 1) if year % every == 0]
    drawn_to = max([*figures["year"].dropna()], default=last)
    room_px = ROOM_PX[wide_px < placement.DESK_PX] * (1 if drawn_to == last else 0.4)  # a pledge may stand further on
    beyond = (last - params.since) * room_px / (wide_px - room_px)
    fig.update_xaxes(range=[params.since - 0.4, last + beyond], tickvals=years, tickformat="d")
    drawn = pd.concat([figures["y"], rows.loc[rows["kind"] != "figure", "value"]]).astype(float)
    low, high = min(0.0, drawn.min()), max(0.0, drawn.max()) if len(drawn) else 1.0
    aside = (high - low or 1.0) * 0.08
    fig.update_yaxes(range=[low - aside if low < 0 else 0, high + aside])


def _name_of_line(line: pd.DataFrame, params: Params, colour: str, name: str) -> line_labels.Name:
    """The name with the last figure, or alone where both have no room."""
    last = line.iloc[-1]
    value = bare_value(last, params) if params.transform == "value" else change_in_words(last, params)
    texts = line_labels.in_lines(f"{name} {value}", 18, 12)
    points = list(zip(line["year"], line["y"], strict=True))
    shorter = line_labels.in_lines(name, 12)
    return line_labels.Name(texts, colour, points, shorter, is_bold=colour == style.HOME)


def _draw_line(fig: go.Figure, line: pd.DataFrame, params: Params, colour: str, name: str) -> None:
    """Figures solid with full markers; estimates dashed with hollow ones, joined to the last figure. Others than NATO thin."""
    publisher = line["publisher"].iloc[0]
    beside = publisher != "NATO"
    width = 1.5 if beside else 3 if line["iso3"].iloc[0] == params.countries[0] else 2
    shape = SHAPES.get(publisher, "triangle-up")
    estimated = line["is_estimate"].astype(bool)
    firm = line[~estimated]
    for part, dash, symbol in (
        (firm, "solid", shape),
        (pd.concat([firm.tail(1), line[estimated]]), "dash", f"{shape}-open"),
    ):
        if part.empty or (dash == "dash" and not estimated.any()):
            continue
        fig.add_scatter(
            x=part["year"].tolist(),
            y=part["y"].tolist(),
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": width, "dash": "dot" if beside and dash == "solid" else dash},
            marker={"size": 7, "symbol": symbol, "color": colour, "line": {"width": 2, "color": colour}},
            hovertext=[
                labelled(f"{name}, {row.year}{style.estimate_mark(row.is_estimate)}", hover_of(row, params))
                for row in part.itertuples()
            ],
            hoverinfo="text",
        )


# --- words ---------------------------------------------------------------------------------------------------------


def _subtitle(rows: pd.DataFrame, figures: pd.DataFrame, params: Params) -> str:
    said = subtitle_of(figures, params)
    if figures["is_estimate"].any():
        said = _("{said}; hollow: estimate").format(said=said)
    return _("{said}; ◇ a pledge in its due year").format(said=said) if (rows["status"] == OPEN).any() else said


def _finding(rows: pd.DataFrame, params: Params) -> str:
    last = newest_figure(rows, home := params.countries[0])
    if last is None:
        if params.edition is None:
            return spending.nothing(None)
        return _("{country}: no figures in edition {edition}; choose another measure or edition").format(
            country=labels.place(home), edition=params.edition
        )
    estimate = style.estimate_mark(bool(last["is_estimate"]))
    if params.transform != "value":
        words = (
            _("{country}: index {change} in {year}{estimate}, {start} = 100")
            if params.transform == "index"
            else _("{country}: {change} from {start} to {year}{estimate}")
        )
        return words.format(
            country=labels.place(home),
            change=change_in_words(last, params),
            year=last["year"],
            start=params.since,
            estimate=estimate,
        )
    if params.measure != SHARE:
        return ranked_in_words(rows, params)
    finding = _("{country}: {value} in {year}{estimate}").format(
        country=labels.place(home), value=value_in_words(last, params), year=last["year"], estimate=estimate
    )
    targets = rows[rows["kind"] == "target"].sort_values("value")
    if targets.empty:
        return finding
    return f"{finding}, {labels.gap_in_words(last['value'], targets['value'].iloc[0])}"


def summary(rows: pd.DataFrame, params: Params) -> str:
    sentences = [on_who_has_figures(rows, params, _finding)]
    for code in params.countries[1:]:
        last = newest_figure(rows, code)
        if last is not None and labels.place(code) not in sentences[0]:
            shown = value_in_words(last, params) if params.transform == "value" else change_in_words(last, params)
            sentences.append(
                _("{country} {value} in {year}").format(country=labels.place(code), value=shown, year=last["year"])
            )
    for publisher in [one for one in params.publisher if one != "NATO" and "NATO" in params.publisher]:
        last = newest_figure(rows, params.countries[0], publisher)
        if last is not None:
            sentences.append(_beside(publisher, last, params))
    return "; ".join(sentences) + "." + _not_drawn(rows, params)


def further(rows: pd.DataFrame, params: Params) -> str:
    """What the picture does not say: whose figures are missing, what those of each publisher are, and who proposed a target."""
    proposed = rows.loc[(rows["kind"] == "target") & (rows["status"] == PROPOSAL), "label"]
    return " ".join(
        [_not_drawn(rows, params).strip(), *(_("Proposed: {label}.").format(label=one) for one in proposed)]
    ).strip()


def _not_drawn(rows: pd.DataFrame, params: Params) -> str:
    text = spending.without_figure(rows[rows["kind"] == "figure"], params.countries)
    if without := [labels.place(code) for code in params.countries[1:] if newest_figure(rows, code) is None]:
        text += " " + _("No figure: {named}.").format(named=", ".join(without))
    publishers = dict.fromkeys(rows.loc[rows["kind"] == "figure", "publisher"])
    return f"{text} {definitions_in_words(publishers)}" if len(publishers) > 1 else text


def _beside(publisher: str, last: pd.Series, params: Params) -> str:
    """What another publisher than NATO has as its last figure."""
    sentence = (
        _("SIPRI says {value} in {year}, by its own definition")
        if publisher == "SIPRI"
        else _("{publisher}: {value} in {year}, by its own definition")
    )
    if params.transform != "value":
        value = change_in_words(last, params)
    else:
        value = per_cent(last["value"]) if params.measure == SHARE else value_in_words(last, params)
    return sentence.format(publisher=labels.of("publisher", publisher), value=value, year=last["year"])
