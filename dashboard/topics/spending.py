"""Where allies stand against a target in one NATO edition: what the ranking, grid, heatmap, gap and quadrant share.

A share is held against the target as published, before rounding; texts show two decimals. An ally counts from the year it joined.
"""

from typing import Annotated, Any, Self

import pandas as pd
from pydantic import Field

from dashboard import ink, labels, style
from dashboard.language import _, labelled, localized, percent, signed, trimmed_percent
from dashboard.params import NATO_EDITIONS, TARGETS, Choices, KnownParams, newest_edition
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from etl.settings.days import today

SHARE = "share_of_gdp_pct"
NATO_YEARS = Choices("plain", "SELECT DISTINCT year FROM spending WHERE publisher = 'NATO' ORDER BY year DESC")


class EditionParams(KnownParams):
    """One NATO edition, held against a target: the newest one known on a day unless one is named."""

    against: Annotated[str, TARGETS] = Field("nato-2", title=N_("Measured against"))
    edition: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition"))

    def explicit(self, snapshot: Snapshot) -> Self:
        known = self.known or today()
        return self.filled(known=known, edition=newest_edition(snapshot, "NATO", known))


class StandingParams(EditionParams):
    """One year of one NATO edition, held against a target; the edition's last year unless one is named."""

    year: Annotated[int | None, NATO_YEARS] = Field(None, title=N_("Year"))

    def explicit(self, snapshot: Snapshot) -> Self:
        filled = super().explicit(snapshot)
        return filled.filled(year=last_year(snapshot, filled.edition))


def last_year(snapshot: Snapshot, edition: str | None, measure: str = SHARE) -> int | None:
    """The last year a NATO edition has a measure for; None when it has none."""
    query = (
        "SELECT max(year) AS year FROM spending WHERE publisher = 'NATO' AND edition = $edition AND measure = $measure"
    )
    years = snapshot.sql(query, edition=edition, measure=measure)["year"]
    return None if years.isna().all() else int(years.iloc[0])


def shares(snapshot: Snapshot, edition: str | None, against: str, since: int, until: int) -> pd.DataFrame:
    """One row an ally and year, Iceland and allies without a figure included: share, target, gap, whether it is met.

    Columns: iso3, year, share_of_gdp_pct, is_estimate, target_pct, target_label, gap_points (share less target, points
    of GDP), meets, was_ally (in NATO by the end of that year), publisher, edition, source_id. Empty without the edition.
    """
    rows = snapshot.sql(
        f"""
        SELECT c.iso3, y.year, s.value AS share_of_gdp_pct, coalesce(s.is_estimate, false) AS is_estimate,
               t.value_pct AS target_pct, t.{localized("label")} AS target_label, s.value - t.value_pct AS gap_points,
               s.value >= t.value_pct AS meets, year(c.joined_nato_on) <= y.year AS was_ally,
               'NATO' AS publisher, y.edition, concat_ws(';', coalesce(s.source_id, y.source_id), t.source_id) AS source_id
        FROM countries c
        CROSS JOIN (
            SELECT DISTINCT p.year, p.edition, e.source_id FROM spending p JOIN editions e USING (publisher, edition)
            WHERE publisher = 'NATO' AND edition = $edition AND measure = $share AND year BETWEEN $since AND $until
        ) y
        JOIN targets t ON t.target_id = $against
        LEFT JOIN spending s ON s.publisher = 'NATO' AND s.edition = y.edition AND s.iso3 = c.iso3 AND s.year = y.year AND s.measure = $share
        WHERE c.joined_nato_on IS NOT NULL
        ORDER BY y.year, share_of_gdp_pct DESC NULLS LAST, c.iso3
        """,
        edition=edition,
        share=SHARE,
        against=against,
        since=since,
        until=until,
    )
    rows["meets"] = rows["meets"].astype("boolean")
    return rows


def each_once(source_ids: str) -> str:
    """The codes of sources in a cell, each once."""
    return ";".join(dict.fromkeys(source_ids.split(";")))


def first_ally(countries: tuple[str, ...]) -> str | None:
    """The home country among those chosen: the first that is not an aggregate."""
    return next((code for code in countries if code not in labels.AGGREGATES), None)


NO_ARMED_FORCES = {"ISL": N_("Iceland has no armed forces; NATO publishes no spending figures for it.")}
"""Why an ally is in none of NATO's tables of spending; that it has no forces stands in SIPRI's notes."""


def without_figure(rows: pd.DataFrame, countries: tuple[str, ...]) -> str:
    """Why the home country is not in what is drawn: " a sentence", empty where it is, or where nothing is drawn."""
    home = first_ally(countries)
    if home is None or rows.empty or (rows["iso3"] == home).any():
        return ""
    if home in NO_ARMED_FORCES:
        return " " + _(NO_ARMED_FORCES[home])
    return " " + _("{country}: no figure in this edition").format(country=labels.place(home)) + "."


def some_years(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of as many years as stand side by side on a phone with their figures, the first and the last among them."""
    years = sorted(rows["year"].unique().tolist())
    steps = min(PHONE_YEARS, len(years)) - 1
    shown = [years[round(step * (len(years) - 1) / steps)] for step in range(steps + 1)] if steps > 0 else years
    return rows[rows["year"].isin(shown)]


def nothing(edition: str | None, year: int | None = None) -> str:
    """Why there is nothing to draw, and what is nearest."""
    if edition is None:
        return _("No NATO edition at hand had been published by that day; choose a later day")
    return _("NATO edition {edition} has no figures for {year}; choose another year or edition").format(
        edition=edition, year=year
    )


def subtitle(rows: pd.DataFrame, edition: str | None) -> str:
    """Target, measure, unit and edition. A target begins the line: its name is no part of a sentence."""
    if rows.empty:
        return _("Defence expenditure, % of real GDP, NATO")
    text = _("Defence expenditure, % of real GDP, NATO edition {edition}").format(edition=edition)
    return f"{rows['target_label'].iloc[0]}. {text}"


def estimates_in_words(rows: pd.DataFrame) -> str:
    """ "(estimates)" where any figure of a year is one."""
    return " (" + _("estimates") + ")" if rows["is_estimate"].any() else ""


PHONE_YEARS = 5
EXACT_DIGITS = 9
"""Decimals beyond which a difference of shares is only what binary fractions add; nothing is judged rounder than this."""


def rounded_up(rows: pd.DataFrame) -> str:
    """Who would meet the target by the figure as it is printed and is short of it: " a sentence", empty for nobody."""
    shares, targets = rows["share_of_gdp_pct"].astype("float64"), rows["target_pct"].astype("float64")
    near = rows[(shares.round(2) >= targets) & (shares < targets)]
    if near.empty:
        return ""
    named = ", ".join(
        f"{labels.place(row.iso3)} {row.year} ({percent(row.share_of_gdp_pct, 4)})" for row in near.itertuples()
    )
    return " " + _("Held against the target before rounding: {named} is short of it.").format(named=named)


# --- distance to a target, in classes ------------------------------------------------------------------------------

# From the farthest below to the farthest above, half a point each: the colour of a class and what it is called.
CLASSES = (
    (style.DISTANCE[0], N_("1 point or more short")),
    (style.DISTANCE[1], N_("0.5 to 1 point short")),
    (style.DISTANCE[2], N_("short by less than 0.5 points")),
    (style.DISTANCE[3], N_("meets it, less than 0.5 points above")),
    (style.DISTANCE[4], N_("0.5 to 1 point above")),
    (style.DISTANCE[5], N_("1 point or more above")),
)


def distance_class(gap_points: float) -> int:
    """Which of CLASSES a gap falls in: how far by the two decimals that are shown, short by all that are held (-0.004 is)."""
    far = min(int(round(abs(gap_points), 2) / 0.5), 2)
    return 2 - far if round(gap_points, EXACT_DIGITS) < 0 else 3 + far


def ink_on(index: int) -> str:
    """The colour of text that reads on the fill of a class, in both themes."""
    return ink.on(CLASSES[index][0])


def classes_in_words(gaps_points: pd.Series) -> dict[str, str]:
    """The colours of the classes that occur, by what they mean."""
    found = [CLASSES[index] for index in sorted({distance_class(gap) for gap in gaps_points.dropna()})]
    return {_(name): colour for colour, name in found}


def gap_label(gap_points: float) -> str:
    """ "+0.13", "−0.39", "−0.004": the sign says it without the colour, and no gap is rounded away."""
    gap = round(gap_points, EXACT_DIGITS)
    return signed(gap, next((digits for digits in range(2, EXACT_DIGITS) if round(gap, digits)), 2) if gap else 2)


def verdict(share: float, target: float) -> str:
    """Meets or short, as words: "meets 2 %", "0.39 points short of 2 %"."""
    gap = round(share - target, EXACT_DIGITS)
    if gap >= 0:
        return _("meets {target}").format(target=trimmed_percent(target))
    return _("{points} points short of {target}").format(
        points=gap_label(gap).lstrip("−"), target=trimmed_percent(target)
    )


def hatched(estimates: pd.Series) -> dict[str, Any]:
    """The pattern of bars, of which estimates are hatched."""
    shape = ["/" if one else "" for one in estimates]
    return {"shape": shape, "fillmode": "overlay", "fgcolor": style.PAPER, "fgopacity": 0.3, "solidity": 0.2, "size": 8}


def hover(row) -> str:
    """An ally in a year (a row of `shares`): "Canada, 2026: 2.13 % (estimate), meets 2 %"."""
    share = f"{percent(row.share_of_gdp_pct)}{style.estimate_mark(row.is_estimate)}"
    return labelled(
        f"{labels.place(row.iso3)}, {row.year}", f"{share}, {verdict(row.share_of_gdp_pct, row.target_pct)}"
    )
