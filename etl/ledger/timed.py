"""Drafts that are to be published at a time: the first who asks after it, on any server, makes the release.

There is no scheduler that could be down. Until the moment such a draft is a draft like any other: no release, number or
table says that it is there. From the moment on, whoever asks a server which release is newest waits until it is made
there or elsewhere, once: the release and the draft's last step are one transaction, which looks at the clock of the
catalog.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from etl.contract import ContractViolation
from etl.ledger.draft import Actor, Draft
from etl.ledger.draft_refusals import StepRefused
from etl.ledger.draft_release import Commit, Publisher, publish_draft
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.history import History
from etl.ledger.release import Release
from etl.settings import REQUIRED, settings

log = logging.getLogger(__name__)

AUTHOR = Actor("Alliance Ledger", "at its time")
LONGEST_WAIT_S = 10.0  # then a reader is told what was known before
PAUSE_AFTER_FAILURE_S, PAUSE_AFTER_REFUSAL_S = 1.0, 0.1
TOLD = 5
COPYING = "copy after a timed release"
NOTHING_DIFFERS = "Nothing differs from the newest release any more."


class Timed:
    """What is planned in one ledger. Safe to share between threads."""

    def __init__(self, ledger: Publisher, history: History, commit: Commit, copy: Callable[[Release], None]):
        """`commit` makes a release; `copy` is what is done after one and nobody needs to wait for."""
        self._ledger, self._history, self._commit, self._copy = ledger, history, commit, copy
        self._publishing = threading.Lock()
        self._planned: tuple[int, tuple[Draft, ...]] = (-2, ())
        self._not_before = float("-inf")
        self._publisher: int | None = None  # the thread that publishes: it asks which release is newest, too

    def planned(self) -> tuple[Draft, ...]:
        """The approved drafts with a moment, the next first; asked again when anything was committed since."""
        self._history.releases()
        commit, known = self._history.newest_commit, self._planned
        if known[0] != commit:
            try:
                known = commit, self._cleared()
            except Exception:  # readers are shown what there is, whatever is the matter with drafts
                log.exception("what is planned can not be read; going on with what is known of it")
                known = commit, known[1]
            self._planned = known
        return known[1]

    def _cleared(self) -> tuple[Draft, ...]:
        another = settings().review == REQUIRED
        found = [one for one in self._ledger.drafts.open_ones() if one.content.moment]
        cleared = [one for one in found if one.is_cleared(by_another=another)]
        return tuple(sorted(cleared, key=lambda one: one.content.public_from))

    def publish_due(self) -> None:
        """Publish what is due. Never raises for it: what can't be published goes back to its author, with the reason."""
        if self._publisher == threading.get_ident() or time.monotonic() < self._not_before or not self._due():
            return
        if not self._publishing.acquire(timeout=LONGEST_WAIT_S):
            return
        try:
            self._publisher = threading.get_ident()
            for draft in self._due():
                self._publish(draft)
            self._history.read()
        except Exception as error:  # whatever it is, readers are shown what there is, and it is tried again
            self._not_before = time.monotonic() + PAUSE_AFTER_FAILURE_S
            log.error(
                "what is due could not be published yet: %s", error, exc_info=not isinstance(error, LedgerUnavailable)
            )
        finally:
            self._publisher = None
            self._publishing.release()

    def _due(self) -> list[Draft]:
        try:
            planned = self.planned()
        except LedgerUnavailable:  # who asks for a release is told so there
            return []
        now = datetime.now(UTC)
        return [one for one in planned if one.content.moment and one.content.moment <= now]

    def _publish(self, draft: Draft) -> None:
        another = settings().review == REQUIRED
        try:
            release = publish_draft(self._ledger, self._commit, draft, AUTHOR, by_another=another)
            if release:
                log.info("release %d is published at its time", release.number)
                threading.Thread(target=self._copy, args=(release,), name=COPYING).start()  # a process ends after it
            elif (now := self._ledger.drafts.find(draft.key)) and not now.is_over:
                self._ledger.drafts.withdraw(now, AUTHOR, NOTHING_DIFFERS)
        except ContractViolation as violation:
            reason = " ".join(problem.sentence() for problem in violation.problems[:TOLD])
            log.error("not published at its time, but sent back: draft %s: %s", draft.key[:8], reason)
            self._ledger.drafts.send_back(draft, AUTHOR, reason)
        except StepRefused as refused:  # it was changed, withdrawn or published since; or our clock is ahead
            self._not_before = time.monotonic() + PAUSE_AFTER_REFUSAL_S
            log.info("draft %s: %s", draft.key[:8], refused)
        self._planned = (-2, ())
