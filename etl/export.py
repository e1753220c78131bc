"""Releases out of a ledger: one zip with a DuckDB file, Parquet, CSV, a README and a manifest.

A zip of all releases also holds every table of every release and the kept originals, so that a move from the embedded
ledger to a PostgreSQL catalog loses no release, author, message or time.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from pyarrow import parquet

from etl.datasets import all_datasets
from etl.files.data_package import FILE, data_package, of_dataset
from etl.files.escape import escape_frame
from etl.ledger.audit import BY, FROM
from etl.ledger.bookkeeping import bookkeeping
from etl.ledger.draft_release import APPROVED_BY
from etl.ledger.duckdb_copy import write_plain
from etl.ledger.durability import replace_durably
from etl.ledger.ledger import Ledger
from etl.ledger.licences import MAY_BE_HANDED_ON, shareable
from etl.ledger.release import Release
from etl.ledger.repair import FORMAT
from etl.ledger.schema import SCHEMA_VERSION
from etl.ledger.signing import MANIFEST, Signature
from etl.ledger.snapshot import Snapshot
from etl.ledger.watch_log import WatchLog

Progress = Callable[[list], Iterable]


def export_zip(
    ledger: Ledger,
    number: int,
    target: Path,
    *,
    every: bool = False,
    shareable_only: bool = False,
    progress: Progress = iter,
) -> None:
    """Write release `number` to the zip `target`; with `every`, all that is needed to move or bring back the ledger.

    That is every release, the originals, and what stands beside the datasets (short links, the audit log). Written
    aside and renamed: `target` is the old file or the whole new one. With `shareable_only`, one release without the
    rows that a licence keeps from being handed on.
    """
    aside = target.with_name(f"{target.name}.new")
    try:
        releases = ledger.releases() if every else [ledger.release(number)]
        contents = _Contents(ledger, ledger.release(number), releases, every, shareable_only)
        contents.write(aside, progress)
        replace_durably(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def zip_bytes(ledger: Ledger, number: int, *, shareable_only: bool) -> bytes:
    """The zip of one release, see `export_zip`."""
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "release.zip"
        export_zip(ledger, number, target, shareable_only=shareable_only)
        return target.read_bytes()


@dataclass(frozen=True)
class _Contents:
    """What goes into one zip."""

    ledger: Ledger
    newest: Release
    releases: list[Release]
    every: bool
    shareable_only: bool

    def snapshot(self, number: int) -> Snapshot:
        snapshot = self.ledger.at(number)
        return shareable(snapshot) if self.shareable_only else snapshot

    def write(self, target: Path, progress: Progress) -> None:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, tempfile.TemporaryDirectory() as scratch:
            snapshot = self.snapshot(self.newest.number)
            plain = Path(scratch) / "ledger.duckdb"
            write_plain(snapshot, plain)
            archive.write(plain, "ledger.duckdb")
            for name, dataset in all_datasets().items():
                archive.writestr(f"csv/{name}.csv", csv_of(snapshot.table(dataset)))
            archive.writestr("README.md", _readme(self.newest, snapshot))
            archive.writestr(FILE, _described(self.newest, snapshot))
            written: set[str] = set()
            manifest = {
                "format": FORMAT,
                "schema": SCHEMA_VERSION,
                "every": self.every,
                "withheld": sorted(MAY_BE_HANDED_ON) if self.shareable_only else [],
                "newest": self.newest.number,
                "releases": [
                    _archived(archive, self.snapshot(release.number), release, written, Path(scratch))
                    | ({"extra": _without_origin(release)} if self.shareable_only else {})
                    for release in progress(self.releases)
                ],
                "files": _originals(archive, self.ledger, self.releases) if self.every else [],
                "beside": _beside(archive, self.ledger) if self.every else {},
            }
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))


SPREADSHEETS = {"en": {"sep": ",", "decimal": "."}, "fr": {"sep": ";", "decimal": ","}}
"""What a spreadsheet program takes for a table on opening a CSV, by its language; both want a byte order mark."""


def csv_of(table: pd.DataFrame, spreadsheet: str | None = None) -> bytes:
    """A dataset as CSV: UTF-8, text that a spreadsheet would run escaped, days as ISO, true and false in small letters.

    `spreadsheet` (en or fr): as a spreadsheet program in that language opens it.
    """
    shown = escape_frame(table)
    for column in shown.columns:
        if str(shown[column].dtype) == "boolean":
            shown[column] = shown[column].map({True: "true", False: "false"})
        elif str(shown[column].dtype).startswith("datetime64"):
            shown[column] = shown[column].dt.strftime("%Y-%m-%d")
    dialect: dict[str, Any] = SPREADSHEETS.get(spreadsheet or "", {})
    return shown.to_csv(index=False, lineterminator="\n", **dialect).encode("utf-8-sig" if spreadsheet else "utf-8")


def _archived(
    archive: zipfile.ZipFile, snapshot: Snapshot, release: Release, written: set[str], scratch: Path
) -> dict[str, Any]:
    """Write the tables of a release that no earlier one had; what the manifest says of it."""
    plain, parquet = scratch / f"{release.number}.duckdb", scratch / "table.parquet"
    write_plain(snapshot, plain)
    tables = {}
    with duckdb.connect(str(plain), read_only=True) as connection:
        for name in all_datasets():
            connection.execute(f"COPY {name} TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)")
            content = parquet.read_bytes()
            path = f"parquet/{name}-{hashlib.sha256(content).hexdigest()[:16]}.parquet"
            if path not in written:
                archive.writestr(path, content)
                written.add(path)
            tables[name] = path
    plain.unlink()
    return {
        "number": release.number,
        "author": release.author,
        "message": release.message,
        "published_at": release.published_at.isoformat(),
        "extra": dict(release.extra),
        "tables": tables,
    }


def _without_origin(release: Release) -> dict[str, Any]:
    """What came with a release, for anybody: not who was signed in, nor from where."""
    return {name: said for name, said in release.extra.items() if name not in (BY, FROM, APPROVED_BY)}


def _originals(archive: zipfile.ZipFile, ledger: Ledger, releases: list[Release]) -> list[dict[str, str]]:
    """Write the files that releases and drafts are made from, and those that the watch keeps; what each is called."""
    made = [release.extra for release in releases] + [draft.content.extra for draft in ledger.drafts.open_ones()]
    of_releases = {file["sha256"]: file["name"] for extra in made for file in extra.get("files", [])}
    watched = dict.fromkeys(sorted(set(WatchLog(ledger.store).entries()["sha256"].dropna()) - {""}))
    found = []
    for sha256, called in (watched | of_releases).items():
        with suppress(LookupError):  # it was taken out
            name, content = ledger.file(sha256)
            archive.writestr(f"files/{sha256}", content)
            found.append({"sha256": sha256, "name": called or name})
    return found


def _beside(archive: zipfile.ZipFile, ledger: Ledger) -> dict[str, str]:
    """Write the tables beside the datasets; by name, the path of each."""
    paths = {}
    for name, table in bookkeeping(ledger.store).items():
        content = BytesIO()
        parquet.write_table(table, content, compression="zstd")
        paths[name] = f"beside/{name}-{hashlib.sha256(content.getvalue()).hexdigest()[:16]}.parquet"
        archive.writestr(paths[name], content.getvalue())
    return paths


def _described(release: Release, snapshot: Snapshot) -> bytes:
    """The CSVs for programs, with their contracts."""
    sources = snapshot.sql("SELECT title, publisher, url, licence FROM sources ORDER BY source_id").astype(object)
    return data_package(
        name="alliance-ledger",
        title=f"Alliance Ledger, release {release.number}",
        description=release.message,
        resources=[of_dataset(dataset, f"csv/{name}.csv") for name, dataset in all_datasets().items()],
        sources=sources.where(sources.notna(), None).to_dict("records"),
        published_at=release.published_at,
        version=release.number,
    )


def _signature_in_words(release: Release) -> str:
    signature = Signature.of(release.extra)
    if signature is None:
        return "This release is not signed."
    return (
        f"Signed (`manifest.json`, `signed`) with the Ed25519 key whose fingerprint is {signature.fingerprint}: compare it with the one on"
        " the Sources page, then `python -m etl verify <this file> --key <fingerprint>`."
    )


def _readme(release: Release, snapshot: Snapshot) -> str:
    lines = [
        f"# Alliance Ledger, release {release.number}",
        "",
        f"Published {release.published_at:%Y-%m-%d %H:%M} UTC by {release.author}: {release.message}",
        "",
        "- `ledger.duckdb`: every dataset as a table of a DuckDB file.",
        "- `csv/`: the same as CSV, UTF-8. Text that a spreadsheet would run as a formula begins with an apostrophe.",
        "- `parquet/`: the same as Parquet; `manifest.json` says which file is which table of which release.",
        "",
        _signature_in_words(release),
        "",
        "Restore it elsewhere: `python -m etl restore <this file>`.",
        "",
        "## Datasets",
        "",
        *(f"- `{name}`: {dataset.description}" for name, dataset in all_datasets().items()),
        "",
        "## Licences and sources",
        "",
        "Figures belong to their publishers. Keep the credit lines; each row names its source in `source_id`.",
        "",
    ]
    sources = snapshot.sql("SELECT source_id, title, publisher, url, licence, credit FROM sources ORDER BY source_id")
    for source in sources.astype(object).where(sources.notna(), None).itertuples():
        parts = [
            f"{source.publisher}: {source.title}.",
            source.url,
            source.credit,
            f"Terms: {source.licence}." if source.licence else None,
        ]
        lines.append(f"- `{source.source_id}` " + " ".join(part for part in parts if part))
    return "\n".join(lines) + "\n"
