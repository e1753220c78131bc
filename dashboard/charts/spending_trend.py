"""Spending through the years: chosen allies and aggregates, target lines, pledges at their due year.

One NATO edition a chart, so a constant-price series never crosses price bases. Other publishers' figures, each by its
own definition, can stand beside NATO's for the first country.
"""

from typing import Annotated, Literal, Self

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import labels, style
from dashboard.language import _, billions_axis, localized, number, signed, trimmed_percent
from dashboard.language import percent as per_cent
from dashboard.params import MEASURES, NATO_EDITIONS, REPORTERS, TARGETS, Choices, KnownParams, newest_edition
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_

PAGE = "spending"
TITLE = N_("Spending through the years")

SHARE = "share_of_gdp_pct"
SHAPES = {"NATO": "circle", "SIPRI": "square"}
NAMED = 3  # countries in a title
BILLIONS = {
    "million US dollars": N_("billion US dollars"),
    "million, national currency": N_("billion, national currency"),
}
"""How the unit of money is called that is drawn in billions."""
SINCE = Choices("plain", "SELECT DISTINCT year FROM spending WHERE publisher = 'NATO' ORDER BY year")
PUBLISHERS = Choices(
    "publisher", "SELECT DISTINCT publisher FROM spending WHERE publisher <> 'NATO_REPORT' ORDER BY publisher"
)


class Params(KnownParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )
    measure: Annotated[str, MEASURES] = Field(SHARE, title=N_("Measure"))
    target: Annotated[tuple[str, ...], TARGETS] = Field(("nato-2", "path-2.5"), title=N_("Targets"))
    publisher: Annotated[tuple[str, ...], PUBLISHERS] = Field(("NATO",), title=N_("Publishers"), min_length=1)
    transform: Literal["value", "index", "change"] = Field("value", title=N_("Shown as"))
    edition: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition"))
    since: Annotated[int, SINCE] = Field(2014, title=N_("Since"))

    def explicit(self, snapshot: Snapshot) -> Self:
        filled = super().explicit(snapshot)
        return filled.filled(edition=newest_edition(snapshot, "NATO", filled.known, filled.measure))


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row a value: `kind` is figure, target or pledge; targets have no country, pledges their due year.

    `value` is as published. For an index or a change, `transformed` is what is drawn: first year = 100, or the
    difference from the first year. Figures carry the currency of national amounts and the price base of their edition.
    """
    table = snapshot.sql(
        f"""
        WITH newest AS (
            SELECT publisher, arg_max(edition, published_on) AS edition FROM editions
            WHERE published_on <= $known AND (publisher, edition) IN (SELECT (publisher, edition) FROM spending WHERE measure = $measure)
            GROUP BY publisher
        )
        SELECT 'figure' AS kind, iso3, year, value, unit, is_estimate, publisher, edition, c.currency, e.constant_price_base_year AS price_base_year,
               NULL AS label, NULL AS status, s.source_id
        FROM spending s JOIN editions e USING (publisher, edition) LEFT JOIN currencies c USING (publisher, edition, iso3)
        WHERE measure = $measure AND list_contains($countries, iso3) AND year >= $since AND (
            publisher = 'NATO' AND edition = $edition AND list_contains($publishers, 'NATO')
            OR publisher <> 'NATO' AND (publisher, edition) IN (SELECT (publisher, edition) FROM newest) AND list_contains($publishers, publisher) AND iso3 = $home
        )
        UNION ALL
        SELECT 'target', NULL, due_year, value_pct, '% of GDP', NULL, NULL, NULL, NULL, NULL, {localized("label")}, NULL, source_id
        FROM targets WHERE measure = $measure AND ($measure <> 'share_of_gdp_pct' OR list_contains($targets, target_id)) AND agreed_on <= $known
        UNION ALL
        SELECT 'pledge', iso3, due_year, value_pct, '% of GDP', NULL, NULL, NULL, NULL, NULL, concat({localized("made_by")}, ', ', due_label), status, source_id
        FROM pledges WHERE measure = $measure AND list_contains($countries, iso3) AND due_year IS NOT NULL AND made_on <= $known
        ORDER BY kind, publisher, iso3, year, label, value, source_id
        """,
        edition=params.edition,
        measure=params.measure,
        countries=list(params.countries),
        since=params.since,
        targets=list(params.target),
        known=params.known,
        publishers=list(params.publisher),
        home=params.countries[0],
    )
    if params.transform == "value":
        return table
    figures = table[table["kind"] == "figure"].reset_index(drop=True)
    start = figures[figures["year"] == params.since].set_index(["publisher", "iso3"])["value"]
    base = pd.Series(pd.MultiIndex.from_frame(figures[["publisher", "iso3"]]).map(start), dtype="float64")
    figures["transformed"] = figures["value"] / base * 100 if params.transform == "index" else figures["value"] - base
    return figures[figures["transformed"].notna()].reset_index(drop=True)


def _drawn(rows: pd.DataFrame) -> pd.Series:
    return rows["transformed"] if "transformed" in rows else rows["value"]


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    scale = 1000 if _is_money(params) and params.transform != "index" else 1  # money is drawn in billions
    figures = rows[rows["kind"] == "figure"].assign(y=_drawn(rows) / scale)
    fig = style.figure(_finding(rows, params), _subtitle(figures, params), height=460)
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
    style.end_labels(fig, ends, gap=span * 0.06)
    last = max(rows["year"].max(), 2026) if len(rows) else 2026
    fig.update_xaxes(range=[params.since - 0.4, last + 2.6], tickformat="d", nticks=10, tickangle=0)
    fig.update_yaxes(rangemode="tozero", ticksuffix=" %" if _is_percent(params) and params.transform == "value" else "")
    if scale > 1:
        fig.update_yaxes(**billions_axis(_currency(figures, params)))
    if params.transform != "value":
        fig.add_hline(y=100 if params.transform == "index" else 0, line={"color": style.MUTED, "width": 1})
    return fig


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
                spending.labelled(f"{name}, {row.year}{style.estimate_mark(row.is_estimate)}", _hover(row, params))
                for row in part.itertuples()
            ],
            hoverinfo="text",
        )


def _draw_pledges(fig: go.Figure, rows: pd.DataFrame, colours: dict[str, str]) -> None:
    """A diamond at the due year; what is still open in its country's colour with a thin path to it, the rest grey."""
    for pledge in rows[rows["kind"] == "pledge"].itertuples():
        is_open = pledge.status == "open"
        said = spending.labelled(
            labels.place(pledge.iso3),
            f"{trimmed_percent(pledge.value)}, {pledge.label} ({labels.of('goal_status', pledge.status)})",
        )
        last = _newest(rows, pledge.iso3)
        if is_open and last is not None:
            fig.add_scatter(
                x=[last["year"], pledge.year],
                y=[last["value"], pledge.value],
                mode="lines",
                line={"color": colours[pledge.iso3], "width": 1, "dash": "dot"},
                hoverinfo="skip",
            )
            fig.add_annotation(
                x=pledge.year,
                y=pledge.value,
                text=_("pledge: {value}").format(value=trimmed_percent(pledge.value)),
                yshift=16,
                xanchor="right",
                xshift=16,
                showarrow=False,
                font={"color": colours[pledge.iso3], "size": 13},
            )
        fig.add_scatter(
            x=[pledge.year],
            y=[pledge.value],
            mode="markers",
            name=_("pledge"),
            hovertext=[said],
            hoverinfo="text",
            marker={
                "symbol": "diamond-open",
                "size": 12,
                "line": {"width": 2},
                "color": colours[pledge.iso3] if is_open else style.ENDED,
            },
        )


# --- words ---------------------------------------------------------------------------------------------------------


def _is_percent(params: Params) -> bool:
    return labels.UNITS[params.measure].startswith("%")


def _is_money(params: Params) -> bool:
    return params.measure.endswith("_million") and ("_usd_" in params.measure or "_ncu_" in params.measure)


def _currency(figures: pd.DataFrame, params: Params) -> str | None:
    """The one currency of all that is drawn; None where countries have several."""
    codes = ["USD"] if "_usd_" in params.measure else figures["currency"].dropna().unique()
    return str(codes[0]) if len(codes) == 1 else None


def _wrapped(name: str) -> str:
    """A long name on two lines, so that it stands beside its line on a phone, too."""
    words = name.split(" ")
    if len(name) <= 16 or len(words) < 2:
        return name
    cut = min(range(1, len(words)), key=lambda i: abs(len(" ".join(words[:i])) - len(name) / 2))
    return " ".join(words[:cut]) + "<br>" + " ".join(words[cut:])


def _value(row, params: Params) -> str:
    return labels.measured(row["value"], params.measure, row["currency"])


def _change(row, params: Params) -> str:
    """What an index or a change says, as prose."""
    if params.transform == "index":
        return number(row["transformed"], 0)
    if _is_percent(params):
        return _("{points} points").format(points=signed(row["transformed"]))
    return ("+" if row["transformed"] > 0 else "") + labels.measured(
        row["transformed"], params.measure, row["currency"]
    )


def _hover(row, params: Params) -> str:
    row = row._asdict()
    if params.transform == "value":
        return _value(row, params)
    return f"{_change(row, params)} ({_value(row, params)})"


def _subtitle(figures: pd.DataFrame, params: Params) -> str:
    """Measure, unit, price base, editions; what the marks of pledges mean."""
    unit, base = labels.UNITS[params.measure], figures["price_base_year"].max()
    unit = _(BILLIONS.get(unit, unit))
    if params.measure == SHARE and not pd.isna(base):
        unit = _("% of real GDP in prices of {year}").format(year=int(base))
    parts = [labels.of("measure", params.measure)]
    if params.transform == "index":
        parts.append(_("index, {year} = 100").format(year=params.since))
    elif params.transform == "change":
        parts.append(
            _("change since {year}, {unit}").format(
                year=params.since, unit=_("percentage points") if _is_percent(params) else unit
            )
        )
    else:
        parts.append(unit)
    if not pd.isna(base) and ("constant" in params.measure or params.measure == "real_change_pct"):
        parts.append(_("prices of {year}").format(year=int(base)))
    for pair in figures[["publisher", "edition"]].drop_duplicates().itertuples():
        parts.append(
            _("{publisher} edition {edition}").format(
                publisher=labels.of("publisher", pair.publisher), edition=pair.edition
            )
        )
    return ", ".join(parts)


def _newest(rows: pd.DataFrame, code: str, publisher: str | None = None) -> pd.Series | None:
    """The last figure of a country: NATO's where there is one."""
    line = rows[(rows["kind"] == "figure") & (rows["iso3"] == code)].sort_values("year")
    wanted = line[line["publisher"] == (publisher or "NATO")]
    line = wanted if len(wanted) or publisher else line
    return None if line.empty else line.iloc[-1]


def _finding(rows: pd.DataFrame, params: Params) -> str:
    home = params.countries[0]
    last = _newest(rows, home)
    if last is None:
        if params.edition is None:
            return spending.nothing(None)
        return _("No figures for {country} in edition {edition}; choose another measure or edition").format(
            country=labels.place(home), edition=params.edition
        )
    estimate = style.estimate_mark(bool(last["is_estimate"]))
    if params.transform != "value":
        said = (
            _("{country}: index {change} in {year}{estimate}, {start} = 100")
            if params.transform == "index"
            else _("{country}: {change} from {start} to {year}{estimate}")
        )
        return said.format(
            country=labels.place(home),
            change=_change(last, params),
            year=last["year"],
            start=params.since,
            estimate=estimate,
        )
    if params.measure != SHARE:
        return _ranked(rows, params)
    finding = _("{country}: {value} in {year}{estimate}").format(
        country=labels.place(home), value=_value(last, params), year=last["year"], estimate=estimate
    )
    targets = rows[rows["kind"] == "target"].sort_values("value")
    if targets.empty:
        return finding
    return f"{finding}, {labels.gap_in_words(last['value'], targets['value'].iloc[0])}"


def _ranked(rows: pd.DataFrame, params: Params) -> str:
    """What is measured, who leads, and the guideline: "Major equipment: France 34.09 %, Germany 32.11 %, 2026 (estimates)"."""
    last = [row for code in params.countries if (row := _newest(rows, code)) is not None]
    year = max(row["year"] for row in last)
    now = sorted((row for row in last if row["year"] == year), key=lambda row: -row["value"])[:NAMED]
    parts = [f"{labels.place(row['iso3'])} {_bare(row, params)}" for row in now]
    estimated = any(row["is_estimate"] for row in now)
    estimates = "" if not estimated else f" ({_('estimate') if len(now) == 1 else _('estimates')})"
    measure = labels.of("measure", params.measure)
    said = spending.labelled(measure, f"{', '.join(parts)}, {year}{estimates}")
    targets = rows.loc[rows["kind"] == "target", "label"]
    return f"{said}; {targets.iloc[0]}" if len(targets) else said


def _bare(row: pd.Series, params: Params) -> str:
    """A value without the words of its unit: they stand in the line below."""
    return per_cent(row["value"]) if _is_percent(params) else _value(row, params)


def summary(rows: pd.DataFrame, params: Params) -> str:
    said = [_finding(rows, params)]
    for code in params.countries[1:]:
        last = _newest(rows, code)
        if last is not None and labels.place(code) not in said[0]:
            shown = _value(last, params) if params.transform == "value" else _change(last, params)
            said.append(
                _("{country} {value} in {year}").format(country=labels.place(code), value=shown, year=last["year"])
            )
    for publisher in [one for one in params.publisher if one != "NATO" and "NATO" in params.publisher]:
        last = _newest(rows, params.countries[0], publisher)
        if last is not None:
            said.append(_beside(publisher, last, params))
    return "; ".join(said) + "."


def _beside(publisher: str, last: pd.Series, params: Params) -> str:
    """What another publisher than NATO has as its last figure."""
    sentence = (
        _("SIPRI says {value} in {year}, by its own definition")
        if publisher == "SIPRI"
        else _("{publisher}: {value} in {year}, by its own definition")
    )
    if params.transform != "value":
        value = _change(last, params)
    else:
        value = per_cent(last["value"]) if params.measure == SHARE else _value(last, params)
    return sentence.format(publisher=labels.of("publisher", publisher), value=value, year=last["year"])
