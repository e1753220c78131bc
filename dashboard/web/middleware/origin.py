"""Who may ask: requests that change something, and websockets, come from our own pages only.

Pure ASGI, outside of Streamlit. It looks nothing up: a foreign ``Origin`` on the websocket makes Streamlit ask the
network for its own public address on the event loop, which holds every reader up.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from dashboard.streamlit_internals import FOR_OPERATORS
from dashboard.web.middleware.error_pages import refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
POLICY_VIOLATION = 1008


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
    own = _host_and_port(netloc, scheme)
    return bool(netloc) and own is not None and own == _host_and_port(host, scheme)


def is_known_host(host: str, server: tuple[str, int | None] | None, public_urls: tuple[str, ...]) -> bool:
    """Whether ``host`` may name a connection made to the address ``server``.

    On loopback only names of this machine and the public addresses count: another name there is a foreign page whose
    name was pointed at this machine (DNS rebinding) to use what loopback is trusted with.
    """
    if server is None or not _is_loopback(server[0]):
        return True
    names = {urlsplit(url).hostname for url in public_urls}
    own = _host_and_port(host, "http")
    return own is not None and (own[0] in names or _is_loopback(own[0]))


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
    _, _, netloc = Headers(scope=scope).get("origin", "").partition("://")
    if not netloc:
        return scope
    others = [pair for pair in scope["headers"] if pair[0] != b"host"]
    return {**scope, "headers": [*others, (b"host", netloc.encode("latin-1"))]}


class OwnOrigin:
    """ASGI middleware that refuses requests of foreign pages, under foreign names, and for operators' addresses.

    public_urls: origins (``https://ledger.example``) that the server is also reached by, as behind a proxy.
    """

    def __init__(self, app: ASGIApp, public_urls: tuple[str, ...] = ()) -> None:
        self.app = app
        self.public_urls = public_urls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        stranger = self._stranger(scope)
        if scope["type"] == "websocket":
            app = WebSocketClose(POLICY_VIOLATION) if stranger else self.app
            await app(_as_own(scope), receive, send)
        elif stranger:
            await refusal(scope, 403, stranger[0], **stranger[1])(scope, receive, send)
        elif FOR_OPERATORS.match(scope["path"]):
            await refusal(scope, 404, "not_found")(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _stranger(self, scope: Scope) -> tuple[str, dict[str, str]] | None:
        """Code and parameters of the refusal when the request is not from our own pages, else None.

        An ``Origin`` that is there but empty is a foreign one: Streamlit takes it for one and goes to the network.
        """
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not is_known_host(host, scope.get("server"), self.public_urls):
            return "foreign_host", {"host": host[:100]}
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return None
        foreign = [one for one in headers.getlist("origin") if not is_own_origin(one, host, self.public_urls)]
        return ("foreign_origin", {"origin": foreign[0][:100]}) if foreign else None
