"""Releases out of a ledger and into another: one zip with a DuckDB file, Parquet, CSV, a README and a manifest.

A zip of all releases also holds every table of every release and the kept originals, so that a move from the embedded
ledger to a PostgreSQL catalog loses no release, author, message or time.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from etl.contract import ContractViolation, Problem, column_type
from etl.datasets import all_datasets
from etl.files.escape import escape_frame
from etl.ledger.duckdb_copy import write_plain
from etl.ledger.ledger import Ledger
from etl.ledger.release import Release
from etl.ledger.snapshot import Snapshot
from etl.load import check_all
from etl.message import N_

FORMAT = 1
MANIFEST = "manifest.json"
Progress = Callable[[list], Iterable]


def export_zip(ledger: Ledger, number: int, target: Path, *, every: bool = False, progress: Progress = iter) -> None:
    """Write release `number` to the zip `target`; with `every`, all releases up to the newest and the originals, too."""
    releases = ledger.releases() if every else [ledger.release(number)]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, tempfile.TemporaryDirectory() as scratch:
        snapshot = ledger.at(number)
        plain = Path(scratch) / "ledger.duckdb"
        write_plain(snapshot, plain)
        archive.write(plain, "ledger.duckdb")
        for name, dataset in all_datasets().items():
            archive.writestr(f"csv/{name}.csv", csv_of(snapshot.table(dataset)))
        archive.writestr("README.md", _readme(ledger.release(number), snapshot))
        written: set[str] = set()
        told = [_archived(archive, ledger, release, written, Path(scratch)) for release in progress(releases)]
        files = _originals(archive, ledger, releases) if every else []
        manifest = {"format": FORMAT, "every": every, "newest": number, "releases": told, "files": files}
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))


def csv_of(table: pd.DataFrame) -> bytes:
    """A dataset as CSV: UTF-8, text that a spreadsheet would run escaped, days as ISO, true and false in small letters."""
    shown = escape_frame(table)
    for column in shown.columns:
        if str(shown[column].dtype) == "boolean":
            shown[column] = shown[column].map({True: "true", False: "false"})
        elif str(shown[column].dtype).startswith("datetime64"):
            shown[column] = shown[column].dt.strftime("%Y-%m-%d")
    return shown.to_csv(index=False, lineterminator="\n").encode()


def _archived(
    archive: zipfile.ZipFile, ledger: Ledger, release: Release, written: set[str], scratch: Path
) -> dict[str, Any]:
    """Write the tables of a release that no earlier one had; what the manifest says of it."""
    plain, parquet = scratch / f"{release.number}.duckdb", scratch / "table.parquet"
    write_plain(ledger.at(release.number), plain)
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


def _originals(archive: zipfile.ZipFile, ledger: Ledger, releases: list[Release]) -> list[dict[str, str]]:
    kept = {file["sha256"]: file["name"] for release in releases for file in release.extra.get("files", [])}
    for sha256 in kept:
        archive.writestr(f"files/{sha256}", ledger.file(sha256)[1])
    return [{"sha256": sha256, "name": name} for sha256, name in kept.items()]


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


# --- the way back --------------------------------------------------------------------------------------------------


def restore(ledger: Ledger, path: Path, *, progress: Progress = iter) -> list[Release]:
    """Publish the releases of a zip, oldest first, with their authors and messages; `extra["restored"]` keeps number and time.

    Raises ContractViolation when it is no such zip, when its newest release breaks a contract, or when the releases of a whole
    ledger would come after others. A restore that was broken off goes on where it stopped.
    """
    try:
        archive = zipfile.ZipFile(path)
        manifest = json.loads(archive.read(MANIFEST))
        releases = [{**told, "frames": None} for told in manifest["releases"]]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        raise ContractViolation(
            [Problem(path.name, N_("is no export of a ledger."), remedy=N_("Choose a zip that `export` wrote."))]
        ) from None
    with archive:
        done = _already(ledger, releases, path.name) if manifest.get("every") else 0
        newest = _frames(archive, releases[-1])
        problems = check_all(newest, list(newest))
        if problems:
            raise ContractViolation(problems)
        for file in manifest.get("files", []):
            ledger.keep_file(archive.read(f"files/{file['sha256']}"), file["name"])
        made = [_restored(ledger, archive, told) for told in progress(releases[done:])]
    return [release for release in made if release is not None]


def _restored(ledger: Ledger, archive: zipfile.ZipFile, told: dict[str, Any]) -> Release | None:
    extra = {name: value for name, value in told["extra"].items() if name != "changed"}
    extra["restored"] = {"number": told["number"], "published_at": told["published_at"]}
    return ledger.publish(_frames(archive, told), author=told["author"], message=told["message"], extra=extra)


def _already(ledger: Ledger, releases: list[dict], name: str) -> int:
    """How many of the releases this ledger has been given already: those, in order, and nothing else."""
    here = ledger.releases()
    same = [
        own.extra.get("restored", {}).get("published_at") == told["published_at"]
        for own, told in zip(here, releases, strict=False)
    ]
    if len(here) > len(releases) or not all(same):
        raise ContractViolation(
            [
                Problem(
                    name,
                    N_("holds a whole ledger, and this ledger has releases of its own."),
                    remedy=N_("Restore it into an empty one."),
                )
            ]
        )
    return len(here)


def _frames(archive: zipfile.ZipFile, told: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """The tables of an archived release in their types; columns and datasets it does not know are empty."""
    return dict(_tables(archive, told))


def _tables(archive: zipfile.ZipFile, told: dict[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect(":memory:") as connection:
        for name, dataset in all_datasets().items():
            if name not in told["tables"]:
                yield name, dataset.empty()
                continue
            parquet = Path(scratch) / "table.parquet"
            parquet.write_bytes(archive.read(told["tables"][name]))
            table = (
                connection.execute("FROM read_parquet($path)", {"path": str(parquet)})
                .df()
                .reindex(columns=dataset.columns)
            )
            yield name, table.astype({column: column_type(dataset, column) for column in dataset.columns})
