"""Answers made once and given many times: kept in memory with their compressed copies, tagged, and revalidated.

What a reader asks for is made in a thread, a few at a time; the same question asked by many is made once, and when too
many different ones wait, the next is told to come back. So a flood of questions never holds the pages up.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl

import brotli
from starlette.types import Receive, Scope, Send

from dashboard import language
from dashboard.web.middleware.error_pages import header
from dashboard.web.middleware.static_files import accepted_encoding
from dashboard.web.problem_details import ApiProblem
from dashboard.web.response_cache import EndpointPool, Freshness, ServerBusy
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.release import NoSuchRelease

log = logging.getLogger(__name__)

LASTING = "public, max-age=31536000, immutable"
PASSING = "public, max-age=0, must-revalidate"
COME_BACK_AFTER_S = 5
LONGEST_QUERY = 8000
WORTH_COMPRESSING = 500  # bytes, as Streamlit's own compression has it
BROTLI_QUALITY, GZIP_LEVEL = 5, 6


@dataclass(frozen=True)
class DataRequest:
    """A request: path, the names in it, the query as it came, where the server was asked, the languages preferred."""

    path: str
    names: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    base: str = ""
    accept_language: str = ""

    @property
    def said(self) -> dict[str, str]:
        """The parameters by name; what is said more than once is joined by commas."""
        found: dict[str, str] = {}
        for name, value in self.query:
            found[name] = f"{found[name]},{value}" if name in found else value
        return found


@dataclass(frozen=True)
class DataResponse:
    """What is sent. `immutable` says that it never changes: the question names its release and all that depends on the day."""

    body: bytes
    media_type: str
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    immutable: bool = False


@dataclass
class CachedResponse:
    """An answer with its tag and its copies by encoding, as of a moment (None: immutable)."""

    answer: DataResponse
    moment: Freshness | None
    tag: str
    copies: dict[str, tuple[bytes, list[tuple[bytes, bytes]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: DataResponse, moment: Freshness | None) -> CachedResponse:
        return cls(answer, None if answer.immutable else moment, f'W/"{hashlib.sha256(answer.body).hexdigest()[:20]}"')

    @property
    def size(self) -> int:
        return len(self.answer.body) + sum(len(body) for body, _headers in self.copies.values())

    def copy(self, encoding: str) -> None:
        """Make the copy for an encoding, with its headers."""
        answer, body = self.answer, self.answer.body
        worth = len(body) >= WORTH_COMPRESSING and not answer.media_type.endswith("parquet")
        used = encoding if worth else "identity"
        if used == "br":
            body = brotli.compress(body, quality=BROTLI_QUALITY)
        elif used == "gzip":
            body = gzip.compress(body, GZIP_LEVEL, mtime=0)
        named = [
            *self.standing,
            ("content-type", answer.media_type),
            ("content-length", str(len(body))),
            *answer.headers,
        ]
        if used != "identity":
            named.append(("content-encoding", used))
        self.copies[encoding] = (body, [(name.lower().encode(), value.encode("latin-1")) for name, value in named])

    @property
    def standing(self) -> list[tuple[str, str]]:
        """Headers that an answer of "not modified" carries, too."""
        if self.answer.status != 200:
            return [("cache-control", "no-store")]
        varies = (
            "Accept-Encoding, Accept-Language" if self.answer.media_type.startswith("text/html") else "Accept-Encoding"
        )
        return [("etag", self.tag), ("cache-control", LASTING if self.answer.immutable else PASSING), ("vary", varies)]


class Endpoint:
    """An ASGI endpoint that answers GET and HEAD with what `make` gives for a question.

    make: called in a thread, in the language of the question; may raise `ApiProblem`. Its answer must depend on nothing
    but the question, the newest release and the day; a immutable one on the question alone.
    absolute: the answer holds addresses of this server. by_reader: without `lang=` the browser's language counts.
    """

    def __init__(
        self,
        pool: EndpointPool,
        make: Callable[[DataRequest], DataResponse],
        *,
        absolute: bool = False,
        by_reader: bool = False,
    ) -> None:
        self.pool, self.make, self.absolute, self.by_reader = pool, make, absolute, by_reader

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the answer, from the shelf where it can be."""
        encoding = accepted_encoding(header(scope, b"accept-encoding"))
        entry = await self._entry(scope, encoding)
        if entry.answer.status == 200 and _known(header(scope, b"if-none-match"), entry.tag):
            headers = [(name.encode(), value.encode()) for name, value in entry.standing]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        body, headers = entry.copies[encoding]
        await send({"type": "http.response.start", "status": entry.answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _entry(self, scope: Scope, encoding: str) -> CachedResponse:
        """An entry that has the encoding; a refusal is one, too."""
        try:
            if scope["method"] not in {"GET", "HEAD"}:
                return self._refusal(ApiProblem.method(), scope, encoding)
            if len(scope["query_string"]) > LONGEST_QUERY:
                return self._refusal(ApiProblem.too_long(LONGEST_QUERY), scope, encoding)
            return await self._kept_or_made(scope, encoding)
        except ServerBusy:
            return self._refusal(ApiProblem.busy(COME_BACK_AFTER_S), scope, encoding)
        except LedgerUnavailable:
            log.exception("the ledger can not be read")
            return self._refusal(ApiProblem.unreadable(COME_BACK_AFTER_S), scope, encoding)

    async def _kept_or_made(self, scope: Scope, encoding: str) -> CachedResponse:
        spoken = language.preferred(header(scope, b"accept-language")) if self.by_reader else "en"
        base = f"{scope['scheme']}://{header(scope, b'host')}" if self.absolute else ""
        key = (scope["path"], scope["query_string"], spoken, base)
        entry = self.pool.cache.get(key)
        moment = None
        if entry is None or entry.moment is not None:
            moment = await self.pool.clock.now()
        if entry is not None and (entry.moment is None or entry.moment == moment):
            if encoding not in entry.copies:
                await asyncio.to_thread(entry.copy, encoding)
                self.pool.cache.put(key, entry)
            return entry
        asked = DataRequest(
            scope["path"],
            scope.get("path_params", {}),
            tuple(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            base,
            spoken,
        )
        entry = await self.pool.single_flight.done((key, moment), lambda: self._made(asked, moment, encoding))
        if encoding not in entry.copies:
            await asyncio.to_thread(entry.copy, encoding)
        if entry.answer.status == 200:
            self.pool.cache.put(key, entry)
        return entry

    def _made(self, asked: DataRequest, moment: Freshness | None, encoding: str) -> CachedResponse:
        """Make the answer in the language of the question."""
        language.use(dict(asked.query).get("lang") or asked.accept_language)
        try:
            answer = self.make(asked)
        except ApiProblem as refused:
            answer = _told(refused, asked.path)
        except NoSuchRelease:
            answer = _told(ApiProblem.no_release((moment or (0, date.min))[0]), asked.path)
        except LedgerUnavailable:
            raise
        except Exception:
            log.exception("no answer to %s %s", asked.path, asked.query)
            answer = _told(ApiProblem.failed(), asked.path)
        entry = CachedResponse.of(answer, moment)
        entry.copy(encoding)
        return entry

    @staticmethod
    def _refusal(refused: ApiProblem, scope: Scope, encoding: str) -> CachedResponse:
        query = dict(parse_qsl(scope["query_string"][:LONGEST_QUERY].decode("latin-1")))
        language.use(query.get("lang") or language.preferred(header(scope, b"accept-language")))
        entry = CachedResponse.of(_told(refused, scope["path"]), None)
        entry.copy(encoding)
        return entry


def _told(refused: ApiProblem, path: str) -> DataResponse:
    return DataResponse(refused.document(path), "application/problem+json", refused.headers(), refused.status)


def _known(if_none_match: str, tag: str) -> bool:
    if not if_none_match:
        return False
    known = {item.strip().removeprefix("W/") for item in if_none_match.split(",")}
    return bool(known & {tag.removeprefix("W/"), "*"})
