"""Read a person's file in a child process with limits; this process never parses it."""

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from etl.contract import Problem
from etl.files.cells import Grids, Sheet, decode
from etl.files.child import OUT_OF_MEMORY
from etl.files.limits import MIB, FileRejected, Limits
from etl.files.table import Understood, understand
from etl.message import N_

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = Limits()
# One file at a time: two at once would double the memory an upload may take.
_TURN = threading.BoundedSemaphore(1)
_START = "import sys; sys.path.insert(0, {root!r}); from etl.files.child import main; main()"
SMALLER = N_("Keep only the table you need, save it as a small CSV or XLSX file and try again.")


def read_limited(
    content: bytes | Path,
    name: str,
    limits: Limits = DEFAULT,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Understood | list[Problem]:
    """What was understood of a file, or the problems that keep it from being read at all.

    `content` is the file's bytes, or its path (then it is never loaded here); `name` is the person's name for it and
    stands in the sentences; `encoding` and `delimiter` are found out unless a person chose them. Takes about 0.1 s for
    a small file; the child may use `limits.memory` bytes and
    `limits.wall` seconds. Ragged rows, duplicate headers and the like are in `Understood.problems`.
    """
    size = content.stat().st_size if isinstance(content, Path) else len(content)
    try:
        if size > limits.file_bytes:
            raise FileRejected(
                N_("has {size} MiB; at most {limit} MiB are read."),
                N_("Keep only the table you need, or split the file."),
                size=math.ceil(size / MIB),
                limit=limits.file_bytes // MIB,
            )
        answer = _ask_child(content, name, limits, {"encoding": encoding, "delimiter": delimiter})
        if "refused" in answer:
            return [problem_of(name, answer["refused"])]
        return understand(name, size, grids_of(answer["read"]), answer["read"], peak_kib=answer["peak_kib"])
    except FileRejected as refusal:
        return [problem_of(name, refusal.as_dict())]


def problem_of(name: str, told: dict[str, Any]) -> Problem:
    """The problem a refusal tells of; a sheet stands behind the file's name."""
    where = f"{name} › {told['sheet']}" if told["sheet"] else name
    return Problem(where, told["rule"], told["row"], params=told["params"], remedy=told["remedy"])


def grids_of(read: dict[str, Any]) -> Grids:
    """The sheets of what the child read."""
    if read["kind"] == "csv":
        return {"": Sheet("", read["rows"])}
    return {
        sheet["name"]: Sheet(
            sheet["name"],
            sheet["rows"],
            sheet["hidden"],
            tuple(map(tuple, sheet["merged"])),
            sheet["formulas"],
            sheet["hidden_rows"],
            tuple(map(tuple, sheet["uncached"])),
            {(row, column): code for row, column, code in sheet["errors"]},
            frozenset(map(tuple, sheet["percents"])),
            None if sheet["coloured"] is None else frozenset(map(tuple, sheet["coloured"])),
        )
        for sheet in read["sheets"]
    }


def _ask_child(content: bytes | Path, name: str, limits: Limits, chosen: Mapping[str, str | None]) -> dict[str, Any]:
    if not _TURN.acquire(timeout=2 * limits.wall):
        raise FileRejected(N_("had to wait too long: other files are being read."), N_("Try again in a minute."))
    try:
        if isinstance(content, Path):
            with content.open("rb") as source:
                return _run(source, name, limits, chosen)
        with tempfile.TemporaryFile() as source:
            source.write(content)
            source.seek(0)
            return _run(source, name, limits, chosen)
    finally:
        _TURN.release()


def _run(source: IO[bytes], name: str, limits: Limits, chosen: Mapping[str, str | None]) -> dict[str, Any]:
    """Start the child on `source`; its answer goes to a file, so the system itself can bound its size."""
    command = [
        sys.executable,
        "-I",
        "-c",
        _START.format(root=str(ROOT)),
        json.dumps(
            {"name": name[-200:], "limits": limits.as_dict(), **chosen}
        ),  # JSON: a name may hold NUL or half a character
    ]
    kept = {key: value for key, value in os.environ.items() if key in ("SYSTEMROOT", "LANG")}
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(command, stdin=source, stdout=answer, stderr=subprocess.DEVNULL, env=kept)  # noqa: S603 - our own code, no shell
        try:
            status = process.wait(timeout=limits.wall)
        except subprocess.TimeoutExpired:
            raise _took_too_long(limits) from None
        finally:
            process.kill()
            process.wait()
        _check_status(status, limits)
        answer.seek(0)
        return _decoded(answer)


def _decoded(answer: IO[bytes]) -> dict[str, Any]:
    """The child's answer put together from its lines (see etl.files.child.lines_of)."""
    told = json.loads(answer.readline(), object_hook=decode)
    if "read" in told:
        sheets = told["read"].get("sheets", [told["read"]])
        for line in answer:
            place, rows = json.loads(line, object_hook=decode)
            sheets[place]["rows"].extend(rows)
    return told


def _took_too_long(limits: Limits) -> FileRejected:
    return FileRejected(N_("takes more than {limit} seconds to read."), SMALLER, limit=limits.cpu)


def _check_status(status: int, limits: Limits) -> None:
    """Raise the sentence for a child that did not end well."""
    if status == 0:
        return
    signals = {-getattr(signal, one, 0) for one in ("SIGXCPU", "SIGKILL")}
    if status in signals:
        raise _took_too_long(limits)
    if status in (OUT_OF_MEMORY, -signal.SIGABRT):
        raise FileRejected(
            N_("needs more than the {limit} MiB of memory that reading a file may take."),
            SMALLER,
            limit=limits.memory // MIB,
        )
    raise FileRejected(N_("made the reader stop; nothing was taken from it."), SMALLER)
