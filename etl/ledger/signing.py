"""A release's manifest, signed when it is published: who holds a copy can prove whose release it is and that it is whole.

The manifest says the release's number, author, message and time, and of each table its columns, rows and checksum. It is
signed with Ed25519 as the very text that is kept; the public key stands beside it, and readers know a key by its fingerprint.
"""

import base64
import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from etl.ledger.integrity import checksum
from etl.ledger.licences import MAY_BE_HANDED_ON
from etl.ledger.store import LAKE
from etl.settings import settings

SIGNED = "signed"  # in a release's `extra`
MANIFEST = "manifest.json"  # of an export zip
RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)


@dataclass(frozen=True)
class Signature:
    """A signed manifest: the text, its signature and the public key, both in base 64."""

    manifest: str
    signature: str
    key: str

    @classmethod
    def of(cls, extra: Mapping[str, Any]) -> "Signature | None":
        """That of a release by its `extra`; None for one that is not signed."""
        return cls(**extra[SIGNED]) if extra.get(SIGNED) else None

    @property
    def fingerprint(self) -> str:
        return fingerprint(base64.b64decode(self.key))

    @property
    def says(self) -> dict[str, Any]:
        return dict(json.loads(self.manifest))

    def holds(self) -> bool:
        """Whether the manifest is what the key signed."""
        try:
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(self.key))
            public.verify(base64.b64decode(self.signature), self.manifest.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def fingerprint(public: bytes) -> str:
    """A public key (32 bytes) as people compare it: SHA-256, 64 hexadecimal digits in groups of eight."""
    digits = hashlib.sha256(public).hexdigest()
    return " ".join(digits[place : place + 8] for place in range(0, len(digits), 8))


def make_key(path: Path) -> str:
    """Write a new private key to a file that only its owner reads; its fingerprint. Raises FileExistsError."""
    key = Ed25519PrivateKey.generate()
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(key.private_bytes(*form))
    return fingerprint(key.public_key().public_bytes(*RAW))


def signing_key() -> Ed25519PrivateKey | None:
    """The key that releases are signed with here; None where none is set. Raises ValueError, OSError."""
    path = settings().signing_key
    if path is None:
        return None
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key: `python -m etl key FILE` makes one.")
    return key


def signed(
    cursor: duckdb.DuckDBPyConnection, number: int, author: str, message: str, checksums: Mapping[str, str]
) -> dict[str, Any]:
    """What a release's `extra` keeps of its signature: nothing without a key."""
    key = signing_key()
    if key is None:
        return {}
    manifest = {
        "release": number,
        "author": author,
        "message": message,
        "signed_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "tables": {name: _table(cursor, name, sum) for name, sum in sorted(checksums.items())},
    }
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    public = key.public_key().public_bytes(*RAW)
    proof = Signature(text, base64.b64encode(key.sign(text.encode())).decode(), base64.b64encode(public).decode())
    return {SIGNED: vars(proof)}


def _table(cursor: duckdb.DuckDBPyConnection, name: str, sum: str) -> dict[str, Any]:
    """A table as it is now; where a licence keeps rows from being handed on, also what the rest of it comes to."""
    table = f"{LAKE}.{name}"
    columns = [row[0] for row in cursor.execute(f"DESCRIBE {table}").fetchall()]
    about: dict[str, Any] = {"columns": columns, "checksum": sum}
    if condition := MAY_BE_HANDED_ON.get(name):
        about["handed_on"] = checksum(cursor, f"(FROM {table} WHERE {condition})", columns)
    return about


@dataclass(frozen=True)
class Judged:
    """A release of a zip: its signature, if it has one, and all that is wrong with it, as sentences."""

    number: int
    signature: Signature | None
    wrong: tuple[str, ...] = ()


def judge_zip(path: Path) -> list[Judged]:
    """Hold every release of an export zip against its signature, the tables themselves included.

    Raises ValueError for any other file.
    """
    try:
        with zipfile.ZipFile(path) as archive, TemporaryDirectory() as folder, duckdb.connect(":memory:") as connection:
            told = json.loads(archive.read(MANIFEST))["releases"]
            return [_judged(archive, Path(folder), connection.cursor(), release) for release in told]
    except (zipfile.BadZipFile, KeyError, TypeError, json.JSONDecodeError):
        raise ValueError(f"{path} is no zip that `export` wrote, or a damaged one.") from None


def _judged(
    archive: zipfile.ZipFile, folder: Path, cursor: duckdb.DuckDBPyConnection, told: Mapping[str, Any]
) -> Judged:
    number, signature = int(told["number"]), Signature.of(told["extra"])
    if signature is None:
        return Judged(number, None)
    if not signature.holds():
        return Judged(number, signature, (f"Release {number}: the signature is not of its manifest.",))
    says, wrong = signature.says, []
    if [says[name] for name in ("release", "author", "message")] != [number, told["author"], told["message"]]:
        wrong.append(f"Release {number}: number, author or message are not those that were signed.")
    for name, about in says["tables"].items():
        if name not in told["tables"]:
            wrong.append(f"Release {number}: the table {name} is missing.")
            continue
        file = folder / "table.parquet"
        file.write_bytes(archive.read(told["tables"][name]))
        if not _is_signed(cursor, file, about):
            wrong.append(f"Release {number}: the table {name} is not the one that was signed.")
    return Judged(number, signature, tuple(wrong))


def _is_signed(cursor: duckdb.DuckDBPyConnection, file: Path, about: Mapping[str, Any]) -> bool:
    try:
        found = checksum(cursor, f"read_parquet('{file}')", about["columns"])
    except duckdb.Error:  # no such column, or no such file
        return False
    return found in (about["checksum"], about.get("handed_on"))
