"""The one ledger of this process: who writes to it is asked for the right to, whatever page or route it comes from."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from dashboard.auth import permission
from etl.ledger.alerts import Subscriptions
from etl.ledger.draft import Actor, Draft
from etl.ledger.ledger import Ledger
from etl.ledger.release import Release, ReleaseConflict
from etl.ledger.short_links import ShortLinks
from etl.message import Message


class GuardedLedger(Ledger):
    """A ledger that asks for the session's role inside every write. Raises NotAllowed."""

    def publish(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        author: str,
        message: str,
        extra: Mapping[str, Any] | None = None,
        actor: Actor | None = None,
        **options: Any,
    ) -> Release | Draft | None:
        """As in a Ledger; the author is the person signed in, and the release keeps who that was and from where."""
        what = f"publish “{message}”"
        origin = permission.permit(what)
        author = origin.get(permission.BY, author)
        try:
            extra = {**(extra or {}), **origin}
            return super().publish(frames, author=author, message=message, extra=extra, actor=actor, **options)
        except ReleaseConflict as overtaken:
            permission.refused(permission.visit(), what, Message(str(overtaken)))
            raise

    def draft(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        author: str,
        message: str,
        extra: Mapping[str, Any] | None = None,
        actor: Actor | None = None,
        **options: Any,
    ) -> Draft | None:
        """As in a Ledger; the author is the person signed in, and nobody else's name goes into its steps."""
        actor = permission.actor(f"keep the draft “{message}”")
        person, origin = permission.signed_in(), {permission.FROM: actor.where}
        if person:
            author, origin = person.name, origin | {permission.BY: person.name}
        extra = {**(extra or {}), **origin}
        return super().draft(frames, author=author, message=message, extra=extra, actor=actor, **options)

    def publish_draft(self, draft: Draft, actor: Actor) -> Release | None:
        permission.permit(f"publish the draft {draft.key[:8]}")
        return super().publish_draft(draft, actor)

    def keep_file(self, content: bytes, name: str) -> str:
        permission.permit(f"publish the file {name}")
        return super().keep_file(content, name)


@cache
def ledger() -> Ledger:
    return GuardedLedger.open()


@cache
def short_links() -> ShortLinks:
    """The short links of this process's ledger."""
    return ShortLinks(ledger().store)


@cache
def subscriptions() -> Subscriptions:
    """The alerts of this process's ledger that are sent to somebody."""
    return Subscriptions(ledger().store)


def release_number(text: str) -> int | None:
    """The number of a release as links and parameters write it; None when the text is none."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
