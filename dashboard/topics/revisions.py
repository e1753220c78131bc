"""How figures were revised: every edition's value for a country and year; or, ally by year, the change between two editions."""

from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import Field

from dashboard import labels, style
from dashboard.language import _, month_name, percent, signed
from dashboard.params import MEASURES, NATO_EDITIONS, REPORTERS, KnownParams, newest_edition, set_day
from dashboard.topics import spending
from etl.ledger.snapshot import Snapshot
from etl.message import N_

SHARE = "share_of_gdp_pct"
REPORT = "NATO_REPORT"  # the Annual Report, whose shares have one decimal


class RevisionParams(KnownParams):
    revisions: Literal["editions", "matrix"] = Field("editions", title=N_("Revisions of"))
    countries: Annotated[tuple[str, ...], REPORTERS] = Field(
        ("CAN", "NATO_EUR_CAN", "USA"), title=N_("Countries"), min_length=1, max_length=5
    )
    measure: Annotated[str, MEASURES] = Field(SHARE, title=N_("Measure"))
    year: Annotated[int | None, spending.NATO_YEARS] = Field(None, title=N_("Year"))
    before: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition before"))
    edition: Annotated[str | None, NATO_EDITIONS] = Field(None, title=N_("Edition"))

    def explicit(self, snapshot: Snapshot) -> Self:
        filled = super().explicit(snapshot)
        filled = filled.filled(edition=newest_edition(snapshot, "NATO", set_day(filled.known), filled.measure))
        filled = filled.filled(before=_edition_before(snapshot, filled.edition, filled.measure))
        return filled.filled(year=_year_in_two_editions(snapshot, filled))


def _edition_before(snapshot: Snapshot, edition: str | None, measure: str) -> str | None:
    """The NATO edition before one, among those that have the measure for more than a few allies."""
    editions = snapshot.sql(
        """
        SELECT e.edition FROM editions e JOIN spending s USING (publisher, edition)
        WHERE publisher = 'NATO' AND s.measure = $measure AND e.published_on < (SELECT published_on FROM editions WHERE publisher = 'NATO' AND edition = $edition)
        GROUP BY e.edition, e.published_on HAVING count(*) > 10 ORDER BY e.published_on DESC LIMIT 1
        """,
        edition=edition,
        measure=measure,
    )
    return None if editions.empty else editions["edition"].iloc[0]


def _year_in_two_editions(snapshot: Snapshot, params: RevisionParams) -> int | None:
    """The last year for which at least two NATO editions known by the day have a figure of the country compared."""
    years = snapshot.sql(
        """
        SELECT max(year) AS year FROM (
            SELECT year FROM spending JOIN editions e USING (publisher, edition)
            WHERE publisher = 'NATO' AND iso3 = $home AND measure = $measure AND e.published_on <= $known GROUP BY year HAVING count(DISTINCT edition) >= 2)
        """,
        home=subject(snapshot, params),
        measure=params.measure,
        known=params.known,
    )["year"]
    return spending.last_year(snapshot, params.edition, params.measure) if years.isna().all() else int(years.iloc[0])


def revisions(snapshot: Snapshot, params: RevisionParams) -> pd.DataFrame:
    """One row an edition (one country and year), or an ally and year with its value in both editions and the difference."""
    return _by_edition(snapshot, params) if params.revisions == "editions" else _between(snapshot, params)


def _by_edition(snapshot: Snapshot, params: RevisionParams) -> pd.DataFrame:
    return snapshot.sql(
        """
        SELECT publisher, edition, e.published_on, iso3, year, value, is_estimate, c.currency, e.constant_price_base_year AS price_base_year, s.source_id
        FROM spending s JOIN editions e USING (publisher, edition) LEFT JOIN currencies c USING (publisher, edition, iso3)
        WHERE iso3 = $home AND year = $year AND measure = $measure AND e.published_on <= $known
        ORDER BY e.published_on, publisher
        """,
        home=subject(snapshot, params),
        year=params.year,
        measure=params.measure,
        known=params.known,
    )


def _between(snapshot: Snapshot, params: RevisionParams) -> pd.DataFrame:
    """Allies whose figure moved, the largest revision first. Nothing when constant prices of different base years would be compared."""
    revised = snapshot.sql(
        """
        SELECT a.iso3, a.year, b.edition AS edition_before, b.value AS value_before, a.value, a.value - b.value AS revision, a.is_estimate,
               'NATO' AS publisher, a.edition, ea.constant_price_base_year AS price_base_year, concat(b.source_id, ';', a.source_id) AS source_id
        FROM spending a JOIN spending b USING (publisher, iso3, year, measure)
        JOIN editions ea ON ea.publisher = 'NATO' AND ea.edition = a.edition JOIN editions eb ON eb.publisher = 'NATO' AND eb.edition = b.edition
        JOIN countries c ON c.iso3 = a.iso3
        LEFT JOIN currencies ca ON ca.edition = a.edition AND ca.iso3 = a.iso3 LEFT JOIN currencies cb ON cb.edition = b.edition AND cb.iso3 = b.iso3
        WHERE a.publisher = 'NATO' AND a.edition = $edition AND b.edition = $before AND measure = $measure
          AND (NOT contains(measure, 'constant') OR ea.constant_price_base_year = eb.constant_price_base_year)
          AND (NOT contains(measure, '_ncu_') OR ca.currency = cb.currency)
        """,
        edition=params.edition,
        before=params.before,
        measure=params.measure,
    )
    size = revised["revision"].abs().groupby(revised["iso3"]).max()
    revised = revised.assign(largest=revised["iso3"].map(size)).sort_values(
        ["largest", "iso3", "year"], ascending=[False, True, True]
    )
    return revised.drop(columns="largest").reset_index(drop=True)


def subject(snapshot: Snapshot, params: RevisionParams) -> str:
    """Whose figures are compared: the first of the countries of which a NATO edition has the measure, else the first."""
    held = snapshot.sql(
        "SELECT DISTINCT iso3 FROM spending JOIN editions e USING (publisher, edition) "
        "WHERE publisher = 'NATO' AND measure = $measure AND e.published_on <= $known",
        measure=params.measure,
        known=params.known,
    )["iso3"].tolist()
    return next((code for code in params.countries if code in held), params.countries[0])


# --- words ---------------------------------------------------------------------------------------------------------


def is_percent(params: RevisionParams) -> bool:
    return labels.UNITS[params.measure].startswith("%")


def on_several_bases(rows: pd.DataFrame, params: RevisionParams) -> bool:
    return "constant" in params.measure and rows["price_base_year"].nunique() > 1


def smallest(params: RevisionParams) -> float:
    """What counts as a revision: what two printed figures can show."""
    if is_percent(params):
        return 0.005
    return 0.05 if "thousand" in params.measure else 0.5


def in_words(value: float, currency: str | None, params: RevisionParams) -> str:
    return percent(value) if is_percent(params) else labels.measured(value, params.measure, currency)


def change_in_words(revision: float, params: RevisionParams) -> str:
    return signed(revision, 2 if is_percent(params) else 0 if abs(revision) >= 10 else 1)


def edition_in_words(row) -> str:
    """The name of an edition's line: who published it and when."""
    publisher = _("NATO report") if row.publisher == REPORT else labels.of("publisher", row.publisher)
    return f"{publisher}, {month_name(row.published_on)}"


def value_in_words(row, params: RevisionParams) -> str:
    """The value of an edition, with as many decimals as it has."""
    if row.publisher != REPORT or not is_percent(params):
        return in_words(row.value, row.currency, params) + style.estimate_mark(row.is_estimate)
    marks = [*([_("estimate")] if row.is_estimate else []), _("rounded")]
    return f"{percent(row.value, 1)} ({', '.join(marks)})"
