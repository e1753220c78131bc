"""Finished pictures on disk, by what they show: made once, read by every server process, the oldest going first."""

import hashlib
import json
import logging
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from etl.settings import settings

ROOT = Path(__file__).resolve().parents[3]
WRITES_BETWEEN_CLEANINGS = 100
DRAWN_BY = ("dashboard", "policy")

log = logging.getLogger(__name__)


@cache
def build() -> str:
    """A name for the code and texts that pictures are drawn with: an upgrade must not serve old ones."""
    digest = hashlib.sha256()
    for room in DRAWN_BY:
        for path in sorted(path for kind in ("*.py", "*.po") for path in (ROOT / room).rglob(kind)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def key_of(*parts: Any) -> str:
    """A file name for a view: the same parts in the same build give the same name."""
    return hashlib.sha256(json.dumps([build(), *parts], default=str).encode()).hexdigest()[:40]


class ImageCache:
    """A folder of files by key. Safe for several processes: a file is renamed into place whole, and never changes."""

    def __init__(self, folder: Path | None = None, most_mib: int | None = None):
        """By default the folder and the size that the operator set."""
        self.folder = folder or settings().cache_path / "pictures"
        self.most_bytes = (most_mib or settings().pictures_mib) * 1024 * 1024
        self._writes = 0

    def get(self, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, key: str, content: bytes) -> None:
        """Keep it. A full or read-only disk costs time later, not the picture now."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as handle:
                handle.write(content)
            Path(handle.name).replace(path)
        except OSError as error:
            log.warning("a picture was not kept in %s: %s", self.folder, error)
            return
        self._writes += 1
        if self._writes % WRITES_BETWEEN_CLEANINGS == 1:
            self.clean()

    def clean(self) -> None:
        """Drop the oldest files until the folder is within its size."""
        files = []
        for path in self.folder.glob("*/*"):
            try:
                files.append((path.stat().st_mtime, path.stat().st_size, path))
            except FileNotFoundError:  # another process cleans, too
                continue
        size_bytes = sum(size for _made, size, _path in files)
        for _made, size, path in sorted(files):
            if size_bytes <= self.most_bytes:
                break
            path.unlink(missing_ok=True)
            size_bytes -= size

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key
