"""What the economy of a pledge's path starts from: NATO's GDP of the edition, or GDP as a statistics office published it."""

from datetime import date
from typing import Any

import pandas as pd

from dashboard import labels
from dashboard.language import _, day, percent
from dashboard.params import Choices
from etl.contract import DATE_DTYPE
from etl.datasets.gdp import CHAINED, CURRENT
from etl.ledger.snapshot import Snapshot
from policy.baseline import Baseline
from policy.gdp import PublishedGdp, whole_years

EDITION = "NATO"
COLUMNS = ["gdp_from", "gdp_year", "gdp_released_on", "gdp_difference_pct"]
TYPES = {"gdp_from": "str", "gdp_year": "Int64", "gdp_released_on": DATE_DTYPE, "gdp_difference_pct": "float64"}
STARTS = Choices(
    "publisher",
    f"SELECT publisher FROM (SELECT '{EDITION}' AS publisher, 0 AS place UNION SELECT publisher, 1 FROM gdp) ORDER BY place, publisher",
)


def offered(snapshot: Snapshot, country: str) -> set[str]:
    """What a country's path can start from."""
    held = snapshot.sql("SELECT DISTINCT publisher FROM gdp WHERE iso3 = $country", country=country)
    return {EDITION, *held["publisher"]}


def series(snapshot: Snapshot, publisher: str, country: str, known: date | None) -> PublishedGdp | None:
    """A publisher's whole years of a country as known on a day; None where it holds none, or GDP is the edition's."""
    if publisher == EDITION:
        return None
    quarters = snapshot.sql(
        """
        SELECT publisher, quarter, released_on, source_id, max(value) FILTER (measure = $current) AS current,
        max(value) FILTER (measure = $chained) AS chained
        FROM gdp WHERE publisher = $publisher AND iso3 = $country AND measure IN ($current, $chained)
        AND released_on <= coalesce($known, released_on)
        GROUP BY ALL ORDER BY ALL
        """,
        publisher=publisher,
        country=country,
        known=known,
        current=CURRENT,
        chained=CHAINED,
    )
    return whole_years(quarters)


def columns_of(base: Baseline) -> dict[str, Any]:
    """COLUMNS of a chart's rows: whose GDP it is, the last year it was published of, the day, and by how much it is more."""
    published = base.published
    said = (published.publisher, published.last_year, published.released_on) if published else (EDITION, None, None)
    return dict(zip(COLUMNS, (*said, base.gdp_difference_pct), strict=True))


def sources_with(source_id: str, base: Baseline) -> str:
    """A row's sources with those of the GDP that its amounts are of."""
    return ";".join(sorted({*source_id.split(";"), *(base.published.sources if base.published else ())}))


def in_subtitle(rows: pd.DataFrame) -> str:
    """Whose GDP it is, as the end of a subtitle; empty where it is the edition's."""
    of_series = rows[rows["gdp_year"].notna()]
    if of_series.empty:
        return ""
    row = of_series.iloc[0]
    return _("; GDP: {publisher}, {year}").format(
        publisher=labels.of("publisher", row["gdp_from"]), year=int(row["gdp_year"])
    )


def in_words(row: pd.Series, publisher: str, country: str) -> str:
    """What GDP of a chart's row starts from, as a sentence, or that the publisher's cannot hold; empty where it is to be the edition's."""
    if publisher == EDITION:
        return ""
    if pd.isna(row["gdp_year"]):
        return cannot_hold(publisher, country)
    text = _("GDP starts from that of {year} as published by {publisher} on {day}, and goes on as assumed").format(
        year=int(row["gdp_year"]), day=day(row["gdp_released_on"]), publisher=labels.of("publisher", publisher)
    )
    difference = row["gdp_difference_pct"]
    if pd.isna(difference):
        return text + "."
    words = (
        _("at the start it is {pct} above NATO's") if difference >= 0 else _("at the start it is {pct} below NATO's")
    )
    return f"{text}; {words.format(pct=percent(abs(difference), 1))}."


def cannot_hold(publisher: str, country: str) -> str:
    """That a country's path does not start from a publisher's GDP."""
    words = _("{country}: no GDP by {publisher} is held that this path could start from; it starts from NATO's.")
    return words.format(country=labels.place(country), publisher=labels.of("publisher", publisher))
