"""The packages of the lock, as installed here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from license_expression import ExpressionError, LicenseExpression, ParseError, get_spdx_licensing
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==(\S+?)(?: ; ([^\\]+?))? ?\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

# What the classifiers and the free text of packages without an SPDX expression say, in SPDX.
_IN_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


@dataclass(frozen=True)
class Package:
    """A locked package: SPDX expression of its licence ("" when it says none), sha256 of its files, what it requires."""

    name: str
    version: str
    licence: str
    hashes: tuple[str, ...]
    requires: frozenset[str]


def locked(lock: Path = LOCK) -> list[Package]:
    """The lock's packages that are for this platform. Raises SystemExit when one is not installed as locked."""
    found, missing = [], []
    for name, version, hashes in _entries(lock.read_text(encoding="utf-8")):
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            installed = None
        if installed is None or installed.version != version:
            missing.append(f"{name} {version}")
        else:
            found.append(Package(canonicalize_name(name), version, licence_of(installed), hashes, _requires(installed)))
    if missing:
        raise SystemExit(
            f"Not installed as locked: {', '.join(missing)}. Run “make check”, which installs what is locked."
        )
    return found


def _entries(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    entry: tuple[str, str, list[str]] | None = None
    for line in text.splitlines():
        if match := _ENTRY.match(line):
            if entry:
                yield entry[0], entry[1], tuple(entry[2])
            wanted = match[3] is None or Marker(match[3]).evaluate()
            entry = (match[1], match[2], []) if wanted else None
        elif entry and (digest := _HASH.search(line)):
            entry[2].append(digest[1])
    if entry:
        yield entry[0], entry[1], tuple(entry[2])


_licensing = cache(get_spdx_licensing)  # reads the list of all licences


@cache
def spdx(expression: str) -> LicenseExpression | None:
    """An SPDX expression taken apart; None for any other text."""
    try:
        return _licensing().parse(expression, validate=True)
    except (ExpressionError, ParseError):
        return None


def licence_of(installed: Distribution) -> str:
    """The SPDX expression of a package's licence, of what it says of itself; "" when none can be made of that."""
    expressions, texts, classifiers = (
        installed.metadata.get_all(field) or [] for field in ("License-Expression", "License", "Classifier")
    )
    said = [*expressions, *texts, *(text.strip().partition("\n")[0].strip() for text in texts)]
    classifiers = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::")]
    said.append(" OR ".join(_IN_SPDX.get(name, name) for name in classifiers))
    for words in said:
        expression = _IN_SPDX.get(words, words)
        if expression and spdx(expression) is not None:
            return expression
    return ""


def _requires(installed: Distribution) -> frozenset[str]:
    wanted = (Requirement(text) for text in installed.requires or [])
    return frozenset(
        canonicalize_name(one.name) for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})
    )
