"""The one way to a release: all tables in one transaction, found again by its mark whatever happened to the connection."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Required, TypedDict, Unpack
from uuid import uuid4

import duckdb
import pandas as pd

from etl.ledger import tables
from etl.ledger.errors import FILES, NEWER, UNKNOWN_WRITE, LedgerUnavailable
from etl.ledger.history import History, by_mark
from etl.ledger.release import Release, ReleaseConflict
from etl.ledger.signing import signed
from etl.ledger.transactions import Catalog

log = logging.getLogger(__name__)

MARK = "mark"  # in a release's `extra`


class Said(TypedDict, total=False):
    """What a commit is told beside its tables."""

    author: Required[str]
    message: Required[str]
    base: int | None
    extra: Mapping[str, Any] | None
    always: bool
    within: Callable[[duckdb.DuckDBPyConnection, int], bool] | None


class Writer:
    """Makes the releases of one catalog."""

    def __init__(self, catalog: Catalog, history: History):
        self._catalog, self._history = catalog, history

    def commit(self, frames: Mapping[str, pd.DataFrame], **said: Unpack[Said]) -> Release | None:
        """Make a release in which the datasets in `frames` (typed, checked) are as given and all others as they were.

        One transaction: all or nothing. None when nothing differs from the newest release, unless `always`. With `base`,
        raises ReleaseConflict if another release came after it. `within(cursor, number)` is run in the same transaction;
        nothing is written where it answers False.
        """
        author, message, base, within = said["author"], said["message"], said.get("base"), said.get("within")
        if not author.strip() or not message.strip():
            raise ValueError("a release names its author and says why")

        mark, anew = uuid4().hex, set[str]()

        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            # first: the transaction's snapshot is older than the answer to "which is newest"
            tables.take_turn(cursor, anew=tables.TURN in anew)
            releases = self._history.read()
            if by_mark(releases, MARK, mark):  # by an earlier attempt whose answer was lost
                return False
            if base is not None and len(releases) != base:
                raise ReleaseConflict(base, len(releases))
            if within and not within(cursor, len(releases) + 1):
                return False
            previous, about = (releases[-1] if releases else None), {**(said.get("extra") or {}), MARK: mark}
            return tables.write_release(
                cursor,
                frames,
                previous,
                anew,
                author=author,
                message=message,
                extra=about,
                sign=signed,
                always=said.get("always", False),
            )

        self._written(change, anew)
        try:
            releases = self._history.read()
        except LedgerUnavailable as error:
            error.outcome = UNKNOWN_WRITE
            raise
        return by_mark(releases, MARK, mark)

    def _written(self, change: Callable[[duckdb.DuckDBPyConnection], bool], anew: set[str]) -> None:
        """Commit a change; a table whose files are lost is made anew, and then nothing of it needs to be read."""
        while True:
            try:
                return self._catalog.write(change)
            except tables.DamagedTable as lost:
                if lost.name in anew:
                    raise self._catalog.store.failure(FILES) from None
                log.error("files of %s are missing or damaged: the table is written anew", lost.name)
                anew.add(lost.name)
            except tables.NewerLedger as newer:
                raise self._catalog.store.failure(NEWER, what=str(newer)) from None
