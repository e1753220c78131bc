"""The sign-in at the door: who must be signed in to look is asked for every page, route, image, feed and upload.

Streamlit brings its own sign-in routes. Around them this layer keeps the link that somebody came by and opens it after
the sign-in, remembers sign-ins that were ended, and has cookies sent over https only where the server is reached by it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote, urlsplit

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from dashboard import language
from dashboard.alerts.signed import END
from dashboard.auth import identity, permission
from dashboard.auth.identity import Visit
from dashboard.auth.roles import ANYONE
from dashboard.language import _
from dashboard.streamlit_internals import (
    CALLBACK,
    COOKIE_LASTS_S,
    IDENTITY_COOKIE,
    LOGIN,
    LOGOUT,
    WITHOUT_CONTENT,
    login_url,
)
from dashboard.web.middleware.origin import POLICY_VIOLATION
from dashboard.web.middleware.security_headers import changing_headers
from dashboard.web.middleware.signed_out_page import signed_out_page
from etl.ledger.errors import LedgerUnavailable
from etl.message import Message
from etl.settings import LONGEST_SIGN_IN_HOURS

log = logging.getLogger(__name__)

SIGNED_OUT, FOR_OPERATORS = "/signed-out", ("/healthz", "/readyz", "/metrics")
RETURN_COOKIE = "ledger_return"
RETURN_WITHIN_S = 900
LONGEST_RETURN = 3000  # characters; a browser keeps no cookie above 4096
LINK_KEPT = "kept=1"  # the sign-in began at the door, which has kept the link already
NOT_STORED = {"cache-control": "no-store", "vary": "Accept-Language, Cookie"}
OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\U0010ffff]*")  # what begins with two slashes is another host


def is_open(path: str) -> bool:
    """Whether the address is for everybody: what a sign-in needs, and what holds no figure; an alert's end, too."""
    return path in (*FOR_OPERATORS, LOGIN, LOGOUT, CALLBACK, SIGNED_OUT, END) or bool(WITHOUT_CONTENT.fullmatch(path))


def may_upload(scope: Scope) -> bool:
    """The guard's question before it takes a file: only who may publish may send one. A refusal is kept, in a thread."""
    visit = Visit.of(scope)
    why = permission.keeps_from_editing(visit)
    if why is not None:
        asyncio.get_running_loop().run_in_executor(None, permission.refused, visit, "send a file", why)
    return why is None


class SignInLayer:
    """ASGI middleware between the guard and the rest. Without sign-in it does nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass, send to the sign-in, or refuse with 401 or 403."""
        if scope["type"] not in ("http", "websocket") or not identity.is_set_up():
            await self.app(scope, receive, send)
            return
        visit = Visit.of(scope)
        if IDENTITY_COOKIE in visit.cookies and permission.ended_sign_ins().stale:
            await _read_ended()
        if scope["type"] == "websocket":
            app = WebSocketClose(POLICY_VIOLATION) if permission.keeps_from_viewing(visit) else self.app
            await app(scope, receive, send)
            return
        await self._answer(scope, receive, _tightened(send), visit)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, visit: Visit) -> None:
        path = scope["path"]
        if path == SIGNED_OUT:
            await _signed_out(scope, failed=scope["query_string"] == b"failed")(scope, receive, send)
        elif path == LOGOUT:
            if scope["method"] == "GET":  # another method signs nobody out in Streamlit either
                await _end(visit)
            await self.app(scope, receive, _to_signed_out(send))
        elif path == LOGIN:
            await self.app(scope, receive, _keeping(send, scope))
        elif path == CALLBACK:
            await self.app(scope, receive, _returning(send, scope, visit))
        elif is_open(path):
            await self.app(scope, receive, send)
        elif why := permission.keeps_from_viewing(visit):
            await turned_away(scope, visit, why)(scope, receive, send)
        else:
            await self.app(scope, receive, send if permission.roles().viewers == ANYONE else _private(send))


async def _read_ended() -> None:
    try:
        await anyio.to_thread.run_sync(permission.ended_sign_ins().read)
    except LedgerUnavailable:
        log.warning("which sign-ins were ended can not be read; going on with those known")


async def _end(visit: Visit) -> None:
    """Remember that this sign-in is over, for every server, before the browser is told."""
    person = identity.sign_in_of(visit, permission.roles().hours).person
    if person is None:
        return
    until = datetime.now(UTC) + timedelta(hours=LONGEST_SIGN_IN_HOURS)  # also when the hours are raised later
    try:
        await anyio.to_thread.run_sync(permission.ended_sign_ins().add, person.fingerprint, until)
    except LedgerUnavailable:
        log.exception("a sign-out is known to this server only")


# --- turned away ------------------------------------------------------------------------------------------------------


def turned_away(scope: Scope, visit: Visit, why: Message) -> Response:
    """A person's browser goes to the sign-in; a program gets 401; who is signed in and may not look, 403."""
    person = permission.person_of(visit)
    browser = scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
    if person is None and browser:
        path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        link = path + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        url = f"{login_url(identity.provider())}&{LINK_KEPT}"
        return RedirectResponse(url, 303, NOT_STORED | _return_cookie(link))
    with language.spoken(_preferred(scope)):
        if browser:
            return HTMLResponse(signed_out_page(why.text(_), LOGOUT, _("Sign out")), 403, NOT_STORED)
        problem = {
            "type": "about:blank",
            "title": _("You may not look") if person else _("You are not signed in"),
            "status": 403 if person else 401,
            "detail": why.text(_),
            "instance": scope["path"],
        }
    challenge = {} if person else {"www-authenticate": 'Session realm="Alliance Ledger"'}
    return JSONResponse(problem, problem["status"], NOT_STORED | challenge, "application/problem+json")


def _signed_out(scope: Scope, failed: bool) -> Response:
    with language.spoken(_preferred(scope)):
        text = (
            _("The sign-in did not succeed. Try again, or ask the operator of the ledger.")
            if failed
            else _("You are signed out.")
        )
        return HTMLResponse(signed_out_page(text, "/", _("Open the ledger")), headers=NOT_STORED)


def _preferred(scope: Scope) -> str:
    return language.preferred(Headers(scope=scope).get("accept-language"))


# --- the link one came by ---------------------------------------------------------------------------------------------


def _return_cookie(link: str) -> dict[str, str]:
    """The header of a cookie that keeps a path and query of this server for the time of a sign-in."""
    value = quote(link, safe="/?&=")
    if not OWN_PATH.fullmatch(link) or len(value) > LONGEST_RETURN:
        return {}
    attributes = f"Path={CALLBACK}; Max-Age={RETURN_WITHIN_S}; HttpOnly; SameSite=Lax"
    return {"set-cookie": f"{RETURN_COOKIE}={value}; {attributes}"}


def _keeping(send: Send, scope: Scope) -> Send:
    """Keep the page that the sign-in was asked for on, when it is one of ours."""
    request = Headers(scope=scope)
    came_from = urlsplit(request.get("referer", ""))
    link = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    if (
        LINK_KEPT.encode() in scope["query_string"].split(b"&")
        or came_from.netloc != request.get("host", "")
        or is_open(came_from.path)
    ):
        return send
    return changing_headers(send, lambda headers: headers.raw.extend(MutableHeaders(_return_cookie(link)).raw))


def _returning(send: Send, scope: Scope, visit: Visit) -> Send:
    """After the sign-in, open what was kept; after a failed one or a sign-out at the provider, say so."""
    link = unquote(visit.cookies.get(RETURN_COOKIE, ""))

    def change(headers: MutableHeaders) -> None:
        signed_in = any(
            value.startswith(f"{IDENTITY_COOKIE}=") and "Max-Age=0" not in value
            for value in headers.getlist("set-cookie")
        )
        if signed_in and OWN_PATH.fullmatch(link):
            headers["location"] = link
        elif not signed_in:
            headers["location"] = SIGNED_OUT + ("?failed" if b"state=" in scope["query_string"] else "")
        headers.append("set-cookie", f"{RETURN_COOKIE}=; Path={CALLBACK}; Max-Age=0; HttpOnly; SameSite=Lax")

    return changing_headers(send, change)


def _to_signed_out(send: Send) -> Send:
    """Where the provider has no page of its own for signing out, Streamlit goes to the start: which would sign in again."""

    def change(headers: MutableHeaders) -> None:
        if headers.get("location") == "/":
            headers["location"] = SIGNED_OUT

    return changing_headers(send, change)


# --- headers ----------------------------------------------------------------------------------------------------------


def _tightened(send: Send) -> Send:
    """Cookies end with the sign-in and, where browsers come by https, are sent by https only."""

    def change(headers: MutableHeaders) -> None:
        cookies = headers.getlist("set-cookie")
        if not cookies:
            return
        del headers["set-cookie"]
        lasts = f"Max-Age={int(permission.roles().hours * 3600)}"
        for cookie in identity.slimmed(cookies, permission.roles().claims()):
            if cookie.startswith(IDENTITY_COOKIE):
                cookie = cookie.replace(f"Max-Age={COOKIE_LASTS_S}", lasts)  # noqa: PLW2901 - the same cookie
            over_http = not identity.over_https() or "; secure" in cookie.lower()
            headers.append("set-cookie", cookie if over_http else f"{cookie}; Secure")

    return changing_headers(send, change)


def _private(send: Send) -> Send:
    """What only some may see is kept by no cache between them and the server."""

    def change(headers: MutableHeaders) -> None:
        if "public" in headers.get("cache-control", ""):
            headers["cache-control"] = headers["cache-control"].replace("public", "private")
        headers.add_vary_header("Cookie")

    return changing_headers(send, change)
