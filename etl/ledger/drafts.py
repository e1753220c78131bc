"""The drafts of a ledger: kept in tables beside the datasets, of which nothing that readers are shown is made.

Steps are only ever added, each in a transaction that takes its turn with every other and with every publish. What a
step demands is looked at inside it: two pages, two servers and a change in between can't get past it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import uuid4

import duckdb
import pandas as pd

from etl.ledger.draft import (
    APPROVED,
    CHANGED,
    MADE,
    OPEN,
    PUBLISHED,
    RETURNED,
    SUBMITTED,
    WITHDRAWN,
    Actor,
    Content,
    Draft,
    Step,
)
from etl.ledger.draft_refusals import (
    HAS_CHANGED,
    IS_OVER,
    NO_MESSAGE,
    NO_REASON,
    NOT_SUBMITTED,
    NOT_THERE,
    NOT_YET,
    OWN_DRAFT,
    SAY_WHY,
    StepRefused,
)
from etl.ledger.draft_rows import (
    TABLES,
    add_step,
    checksums_of,
    create,
    drafts_in,
    forget_tables,
    frame_of,
    keep_tables,
    known_drafts,
)
from etl.ledger.store import LAKE
from etl.ledger.tables import there
from etl.ledger.transactions import Catalog
from etl.message import Message

LONGEST = 2000  # characters of a reason


class Drafts:
    """The drafts in a catalog. All methods raise LedgerUnavailable; those that write, StepRefused."""

    def __init__(self, catalog: Catalog):
        self._catalog = catalog

    def open_ones(self) -> list[Draft]:
        """Those that are neither published nor withdrawn, the newest first."""
        return sorted((one for one in self._known() if not one.is_over), key=lambda one: one.made_at, reverse=True)

    def find(self, key: str) -> Draft | None:
        """The draft of a key, whatever became of it."""
        return next(iter(self._known(key)), None)

    def steps(self) -> list[tuple[str, Step]]:
        """Every step of every draft with the draft's key."""
        return [(one.key, step) for one in self._known() for step in one.steps]

    def _known(self, key: str = "") -> list[Draft]:
        return self._catalog.read_if_any(lambda cursor: known_drafts(cursor, key), [])

    def tables(self, draft: Draft) -> dict[str, pd.DataFrame]:
        """The tables it would change, whole and typed; none when it is over."""

        def ask(cursor: duckdb.DuckDBPyConnection) -> list[tuple[str, bytes]]:
            if not there(cursor, TABLES):
                return []
            query = f"SELECT dataset, content FROM {LAKE}.{TABLES} WHERE key = $key ORDER BY dataset"
            return cursor.execute(query, {"key": draft.key}).fetchall()

        return {name: frame_of(name, content) for name, content in self._catalog.read(ask)}

    # --- writing ---------------------------------------------------------------------------------------------------

    def make(self, frames: Mapping[str, pd.DataFrame], content: Content, actor: Actor) -> Draft:
        """Keep a draft; the one that is there already when an open one would do just the same."""
        key, known = uuid4().hex, ""

        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            nonlocal known
            told = replace(content, tables=checksums_of(cursor, frames))
            same = [one.key for one in drafts_in(cursor) if not one.is_over and one.content.tables == told.tables]
            if known := next(iter(same), ""):
                return False
            keep_tables(cursor, key, frames)
            add_step(cursor, key, Step.by(actor, MADE, told.sha256), told)
            return True

        self._write(change)
        return self._found(known or key)

    def change(
        self, draft: Draft, content: Content, actor: Actor, frames: Mapping[str, pd.DataFrame] | None = None
    ) -> Draft:
        """Put other content in its place, and with `frames` other tables: what was approved of it is not approved any more."""

        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            now = _as_seen(cursor, draft)
            told = content if frames is None else replace(content, tables=checksums_of(cursor, frames))
            if told.sha256 == now.content.sha256:
                return False
            if frames is not None:
                keep_tables(cursor, draft.key, frames)
            add_step(cursor, draft.key, Step.by(actor, CHANGED, told.sha256), told)
            return True

        self._write(change)
        return self._found(draft.key)

    def submit(self, draft: Draft, actor: Actor) -> Draft:
        """Lay it before another person."""
        return self._step(draft, actor, SUBMITTED, "", _whole)

    def approve(self, draft: Draft, actor: Actor, *, by_another: bool) -> Draft:
        """Approve what it holds now; with `by_another`, only who had no hand in it may, and only once it is submitted."""

        def may(now: Draft) -> None:
            if by_another and now.state != SUBMITTED:
                raise StepRefused(Message(NOT_SUBMITTED))
            if by_another and now.is_of(actor):
                raise StepRefused(Message(OWN_DRAFT))
            _whole(now)

        return self._step(draft, actor, APPROVED, "", may)

    def send_back(self, draft: Draft, actor: Actor, reason: str) -> Draft:
        """Return it to its author, with a reason."""

        def may(now: Draft) -> None:
            if now.state == OPEN:
                raise StepRefused(Message(NOT_SUBMITTED))
            if not reason.strip():
                raise StepRefused(Message(SAY_WHY))

        return self._step(draft, actor, RETURNED, reason.strip()[:LONGEST], may)

    def withdraw(self, draft: Draft, actor: Actor, reason: str = "", *, only_as_seen: bool = False) -> Draft:
        """Take it away for good: its tables go, its steps stay in the audit log. `only_as_seen`: unless anybody took a step since."""

        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            now = _there(cursor, draft.key)
            if only_as_seen and now.steps != draft.steps:
                raise StepRefused(Message(HAS_CHANGED))
            add_step(cursor, draft.key, Step.by(actor, WITHDRAWN, now.content.sha256, reason))
            forget_tables(cursor, draft.key)
            return True

        self._write(change)
        return self._found(draft.key)

    def published(
        self, cursor: duckdb.DuckDBPyConnection, draft: Draft, actor: Actor, number: int, *, by_another: bool
    ) -> bool:
        """Take the last step inside the transaction that makes the release; False when that was done already.

        Raises StepRefused when it is not cleared as it is now.
        """
        now = next(iter(drafts_in(cursor, draft.key)), None)
        if now and now.state == PUBLISHED:
            return False
        seen = now is not None and now.content.sha256 == draft.content.sha256
        if not (now and seen and now.is_cleared(by_another=by_another)):
            raise StepRefused(Message(HAS_CHANGED))
        if (moment := now.content.moment) and self._catalog.store.now(cursor) < moment:
            raise StepRefused(Message(NOT_YET))
        add_step(cursor, draft.key, Step.by(actor, PUBLISHED, now.content.sha256, str(number)))
        forget_tables(cursor, draft.key)
        return True

    def _step(self, draft: Draft, actor: Actor, what: str, detail: str, may: Callable[[Draft], None]) -> Draft:
        def change(cursor: duckdb.DuckDBPyConnection) -> bool:
            now = _as_seen(cursor, draft)
            if now.state == what:  # done already, by the same answer or on another page
                return False
            may(now)
            add_step(cursor, draft.key, Step.by(actor, what, now.content.sha256, detail))
            return True

        self._write(change)
        return self._found(draft.key)

    def _write(self, change: Callable[[duckdb.DuckDBPyConnection], bool]) -> None:
        def with_tables(cursor: duckdb.DuckDBPyConnection) -> bool:
            create(cursor)
            return change(cursor)

        self._catalog.write_in_turn(with_tables)

    def _found(self, key: str) -> Draft:
        found = self.find(key)
        if found is None:
            raise StepRefused(Message(NOT_THERE))
        return found


def _whole(now: Draft) -> None:
    if now.content.without_reason:
        raise StepRefused(Message(NO_REASON))
    if now.content.lacking_languages:
        raise StepRefused(Message(NO_MESSAGE))


def _there(cursor: duckdb.DuckDBPyConnection, key: str) -> Draft:
    now = next(iter(drafts_in(cursor, key)), None)
    if now is None:
        raise StepRefused(Message(NOT_THERE))
    if now.is_over:
        raise StepRefused(Message(IS_OVER))
    return now


def _as_seen(cursor: duckdb.DuckDBPyConnection, seen: Draft) -> Draft:
    """The draft as it is now, if that is still what `seen` shows."""
    now = _there(cursor, seen.key)
    if now.content.sha256 != seen.content.sha256:
        raise StepRefused(Message(HAS_CHANGED))
    return now
