"""Known weaknesses of the locked packages, by a database in the form of OSV (https://ossf.github.io/osv-schema/)."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from supply.packages import Package

FIRST = "0"  # OSV: introduced with the first version


def records(database: Path) -> Iterator[dict]:
    """The records of a zip or a folder of JSON files. Raises SystemExit for anything else."""
    if database.is_dir():
        for path in sorted(database.rglob("*.json")):
            yield json.loads(path.read_bytes())
    elif database.is_file() and zipfile.is_zipfile(database):
        with zipfile.ZipFile(database) as archive:
            for name in archive.namelist():
                if name.endswith(".json"):
                    yield json.loads(archive.read(name))
    else:
        raise SystemExit(f"{database} is no zip and no folder of OSV records.")


def findings(packages: list[Package], database: Path) -> tuple[int, list[str]]:
    """How many records of Python packages were read, and a sentence for each weakness of a package."""
    versions = {one.name: one.version for one in packages}
    read, found = 0, []
    for record in records(database):
        affected = [one for one in record.get("affected", ()) if one.get("package", {}).get("ecosystem") == "PyPI"]
        read += bool(affected)
        for one in () if "withdrawn" in record else affected:
            name = canonicalize_name(one["package"]["name"])
            if name in versions and is_affected(versions[name], one):
                others = "".join(f", {alias}" for alias in record.get("aliases", ()))
                found.append(f"{name} {versions[name]}: {record['id']}{others}: {record.get('summary', 'no summary')}")
    return read, found


def is_affected(version: str, affected: dict) -> bool:
    """Whether OSV's `affected` names the version: in its list, or between an introduction and a fix."""
    if version in affected.get("versions", ()):
        return True
    ranges = (one for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM")
    return any(_within(Version(version), one["events"]) for one in ranges)


def _within(version: Version, events: list[dict[str, str]]) -> bool:
    inside = False
    for event in sorted(events, key=_place):
        (kind, at), *_rest = event.items()
        if kind == "introduced" and (at == FIRST or version >= _version(at)):
            inside = True
        elif (kind == "fixed" and version >= _version(at)) or (kind == "last_affected" and version > _version(at)):
            inside = False
    return inside


def _place(event: dict[str, str]) -> Version:
    return _version(next(iter(event.values())))


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")
