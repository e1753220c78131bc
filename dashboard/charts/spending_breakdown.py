"""What defence spending goes to: equipment, personnel, infrastructure, other; through the years, or ally by ally."""

from typing import Annotated, Literal, Self

import pandas as pd
import plotly.graph_objects as go
from pydantic import Field

from dashboard import labels, style
from dashboard.charts import View
from dashboard.language import _, labelled, percent, signed, trimmed_percent
from dashboard.params import NATO_EDITIONS, REPORTERS, KnownParams, TimedParams
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from etl.settings.days import today

PAGE = "spending"
TITLE = N_("What the spending goes to")
BRIEF = ("year", "equipment_share_pct", "personnel_share_pct")
VIEW = View("breakdown", N_("Breakdown"), 6)

PARTS = {
    "equipment_share_pct": (style.HOME, N_("Equipment")), "personnel_share_pct": (style.OTHERS[3], N_("Personnel")),
    "infrastructure_share_pct": (style.OTHERS[2], N_("Infrastructure")), "other_share_pct": (style.REST, N_("Other")),
}  # fmt: skip
LEAP = 8  # points from one year to the next that are told


class Params(TimedParams, KnownParams):
    OVER_TIME = ("across", "years")
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )
    across: Literal["years", "allies"] = Field("years", title=N_("Across"))
    year: Annotated[int | None, spending.NATO_YEARS] = Field(None, title=N_("Year"))
    edition: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition"))

    def explicit(self, snapshot: Snapshot) -> Self:
        known = self.known or today()
        editions = snapshot.sql(
            """
            SELECT edition FROM editions e WHERE publisher = 'NATO' AND published_on <= $known
            AND EXISTS (FROM spending s WHERE s.publisher = 'NATO' AND s.edition = e.edition AND s.measure = 'personnel_share_pct')
            ORDER BY published_on DESC LIMIT 1
            """,
            known=known,
        )
        filled = self.filled(known=known, edition=editions["edition"].iloc[0] if len(editions) else None)
        return filled.filled(year=spending.last_year(snapshot, filled.edition, "personnel_share_pct"))


def rows(snapshot: Snapshot, params: Params) -> pd.DataFrame:
    """One row an ally and year: the four shares, percent of defence expenditure. Across years: the first ally chosen; across allies: one year."""
    table = snapshot.sql(
        """
        SELECT iso3, year, max(value) FILTER (s.measure = 'equipment_share_pct') AS equipment_share_pct,
               max(value) FILTER (s.measure = 'personnel_share_pct') AS personnel_share_pct,
               max(value) FILTER (s.measure = 'infrastructure_share_pct') AS infrastructure_share_pct,
               max(value) FILTER (s.measure = 'other_share_pct') AS other_share_pct,
               bool_or(is_estimate) AS is_estimate, any_value(t.value_pct) AS equipment_target_pct,
               publisher, edition, concat(string_agg(DISTINCT s.source_id, ';' ORDER BY s.source_id), ';', any_value(t.source_id)) AS source_id
        FROM spending s JOIN targets t ON t.target_id = 'nato-equipment-20'
        WHERE publisher = 'NATO' AND edition = $edition AND list_contains($parts, s.measure)
          AND ($across = 'years' AND iso3 = $home OR $across = 'allies' AND year = $year)
        GROUP BY iso3, year, publisher, edition ORDER BY year, equipment_share_pct DESC, iso3
        """,
        edition=params.edition,
        parts=list(PARTS),
        across=params.across,
        home=_subject(snapshot, params),
        year=params.year,
    )
    table["is_estimate"] = table["is_estimate"].astype("boolean")
    return table


def _subject(snapshot: Snapshot, params: Params) -> str | None:
    """Whose spending is broken down through the years: the first ally chosen that the edition does so for, else the first."""
    held = snapshot.sql(
        "SELECT DISTINCT iso3 FROM spending WHERE publisher = 'NATO' AND edition = $edition AND list_contains($parts, measure)",
        edition=params.edition,
        parts=list(PARTS),
    )["iso3"].tolist()
    allies = [code for code in params.countries if code not in labels.AGGREGATES]
    return next((code for code in allies if code in held), spending.first_ally(params.countries))


def figure(rows: pd.DataFrame, params: Params) -> go.Figure:
    by_years = params.across == "years"
    height = 480 if by_years else 130 + 23 * max(len(rows), 8)
    fig = style.figure(_finding(rows, params), _subtitle(rows, params), height=height, barmode="stack", bargap=0.22)
    fig.update_layout(showlegend=True, legend={"traceorder": "normal"}, uniformtext=style.HIDE_WHAT_DOES_NOT_FIT)
    if rows.empty:
        return fig
    drawn = rows if by_years else rows.iloc[::-1]
    places = [_place(row, params) for row in drawn.itertuples()]
    target = rows["equipment_target_pct"].iloc[0]
    for measure, (colour, name) in PARTS.items():
        values = drawn[measure].astype(float).tolist()
        hover = [_hover(row, measure) for row in drawn.itertuples()]
        sides = {"x": places, "y": values} if by_years else {"x": values, "y": places, "orientation": "h"}
        last = len(values) - 1 if by_years else -1  # the bar that the headline is about, as exactly
        near = target if measure == "equipment_share_pct" else float("nan")  # where a whole number would say it is met
        exact = [at == last or abs(value - near) < 0.5 for at, value in enumerate(values)]
        text = [percent(value, int(one)) if value >= 7 else "" for one, value in zip(exact, values, strict=True)]
        ink = {"size": 13, "color": style.PAPER if measure == "equipment_share_pct" else style.ON_PALE}
        fig.add_bar(
            name=_(name),
            marker={"color": colour},
            text=text,
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont=ink if measure != "other_share_pct" else {"size": 13, "color": style.INK},
            hovertext=hover,
            hoverinfo="text",
            **sides,
        )
    style.target_line(fig, target, axis="y" if by_years else "x")
    if by_years:
        fig.update_yaxes(range=[0, 100], ticksuffix=" %")
        fig.update_xaxes(type="category", tickangle=0, tickfont={"size": 13}, dtick=1)
    else:
        fig.update_xaxes(range=[0, 100], ticksuffix=" %")
        fig.update_yaxes(tickfont={"size": 13, "color": style.INK}, range=[-0.6, len(rows) - 0.4])
    return fig


def narrow(rows: pd.DataFrame, params: Params) -> go.Figure:
    """The same of fewer years; the legend, which stands line below line, in the order of the stack."""
    if params.across != "years":
        return figure(rows, params).update_xaxes(dtick=None, nticks=8)
    return figure(spending.some_years(rows), params).update_layout(legend={"traceorder": "reversed"}, bargap=0.06)


def _place(row, params: Params) -> str:
    mark = "e" if row.is_estimate else ""
    if params.across == "years":
        return f"{row.year}{mark}"
    name = labels.place(row.iso3)
    return f"<b>{name}</b>" if row.iso3 in params.countries else name


def _hover(row, measure: str) -> str:
    value = getattr(row, measure)
    share = _("no figure") if pd.isna(value) else percent(value, 1)
    return labelled(
        f"{labels.place(row.iso3)}, {row.year}{style.estimate_mark(bool(row.is_estimate))}",
        f"{_(PARTS[measure][1])} {share}",
    )


def _subtitle(rows: pd.DataFrame, params: Params) -> str:
    subtitle = _("% of defence expenditure")
    if rows.empty:
        return subtitle
    target = _("dashed: {target} on equipment").format(target=trimmed_percent(rows["equipment_target_pct"].iloc[0]))
    return f"{subtitle}, " + _("NATO edition {edition}; e is an estimate; {target}").format(
        edition=params.edition, target=target
    )


def _finding(rows: pd.DataFrame, params: Params) -> str:
    if params.edition is None:
        return spending.nothing(None)
    if rows.empty:
        home = spending.first_ally(params.countries)
        if params.across == "years" and home in spending.NO_ARMED_FORCES:
            return _(spending.NO_ARMED_FORCES[home]).rstrip(".")
        what = labels.place(home) if home and params.across == "years" else str(params.year)
        return _("NATO edition {edition} does not break down the spending of {what}; choose another").format(
            edition=params.edition, what=what
        )
    if params.across == "allies":
        above = rows[rows["equipment_share_pct"] >= rows["equipment_target_pct"]]
        first = rows.iloc[0]
        return _(
            "{above} of {all} allies spend {target} or more on equipment in {year}{estimate}; most: {country}, {value}"
        ).format(
            above=len(above),
            all=len(rows),
            target=trimmed_percent(first["equipment_target_pct"]),
            year=params.year,
            estimate=spending.estimates_in_words(rows),
            country=labels.place(first["iso3"]),
            value=percent(first["equipment_share_pct"], 1),
        )
    last = rows.iloc[-1]
    return _("{country}: {equipment} of defence spending on equipment in {year}{estimate}, {personnel}").format(
        country=labels.place(last["iso3"]),
        equipment=percent(last["equipment_share_pct"], 1),
        year=last["year"],
        estimate=style.estimate_mark(bool(last["is_estimate"])),
        personnel=_personnel(last),
    )


def _personnel(row: pd.Series) -> str:
    if pd.isna(row["personnel_share_pct"]):
        return _("personnel not published")
    return _("{value} on personnel").format(value=percent(row["personnel_share_pct"], 1))


def summary(rows: pd.DataFrame, params: Params) -> str:
    text = _finding(rows, params) + "." + spending.without_figure(rows, params.countries)
    if rows.empty or params.across == "allies":
        return text
    shares = rows.set_index("year")[list(PARTS)]
    words = _("{country}, since {year}, in percentage points: {changes}.")
    changes = _changes(shares.iloc[-1] - shares.iloc[0])
    text += " " + words.format(country=labels.place(rows["iso3"].iloc[0]), year=shares.index[0], changes=changes)
    steps = shares.reindex(range(shares.index[0], shares.index[-1] + 1)).diff()
    leap = steps.abs().max(axis=1).fillna(0)
    if len(rows) > 2 and leap.max() >= LEAP:
        words = _("In {year} alone: {changes}.")
        text += " " + words.format(year=leap.idxmax(), changes=_changes(steps.loc[leap.idxmax()], LEAP / 2))
    return text


def _changes(differences: pd.Series, least: float = 0) -> str:
    """The parts that changed by so many points or more: "Equipment +2.3, Personnel −8.2"."""
    return ", ".join(
        f"{_(name)} {signed(differences[part], 1)}"
        for part, (_colour, name) in PARTS.items()
        if abs(differences[part]) >= least
    )
