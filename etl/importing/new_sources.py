"""New sources and new editions, as rows of their tables."""

import re
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from etl.datasets import all_datasets
from etl.importing.merge import EDITION_KEY

_BASE_YEAR = re.compile(r"(?:constant |\()(\d{4})(?: prices)")
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class NewSource:
    """A source that is not in the ledger yet; the fields are the columns of `sources`."""

    source_id: str
    title: str
    publisher: str
    url: str | None = None
    published_on: pd.Timestamp | None = None
    licence: str | None = None
    credit: str | None = None
    trust: str = "news"

    def into(self, sources: pd.DataFrame) -> pd.DataFrame:
        """`sources` with this one at the end; a source_id that is taken is left for the contract to tell."""
        return _with(sources, [asdict(self)], "sources")


def source_id_of(publisher: str, title: str, published_on: pd.Timestamp | None) -> str:
    """A short name for a source: 'nato-2026-08-27', or from its title where no day is known."""
    words = [publisher, published_on.date().isoformat() if published_on is not None else title]
    plain = " ".join(words).lower().encode("ascii", "ignore").decode()
    return _SLUG.sub("-", plain).strip("-")[:60].strip("-")


def unknown_editions(rows: pd.DataFrame, editions: pd.DataFrame) -> list[tuple[str, str]]:
    """(publisher, edition) pairs of `rows` that `editions` does not hold."""
    held = set(editions[EDITION_KEY].itertuples(index=False, name=None))
    pairs = rows[EDITION_KEY].dropna().drop_duplicates().itertuples(index=False, name=None)
    return [pair for pair in pairs if pair not in held]


def editions_with(
    editions: pd.DataFrame, new: list[tuple[str, str]], rows: pd.DataFrame, sources: pd.DataFrame
) -> pd.DataFrame:
    """`editions` with the new pairs, described from their rows and the source of these."""
    return _with(editions, [_edition(publisher, edition, rows, sources) for publisher, edition in new], "editions")


def _edition(publisher: str, edition: str, rows: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Any]:
    own = rows[(rows["publisher"] == publisher) & (rows["edition"] == edition)]
    source_id = own["source_id"].iloc[0]
    source = sources[sources["source_id"] == source_id]
    title = source["title"].iloc[0] if len(source) else f"{publisher} {edition}"
    day = source["published_on"].iloc[0] if len(source) else pd.NaT
    exact = not pd.isna(day) and day.strftime("%Y-%m") == edition
    units = own["unit"] if "unit" in own else pd.Series(dtype="str")
    years = {int(found[1]) for unit in units.dropna().unique() if (found := _BASE_YEAR.search(unit))}
    countries = own["iso3"].nunique()
    return {
        "publisher": publisher,
        "edition": edition,
        "title": title,
        "published_on": day if exact else pd.to_datetime(f"{edition}-01", errors="coerce"),
        "published_precision": "day" if exact else "month",
        "constant_price_base_year": years.pop() if len(years) == 1 else None,
        "completeness": f"{len(own)} values for {countries} countries and aggregates.",
        "completeness_fr": f"{len(own)} valeurs pour {countries} pays et agrégats.",
        "trust_note": "Uploaded as a table, not read from the publisher's workbook.",
        "trust_note_fr": "Téléversé sous forme de tableau, non lu dans le classeur de l’éditeur.",
        "source_id": source_id,
    }


def _with(frame: pd.DataFrame, rows: list[dict[str, Any]], name: str) -> pd.DataFrame:
    columns = all_datasets()[name].columns
    return pd.concat(
        [frame, pd.DataFrame(rows).reindex(columns=columns).astype(frame.dtypes.to_dict())], ignore_index=True
    )
