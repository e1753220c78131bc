"""Spending through the years: chosen allies and aggregates, target lines, pledges at their due year.

One NATO edition a chart, so a constant-price series never crosses price bases. Other publishers' figures, each by its
own definition, can stand beside NATO's for the first country.
"""

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, placement, style
from dashboard.language import _, billions_axis, labelled, trimmed_percent
from dashboard.language import percent as per_cent
from dashboard.params import TimedParams
from dashboard.topics import spending
from dashboard.topics.spending_series import (
    SHARE,
    SeriesParams,
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

ROOM_FOR_NAMES, MOST_YEARS_NAMED = 4.6, 5  # years beyond the last figure; as many as stand side by side on a phone
SHAPES = {"NATO": "circle", "SIPRI": "square"}


def _drawn(rows: pd.DataFrame) -> pd.Series:
    return rows["transformed"] if "transformed" in rows else rows["value"]


class Params(TimedParams, SeriesParams):
    """See `SeriesParams`."""


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """See `spending_series`."""
    return spending_series(snapshot, params)


def figure(rows: pd.DataFrame, params: Params, wide_px: int = placement.DESK_PX) -> go.Figure:
    scale = 1000 if is_money(params) and params.transform != "index" else 1  # money is drawn in billions
    figures = rows[rows["kind"] == "figure"].assign(y=_drawn(rows) / scale)
    subtitle = subtitle_of(figures, params)
    if (rows["kind"] == "pledge").any():
        subtitle = _("{said}; ◇ a pledge in its due year, grey once replaced or overtaken").format(said=subtitle)
    fig = style.figure(on_who_has_figures(rows, params, _finding), subtitle, height=460)
    colours = style.roles(params.countries[0], list(params.countries))
    ends = []
    both = figures["publisher"].nunique() > 1
    for (publisher, code), line in figures.groupby(["publisher", "iso3"], sort=False):
        name = (
            f"{labels.place(code)} ({labels.of('publisher', publisher)})"
            if both and code == params.countries[0]
            else labels.place(code)
        )
        _draw_line(fig, line.sort_values("year"), params, colours[code], name)
        ends.append((line["year"].max(), line.loc[line["year"].idxmax(), "y"], _wrapped(name), colours[code]))
    for target in rows[rows["kind"] == "target"].itertuples():
        style.target_line(fig, target.value, style.wrapped(target.label, 22))
    _draw_pledges(fig, rows, colours)
    drawn = pd.concat([figures["y"], rows.loc[rows["kind"] != "figure", "value"]])
    span = (drawn.max() - min(0, drawn.min())) if len(drawn) else 1
    placement.end_labels(fig, ends, gap=span * 0.06)
    last = max([2026, *rows["year"].dropna()])
    every = next(step for step in (1, 2, 5, 10, 20) if (last - params.since) / step <= MOST_YEARS_NAMED)
    years = [year for year in range(params.since, int(last) + 1) if year % every == 0]
    ends_on, drawn_to = rows["year"].dropna(), figures["year"].dropna()
    further = drawn_to.empty or ends_on.max() > drawn_to.max()  # a pledge or a target
    right = last + (2.6 if further else ROOM_FOR_NAMES)
    fig.update_xaxes(range=[params.since - 0.4, right], tickvals=years, tickformat="d")
    fig.update_yaxes(rangemode="tozero", ticksuffix=" %" if is_percent(params) and params.transform == "value" else "")
    placement.names_of_levels(fig, wide_px)
    if scale > 1:
        fig.update_yaxes(**billions_axis(currency_of(figures, params)))
    if params.transform != "value":
        fig.add_hline(y=100 if params.transform == "index" else 0, line={"color": style.MUTED, "width": 1})
    return fig


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same; names of levels stand where a phone has room for them, or below."""
    return figure(rows, params, placement.PHONE_PX)


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


def _draw_pledges(fig: go.Figure, rows: pd.DataFrame, colours: dict[str, str]) -> None:
    """A diamond at the due year; what is still open in its country's colour with a thin path to it, the rest grey."""
    for pledge in rows[rows["kind"] == "pledge"].itertuples():
        is_open = pledge.status == "open"
        label = labelled(
            labels.place(pledge.iso3),
            f"{trimmed_percent(pledge.value)}, {pledge.label} ({labels.of('goal_status', pledge.status)})",
        )
        last = newest_figure(rows, pledge.iso3)
        if is_open and last is not None:
            fig.add_scatter(
                x=[last["year"], pledge.year],
                y=[last["value"], pledge.value],
                mode="lines",
                line={"color": colours[pledge.iso3], "width": 1, "dash": "dot"},
                hoverinfo="skip",
            )
            style.note(
                fig,
                (pledge.year, pledge.value),
                _("pledge: {value}").format(value=trimmed_percent(pledge.value)),
                colours[pledge.iso3],
                13,
                yshift=16,
                xanchor="right",
                xshift=16,
            )
        fig.add_scatter(
            x=[pledge.year],
            y=[pledge.value],
            mode="markers",
            name=_("pledge"),
            hovertext=[label],
            hoverinfo="text",
            marker={
                "symbol": "diamond-open",
                "size": 13,
                "line": {"width": 2},
                "color": colours[pledge.iso3] if is_open else style.ENDED,
            },
        )


# --- words ---------------------------------------------------------------------------------------------------------


def _wrapped(name: str) -> str:
    """A long name on two lines, so that it stands beside its line on a phone, too."""
    words = name.split(" ")
    if len(name) <= 12 or len(words) < 2:
        return name
    cut = min(range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - len(name) / 2))
    return " ".join(words[:cut]) + "<br>" + " ".join(words[cut:])


def _finding(rows: pd.DataFrame, params: Params) -> str:
    last = newest_figure(rows, home := params.countries[0])
    if last is None:
        if params.edition is None:
            return spending.nothing(None)
        return _("No figures for {country} in edition {edition}; choose another measure or edition").format(
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
    text = "; ".join(sentences) + "." + spending.without_figure(rows[rows["kind"] == "figure"], params.countries)
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
