"""Whose the files of a ledger on this machine's disks are: its user's and group's alone, the server's also where root wrote them."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger(__name__)

ROOT = 0
OTHERS, PRIVATE_MASK = 0o007, 0o027  # files are 0640, folders 0750


def plain_file(data_path: str) -> Path | None:
    """Where the plain DuckDB file of the newest release is put: beside a local data folder, nowhere beside a bucket."""
    return None if "://" in data_path else Path(data_path).parent / "ledger.duckdb"


def keep_private() -> None:
    """Whatever this process writes from now on is for its user and group only."""
    os.umask(PRIVATE_MASK)


def close_to_others(catalog_file: Path | None, data_path: str) -> None:
    """Close a ledger's files and its data folder to the machine's other users. The folder they stand in may be another's."""
    for path in filter(Path.exists, _own(catalog_file, data_path)):
        if (mode := path.stat().st_mode) & OTHERS:
            try:
                path.chmod(mode & ~OTHERS & 0o7777)
            except OSError as error:
                log.warning("%s stays open to other users: %s", path, error.strerror)


def another_users(catalog_file: Path | None, data_path: str) -> str | None:
    """Why a process of many threads can't write here: it is root's, the folder another user's. None where it can.

    For each write `private_writes` takes another user's rights: the whole process, so other threads' files as well.
    """
    own = _own(catalog_file, data_path)
    if os.geteuid() != ROOT or not own:
        return None
    folder = _folder(own)
    if (uid := folder.stat().st_uid) == ROOT:
        return None
    try:
        user = folder.owner()
    except KeyError:  # no account of this machine
        user = str(uid)
    return (
        f"The server runs as root, but the folder of the ledger, {folder}, belongs to {user}: what a server writes must be of"
        f" its own user. Start it as {user} (sudo -u {user}; in a container, user: {uid}), or keep the ledger in a folder of"
        " root's (LEDGER_CATALOG, LEDGER_DATA_PATH)."
    )


@contextmanager
def private_writes(catalog_file: Path | None, data_path: str) -> Iterator[None]:
    """What is written meanwhile is for its user and group only; what root writes belongs to whom the folder does.

    A root's command line would else leave files and folders that the server, another user, can't read or add to.
    For so long the whole process has that user's rights: a server that would need to does not start (`another_users`).
    """
    if not (own := _own(catalog_file, data_path)):
        yield
        return
    owner = _folder(own).stat()
    mask, group = os.umask(PRIVATE_MASK), os.getegid()
    as_owner = os.geteuid() == ROOT != owner.st_uid
    if as_owner:
        for path in own:
            _give(path, owner)
        os.setegid(owner.st_gid)
        os.seteuid(owner.st_uid)
    try:
        yield
    finally:
        if as_owner:
            os.seteuid(ROOT)
            os.setegid(group)
        os.umask(mask)


def _own(catalog_file: Path | None, data_path: str) -> list[Path]:
    """The files and the data folder of a ledger, there or not; none of a ledger that is elsewhere."""
    beside = [Path(f"{catalog_file}{end}") for end in ("", "-wal", "-shm", ".lock") if catalog_file]
    plain = plain_file(data_path)
    return beside + ([Path(data_path), plain] if plain else [])


def _folder(own: list[Path]) -> Path:
    """The folder that a ledger's first file is in, or will be made in."""
    return next(folder for folder in own[0].absolute().parents if folder.exists())


def _give(path: Path, owner: os.stat_result) -> None:
    """What root wrote before, to whom the rest belongs. Links are passed over: the folder's user could lay one to any file."""
    for one in (path, *path.rglob("*")):
        if one.is_symlink() or not one.exists():
            continue
        found = one.lstat()
        if found.st_uid == ROOT and (one.is_dir() or found.st_nlink == 1):
            os.chown(one, owner.st_uid, owner.st_gid, follow_symlinks=False)
