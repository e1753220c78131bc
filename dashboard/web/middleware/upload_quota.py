"""How much people may upload: a limit on a file, on a session and on the server.

Streamlit keeps uploaded files in memory and lets any open session send files without end, so the bytes are counted
while they arrive and refused before they are stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.streamlit_internals import UPLOAD
from dashboard.web.middleware.error_pages import refusal
from etl.settings import Settings

MIB = 1024 * 1024
FORM_OVERHEAD = 64 * 1024
"""Bytes that the multipart form around a file may add to it."""

UploadedBytes = Callable[[], Mapping[str, int]]
"""Bytes of uploaded files now in memory, by session."""


class OverQuota(Exception):
    """An upload went over a limit; holds the HTTP status, the sentence's code and the limit in MiB."""

    def __init__(self, status: int, code: str, limit: int) -> None:
        super().__init__(code)
        self.status, self.code, self.limit = status, code, limit // MIB


@dataclass(frozen=True)
class UploadLimits:
    """Limits in bytes on one file, on all files of a session and on all files of the server."""

    file: int = 25 * MIB
    session: int = 50 * MIB
    server: int = 256 * MIB

    @classmethod
    def from_settings(cls, settings: Settings) -> UploadLimits:
        return cls(settings.upload_file_mib * MIB, settings.upload_session_mib * MIB, settings.upload_server_mib * MIB)


class UploadQuota:
    """Counts the bytes of uploads on their way and those held, and raises `OverQuota` when a limit is passed.

    Used on the event loop only, so no lock is needed. What is held is asked of its keeper each time: files leave when
    people remove them and when their session ends.
    """

    def __init__(self, limits: UploadLimits, in_memory: UploadedBytes) -> None:
        self.limits = limits
        self._in_memory = in_memory
        self._arriving: Counter[str] = Counter()

    def admit(self, session: str, already: int, more: int) -> None:
        """Count ``more`` bytes of an upload of which ``already`` were counted, or raise `OverQuota`."""
        if already + more > self.limits.file + FORM_OVERHEAD:
            raise OverQuota(413, "file_too_large", self.limits.file)
        in_memory = self._in_memory()
        if in_memory.get(session, 0) + self._arriving[session] + more > self.limits.session + FORM_OVERHEAD:
            raise OverQuota(413, "session_full", self.limits.session)
        if sum(in_memory.values()) + self._arriving.total() + more > self.limits.server:
            raise OverQuota(429, "server_full", self.limits.server)
        self._arriving[session] += more

    def settle(self, session: str, counted: int) -> None:
        """An upload ended, stored or not: its bytes are no longer on their way."""
        self._arriving[session] -= counted
        if self._arriving[session] <= 0:
            del self._arriving[session]


class UploadGate:
    """ASGI middleware that passes a file on while its bytes are counted, or refuses it with 403, 413 or 429.

    in_memory: bytes of uploaded files in memory, by session. may_upload: asked before a file is taken.
    """

    def __init__(
        self, app: ASGIApp, limits: UploadLimits, in_memory: UploadedBytes, may_upload: Callable[[Scope], bool]
    ) -> None:
        self.app, self.may_upload = app, may_upload
        self.quota = UploadQuota(limits, in_memory)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse an upload, or pass on."""
        upload = UPLOAD.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if upload is None:
            await self.app(scope, receive, send)
        elif self.may_upload(scope):
            await self._take(upload["session"], scope, receive, send)
        else:
            await refusal(scope, 403, "not_allowed")(scope, receive, send)

    async def _take(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        declared = Headers(scope=scope).get("content-length", "")
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
            await refusal(scope, over.status, over.code, limit=over.limit)(scope, receive, send)
        finally:
            self.quota.settle(session, counted)
