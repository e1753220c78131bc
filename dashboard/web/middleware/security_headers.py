"""The headers that answers carry: what a page may load and run, who may frame it, what browsers may tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.middleware.front_page import PAGE_SCRIPT_HASHES, hash_of

EMBED_SCRIPT = """
new ResizeObserver(() => {
  const height = Math.ceil(document.querySelector("main").getBoundingClientRect().height);
  parent.postMessage({allianceLedgerHeight: height}, "*");
}).observe(document.querySelector("main"))
"""
"""Tells the page that frames an embed how tall it is, at first and whenever that changes."""

CONTENT_SECURITY_POLICY = (
    f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {' '.join(PAGE_SCRIPT_HASHES)} {hash_of(EMBED_SCRIPT)}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; frame-ancestors {ancestors}; object-src 'none'; base-uri 'self'; form-action 'self'"
)
NO_SNIFFING = {"x-content-type-options": "nosniff"}
STANDING = NO_SNIFFING | {
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
PARTS_OF_PAGES = ("text/javascript", "text/css", "font/")
"""What a page loads stands under that page's policy; its own is never read, and a hundred of them weigh 70 KiB a page."""


def changing_headers(send: Send, change: Callable[[MutableHeaders], object]) -> Send:
    """A ``send`` that changes the headers of an answer, on a copy of its own."""

    async def changed(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": list(message.get("headers", ()))}
            change(MutableHeaders(scope=message))
        await send(message)

    return changed


class SecurityHeaders:
    """ASGI middleware that adds the headers; a route's own value of one stays.

    embed_hosts: sources that may frame ``/embed/`` pages, in the words of CSP ``frame-ancestors``.
    """

    def __init__(self, app: ASGIApp, embed_hosts: Iterable[str] = ()) -> None:
        self.app = app
        self.policy = CONTENT_SECURITY_POLICY.format(ancestors="'self'")
        self.embed_policy = CONTENT_SECURITY_POLICY.format(ancestors=" ".join(("'self'", *embed_hosts)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; the answer gets the headers."""
        if scope["type"] == "http":
            embedded = scope["path"].startswith("/embed/")
            of_pages = {"content-security-policy": self.embed_policy if embedded else self.policy} | STANDING
            secure = {"strict-transport-security": "max-age=31536000"} if scope.get("scheme") == "https" else {}

            def add(answer: MutableHeaders) -> None:
                is_part = answer.get("content-type", "").startswith(PARTS_OF_PAGES)
                for name, value in ((NO_SNIFFING if is_part else of_pages) | secure).items():
                    answer.setdefault(name, value)

            send = changing_headers(send, add)
        await self.app(scope, receive, send)
