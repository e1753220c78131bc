"""Where the figures of a table come from: sources, publishers and editions that its rows name."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from dashboard import labels
from dashboard.language import _, day
from dashboard.provenance import plain
from etl.ledger.snapshot import Snapshot


@dataclass(frozen=True)
class Source:
    """Where figures of a chart come from, as a reader is told."""

    source_id: str
    title: str
    publisher: str
    url: str | None
    licence: str | None
    credit: str | None


def unbroken(edition: str) -> str:
    """An edition's code that no line of a headline ends in."""
    return edition.replace("-", "\u2011")


def sources_of(snapshot: Snapshot, rows: pd.DataFrame) -> tuple[Source, ...]:
    """The sources in a table's column `source_id` (several in a cell with semicolons between), that of most rows first."""
    if "source_id" not in rows:
        return ()
    rows_of = Counter(part for cell in rows["source_id"].dropna() for part in plain(cell).split(";"))
    held = _sources(snapshot)
    return tuple(held[name] for name in sorted(rows_of, key=lambda name: (-rows_of[name], name)) if name in held)


@lru_cache(maxsize=8)
def _sources(snapshot: Snapshot) -> dict[str, Source]:
    """Every source of a release by its code."""
    sources = snapshot.sql("SELECT source_id, title, publisher, url, licence, credit FROM sources")
    sources = sources.astype(object).where(sources.notna(), None)
    return {row[0]: Source(*row) for row in sources.itertuples(index=False, name=None)}


def publications(rows: pd.DataFrame) -> list[str]:
    """Publishers and editions that a table holds figures of, in words."""
    if not {"publisher", "edition"} <= set(rows.columns):
        return []
    pairs = rows[["publisher", "edition"]].dropna().drop_duplicates().sort_values(["publisher", "edition"])
    named = [
        _("{publisher}, edition {edition}").format(
            publisher=labels.of("publisher", pair.publisher), edition=pair.edition
        )
        for pair in pairs.itertuples()
    ]
    return [*named, *_of_gdp(rows)]


def _of_gdp(rows: pd.DataFrame) -> list[str]:
    """Publishers of the GDP that a table's amounts are of, and the day they said so, where it is not the edition's."""
    if "gdp_released_on" not in rows:
        return []
    found = rows[["gdp_from", "gdp_released_on"]].dropna().drop_duplicates()
    words = _("GDP: {publisher}, {day}")
    return [
        words.format(publisher=labels.of("publisher", one.gdp_from), day=day(one.gdp_released_on))
        for one in found.itertuples()
    ]
