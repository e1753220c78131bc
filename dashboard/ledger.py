"""The one ledger of this process: who writes to it is asked for the right to, whatever page or route it comes from."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Unpack

import pandas as pd

from dashboard.auth import permission
from etl.ledger.alerts import Subscriptions
from etl.ledger.draft import Actor, Draft, HandedIn
from etl.ledger.ledger import Ledger
from etl.ledger.release import Release, ReleaseConflict
from etl.ledger.short_links import ShortLinks
from etl.message import Message


class GuardedLedger(Ledger):
    """A ledger that asks for the session's role inside every write. Raises NotAllowed."""

    def publish(self, frames: Mapping[str, pd.DataFrame], **said: Unpack[HandedIn]) -> Release | Draft | None:
        """As in a Ledger; the author is the person signed in, and the release keeps who that was and from where."""
        what = f"publish “{said['message']}”"
        try:
            return super().publish(frames, **_by(permission.permit(what), said))
        except ReleaseConflict as overtaken:
            permission.refused(permission.visit(), what, Message(str(overtaken)))
            raise

    def draft(self, frames: Mapping[str, pd.DataFrame], **said: Unpack[HandedIn]) -> Draft | None:
        """As in a Ledger; the author is the person signed in, and nobody else's name goes into its steps."""
        said["actor"] = permission.actor(f"keep the draft “{said['message']}”")
        person, origin = permission.signed_in(), {permission.FROM: said["actor"].where}
        return super().draft(frames, **_by(origin | ({permission.BY: person.name} if person else {}), said))

    def publish_draft(self, draft: Draft, actor: Actor) -> Release | None:
        permission.permit(f"publish the draft {draft.key[:8]}")
        return super().publish_draft(draft, actor)

    def keep_file(self, content: bytes, name: str) -> str:
        permission.permit(f"publish the file {name}")
        return super().keep_file(content, name)


def _by(origin: dict[str, Any], said: HandedIn) -> HandedIn:
    """What is handed in, by the person of this session, where one is signed in, and from where."""
    author = origin.get(permission.BY, said["author"])
    return {**said, "author": author, "extra": {**(said.get("extra") or {}), **origin}}


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
