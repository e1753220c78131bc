"""The address of a draft: there for editors and the readers it names; for everybody else as if there were nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs

import anyio.to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.auth import identity, permission
from dashboard.auth.identity import Visit
from dashboard.auth.roles import Person
from dashboard.ledger import ledger
from dashboard.web.middleware.error_pages import refusal
from dashboard.web.middleware.sign_in import turned_away
from etl.ledger.errors import LedgerUnavailable
from etl.message import Message

PATH = "/update"


class DraftDoor:
    """ASGI middleware behind the sign-in. Without sign-in it does nothing: nobody has a name there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass, send to the sign-in whatever draft is asked for, or answer as for an address that there is not."""
        app, asked = self.app, ""
        if scope["type"] == "http" and scope["path"] == PATH and identity.is_set_up():
            asked = parse_qs(scope["query_string"].decode("latin-1")).get("draft", [""])[0]
        if asked:
            visit = Visit.of(scope)
            person = permission.person_of(visit)
            if person is None:
                app = turned_away(scope, visit, Message(permission.NOBODY_LOOKS))
            elif not permission.roles().may_edit(person) and not await anyio.to_thread.run_sync(
                _may_look, person, asked
            ):
                app = refusal(scope, 404, "not_found")
        await app(scope, receive, send)


def _may_look(person: Person, key: str) -> bool:
    try:
        draft = ledger().drafts.find(key)
    except LedgerUnavailable:
        return False
    return draft is not None and not draft.is_over and draft.content.may_read(person.email, datetime.now(UTC))
