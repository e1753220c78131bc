"""A reading as the rows a release needs: the edition, its source, its figures and its currencies."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from etl.publishers.nato import PUBLISHER as NATO
from etl.publishers.reading import Reading

NATO_TERMS = "Reuse allowed with credit to NATO; not for sale or advertising"
SIPRI_TERMS = "Non-commercial use with credit; at most 10 % of the database may be republished"
SIPRI_CREDIT = (
    "Information from the Stockholm International Peace Research Institute (SIPRI) Military Expenditure Database, "
    "https://doi.org/10.55163/CQGC9685"
)
CHANGED = ("sources", "editions", "spending", "currencies")


def into(
    frames: Mapping[str, pd.DataFrame],
    reading: Reading,
    *,
    published_on: pd.Timestamp | None = None,
    url: str | None = None,
) -> dict[str, pd.DataFrame]:
    """The four tables of `frames` (CHANGED) with this edition in them, ready to be held against their contracts.

    An edition held already (as one copied from the press) is replaced as a whole by what its publisher's own workbook
    says, keeping its title, days and source; other editions stay as they are. `published_on`: the day, when it is
    known; else the first of the month.
    Raises ValueError for a reading with problems: there is nothing to publish.
    """
    if reading.problems:
        raise ValueError("a reading with problems has no rows")
    source_id = reading.spending["source_id"].iloc[0]
    sources, editions = frames["sources"], frames["editions"]
    held = editions[(editions["publisher"] == reading.publisher) & (editions["edition"] == reading.edition)]
    edition = _edition(reading, published_on)
    if len(held):
        kept = ["title", "data_cutoff_on"] + ["published_on", "published_precision"] * (published_on is None)
        edition |= held.iloc[0][kept].to_dict()
    known = (sources["source_id"] == source_id).any()
    return {
        "sources": sources if known else _with(sources, _source(reading, published_on, url)),
        "editions": _with(_without(editions, reading), edition),
        "spending": _with(_without(frames["spending"], reading), reading.spending),
        "currencies": _with(_without(frames["currencies"], reading), reading.currencies),
    }


def title_of(reading: Reading) -> str:
    """The publication's title by the years of its tables."""
    years = reading.spending["year"]
    if reading.publisher == NATO:
        # From 2026 the tables are of core defence expenditure and the publication changed its name.
        word = "Investment" if int(reading.edition[:4]) >= 2026 else "Expenditure"
        return f"Defence {word} of NATO Countries ({years.min()}-{years.max()})"
    return f"SIPRI Military Expenditure Database 1949-{int(reading.edition[:4]) - 1}"


def _without(frame: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    return frame[(frame["publisher"] != reading.publisher) | (frame["edition"] != reading.edition)]


def _with(frame: pd.DataFrame, rows: pd.DataFrame | dict) -> pd.DataFrame:
    if isinstance(rows, dict):
        rows = pd.DataFrame([rows])
    if rows.empty:
        return frame.reset_index(drop=True)
    rows = rows[list(frame.columns)].astype(frame.dtypes.to_dict())
    return pd.concat([frame, rows], ignore_index=True)


def _source(reading: Reading, published_on: pd.Timestamp | None, url: str | None) -> dict:
    title = title_of(reading)
    nato = reading.publisher == NATO
    return {
        "source_id": reading.spending["source_id"].iloc[0],
        "title": title,
        "publisher": NATO if nato else "Stockholm International Peace Research Institute",
        "url": url or (None if nato else "https://doi.org/10.55163/CQGC9685"),
        "published_on": published_on,
        "licence": NATO_TERMS if nato else SIPRI_TERMS,
        "credit": f"Source: NATO, {title}" if nato else SIPRI_CREDIT,
        "trust": "publisher_table",
    }


def _edition(reading: Reading, published_on: pd.Timestamp | None) -> dict:
    rows, off = reading.spending, len(reading.checks)
    counts = {"values": len(rows), "measures": rows["measure"].nunique(), "countries": rows["iso3"].nunique()}
    first, last = rows["year"].min(), rows["year"].max()
    return {
        "publisher": reading.publisher,
        "edition": reading.edition,
        "title": title_of(reading),
        "published_on": published_on or pd.Timestamp(f"{reading.edition}-01"),
        "published_precision": "month" if published_on is None else "day",
        "data_cutoff_on": pd.NaT,
        "constant_price_base_year": reading.constant_price_base_year,
        "completeness": (
            "{values} values of {measures} measures for {countries} countries and aggregates, ".format(**counts)
            + f"{first} to {last}."
        ),
        "completeness_fr": (
            "{values} valeurs de {measures} mesures pour {countries} pays et agrégats, ".format(**counts)
            + f"de {first} à {last}."
        ),
        "trust_note": f"High: read from the publisher's workbook cell by cell; {off} of its values do not add up.",
        "trust_note_fr": (
            f"Élevé : lu cellule par cellule dans le classeur de l'éditeur; {off} de ses valeurs ne concordent pas."
        ),
        "source_id": rows["source_id"].iloc[0],
    }
