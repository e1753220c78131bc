"""Streamlit's scripts and styles, compressed once and served with the right headers.

Stock Streamlit sends them as they are: 7.2 MiB before the first chart shows. Here each file is compressed well (brotli)
by a process of its own when the server first starts, and quickly on demand until that copy is there; of the icon font a
copy with the icons in use is made likewise. All other answers are compressed by Streamlit's own gzip layer.
``python -m dashboard.web.middleware.static_files`` does the work beforehand.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import anyio.to_thread
import brotli
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.streamlit_internals import static_folder
from dashboard.web.middleware import icon_font
from dashboard.web.middleware.front_page import chart_scripts, front_page, served
from dashboard.web.negotiation import accepted_encoding, unless_known
from etl.settings import settings

ROOT = Path(__file__).resolve().parents[3]
MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
QUICK_BROTLI, BEST_BROTLI, GZIP_LEVEL = 5, 10, 6
"""Of brotli's 0 to 11: 5 takes 0.1 s for the chart's script (4.7 MB); 10 takes 6 s, 11 takes 14 s for 2 % less."""
FIRST_PAGE = "overview"
FOREVER = "public, max-age=31536000, immutable"


def static_files(static: Path) -> dict[str, Path]:
    """Files with a hash in their name that we make smaller, by URL path, the chart's script first."""
    first = set(chart_scripts(static / "static" / "js"))
    files = (
        path
        for path in (static / "static").rglob("*")
        if path.suffix in MEDIA_TYPES and (_is_text(path) or path.name.startswith(icon_font.NAME))
    )
    ordered = sorted(files, key=lambda path: (path.name not in first, -path.stat().st_size))
    return {f"/{path.relative_to(static).as_posix()}": path for path in ordered}


def _is_text(path: Path) -> bool:
    return path.suffix != ".woff2"


def compressed_folder(cache: Path) -> Path:
    """Where the compressed copies of the installed Streamlit's files are kept."""
    return cache / f"streamlit-{version('streamlit')}"


def compress_all(cache: Path) -> int:
    """Write the smallest copy of each file that has none yet; drop other versions' copies; count the new ones."""
    folder = compressed_folder(cache)
    for other in cache.glob("streamlit-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    missing = [
        (path, target)
        for url, path in static_files(static_folder()).items()
        if not (target := _copy(folder, url)).exists()
    ]
    # The brotli library lets other threads run while it works.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(lambda pair: _write_copy(*pair), missing))
    return len(missing)


def _copy(folder: Path, url: str) -> Path:
    return folder / f"{url.lstrip('/')}.{'br' if _is_text(Path(url)) else icon_font.edition()}"


def _write_copy(source: Path, target: Path) -> None:
    smaller = brotli.compress(served(source), quality=BEST_BROTLI) if _is_text(source) else _with_icons_in_use(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Renamed into place, so that a server never reads half a file.
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as handle:
        handle.write(smaller)
    Path(handle.name).replace(target)


def _with_icons_in_use(font: Path) -> bytes:
    asked_for = icon_font.our_words() | icon_font.words(static_folder().rglob("*.js"))
    return icon_font.with_icons(font, asked_for)


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
        if body is None or not (body.best or not _copy(self.folder, name).exists()):
            body = await anyio.to_thread.run_sync(self._make, name, encoding)
            if encoding != "identity":
                self._bodies[name, encoding] = body
        return body

    def _make(self, name: str, encoding: str) -> Body:
        if name and not _is_text(self.files[name]):
            return self._font(name)
        plain = served(self.files[name]) if name else self.page
        tag = f'W/"{hashlib.sha256(plain).hexdigest()[:20]}"'
        if encoding == "gzip":
            return Body(gzip.compress(plain, GZIP_LEVEL, mtime=0), tag, best=True)
        if encoding == "identity":
            return Body(plain, tag, best=True)
        if not name:
            return Body(brotli.compress(plain), tag, best=True)
        try:
            return Body(_copy(self.folder, name).read_bytes(), tag, best=True)
        except FileNotFoundError:
            return Body(brotli.compress(plain, quality=QUICK_BROTLI), tag, best=False)

    def _font(self, name: str) -> Body:
        copy = _copy(self.folder, name)
        content = (copy if copy.exists() else self.files[name]).read_bytes()
        return Body(content, f'W/"{hashlib.sha256(content).hexdigest()[:20]}"', best=True)


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
        folder = compressed_folder(cache or settings().cache_path / "static")
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
        if all(_copy(self.bodies.folder, url).exists() for url in self.bodies.files):
            return
        command = [sys.executable, "-m", "dashboard.web.middleware.static_files", str(self.cache)]
        self._compressing = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)  # noqa: S603 - our own

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, request = scope["path"], Headers(scope=scope)
        is_file, is_text = path in self.bodies.files, _is_text(Path(path))
        encoding = accepted_encoding(request.get("accept-encoding", "")) if is_text else "identity"
        body = await self.bodies.body(path, encoding)
        headers = {
            "etag": body.tag,
            "vary": "Accept-Encoding",
            # Which icons a page may ask for changes with our code, not with the file's name.
            "cache-control": FOREVER if is_file and is_text else "no-cache",
            "content-type": MEDIA_TYPES[Path(path).suffix] if is_file else "text/html; charset=utf-8",
        }
        if encoding != "identity":
            headers["content-encoding"] = encoding
        await unless_known(request, Response(body.content, headers=headers))(scope, receive, send)


def main() -> None:
    """Compress into the folder given as first argument, else into the cache that the operator set."""
    os.nice(10)
    try:
        compress_all(Path(sys.argv[1]) if len(sys.argv) > 1 else settings().cache_path / "static")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
