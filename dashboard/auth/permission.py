"""Who may look and who may change figures: asked for every request, every run of a page and inside every write.

Without sign-in, figures can be changed only where the operator says so, on a server for this machine alone.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.auth import edit_token, identity
from dashboard.auth.identity import Visit
from dashboard.auth.roles import ANYONE, Person, Roles
from dashboard.language import _
from etl.ledger.audit import BY, FROM, Audit, DeniedAction, EndedSignIns
from etl.ledger.draft import Actor
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.store import Store
from etl.message import N_, Message
from etl.settings import ServerSettings, settings

log = logging.getLogger(__name__)

LOOPBACK = ("localhost", "127.0.0.1", "::1")
NAME_GIVEN = "editor"
THIS_MACHINE = N_("this machine")
FORWARDED = re.compile(r"x-forwarded-.*|forwarded|via|x-real-ip|x-client-ip|true-client-ip|cf-.*|x-envoy-.*")

NOT_SET_UP = N_(
    "Figures can only be looked at here: sign-in is not set up. The operator can set it up; on one's own machine, “make run” starts"
    " a server that takes changes."
)
NOT_PROVEN = N_(
    "Figures can only be looked at in this browser. To change them, open the address with “/edit?token=” that the server printed when"
    " it started."
)
NOBODY = N_("Sign in as an editor to change figures.")
NOBODY_LOOKS = N_("Sign in to look at the ledger.")
RAN_OUT = N_("Your sign-in has ended. Sign in again.")
SIGNED_OUT = N_("This sign-in was ended by signing out. Sign in again.")
NO_EDITOR = N_("{person} may look but not change figures. Ask the operator of the ledger to become an editor.")
NAMELESS = N_("Say who publishes.")
NO_VIEWER = N_("{person} may not look at this ledger. Ask its operator, or sign in as somebody else.")


class NotAllowed(Exception):
    """Somebody may not do what they asked for; `message` is the sentence for them."""

    def __init__(self, message: Message):
        super().__init__(message.text())
        self.message = message


@cache
def roles() -> Roles:
    return Roles.from_settings(settings())


@cache
def ended_sign_ins() -> EndedSignIns:
    return EndedSignIns(Store.from_environment())


@cache
def audit() -> Audit:
    return Audit(Store.from_environment())


# --- what a visit may do ----------------------------------------------------------------------------------------------


def person_of(visit: Visit) -> Person | None:
    """Who is signed in; nobody when the sign-in has ended in any way."""
    person = identity.sign_in_of(visit, roles().hours).person if identity.is_set_up() else None
    return None if person is None or person.fingerprint in ended_sign_ins().known else person


def keeps_from_viewing(visit: Visit) -> Message | None:
    """Why the visit may not look; None when it may. Never waits."""
    if not identity.is_set_up() or roles().viewers == ANYONE:
        return None
    person = person_of(visit)
    if roles().may_view(person):
        return None
    return Message(NO_VIEWER, {"person": person.name}) if person else Message(_lost(visit) or NOBODY_LOOKS)


def keeps_from_editing(visit: Visit) -> Message | None:
    """Why the visit may not change figures; None when it may. Never waits."""
    if not identity.is_set_up():
        if not trusts_this_machine():
            return Message(NOT_SET_UP)
        return None if _proven(visit) else Message(NOT_PROVEN)
    person = person_of(visit)
    if person is None:
        return Message(_lost(visit) or NOBODY)
    if person.token_ends_at <= time.time():
        return Message(RAN_OUT)
    return None if roles().may_edit(person) else Message(NO_EDITOR, {"person": person.name})


def _lost(visit: Visit) -> str:
    """Why a cookie that once was good is so no more; empty when there never was one."""
    sign_in = identity.sign_in_of(visit, roles().hours)
    return RAN_OUT if sign_in.ran_out else SIGNED_OUT if sign_in.person else ""


def trusts_this_machine() -> bool:
    """Whether the operator lets who is at this machine edit without signing in, on a server for this machine alone."""
    now = settings()
    here = listening_address() in LOOPBACK and not now.public_url
    return now.edit_without_sign_in and here and not identity.is_set_up()


def edit_address() -> str:
    """Where a browser of this machine proves that it is of who started the server. A token the operator gave is not told."""
    shown = "(the LEDGER_EDIT_TOKEN you set)" if settings().edit_token.get_secret_value() else edit_token.token()
    return f"http://localhost:{_server_option('port', 'server.port')}{edit_token.ADDRESS}?token={shown}"


def _proven(visit: Visit) -> bool:
    """Whether the visit has the token and comes directly from this machine.

    What speaks of a proxy refuses; that nothing does is no proof: the token is. A visit without headers has gone.
    """
    direct = visit.address in ("", *LOOPBACK) and not any(map(FORWARDED.fullmatch, visit.headers))
    return direct and edit_token.is_proven(visit.headers.get("host", ""), visit.cookies)


def listening_address() -> str | None:
    """The address the server listens on; None is any."""
    if any(option.partition("=")[0] in ("--uds", "--fd") for option in sys.argv):
        return None  # whoever passes on to a socket may be anybody
    return _server_option("host", "server.address")


def _server_option(uvicorns: str, streamlits: str) -> str | None:
    """What the server was started with: `streamlit run` has it in its options, uvicorn in its own."""
    program = Path(sys.argv[0])
    is_uvicorn = "uvicorn" in (program.stem, program.parent.name)
    return _uvicorn_option(uvicorns, tuple(sys.argv)) if is_uvicorn else st.get_option(streamlits)


@cache
def _uvicorn_option(wanted: str, arguments: tuple[str, ...]) -> str:
    """It is asked in every run of a page, and the same as long as the server is up."""
    value = str(getattr(ServerSettings(), wanted))
    for option, following in zip(arguments, [*arguments[1:], ""], strict=True):
        name, _equals, given = option.partition("=")
        if name == f"--{wanted}":
            value = given or following
    return value


# --- the session of a page --------------------------------------------------------------------------------------------


def visit() -> Visit:
    """This session's visit, as its websocket began. What is known of ended sign-ins is at most a second old then."""
    if identity.is_set_up() and ended_sign_ins().stale:
        try:
            ended_sign_ins().read()
        except LedgerUnavailable:
            log.warning("which sign-ins were ended can not be read; going on with those known")
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    return Visit(headers, st.context.cookies.to_dict(), st.context.ip_address or "")


def may_edit() -> bool:
    """Whether this session may publish, as far as known now; `permit` asks again inside every write."""
    return keeps_from_editing(visit()) is None


def why_not() -> str:
    """Why this session may not publish, for its reader; empty when it may."""
    message = keeps_from_editing(visit())
    return message.text(_) if message else ""


def signed_in() -> Person | None:
    """Who is signed in in this session."""
    return person_of(visit())


def editor() -> str:
    """Who publishes: the person signed in; without sign-in the name that was given in this session, empty before.

    The account that the server runs under ("root") is nobody's name."""
    if identity.is_set_up():
        person = signed_in()
        return person.name if person else ""
    return str(st.session_state.get(NAME_GIVEN, ""))


def give_name(box: str) -> None:
    """Keep the name that was typed into a box (the key of its widget) for all that this session does."""
    st.session_state[NAME_GIVEN] = st.session_state[box].strip()


def permit(what: str) -> dict[str, Any]:
    """Ask the session's role again, with the sign-ins ended on any server, for a write that `what` describes.

    Returns what the release keeps of it (`extra`): who was signed in, and from where. Raises NotAllowed, which is then
    in the audit log, or LedgerUnavailable.
    """
    now = visit()
    if identity.is_set_up():
        ended_sign_ins().read()
    if message := keeps_from_editing(now):
        refused(now, what, message)
        raise NotAllowed(message)
    person = person_of(now)
    return {FROM: _origin(now)} | ({BY: person.name} if person else {})


def actor(what: str) -> Actor:
    """Who takes a step of a draft: the person of this session, asked for the right to it as `permit` does, and for a name."""
    origin = permit(what)
    if not editor():
        raise NotAllowed(Message(NAMELESS))
    person = signed_in()
    subject = f"{person.claims.get('iss')} {person.claims.get('sub')}" if person else ""
    return Actor(origin.get(BY, editor()), origin[FROM], subject)


def refused(now: Visit, what: str, why: Message) -> None:
    """Keep a refusal in the audit log."""
    person = identity.sign_in_of(now, roles().hours).person if identity.is_set_up() else None
    audit().refused(DeniedAction(person.name if person else "", what, why.text(), _origin(now)))


def _origin(visit: Visit) -> str:
    """From where: the address, behind a proxy the one that the server was told to trust."""
    return visit.address if visit.address not in ("", *LOOPBACK) else THIS_MACHINE
