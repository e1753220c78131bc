"""Spending through the years: chosen allies and aggregates, target lines, pledges at their due year."""

from datetime import date
from typing import Annotated, Self

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import labels, style
from dashboard.charts import MEASURES, NATO_EDITIONS, REPORTERS, TARGETS, Choices, KnownParams, newest_edition
from dashboard.language import _, localized
from etl.ledger import View
from etl.message import N_

PAGE = "spending"
TITLE = N_("Spending through the years")

SHARE = "share_of_gdp_pct"


class Params(KnownParams):
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5)
    measure: Annotated[str, MEASURES] = Field(SHARE, title=N_("Measure"))
    target: Annotated[tuple[str, ...], TARGETS] = Field(("nato-2", "path-2.5"), title=N_("Targets"))
    edition: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition"))
    since: Annotated[int, Choices("plain", "SELECT DISTINCT year FROM spending WHERE publisher = 'NATO' ORDER BY year")] = Field(2014, title=N_("Since"))

    def explicit(self, view: View) -> Self:
        known = self.known or date.today()
        return self.filled(known=known, edition=newest_edition(view, "NATO", known, self.measure))


def rows(view: View, params: Params) -> pd.DataFrame:
    """One row a value: `kind` is figure, target or pledge; targets have no country, pledges their due year."""
    return view.sql(
        f"""
        SELECT 'figure' AS kind, iso3, year, value, unit, is_estimate, publisher, edition, NULL AS label, NULL AS status, source_id
        FROM spending
        WHERE publisher = 'NATO' AND edition = $edition AND measure = $measure AND list_contains($countries, iso3) AND year >= $since
        UNION ALL
        SELECT 'target', NULL, due_year, value_pct, '% of GDP', NULL, NULL, NULL, {localized("label")}, NULL, source_id
        FROM targets WHERE measure = $measure AND list_contains($targets, target_id) AND agreed_on <= $known
        UNION ALL
        SELECT 'pledge', iso3, due_year, value_pct, '% of GDP', NULL, NULL, NULL, concat({localized("made_by")}, ', ', due_label), status, source_id
        FROM pledges WHERE measure = $measure AND list_contains($countries, iso3) AND due_year IS NOT NULL AND made_on <= $known
        ORDER BY kind, iso3, year
        """,
        edition=params.edition, measure=params.measure, countries=list(params.countries), since=params.since,
        targets=list(params.target), known=params.known,
    )  # fmt: skip


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    figures = rows[rows["kind"] == "figure"]
    unit = _(labels.UNITS[params.measure])
    subtitle = _("{measure}, {unit}, NATO edition {edition}").format(
        measure=labels.of("measure", params.measure), unit=figures["unit"].iloc[0] if len(figures) else unit, edition=params.edition
    )
    fig = style.figure(_finding(rows, params), subtitle, height=460)
    colours = style.roles(params.countries[0], list(params.countries))
    ends = []
    for code in params.countries:
        line = figures[figures["iso3"] == code].sort_values("year")
        if line.empty:
            continue
        _draw_line(fig, line, params.measure, colours[code], 3 if code == params.countries[0] else 2)
        ends.append((line["year"].iloc[-1], line["value"].iloc[-1], labels.place(code), colours[code]))
    for target in rows[rows["kind"] == "target"].itertuples():
        style.target_line(fig, target.value, target.label)
    for pledge in rows[rows["kind"] == "pledge"].itertuples():
        fig.add_scatter(
            x=[pledge.year], y=[pledge.value], mode="markers", name=_("pledge"), hovertext=[f"{labels.place(pledge.iso3)}: {pledge.label}"],
            hoverinfo="text", marker={"symbol": "diamond-open", "size": 12, "line": {"width": 2}, "color": colours[pledge.iso3] if pledge.status == "open" else style.ENDED},
        )  # fmt: skip
    span = (rows["value"].max() - min(0, rows["value"].min())) if len(rows) else 1
    style.end_labels(fig, ends, gap=span * 0.055)
    fig.update_xaxes(dtick=2, range=[params.since - 0.4, max(rows["year"].max(), 2026) + 2.6] if len(rows) else None)
    fig.update_yaxes(rangemode="tozero", ticksuffix=" %" if unit.startswith("%") else "")
    return fig


def _draw_line(fig: go.Figure, line: pd.DataFrame, measure: str, colour: str, width: int) -> None:
    """Figures solid with full markers; estimates dashed with hollow ones, joined to the last figure."""
    place = labels.place(line["iso3"].iloc[0])
    estimated = line["is_estimate"].astype(bool)
    firm = line[~estimated]
    for part, dash, symbol in ((firm, "solid", "circle"), (pd.concat([firm.tail(1), line[estimated]]), "dash", "circle-open")):
        if len(part) < 1 or (dash == "dash" and not estimated.any()):
            continue
        fig.add_scatter(
            x=part["year"].tolist(),
            y=part["value"].tolist(),
            mode="lines+markers",
            name=place,
            line={"color": colour, "width": width, "dash": dash},
            marker={"size": 7, "symbol": symbol, "color": colour, "line": {"width": 2, "color": colour}},
            hovertext=[f"{place}, {row.year}{style.estimate_mark(row.is_estimate)}: {labels.measured(row.value, measure)}" for row in part.itertuples()],
            hoverinfo="text",
        )


def _newest(rows: pd.DataFrame, code: str) -> pd.Series | None:
    """The last figure that says where a country stands: of the year before the edition's last, when there are two estimates."""
    line = rows[(rows["kind"] == "figure") & (rows["iso3"] == code)].sort_values("year")
    return None if line.empty else line.iloc[-1]


def _finding(rows: pd.DataFrame, params: Params) -> str:
    home = params.countries[0]
    last = _newest(rows, home)
    if last is None:
        return _("No figures for {country} in edition {edition}").format(country=labels.place(home), edition=params.edition)
    finding = _("{country}: {value} in {year}{estimate}").format(
        country=labels.place(home), value=labels.measured(last["value"], params.measure), year=last["year"],
        estimate=style.estimate_mark(bool(last["is_estimate"])),
    )  # fmt: skip
    targets = rows[rows["kind"] == "target"].sort_values("value")
    if targets.empty:
        return finding
    return f"{finding}, {labels.gap_in_words(last['value'], targets['value'].iloc[0])}"


def summary(rows: pd.DataFrame, params: Params) -> str:
    said = [_finding(rows, params)]
    for code in params.countries[1:]:
        last = _newest(rows, code)
        if last is not None:
            said.append(_("{country} {value} in {year}").format(country=labels.place(code), value=labels.measured(last["value"], params.measure), year=last["year"]))
    return "; ".join(said) + ". " + _("NATO edition {edition}.").format(edition=params.edition)
