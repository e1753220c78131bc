"""Publishers' own files, recognised by what they hold, read into rows. One module a publisher, found by looking.

A module directly in this package is a reader and has:

- PUBLISHER, its code in the column `publisher`, and NAME, as its sources name it;
- DATASET, the dataset its file is read into;
- LICENCE, the terms of reuse; CREDIT, the credit line it asks for ({title}: the publication's); URL, where it
  publishes, or None where each file has its own address; RHYTHM, how often it says something new (a code of
  `etl.vocabulary.RHYTHMS`); FILES, the addresses that `python -m etl watch` asks, a `Page` that names the newest
  file or a `Listing` of many; RULE, how a value of the ledger comes from the value of its file, as a sentence;
  COMPARABLE, what its figures are and are not to be set against, as the part of a sentence;
- recognise(content) -> Recognised, or None for any other file, by content alone: the edition comes from the file's
  own years or name, never from a download date;
- read(content, countries, *, edition, source_id) -> Reading, all problems at once.

What readers share is in `common`, the sheets of single publishers in `sheets`.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Protocol, cast

import pandas as pd

from etl.publishers.common.content import Content, content_of
from etl.publishers.common.pages import Listing, Page
from etl.publishers.common.reading import Reading, Recognised

__all__ = [
    "Content",
    "Listing",
    "Page",
    "Reader",
    "Reading",
    "Recognised",
    "all_readers",
    "content_of",
    "read",
    "recognise",
]

SPENDING = "spending"


class Reader(Protocol):
    """What a module in this package has."""

    PUBLISHER: str
    NAME: str
    DATASET: str
    LICENCE: str
    CREDIT: str
    URL: str | None
    RHYTHM: str
    FILES: tuple[str | Page | Listing, ...]
    RULE: str
    COMPARABLE: str

    @staticmethod
    def recognise(content: Content) -> Recognised | None: ...

    @staticmethod
    def read(
        content: Content, countries: pd.DataFrame, *, edition: str | None = None, source_id: str | None = None
    ) -> Reading: ...


@cache
def all_readers() -> Mapping[str, Reader]:
    """Readers by the code of their publisher."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    modules = [cast(Reader, importlib.import_module(f"{__name__}.{name}")) for name in names]
    return {module.PUBLISHER: module for module in modules}


def recognise(content: Content, dataset: str = SPENDING) -> Recognised | None:
    """Publisher and edition of a publisher's own file for a dataset; None for any other file."""
    readers = (reader for reader in all_readers().values() if dataset == reader.DATASET)
    return next((recognised for reader in readers if (recognised := reader.recognise(content))), None)


def read(
    content: Content,
    countries: pd.DataFrame,
    *,
    dataset: str = SPENDING,
    edition: str | None = None,
    source_id: str | None = None,
) -> Reading:
    """Read a publisher's own file; ValueError for a file that `recognise` does not know.

    `countries`: iso3, name_en, joined_nato_on. `edition` and `source_id` are found or made up of the edition when not
    given.
    """
    recognised = recognise(content, dataset)
    if recognised is None:
        raise ValueError("no file of a publisher that this ledger reads")
    reader = all_readers()[recognised.publisher]
    return reader.read(content, countries, edition=edition, source_id=source_id)
