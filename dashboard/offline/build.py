"""Writes an offline edition: pages, views and their files, the tables, the release's zip, and a manifest of hashes."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dashboard.language import LANGUAGES, spoken
from dashboard.ledger import ledger
from dashboard.menu import MENU
from dashboard.offline.pages import DATA, SEARCH, around, entries, page_of, search_page
from dashboard.offline.view import CHARTS, PICTURES, Edition, filed_view, files_of, release_file
from dashboard.web.share.images import Pictures
from dashboard.web.share.page import share_page
from etl.datasets import all_datasets
from etl.export import csv_of, export_zip
from etl.ledger.licences import shareable

MANIFEST = "manifest.json"
KEPT = (*PICTURES, "csv", "xlsx", "json")
START = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Alliance Ledger</title>'
    '<meta http-equiv="refresh" content="0;url=en/overview.html"></head><body><main><h1>Alliance Ledger</h1>'
    '<p><a href="en/overview.html">English</a> <a href="fr/overview.html" lang="fr">Français</a></p></main></body></html>'
)
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # in the zip: the same release gives the same bytes
Progress = Callable[[Iterable[str]], Iterable[str]]


class NotEmpty(Exception):
    """There is something in the folder already."""


def build(folder: Path, edition: Edition, pictures: Pictures, progress: Progress = iter) -> Path:
    """Write an edition into `folder`, and beside it all of it as one zip, whose path is returned.

    Written aside and renamed: the folder is there whole or not at all. Raises NotEmpty, NoBrowser.
    """
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty
    aside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        for path, content in contents(edition, pictures, progress):
            target = aside / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        export_zip(ledger(), edition.release, aside / release_file(edition.release), shareable_only=True)
        (aside / MANIFEST).write_bytes(_manifest(aside, edition.release))
        if folder.exists():
            folder.rmdir()
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return _zipped(folder)


def contents(edition: Edition, pictures: Pictures, progress: Progress = iter) -> Iterator[tuple[str, bytes]]:
    """Every file but the release's own zip, by its path: page by page, language by language."""
    release = edition.release
    yield "index.html", START.encode()
    for code in LANGUAGES:
        with spoken(code):
            seen = {chart: filed_view(chart, edition) for chart in edition.charts}
            for view in map(seen.__getitem__, progress(edition.charts)):
                page = share_page(view, pictures, "offline_chart.html", kept=KEPT, **around("../", release))
                yield f"{code}/{CHARTS}/{view.address()}", page.encode()
                for name, content in files_of(view, pictures).items():
                    yield f"{code}/{CHARTS}/{name}", content
            for name in MENU:
                yield f"{code}/{name}.html", page_of(name, seen, edition, pictures).encode()
            yield f"{code}/{SEARCH}", search_page(entries(seen), release).encode()
    snapshot = shareable(ledger().at(release))
    for name, dataset in all_datasets().items():
        yield f"{DATA}/{name}.csv", csv_of(snapshot.table(dataset))


def _manifest(folder: Path, release: int) -> bytes:
    """What the folder holds: SHA-256 of each file, by path."""
    published = ledger().release(release).published_at.isoformat()
    hashes = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in _files(folder)
    }
    return json.dumps({"release": release, "published_at": published, "sha256": hashes}, indent=1).encode()


def _zipped(folder: Path) -> Path:
    target = folder.with_name(f"{folder.name}.zip")
    aside = folder.with_name(f"{folder.name}.zip.new")
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(folder):
            info = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), FIRST_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())
    aside.rename(target)
    return target


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
