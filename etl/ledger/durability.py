"""What is written is on the disk before anything names it: a power cut takes no file that a catalog knows."""

import os
from pathlib import Path

CLOCK_SLACK_NS = 1_000_000_000  # a file system's clock may be behind the process's


def sync_written_since(folder: Path, since_ns: int) -> None:
    """Bring every file in `folder` that was written since a time (`time.time_ns()`), and the folders above it, to the disk.

    Raises OSError when the disk does not take them.
    """
    folders = {folder}
    for file in _files(folder):
        if file.stat().st_mtime_ns >= since_ns - CLOCK_SLACK_NS:
            sync(Path(file.path))
            parent = Path(file.path).parent
            folders |= {parent, *(above for above in parent.parents if above.is_relative_to(folder))}
    for place in sorted(folders, key=lambda place: len(place.parts), reverse=True):
        sync(place)


def sync(path: Path) -> None:
    """Bring a file's content, or a folder's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_durably(aside: Path, path: Path) -> None:
    """Rename a finished file into place: afterwards, and after a power cut, `path` is the old file or the whole new one."""
    sync(aside)
    aside.replace(path)
    sync(path.parent)


def _files(folder: Path) -> list[os.DirEntry]:
    found, waiting = [], [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    found.append(entry)
    return found
