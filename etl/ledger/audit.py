"""Who published, who was refused, and which sign-ins were ended: kept in the ledger, so that every server knows it.

A publish needs no line of its own: the release is the line, made in the same transaction as the figures, so neither can
be there without the other. Refusals and ended sign-ins are rows of two tables beside the datasets, written in commits
without an author, which are no releases. Refusals are only ever added.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pandas as pd

from etl.ledger.budget import DAY_S, Budget
from etl.ledger.drafts import Drafts
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.release import Release
from etl.ledger.store import LAKE, Store
from etl.ledger.transactions import Catalog
from etl.message import N_, Translate, untranslated

log = logging.getLogger(__name__)

REFUSALS, ENDED = "_audit", "_signed_out"
PUBLISHED, REFUSED, REMOVED = "published", "refused", "removed"
BY, FROM = (
    "signed_in_as",
    "from",
)  # in a release's `extra`: who was signed in and from where, whatever name was written
COMMAND_LINE = N_("command line")  # from where a release came that names no place: pages always name one
REMOVED_BEGINS = "removed: "  # in the log's table, whose columns older versions know
COLUMNS = ("at", "who", "what", "detail", "where")
MOST_REFUSALS = (
    20  # kept by one process: of people in a minute, of strangers in a day; more are in the server's log only
)
ENDED_TRUSTED_FOR_S = 1.0
KEPT_AFTER_END = "INTERVAL 1 DAY"
LONGEST = 500  # characters of a text that others chose


@dataclass(frozen=True)
class DeniedAction:
    """Something that somebody wanted to write and could not: who, what, why (a sentence in English), from where."""

    who: str
    what: str
    why: str
    where: str


class Audit:
    """The audit log of the ledger in a store."""

    def __init__(self, store: Store):
        self._catalog = Catalog(store)
        self._of_people, self._of_strangers = Budget(MOST_REFUSALS, 60), Budget(MOST_REFUSALS, DAY_S)

    def refused(self, refusal: DeniedAction) -> None:
        """Keep a refusal; one that can not be kept, or comes in a flood, is in the server's log."""
        if not (self._of_people if refusal.who else self._of_strangers).take():
            log.warning("so many refusals; this one is not in the audit log: %s", refusal)
            return
        try:
            self._add(refusal)
        except LedgerUnavailable:
            log.exception("a refusal is not in the audit log: %s", refusal)

    def removed(self, removal: DeniedAction) -> None:
        """Keep that something was taken out for good: who, what, why. Raises LedgerUnavailable."""
        self._add(replace(removal, what=f"{REMOVED_BEGINS}{removal.what}"))

    def _add(self, refusal: DeniedAction) -> None:
        row = {name: text[:LONGEST] for name, text in vars(refusal).items()}

        def add(cursor) -> bool:
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {LAKE}.{REFUSALS} (refused_at TIMESTAMP, who VARCHAR, what VARCHAR, why VARCHAR, origin VARCHAR)"
            )
            cursor.execute(
                f"INSERT INTO {LAKE}.{REFUSALS} VALUES ($refused_at, $who, $what, $why, $where)",
                {"refused_at": _now(), **row},
            )
            return True

        self._catalog.write(add)

    def entries(
        self,
        releases: Iterable[Release],
        language: str = "en",
        retold: Translate = untranslated,
        labelled: Callable[[str, str], str] = "{}: {}".format,
    ) -> pd.DataFrame:
        """Every publish, refusal and step of a draft, newest first: at (UTC), who, what (`published`, `refused`,
        `removed`, a step of `etl.ledger.draft`), detail, where.

        releases: all of the ledger's, each with its message in the language; `retold` says in it what was kept in English,
        `labelled` writes a name and what it is.
        Raises LedgerUnavailable.
        """
        rows = [_published(release, language, labelled) for release in releases]
        kept = self._catalog.rows(REFUSALS, "refused_at, who, what, why, origin")
        for at, who, what, why, origin in kept:
            kind = REMOVED if what.startswith(REMOVED_BEGINS) else REFUSED
            rows.append(
                (
                    at.replace(tzinfo=UTC),
                    who,
                    kind,
                    labelled(retold(what.removeprefix(REMOVED_BEGINS)), retold(why)),
                    origin,
                )
            )
        for key, step in Drafts(self._catalog).steps():
            if step.what != PUBLISHED:  # the release is the line
                name = retold(f"draft {key[:8]}")
                detail = labelled(name, step.detail) if step.detail else name
                rows.append((step.at.replace(tzinfo=UTC), step.who, step.what, detail, step.where))
        return pd.DataFrame(sorted(rows, key=lambda row: row[0], reverse=True), columns=list(COLUMNS))


def _published(release: Release, language: str, labelled: Callable[[str, str], str]) -> tuple:
    person = release.extra.get(BY)
    who = f"{release.author} ({person})" if person and person != release.author else release.author
    return (
        release.published_at,
        who,
        PUBLISHED,
        labelled(str(release.number), release.said(language)[0]),
        release.extra.get(FROM, COMMAND_LINE),
    )


class EndedSignIns:
    """Fingerprints of sign-ins that were ended by signing out before they ran out by themselves."""

    def __init__(self, store: Store):
        self._catalog = Catalog(store)
        self._lock = threading.Lock()
        self._known: frozenset[str] = frozenset()
        self._asked = float("-inf")

    @property
    def known(self) -> frozenset[str]:
        """As last read; never waits."""
        return self._known

    @property
    def stale(self) -> bool:
        return time.monotonic() - self._asked > ENDED_TRUSTED_FOR_S

    def read(self) -> frozenset[str]:
        """As they are now. Raises LedgerUnavailable."""
        asked = time.monotonic()
        rows = self._catalog.rows(ENDED, "fingerprint", "WHERE until > $now", {"now": _now()})
        with self._lock:
            self._known, self._asked = frozenset(row[0] for row in rows), asked
            return self._known

    def add(self, fingerprint: str, until: datetime) -> None:
        """A sign-in has been ended; `until` is when it would have run out. Raises LedgerUnavailable."""
        with self._lock:
            self._known |= {fingerprint}

        def change(cursor) -> bool:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {LAKE}.{ENDED} (fingerprint VARCHAR, until TIMESTAMP)")
            cursor.execute(
                f"DELETE FROM {LAKE}.{ENDED} WHERE until < $now::TIMESTAMP - {KEPT_AFTER_END}", {"now": _now()}
            )
            values = {"fingerprint": fingerprint, "until": until.astimezone(UTC).replace(tzinfo=None)}
            cursor.execute(f"INSERT INTO {LAKE}.{ENDED} VALUES ($fingerprint, $until)", values)
            return True

        self._catalog.write(change)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
