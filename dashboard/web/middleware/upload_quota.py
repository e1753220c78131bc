"""How much people may upload: a limit on a file, on a session and on the server.

Streamlit keeps uploaded files in memory and lets any open session send files without end, so the bytes are counted
while they arrive and refused before they are stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from etl.settings import Settings

MIB = 1024 * 1024
FORM_OVERHEAD = 64 * 1024
"""Bytes that the multipart form around a file may add to it."""

HeldBytes = Callable[[], Mapping[str, int]]
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

    def __init__(self, limits: UploadLimits, held: HeldBytes) -> None:
        self.limits = limits
        self._held = held
        self._arriving: Counter[str] = Counter()

    def admit(self, session: str, already: int, more: int) -> None:
        """Count ``more`` bytes of an upload of which ``already`` were counted, or raise `OverQuota`."""
        if already + more > self.limits.file + FORM_OVERHEAD:
            raise OverQuota(413, "file_too_large", self.limits.file)
        held = self._held()
        if held.get(session, 0) + self._arriving[session] + more > self.limits.session + FORM_OVERHEAD:
            raise OverQuota(413, "session_full", self.limits.session)
        if sum(held.values()) + self._arriving.total() + more > self.limits.server:
            raise OverQuota(429, "server_full", self.limits.server)
        self._arriving[session] += more

    def settle(self, session: str, counted: int) -> None:
        """An upload ended, stored or not: its bytes are no longer on their way."""
        self._arriving[session] -= counted
        if self._arriving[session] <= 0:
            del self._arriving[session]
