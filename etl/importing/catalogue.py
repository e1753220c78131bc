"""A reading of a publisher's file as the tables a release needs: its rows, its edition and its source."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from etl.datasets import all_datasets
from etl.importing import law, lines, merge
from etl.publishers import all_readers
from etl.publishers.common.reading import Reading


def into(
    frames: Mapping[str, pd.DataFrame],
    reading: Reading,
    *,
    published_on: pd.Timestamp | None = None,
    url: str | None = None,
) -> dict[str, pd.DataFrame]:
    """The tables of `frames` that change, with this reading in them, ready to be held against their contracts.

    Rows of an edition replace that edition as a whole (also one copied from the press, which keeps its title, days
    and source); other rows replace those of the same key. The source gets licence and credit of the publisher's
    reader. `published_on`: the day, when it is known; else the first of the edition's month.
    Raises ValueError for a reading with problems: there is nothing to publish.
    """
    if reading.problems:
        raise ValueError("a reading with problems has no rows")
    reading = lines.settled(frames, law.placed(frames, reading))
    if reading.problems:
        return {}  # nothing that is not held
    tables = {name: _replaced(frames[name], rows, name) for name, rows in reading.tables.items()}
    if reading.edition:
        is_known = _same_figures(frames["spending"], reading) and published_on is None
        tables["editions"] = _with_edition(frames["editions"], reading, published_on, is_known)
    sources = frames["sources"]
    is_known = (sources["source_id"] == reading.source_id).any()
    tables["sources"] = sources if is_known else _added(sources, [_source(reading, published_on, url)])
    return tables


def _replaced(frame: pd.DataFrame, rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """`frame` with `rows` in it, those that make place for them taken out."""
    dataset = all_datasets()[name]
    key = merge.EDITION_KEY if set(merge.EDITION_KEY) <= set(dataset.key) else list(dataset.key)
    replaced = pd.MultiIndex.from_frame(frame[key]).isin(pd.MultiIndex.from_frame(rows[key]))
    if key == merge.EDITION_KEY and "year" in frame:
        replaced &= frame["year"].isin(rows["year"]).to_numpy()  # what a download of chosen years lacks is not gone
    return _added(frame[~replaced], rows)


def _added(frame: pd.DataFrame, rows: pd.DataFrame | list[dict[str, Any]]) -> pd.DataFrame:
    """`frame` with `rows` at its end, in its columns and types."""
    rows = pd.DataFrame(rows)
    if rows.empty:
        return frame.reset_index(drop=True)
    return pd.concat([frame, rows[list(frame.columns)].astype(frame.dtypes.to_dict())], ignore_index=True)


def _same_figures(spending: pd.DataFrame, reading: Reading) -> bool:
    """Whether the edition is held with just these figures and marks."""
    columns = ["iso3", "year", "measure", "value", "is_estimate"]
    is_own = (spending["publisher"] == reading.publisher) & (spending["edition"] == reading.edition)
    own, rows = (
        frame[columns].sort_values(columns[:3]).reset_index(drop=True) for frame in (spending[is_own], reading.spending)
    )
    return len(own) == len(rows) and bool(own.eq(rows).all(axis=None))


def _with_edition(
    editions: pd.DataFrame, reading: Reading, published_on: pd.Timestamp | None, is_known: bool
) -> pd.DataFrame:
    is_own = (editions["publisher"] == reading.publisher) & (editions["edition"] == reading.edition)
    edition = _edition(reading, published_on)
    if is_own.any() and is_known:
        return editions  # the same figures: what was reviewed of them stays
    if is_own.any():
        lasting = ["title", "data_cutoff_on"] + ["published_on", "published_precision"] * (published_on is None)
        edition |= editions.loc[is_own, lasting].iloc[0].to_dict()
    return _added(editions[~is_own], [edition])


def _source(reading: Reading, published_on: pd.Timestamp | None, url: str | None) -> dict[str, Any]:
    reader = all_readers()[reading.publisher]
    return {
        "source_id": reading.source_id,
        "title": reading.title,
        "publisher": reader.NAME,
        "url": url or reader.URL,
        "published_on": published_on,
        "licence": reader.LICENCE,
        "credit": reader.CREDIT.format(title=reading.title),
        "trust": "publisher_table",
        **reading.source,
    }


def _edition(reading: Reading, published_on: pd.Timestamp | None) -> dict[str, Any]:
    rows, off = reading.spending, len(reading.checks)
    values, measures, countries = len(rows), rows["measure"].nunique(), rows["iso3"].nunique()
    first, last = rows["year"].min(), rows["year"].max()
    return {
        "publisher": reading.publisher,
        "edition": reading.edition,
        "title": reading.title,
        "published_on": published_on or pd.Timestamp(f"{reading.edition}-01"),
        "published_precision": "month" if published_on is None else "day",
        "data_cutoff_on": pd.NaT,
        "constant_price_base_year": reading.constant_price_base_year,
        "completeness": (
            f"{values} values of {measures} measures for {countries} countries and aggregates, {first} to {last}."
        ),
        "completeness_fr": (
            f"{values} valeurs de {measures} mesures pour {countries} pays et agrégats, de {first} à {last}."
        ),
        "trust_note": f"High: read from the publisher's own file, value by value{f'; {off} of its sums do not add up' if off else ''}.",
        "trust_note_fr": (
            "Élevé : lu valeur par valeur dans le fichier de l’éditeur"
            f"{f'; {off} de ses sommes ne concordent pas' if off else ''}."
        ),
        "source_id": reading.source_id,
    }
