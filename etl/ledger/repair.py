"""What of a ledger is damaged, and how a backup mends it: only with tables that are, row by row, what was published."""

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from json import loads
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from etl.datasets import all_datasets
from etl.ledger.duckdb_copy import read_plain
from etl.ledger.integrity import CHECKSUMS
from etl.ledger.ledger import Ledger
from etl.ledger.modes import plain_file
from etl.ledger.release import CHANGED, Release
from etl.ledger.signing import MANIFEST

FORMAT = 2  # of export zips


@dataclass(frozen=True)
class Damage:
    """A dataset of a release whose files are missing or do not hold what was published."""

    release: Release
    dataset: str


def damage(ledger: Ledger, progress: Callable[[list[Release]], Iterable[Release]] = iter) -> list[Damage]:
    """All that can't be read of any release. A table is read once for each release that wrote to it."""
    found: list[Damage] = []
    lost: set[str] = set()
    for release in progress(ledger.releases()):
        written = set(release.extra.get(CHANGED, all_datasets()))
        lost = (lost - written) | ledger.reader.intact_tables(release, written.__contains__)[1]
        missing = lost - ledger.reader.repairs(release, lost).keys() if lost else set()
        found += [Damage(release, name) for name in sorted(missing)]
    return found


def repair(ledger: Ledger, damages: Sequence[Damage], backups: Sequence[Path] = ()) -> list[Damage]:
    """Mend what backups can: zips of `export` and plain DuckDB files, the one beside the ledger last. What is left."""
    plain = plain_file(ledger.store.data_path)
    sources = [*backups, *([plain] if plain and plain.exists() else [])]
    left = []
    for one in damages:
        table = next(filter(None, (_from(ledger, source, one) for source in sources)), None)
        if table is None:
            left.append(one)
        else:
            ledger.reader.keep_repair(one.release, one.dataset, table)
    return left


def _from(ledger: Ledger, source: Path, damaged: Damage) -> pa.Table | None:
    """The damaged table as a backup holds it; None when it holds another or none."""
    if not zipfile.is_zipfile(source):
        table = read_plain(source, damaged.dataset)
        return table if table is not None and ledger.reader.intact(damaged.release, damaged.dataset, table) else None
    with zipfile.ZipFile(source) as archive:
        told: list[dict[str, Any]] = loads(archive.read(MANIFEST))["releases"]
        for one in told:
            path = one["tables"].get(damaged.dataset)
            content = archive.read(path) if path else b""
            if not path or not path.endswith(f"-{hashlib.sha256(content).hexdigest()[:16]}.parquet"):
                continue
            table = parquet.read_table(BytesIO(content))
            if _same(ledger, damaged, one, table):
                return table
    return None


def _same(ledger: Ledger, damaged: Damage, told: dict[str, Any], table: pa.Table) -> bool:
    """Whether an archived table is the damaged one: by its checksum, or by its release where none was kept then."""
    release = damaged.release
    if damaged.dataset in release.extra.get(CHECKSUMS, {}):
        return ledger.reader.intact(release, damaged.dataset, table)
    return (told["number"], told["published_at"]) == (release.number, release.published_at.isoformat())
