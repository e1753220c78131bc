"""What the data side is asked and what it answers, before either is HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard import links


@dataclass(frozen=True)
class DataRequest:
    """A request: path, the names in it, the query as it came, where the server was asked, the language preferred, the body."""

    path: str
    names: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    base: str = ""
    accept_language: str = ""
    body: bytes = b""

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters by name; the values of one that comes more than once are joined by commas."""
        return links.joined(self.query)


@dataclass(frozen=True)
class DataResponse:
    """What is sent. `immutable` says that it never changes: the request names its release and all that depends on the day.

    `keep` is false for an answer that the next reader should be made anew.
    """

    body: bytes
    media_type: str
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    immutable: bool = False
    keep: bool = True
