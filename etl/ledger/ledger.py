"""The ledger: numbered, immutable releases of all datasets, kept in a DuckLake.

A release is a DuckLake snapshot that carries an author; its number counts those
snapshots. Reading is done on a copy of one release held in memory: a release never changes, so the copy needs no
locks, no catalog and no waiting. Writing is one transaction: all datasets or none.
"""

import hashlib
import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import duckdb
import pandas as pd
from cachetools import LRUCache, cachedmethod

from etl.contract import Dataset, column_type
from etl.datasets import all_datasets
from etl.ledger import tables
from etl.ledger.audit import COMMAND_LINE
from etl.ledger.diff import compare
from etl.ledger.draft import Actor, Content, Draft, HandedIn
from etl.ledger.draft_release import publish_draft
from etl.ledger.drafts import Drafts
from etl.ledger.duckdb_copy import write_plain
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.history import History
from etl.ledger.modes import plain_file
from etl.ledger.reader import Reader
from etl.ledger.release import CHANGED, MESSAGES, Release
from etl.ledger.snapshot import Frames, Snapshot
from etl.ledger.store import Store
from etl.ledger.timed import Timed
from etl.ledger.transactions import Catalog
from etl.ledger.writer import Said, Writer
from etl.settings import REQUIRED, settings

log = logging.getLogger(__name__)

RELEASES_KEPT_IN_MEMORY = 6
DIFFERENCES_KEPT_IN_MEMORY = 64


class Ledger:
    """A ledger in a store. Safe to share between threads; several processes may have it open."""

    def __init__(self, store: Store):
        self.store = store
        self._catalog = Catalog(store)
        self._lock = threading.Lock()  # held for moments only: who holds a copy of a release never waits for a catalog
        self._copying = threading.Lock()
        self._snapshots: LRUCache[tuple, Snapshot] = LRUCache(RELEASES_KEPT_IN_MEMORY)
        self._history, self.reader = History(self._catalog), Reader(self._catalog)
        self.drafts, self._writer = Drafts(self._catalog), Writer(self._catalog, self._history)
        self.timed = Timed(self, self._history, self._writer.commit, self._copy_for_others)
        self._differences: LRUCache[tuple, dict[str, pd.DataFrame]] = LRUCache(DIFFERENCES_KEPT_IN_MEMORY)
        self._comparing = threading.Condition()

    @classmethod
    def open(cls) -> "Ledger":
        """The ledger that LEDGER_CATALOG and LEDGER_DATA_PATH name; by default the one under data/."""
        return cls(Store.from_environment())

    # --- reading ---------------------------------------------------------------------------------------------------

    def releases(self) -> list[Release]:
        """Every release, oldest first; none when nothing was ever published. Raises LedgerUnavailable when none is known."""
        self.timed.publish_due()
        return list(self._history.releases())

    def newest(self) -> int:
        """The number of the newest release, 0 when there is none; asked again after a second, the last one known while
        the catalog does not answer: its release can still be read."""
        self.timed.publish_due()
        return len(self._history.releases())

    def release(self, number: int) -> Release:
        return self._history.release(number)

    def at(self, number: int) -> Snapshot:
        """The release of this number, ready to be asked. Raises NoSuchRelease, LedgerUnavailable."""
        release = self.release(number)
        if snapshot := self._held(release):
            return snapshot
        with self._copying:  # one at a time: nobody makes the same copy twice
            if snapshot := self._held(release):
                return snapshot
            snapshot = self.reader.snapshot(release)
            with self._lock:
                self._snapshots[release.identity] = snapshot
            return snapshot

    def across(self, numbers: Sequence[int], dataset: Dataset) -> pd.DataFrame:
        """A dataset in each of these releases, in one table with a column `release` more. Nothing of it is kept.

        Raises NoSuchRelease, LedgerUnavailable.
        """
        snapshot = self.reader.across([self.release(number) for number in numbers], dataset.name)
        if not len(snapshot.sql(f"FROM {dataset.name} LIMIT 1")):
            return dataset.empty().assign(release=pd.Series(dtype="int64"))
        numbered = snapshot.sql(f"SELECT release, {', '.join(dataset.columns)} FROM {dataset.name}")
        return numbered.astype({column: column_type(dataset, column) for column in dataset.columns})

    def _held(self, release: Release) -> Snapshot | None:
        with self._lock:
            return self._snapshots.get(release.identity)

    def current(self) -> Frames:
        """Every dataset of the newest release by name; empty tables for what it does not hold."""
        number = self.newest()
        return Frames(self.at(number) if number else None)

    # --- writing ---------------------------------------------------------------------------------------------------

    def publish(self, frames: Mapping[str, pd.DataFrame], **said: Unpack[HandedIn]) -> Release | Draft | None:
        """Make a release in which the datasets in `frames` (typed, checked) are as given and all others as they were.

        None when nothing differs from the newest release. With `base`, raises ReleaseConflict if another release came
        after it. Where another person must approve it, a draft is made instead.
        """
        self.timed.publish_due()
        if self.needs_review():
            return self.draft(frames, **said)
        author, message, base, extra = said["author"], said["message"], said.get("base"), said.get("extra")
        return self.commit(frames, author=author, message=message, base=base, extra=extra)

    def needs_review(self) -> bool:
        """Whether what is handed in now becomes a draft that another person must approve."""
        return settings().review == REQUIRED and bool(self.newest())

    def draft(self, frames: Mapping[str, pd.DataFrame], **said: Unpack[HandedIn]) -> Draft | None:
        """Keep as a draft what would make a release after `base`, else the newest; None when nothing would differ."""
        base, extra = said.get("base"), dict(said.get("extra") or {})
        base = self.newest() if base is None else base
        held = Frames(self.at(base) if base else None)
        changed = {
            name: frame for name, frame in frames.items() if len(compare(all_datasets()[name], held[name], frame))
        }
        if not changed:
            return None
        author, messages = said["author"], extra.pop(MESSAGES, {"en": said["message"]})
        content = Content(base, author, messages, {}, extra, said.get("warnings", ()))
        return self.drafts.make(changed, content, said.get("actor") or Actor(author, COMMAND_LINE))

    def publish_draft(self, draft: Draft, actor: Actor) -> Release | None:
        """Make the release of an approved draft, merged with what was published since; None when it is made already.

        Raises StepRefused, ContractViolation (what both changed, row by row), LedgerUnavailable.
        """
        return publish_draft(self, self.commit, draft, actor, by_another=settings().review == REQUIRED)

    def commit(self, frames: Mapping[str, pd.DataFrame], **said: Unpack[Said]) -> Release | None:
        """Make a release as `Writer.commit` does, without asking whether somebody must approve it."""
        release = self._writer.commit(frames, **said)
        if release:
            self._copy_for_others(release)
        return release

    def _copy_for_others(self, release: Release) -> None:
        """The plain DuckDB file beside a local data folder. A convenience: its failure never fails the publish."""
        path = plain_file(self.store.data_path)
        if path is None:
            return
        try:
            with self.store.one_writer():
                if len(self._history.read()) == release.number:  # otherwise a later publish writes a newer copy
                    write_plain(self.at(release.number), path)
        except (duckdb.Error, OSError, LedgerUnavailable):
            log.exception("the plain copy %s was not written", path)

    def keep_file(self, content: bytes, name: str) -> str:
        """Keep an original file, in a commit of its own that is no release; returns its sha256."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._catalog.write(lambda cursor: tables.keep_file(cursor, sha256, name, content))
        return sha256

    def file(self, sha256: str) -> tuple[str, bytes]:
        """Name and content of a kept original. Raises LookupError."""
        found = self._catalog.read_if_any(lambda cursor: tables.kept_file(cursor, sha256), None)
        if found is None:
            raise LookupError(sha256)
        return found

    def rollback(
        self, number: int, *, author: str, message: str, extra: Mapping[str, Any] | None = None
    ) -> Release | Draft | None:
        """Make a new release that holds what release `number` held. Nothing is deleted from history."""
        snapshot, base = self.at(number), self.newest()
        touched = all_datasets().keys() & self._touched(number, base)
        frames = {name: snapshot.table(all_datasets()[name]) for name in sorted(touched)}
        return self.publish(
            frames, author=author, message=message, base=base, extra={**(extra or {}), "restores": number}
        )

    # --- comparing -------------------------------------------------------------------------------------------------

    def diff(self, a: int, b: int) -> dict[str, pd.DataFrame]:
        """What differs from release `a` to release `b`, by dataset: see `compare`. Datasets without differences are left out.

        It never changes, so it is computed once, whoever asks at the same time.
        """
        found = self._difference(self.release(a), self.release(b))
        return {name: frame.copy(deep=False) for name, frame in found.items()}

    @cachedmethod(
        lambda self: self._differences,
        key=lambda self, a, b: (a.identity, b.identity),
        condition=lambda self: self._comparing,
    )
    def _difference(self, a: Release, b: Release) -> dict[str, pd.DataFrame]:
        names = self._touched(a.number, b.number)
        if not names:
            return {}
        before, after = self.at(a.number), self.at(b.number)
        found = {
            name: compare(dataset, before.table(dataset), after.table(dataset))
            for name, dataset in all_datasets().items()
            if name in names
        }
        return {name: frame for name, frame in found.items() if len(frame)}

    def _touched(self, a: int, b: int) -> set[str]:
        """Datasets that a release between two wrote to: no other one can differ."""
        between = self.releases()[min(a, b) : max(a, b)]
        if any(CHANGED not in release.extra for release in between):
            return set(all_datasets())
        return {name for release in between for name in release.extra[CHANGED]}
