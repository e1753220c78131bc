"""The copies of Streamlit's scripts, styles and icons that we serve: made once, kept on disk.

Each text is compressed well (brotli). Of the chart's script and of the icon font a copy holds what our code may ask for.
``python -m dashboard.web.middleware.copies`` makes those that are not there.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import brotli

from dashboard.streamlit_internals import CHART_CHUNK, static_folder
from dashboard.web.middleware import chart_script, icon_font
from dashboard.web.middleware.front_page import later_scripts, served
from etl.settings import settings

MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
BEST_BROTLI = 10
"""Of brotli's 0 to 11: 10 takes 2 s for the chart's script, 11 takes 5 s for 2 % less."""


def static_files(static: Path) -> dict[str, Path]:
    """Files with a hash in their name that we make smaller, by URL path, the chart's script first."""
    first = set(later_scripts(static / "static" / "js"))
    files = (
        path
        for path in (static / "static").rglob("*")
        if path.suffix in MEDIA_TYPES and (is_text(path) or path.name.startswith(icon_font.NAME))
    )
    ordered = sorted(files, key=lambda path: (path.name not in first, -path.stat().st_size))
    return {f"/{path.relative_to(static).as_posix()}": path for path in ordered}


def is_text(path: str | Path) -> bool:
    """Whether a static file is sent compressed; a font is so already."""
    return Path(path).suffix != ".woff2"


def is_part(path: str | Path) -> bool:
    """Whether the copy of a static file holds only what our code asks for, and so changes with it."""
    return Path(path).name.startswith((CHART_CHUNK, icon_font.NAME))


def copies_folder(cache: Path) -> Path:
    """Where the copies of the installed Streamlit's files are kept."""
    return cache / f"streamlit-{version('streamlit')}"


def copy_of(folder: Path, url: str) -> Path:
    """Where the copy of the static file at ``url`` is kept: compressed, if it is a text."""
    kept = folder / url.lstrip("/")
    if not is_text(url):
        return kept.with_name(f"{kept.name}.{icon_font.edition()}")
    return kept.with_name(f"{kept.name}.{chart_script.edition()}.br" if is_part(url) else f"{kept.name}.br")


def make_copies(cache: Path) -> int:
    """Make each copy that is not there; drop those of other versions of Streamlit; count the new ones."""
    folder = copies_folder(cache)
    for other in cache.glob("streamlit-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    missing = [
        (path, target)
        for url, path in static_files(static_folder()).items()
        if not (target := copy_of(folder, url)).exists()
    ]
    # The brotli library lets other threads run while it works.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(lambda pair: _write(*pair), missing))
    return len(missing)


def _write(source: Path, target: Path) -> None:
    smaller = brotli.compress(_text(source), quality=BEST_BROTLI) if is_text(source) else _icons_in_use(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Renamed into place, so that a server never reads half a file.
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as handle:
        handle.write(smaller)
    Path(handle.name).replace(target)


def _text(source: Path) -> bytes:
    text = served(source)
    return chart_script.with_kinds(text, chart_script.our_kinds()) if is_part(source) else text


def _icons_in_use(font: Path) -> bytes:
    asked_for = icon_font.our_words() | icon_font.words(static_folder().rglob("*.js"))
    return icon_font.with_icons(font, asked_for)


def main() -> None:
    """Make the copies in the folder given as first argument, else in the cache that the operator set."""
    os.nice(10)
    try:
        make_copies(Path(sys.argv[1]) if len(sys.argv) > 1 else settings().cache_path / "static")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
