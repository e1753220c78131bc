"""The guard in front of everything: who may ask, how much may be sent, and the headers every answer carries.

Pure ASGI, outside of Streamlit. It looks nothing up: a foreign ``Origin`` on the websocket makes Streamlit ask the
network for its own public address on the event loop, which holds every reader up.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.middleware.error_pages import header, refuse
from dashboard.web.middleware.front_page import FIRST_VIEW_SCRIPT_HASH, ROOT_SCRIPT_HASH
from dashboard.web.middleware.upload_quota import HeldBytes, OverQuota, UploadLimits, UploadQuota
from etl.settings import Settings

log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CLOSED = re.compile(r"/_stcore/(metrics|agent|script-health-check)(/|$)")
UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/[^/]+")
DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
POLICY_VIOLATION = 1008
CONTENT_SECURITY_POLICY = (
    f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {ROOT_SCRIPT_HASH} {FIRST_VIEW_SCRIPT_HASH}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "frame-ancestors {ancestors}; object-src 'none'; base-uri 'self'; form-action 'self'"
)


@dataclass(frozen=True)
class GuardSettings:
    """What the operator may set.

    public_urls: origins (``https://ledger.example``) that the server is also reached by, as behind a proxy.
    embed_hosts: sources that may frame ``/embed/`` pages, in the words of CSP ``frame-ancestors``.
    uploads: limits on uploaded files.
    """

    public_urls: tuple[str, ...] = ()
    embed_hosts: tuple[str, ...] = ()
    uploads: UploadLimits = field(default_factory=UploadLimits)

    @classmethod
    def from_settings(cls, settings: Settings) -> GuardSettings:
        return cls(settings.public_url, settings.embed_hosts, UploadLimits.from_settings(settings))


def _host_and_port(netloc: str, scheme: str) -> tuple[str, int | None] | None:
    """Host in lower case and port (the scheme's own when none is written); None when it can not be read."""
    try:
        parts = urlsplit(f"//{netloc}")
        port = parts.port
    except ValueError:
        return None
    return (parts.hostname or "", port or DEFAULT_PORTS.get(scheme))


def is_own_origin(origin: str, host: str, public_urls: tuple[str, ...] = ()) -> bool:
    """Whether a page of ``origin`` belongs to the server that was asked as ``host`` (the ``Host`` header).

    The scheme is not compared: behind a proxy that ends TLS the server itself sees ``http``.
    """
    scheme, _, netloc = origin.lower().partition("://")
    if f"{scheme}://{netloc}" in public_urls:
        return True
    asked = _host_and_port(netloc, scheme)
    return bool(netloc) and asked is not None and asked == _host_and_port(host, scheme)


def is_known_host(host: str, server: tuple[str, int | None] | None, public_urls: tuple[str, ...]) -> bool:
    """Whether ``host`` may name a connection made to the address ``server``.

    On loopback only names of this machine and the public addresses count: another name there is a foreign page whose
    name was pointed at this machine (DNS rebinding) to use what loopback is trusted with.
    """
    if server is None or not _is_loopback(server[0]):
        return True
    names = {urlsplit(url).hostname for url in public_urls}
    asked = _host_and_port(host, "http")
    return asked is not None and (asked[0] in names or _is_loopback(asked[0]))


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _as_own(scope: Scope) -> Scope:
    """The accepted websocket request with the origin's own name as ``Host``.

    Streamlit compares the two as text and goes to the network when they differ, as they do behind a proxy that puts
    its own ``Host``. The origin stays: the sign-in cookie is bound to it.
    """
    _, _, netloc = header(scope, b"origin").partition("://")
    if not netloc:
        return scope
    others = [pair for pair in scope["headers"] if pair[0] != b"host"]
    return {**scope, "headers": [*others, (b"host", netloc.encode("latin-1"))]}


class Guard:
    """ASGI middleware; the outermost of ours.

    settings: read once at the start, so that a wrong one stops the start with a sentence.
    held: bytes of uploaded files in memory, by session.
    may_upload: asked with the request's scope before a file is taken; ``False`` refuses it.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: GuardSettings,
        held: HeldBytes = dict,
        may_upload: Callable[[Scope], bool] | None = None,
    ) -> None:
        self.app = app
        self.settings = settings
        self.may_upload = may_upload
        self.quota = UploadQuota(self.settings.uploads, held)
        embed = " ".join(("'self'", *self.settings.embed_hosts))
        self._policy = CONTENT_SECURITY_POLICY.format(ancestors="'self'").encode()
        self._embed_policy = CONTENT_SECURITY_POLICY.format(ancestors=embed).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with the headers added."""
        if scope["type"] == "websocket":
            if self._stranger(scope):
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
                return
            await self.app(_as_own(scope), receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, self._with_headers(scope, send))
        else:
            await self.app(scope, receive, send)

    def _stranger(self, scope: Scope) -> tuple[str, dict[str, str]] | None:
        """Code and parameters of the refusal when the request is not from our own pages, else None."""
        origin, host = header(scope, b"origin"), header(scope, b"host")
        if not is_known_host(host, scope.get("server"), self.settings.public_urls):
            return "foreign_host", {"host": host[:100]}
        safe = scope["type"] == "http" and scope["method"] in SAFE_METHODS
        if origin and not safe and not is_own_origin(origin, host, self.settings.public_urls):
            return "foreign_origin", {"origin": origin[:100]}
        return None

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        if stranger := self._stranger(scope):
            await refuse(scope, receive, send, 403, stranger[0], **stranger[1])
            return
        if CLOSED.match(scope["path"]):
            await refuse(scope, receive, send, 404, "not_found")
            return
        try:
            if scope["method"] == "PUT" and (upload := UPLOAD.fullmatch(scope["path"])):
                await self._take_upload(upload["session"], scope, receive, watched)
            else:
                await self.app(scope, receive, watched)
        except Exception:
            # The reader gets a sentence, the log the traceback.
            log.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            await refuse(scope, receive, send, 500, "failed")

    async def _take_upload(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a file on while its bytes are counted; refuse with 403, 413 or 429."""
        if self.may_upload is not None and not self.may_upload(scope):
            await refuse(scope, receive, send, 403, "not_allowed")
            return
        declared = header(scope, b"content-length")
        # A declared size is counted at once, so that a file that can not fit is refused before it is sent.
        counted = arrived = 0

        async def counting() -> Message:
            nonlocal counted, arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > counted:
                self.quota.admit(session, counted, arrived - counted)
                counted = arrived
            return message

        try:
            if declared.isdecimal():
                self.quota.admit(session, 0, int(declared))
                counted = int(declared)
            await self.app(scope, counting, send)
        except OverQuota as over:
            await refuse(scope, receive, send, over.status, over.code, limit=over.limit)
        finally:
            self.quota.settle(session, counted)

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        """A ``send`` that adds the security headers; a route's own value of one stays."""
        embedded = scope["path"].startswith("/embed/")
        wanted = [
            (b"content-security-policy", self._embed_policy if embedded else self._policy),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            (b"cross-origin-opener-policy", b"same-origin"),
        ]
        if scope.get("scheme") == "https":
            wanted.append((b"strict-transport-security", b"max-age=31536000"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message.get("headers", ())}
                added = [pair for pair in wanted if pair[0] not in present]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        return send_with_headers
