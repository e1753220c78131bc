"""Answers made once and given many times: kept in memory with their compressed bodies and their tags."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

import brotli
from cachetools import LRUCache
from starlette.responses import Response

from dashboard.web.request_response import DataResponse

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "public, max-age=0, must-revalidate"
WORTH_COMPRESSING = 500  # bytes, as Streamlit's own compression has it
BROTLI_QUALITY, GZIP_LEVEL = 5, 6
MOST_BYTES = 96 * 2**20
SMALLEST_COUNTED = 24 * 2**10  # bytes an answer counts at least, so that small ones do not become too many

Freshness = tuple[int, date, Hashable]
"""Newest release, day and what is announced: what every answer that is not immutable depends on."""


@dataclass
class CachedResponse:
    """An answer with its tag and its bodies by encoding, as of a release and a day (None: immutable)."""

    answer: DataResponse
    freshness: Freshness | None
    tag: str
    bodies: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: DataResponse, freshness: Freshness | None) -> CachedResponse:
        tag = f'W/"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
        return cls(answer, None if answer.immutable else freshness, tag)

    @property
    def size(self) -> int:
        return len(self.answer.body) + sum(map(len, self.bodies.values()))

    def _used(self, encoding: str) -> str:
        """The encoding that is really used: some answers are not worth it."""
        worth = len(self.answer.body) >= WORTH_COMPRESSING and not self.answer.media_type.endswith("parquet")
        return encoding if worth else "identity"

    def compress(self, encoding: str) -> None:
        """Make the body for an encoding. Takes its time: not for the event loop."""
        body = self.answer.body
        if self._used(encoding) == "br":
            body = brotli.compress(body, quality=BROTLI_QUALITY)
        elif self._used(encoding) == "gzip":
            body = gzip.compress(body, GZIP_LEVEL, mtime=0)
        self.bodies[encoding] = body

    def response(self, encoding: str) -> Response:
        """A response for one request, with headers of its own: layers in front change them in place."""
        headers = {"cache-control": "no-store"}
        if self.answer.status == 200:
            headers["etag"] = self.tag
            headers["cache-control"] = IMMUTABLE if self.answer.immutable else REVALIDATED
            by_language = self.answer.media_type.startswith("text/html")
            headers["vary"] = "Accept-Encoding, Accept-Language" if by_language else "Accept-Encoding"
        headers |= dict(self.answer.headers)
        if self._used(encoding) != "identity":
            headers["content-encoding"] = encoding
        return Response(self.bodies[encoding], self.answer.status, headers, self.answer.media_type)


class ResponseCache(LRUCache[object, CachedResponse]):
    """Answers by request, the least used going first when they are too large together. For the event loop only."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(most_bytes, getsizeof=lambda entry: max(entry.size, SMALLEST_COUNTED))

    def put(self, key: object, entry: CachedResponse) -> None:
        """Keep it, or count its new size; one that is larger than the whole cache is not kept."""
        with suppress(ValueError):
            self[key] = entry
