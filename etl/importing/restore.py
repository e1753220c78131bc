"""A ledger out of a zip that `export` wrote: every release, its author, message and time, or one release as a new one."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from etl.contract import ContractViolation, Problem
from etl.datasets import all_datasets
from etl.ledger.bookkeeping import MOVED, add_bookkeeping
from etl.ledger.draft import Draft
from etl.ledger.integrity import CHECKSUMS
from etl.ledger.ledger import Ledger
from etl.ledger.reader import today
from etl.ledger.release import CHANGED, PUBLISHED_AT, Release
from etl.ledger.repair import FORMAT
from etl.ledger.schema import RETIRED, SCHEMA, SCHEMA_VERSION
from etl.ledger.signing import MANIFEST, SIGNED
from etl.ledger.snapshot import Frames, Snapshot, TypeChanged, snapshot_of
from etl.ledger.writer import MARK
from etl.load import check_all
from etl.message import N_

MADE_ANEW = (CHANGED, CHECKSUMS, SCHEMA, MARK)
OF_ITS_LEDGER = (*MADE_ANEW, SIGNED, PUBLISHED_AT)  # what a release does not take along when it becomes a new one
Told = dict[str, Any]
Progress = Callable[[list[Told]], Iterable[Told]]


def restore(ledger: Ledger, path: Path, *, progress: Progress = iter) -> list[Release | Draft]:
    """Publish the releases of a zip, oldest first, as they were: numbers, authors, messages and times stay.

    A zip of one release makes a new one, or a draft where another person must approve it, and is held against the
    contracts. A whole ledger comes back as it was: a rule that came after it was published must not make a backup
    worthless. Raises ContractViolation when it is no such zip, when a newer version wrote it, when one release breaks a
    contract, or when the releases of a whole ledger would come after others. A restore that was broken off goes on where
    it stopped.
    """
    try:
        archive = zipfile.ZipFile(path)
        manifest = json.loads(archive.read(MANIFEST))
        releases: list[Told] = [dict(told) for told in manifest["releases"]]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        raise _refused(path.name, N_("is no export of a ledger."), N_("Choose a zip that `export` wrote.")) from None
    with archive:
        _refuse_newer(path.name, manifest, releases)
        if manifest.get("withheld"):
            raise _refused(
                path.name,
                N_("leaves out rows that a licence keeps from being handed on."),
                N_("Take a zip that “python -m etl export” wrote."),
            )
        whole = bool(manifest.get("every"))
        done = _already(ledger, releases, path.name) if whole else 0
        if not whole:
            _check_newest(archive, path.name, releases[-1])
        for file in manifest.get("files", []):
            ledger.keep_file(archive.read(f"files/{file['sha256']}"), file["name"])
        made = [_restored(ledger, archive, path.name, told, whole) for told in progress(releases[done:])]
        beside = {name: held for name, held in manifest.get("beside", {}).items() if name in MOVED}
        add_bookkeeping(ledger.store, {name: _table(archive, path.name, held) for name, held in beside.items()})
    return [one for one in made if one is not None]


def _restored(ledger: Ledger, archive: zipfile.ZipFile, name: str, told: Told, whole: bool) -> Release | Draft | None:
    gone = MADE_ANEW if whole else OF_ITS_LEDGER
    extra = {key: value for key, value in told["extra"].items() if key not in gone}
    extra["restored"] = {"number": told["number"], "published_at": told["published_at"]}
    if whole:  # it is the same release, brought back, and also one that differs in nothing we know keeps its number
        extra[PUBLISHED_AT] = told["extra"].get(PUBLISHED_AT, told["published_at"])
    snapshot = _snapshot(archive, name, told)
    frames = Frames(snapshot)
    author, message = told["author"], told["message"]
    if whole:  # released there, after whatever review there was
        return ledger.commit(frames, author=author, message=message, extra=extra, always=True)
    return ledger.publish(frames, author=author, message=message, extra=extra)


def _check_newest(archive: zipfile.ZipFile, name: str, told: Told) -> None:
    """Raises ContractViolation; what was not held when it was published is no problem of it."""
    snapshot = _snapshot(archive, name, told)
    frames = Frames(snapshot)
    problems = [
        problem
        for problem in check_all(frames, list(frames))
        if not {problem.dataset, f"{problem.dataset}.{problem.column}"} & snapshot.not_held
    ]
    if problems:
        raise ContractViolation(problems)


def _refuse_newer(name: str, manifest: Told, releases: list[Told]) -> None:
    unknown = {dataset for told in releases for dataset in told["tables"]} - all_datasets().keys() - RETIRED
    if manifest.get("format", 1) > FORMAT or manifest.get("schema", 1) > SCHEMA_VERSION or unknown:
        raise _newer(name)


def _newer(name: str) -> ContractViolation:
    return _refused(
        name,
        N_("was written by a newer version of this program."),
        N_("Restore it with that version or a later one: this one would lose what it does not know."),
    )


def _already(ledger: Ledger, releases: list[Told], name: str) -> int:
    """How many of the releases this ledger has been given already: those, in order, and nothing else."""
    here = ledger.releases()
    same = [
        own.extra.get("restored", {}).get("published_at") == told["published_at"]
        for own, told in zip(here, releases, strict=False)
    ]
    if len(here) > len(releases) or not all(same):
        raise _refused(
            name,
            N_("holds a whole ledger, and this ledger has releases of its own."),
            N_("Restore it into an empty one."),
        )
    return len(here)


def _snapshot(archive: zipfile.ZipFile, name: str, told: Told) -> Snapshot:
    """An archived release in today's shape. Raises ContractViolation."""
    version = told["extra"].get(SCHEMA, 1)
    tables = {}
    for dataset, path in told["tables"].items():
        table = _table(archive, name, path)
        known = all_datasets()[dataset].columns if dataset in all_datasets() else table.column_names
        if any(column not in known and f"{dataset}.{column}" not in RETIRED for column in table.column_names):
            raise _newer(name)
        tables[dataset] = today(dataset, table, version)
    try:
        return snapshot_of(tables, told["number"])
    except TypeChanged as changed:
        raise _refused(
            name, N_("holds {what} in another type, and its values would change."), "", what=str(changed)
        ) from None


def _table(archive: zipfile.ZipFile, name: str, path: str) -> pa.Table:
    """A table whose file is the one the manifest means: its name carries the sum of its content."""
    content = archive.read(path)
    if not path.endswith(f"-{hashlib.sha256(content).hexdigest()[:16]}.parquet"):
        raise _refused(name, N_("is damaged: {path} is not what was written."), N_("Take another backup."), path=path)
    return parquet.read_table(BytesIO(content))


def _refused(name: str, rule: str, remedy: str, **params: str) -> ContractViolation:
    return ContractViolation([Problem(name, rule, remedy=remedy, params=params)])
