"""Streamlit's scripts and styles, compressed once and served with the right headers.

Stock Streamlit sends them as they are: 7.2 MiB before the first chart shows. Here a copy of each file is made smaller by a
process of its own when the server first starts, and the whole file is compressed quickly on demand until that copy is
there. All other answers are compressed by Streamlit's own gzip layer.
"""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
import brotli
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.streamlit_internals import static_folder
from dashboard.web.middleware.copies import MEDIA_TYPES, copies_folder, copy_of, is_part, is_text, static_files
from dashboard.web.middleware.front_page import front_page, served
from dashboard.web.negotiation import accepted_encoding, unless_known
from etl.settings import settings

ROOT = Path(__file__).resolve().parents[3]
QUICK_BROTLI, GZIP_LEVEL = 5, 6
"""Of brotli's 0 to 11: 5 takes 0.1 s for the chart's script as it comes (4.7 MB)."""
FIRST_PAGE = "overview"
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Body:
    """One encoding of a file; ``tag`` names the content, the same in all encodings (hence a weak ETag)."""

    content: bytes
    tag: str
    best: bool


class StaticBodies:
    """The bodies of static files by encoding; compressed ones stay in memory (6 MB when all were asked for)."""

    def __init__(self, folder: Path, files: dict[str, Path], page: str) -> None:
        self.folder, self.files, self.page = folder, files, page.encode()
        self._bodies: dict[tuple[str, str], Body] = {}

    async def body(self, url: str, encoding: str) -> Body:
        """The file at ``url``, a key of ``files``, or the front page for every other ``url``."""
        name = url if url in self.files else ""
        body = self._bodies.get((name, encoding))
        if body is None or not (body.best or not copy_of(self.folder, name).exists()):
            body = await anyio.to_thread.run_sync(self._make, name, encoding)
            if encoding != "identity":
                self._bodies[name, encoding] = body
        return body

    def _make(self, name: str, encoding: str) -> Body:
        copy = self._copy(name)
        if name and not is_text(name):
            content = copy or self.files[name].read_bytes()
            return Body(content, _tag(content), best=True)
        plain, best = self._plain(name, copy), bool(copy) or not name
        if encoding == "gzip":
            return Body(gzip.compress(plain, GZIP_LEVEL, mtime=0), _tag(plain), best or not is_part(name))
        if encoding == "identity":
            return Body(plain, _tag(plain), best=True)
        return Body(copy or brotli.compress(plain, quality=QUICK_BROTLI), _tag(plain), best)

    def _copy(self, name: str) -> bytes | None:
        try:
            return copy_of(self.folder, name).read_bytes() if name else None
        except FileNotFoundError:
            return None

    def _plain(self, name: str, copy: bytes | None) -> bytes:
        if not name:
            return self.page
        return brotli.decompress(copy) if copy and is_part(name) else served(self.files[name])


def _tag(content: bytes) -> str:
    return f'W/"{hashlib.sha256(content).hexdigest()[:20]}"'


class Compression:
    """ASGI middleware that answers for Streamlit's static texts and its front page; all else is passed on.

    pages: URL paths that are answered with the front page (``""`` is the root); by default the root and the name of
    each script in ``pages/`` but the first, which stands at the root.
    cache: where compressed copies are kept; None keeps none, and files are compressed quickly on demand.
    """

    def __init__(self, app: ASGIApp, pages: Iterable[str] | None = None, cache: Path | None = None) -> None:
        static = static_folder()
        self.app = app
        self.cache = cache
        if pages is None:
            pages = ("", *(script.stem for script in (ROOT / "pages").glob("*.py") if script.stem != FIRST_PAGE))
        self.pages = frozenset(f"/{page.strip('/')}" for page in pages)
        folder = copies_folder(cache or settings().cache_path / "static")
        self.bodies = StaticBodies(folder, static_files(static), front_page(static))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for a static text or a page; start the compressing process with the server."""
        if scope["type"] == "lifespan" and self.cache is not None:
            self._start_compressing()
        ours = scope["type"] == "http" and (scope["path"] in self.bodies.files or scope["path"] in self.pages)
        if ours and scope["method"] in {"GET", "HEAD"}:
            await self._answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _start_compressing(self) -> None:
        """Compress in a process of low priority, so that the server answers meanwhile; nothing to do is the rule."""
        if all(copy_of(self.bodies.folder, url).exists() for url in self.bodies.files):
            return
        command = [sys.executable, "-m", "dashboard.web.middleware.copies", str(self.cache)]
        self._compressing = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)  # noqa: S603 - our own

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, request = scope["path"], Headers(scope=scope)
        is_file = path in self.bodies.files
        encoding = accepted_encoding(request.get("accept-encoding", "")) if is_text(path) else "identity"
        body = await self.bodies.body(path, encoding)
        headers = {
            "etag": body.tag,
            "vary": "Accept-Encoding",
            # What a page may ask for of a part changes with our code, not with the file's name.
            "cache-control": FOREVER if is_file and not is_part(path) else "no-cache",
            "content-type": MEDIA_TYPES[Path(path).suffix] if is_file else "text/html; charset=utf-8",
        }
        if encoding != "identity":
            headers["content-encoding"] = encoding
        await unless_known(request, Response(body.content, headers=headers))(scope, receive, send)
