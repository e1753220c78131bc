"""The sign-in at the door: who must be signed in to look is asked for every page, route, image, feed and upload.

Streamlit brings its own sign-in routes. Around them this layer keeps the link that somebody came by and opens it after
the sign-in, remembers sign-ins that were ended, and has cookies sent over https only where the server is reached by it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote, urlsplit

import anyio.to_thread
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.starlette.starlette_server_config import AUTH_COOKIE_MAX_AGE_SECONDS, USER_COOKIE_NAME

from dashboard import language
from dashboard.auth import identity, permission
from dashboard.auth.identity import Visit
from dashboard.auth.roles import ANYONE
from dashboard.language import _
from dashboard.web.middleware.error_pages import header
from dashboard.web.middleware.origin import POLICY_VIOLATION
from dashboard.web.middleware.signed_out_page import signed_out_page
from etl import message
from etl.ledger.errors import LedgerUnavailable

log = logging.getLogger(__name__)

LOGIN, LOGOUT, CALLBACK, SIGNED_OUT = "/auth/login", "/auth/logout", "/oauth2callback", "/signed-out"
OPEN = re.compile(
    r"/healthz|/auth/login|/auth/logout|/oauth2callback|/static/.+|/favicon\.\w+|/_stcore/(health|host-config)"
)
RETURN_COOKIE = "ledger_return"
RETURN_WITHIN_S = 900
LONGEST_RETURN = 3000  # characters; a browser keeps no cookie above 4096
KEPT = "kept=1"  # the sign-in began at the door, which has kept the link already
OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\U0010ffff]*")  # what begins with two slashes is another host


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
        if USER_COOKIE_NAME in visit.cookies and permission.ended_sign_ins().stale:
            await _read_ended()
        if scope["type"] == "websocket":
            if permission.keeps_from_viewing(visit):
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            else:
                await self.app(scope, receive, send)
            return
        await self._answer(scope, receive, _tightened(send), visit)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, visit: Visit) -> None:
        path = scope["path"]
        if path == SIGNED_OUT:
            await _give(scope, send, 200, _page(scope, failed=scope["query_string"] == b"failed"))
        elif path == LOGOUT:
            await _end(visit)
            await self.app(scope, receive, _to_signed_out(send))
        elif path == LOGIN:
            await self.app(scope, receive, _keeping(send, scope))
        elif path == CALLBACK:
            await self.app(scope, receive, _returning(send, scope, visit))
        elif OPEN.fullmatch(path):
            await self.app(scope, receive, send)
        elif why := permission.keeps_from_viewing(visit):
            await _turn_away(scope, send, visit, why)
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
    until = datetime.now(UTC) + timedelta(hours=permission.roles().hours)
    try:
        await anyio.to_thread.run_sync(permission.ended_sign_ins().add, person.fingerprint, until)
    except LedgerUnavailable:
        log.exception("a sign-out is known to this server only")


# --- turned away ------------------------------------------------------------------------------------------------------


async def _turn_away(scope: Scope, send: Send, visit: Visit, why: message.Message) -> None:
    """A person's browser goes to the sign-in; a program gets 401; who is signed in and may not look, 403."""
    person = permission.person_of(visit)
    browser = scope["method"] == "GET" and "text/html" in header(scope, b"accept")
    _speak(scope)
    if person is None and browser:
        path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        link = path + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        url = f"{generate_login_redirect_url(identity.provider())}&{KEPT}"
        await _give(scope, send, 303, b"", ("location", url), *_return_cookie(link))
    elif browser:
        page = signed_out_page(why.text(_), LOGOUT, _("Sign out"))
        await _give(scope, send, 403, page)
    else:
        status = 403 if person else 401
        title = _("You may not look") if person else _("You are not signed in")
        problem = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": why.text(_),
            "instance": scope["path"],
        }
        challenge = [] if person else [("www-authenticate", 'Session realm="Alliance Ledger"')]
        body = json.dumps(problem, ensure_ascii=False).encode()
        await _give(scope, send, status, body, *challenge, media_type="application/problem+json")


def _page(scope: Scope, failed: bool) -> bytes:
    _speak(scope)
    text = (
        _("The sign-in did not succeed. Try again, or ask the operator of the ledger.")
        if failed
        else _("You are signed out.")
    )
    return signed_out_page(text, "/", _("Open the ledger"))


def _speak(scope: Scope) -> None:
    language.use(language.preferred(header(scope, b"accept-language")))


async def _give(
    scope: Scope,
    send: Send,
    status: int,
    body: bytes,
    *headers: tuple[str, str],
    media_type: str = "text/html; charset=utf-8",
) -> None:
    standing = [
        ("content-type", media_type),
        ("content-length", str(len(body))),
        ("cache-control", "no-store"),
        ("vary", "Accept-Language, Cookie"),
    ]
    raw = [(name.encode(), value.encode("latin-1")) for name, value in (*standing, *headers)]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


# --- the link one came by ---------------------------------------------------------------------------------------------


def _return_cookie(link: str) -> list[tuple[str, str]]:
    """A cookie that keeps a path and query of this server for the time of a sign-in."""
    value = quote(link, safe="/?&=")
    if not OWN_PATH.fullmatch(link) or len(value) > LONGEST_RETURN:
        return []
    return [
        ("set-cookie", f"{RETURN_COOKIE}={value}; Path={CALLBACK}; Max-Age={RETURN_WITHIN_S}; HttpOnly; SameSite=Lax")
    ]


def _keeping(send: Send, scope: Scope) -> Send:
    """Keep the page that the sign-in was asked for on, when it is one of ours."""
    came_from = urlsplit(header(scope, b"referer"))
    link = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    if (
        KEPT.encode() in scope["query_string"].split(b"&")
        or came_from.netloc != header(scope, b"host")
        or OPEN.fullmatch(came_from.path)
    ):
        return send
    return _changing(send, lambda headers: [headers.append(*pair) for pair in _return_cookie(link)])


def _returning(send: Send, scope: Scope, visit: Visit) -> Send:
    """After the sign-in, open what was kept; after a failed one or a sign-out at the provider, say so."""
    link = unquote(visit.cookies.get(RETURN_COOKIE, ""))

    def change(headers: MutableHeaders) -> None:
        signed_in = any(
            value.startswith(f"{USER_COOKIE_NAME}=") and "Max-Age=0" not in value
            for value in headers.getlist("set-cookie")
        )
        if signed_in and OWN_PATH.fullmatch(link):
            headers["location"] = link
        elif not signed_in:
            headers["location"] = SIGNED_OUT + ("?failed" if b"state=" in scope["query_string"] else "")
        headers.append("set-cookie", f"{RETURN_COOKIE}=; Path={CALLBACK}; Max-Age=0; HttpOnly; SameSite=Lax")

    return _changing(send, change)


def _to_signed_out(send: Send) -> Send:
    """Where the provider has no page of its own for signing out, Streamlit goes to the start: which would sign in again."""

    def change(headers: MutableHeaders) -> None:
        if headers.get("location") == "/":
            headers["location"] = SIGNED_OUT

    return _changing(send, change)


# --- headers ----------------------------------------------------------------------------------------------------------


def _tightened(send: Send) -> Send:
    """Cookies end with the sign-in and, where browsers come by https, are sent by https only."""
    age = f"Max-Age={AUTH_COOKIE_MAX_AGE_SECONDS}"

    def change(headers: MutableHeaders) -> None:
        cookies = headers.getlist("set-cookie")
        if not cookies:
            return
        del headers["set-cookie"]
        for cookie in identity.slimmed(cookies, permission.roles().claims()):
            kept = (
                cookie.replace(age, f"Max-Age={int(permission.roles().hours * 3600)}")
                if cookie.startswith(USER_COOKIE_NAME)
                else cookie
            )
            headers.append(
                "set-cookie", kept + ("; Secure" if identity.over_https() and "; secure" not in kept.lower() else "")
            )

    return _changing(send, change)


def _private(send: Send) -> Send:
    """What only some may see is kept by no cache between them and the server."""

    def change(headers: MutableHeaders) -> None:
        if "public" in headers.get("cache-control", ""):
            headers["cache-control"] = headers["cache-control"].replace("public", "private")
        headers.add_vary_header("Cookie")

    return _changing(send, change)


def _changing(send: Send, change) -> Send:
    async def changed(sent: Message) -> None:
        if sent["type"] == "http.response.start":
            sent = {**sent, "headers": list(sent.get("headers", ()))}
            change(MutableHeaders(scope=sent))
        await send(sent)

    return changed
