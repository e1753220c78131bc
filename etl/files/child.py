"""The process that reads a person's file: it limits itself, reads stdin, writes JSON to stdout, and ends.

Started by `etl.files.read` as `python -I -c "…; main()"`. It imports only the standard library and calamine, holds no
secrets and never evaluates anything in the file. If it dies, the parent says so in a sentence.
"""

import json
import os
import sys
from collections.abc import Iterator
from functools import partial

from etl.files.limits import SPLIT, FileRejected, Limits, no_table
from etl.message import N_

try:
    import resource
except ImportError:  # Windows has no such limits; time and size limits still hold there
    resource = None  # type: ignore[assignment]

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURE, PACKED = N_("is a picture, not a table."), N_("is packed in a way that is not unpacked here.")
BINARY = {
    b"\x7fELF": N_("is a program, not a table."),
    b"MZ\x90\0": N_("is a program, not a table."),
    b"\x89PNG": PICTURE,
    b"\xff\xd8\xff": PICTURE,
    b"GIF8": PICTURE,
    b"%PDF": N_("is a PDF document, not a table."),
    b"{\\rtf": N_("is a text document, not a table."),
    b"\x1f\x8b": PACKED,
    b"7z\xbc\xaf": PACKED,
    b"Rar!": PACKED,
    b"PAR1": N_("is a Parquet file, which is not read here."),
    b"SQLite format 3": N_("is a database, not a table."),
    b"$FL": N_("is an SPSS file, which is not read here."),
    b"<stata_dta>": N_("is a Stata file, which is not read here."),
}
"""How files begin that are no tables we read, and what they are."""
UNPACK = N_("Unpack it and choose the table in it.")
BLOCK = 1_000  # rows in a line of the answer
OUT_OF_MEMORY = 71  # exit code; a killed process can not say it


def limit_process(limits: Limits) -> None:
    """Bound memory, processor time and output of this process; let everybody else go first."""
    if hasattr(os, "nice"):
        os.nice(5)
    if resource is None:
        return
    for what, amount in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_FSIZE, limits.result_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (amount, amount))


def read(content: bytes, name: str, limits: Limits, encoding: str | None = None, delimiter: str | None = None) -> dict:
    """What the file holds, as plain JSON values; raises FileRejected with the reason when it can not be read.

    The content decides what kind of file it is; the name only helps to say what is wrong.
    """
    bare = content[:4096].strip(b"\0\r\n\t \xef\xbb\xbf")
    if not bare and not content.strip(b"\0\r\n\t "):
        raise FileRejected(N_("is empty."), N_("Choose the file that has the figures."))
    if content.startswith((ZIP, OLE)):
        from etl.files.archive import read_archive

        return read_archive(content, limits, partial(read, encoding=encoding, delimiter=delimiter))
    for start, rule in BINARY.items():
        if content.startswith(start):
            raise FileRejected(rule, UNPACK) if rule == PACKED else no_table(rule)
    if bare[:1] in (b"[", b"{", b"<"):
        from etl.files.marked_up import read_marked_up

        return read_marked_up(content, limits)
    from etl.files.delimited import read_delimited

    return read_delimited(content, limits, name, encoding, delimiter)


def peak_memory() -> int | None:
    """Highest resident memory of this process in KiB (Linux; elsewhere None)."""
    try:
        with open("/proc/self/status") as status:  # noqa: PTH123 - pathlib is not worth its start time here
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return None


def lines_of(answer: dict) -> Iterator[str]:
    """The answer as lines of JSON: everything but the rows, then [sheet's place, some rows] again and again.

    The parent decodes line by line, so that its other threads get their turn between two.
    """
    sheets = answer.get("sheets", [answer])
    rows = [sheet["rows"] for sheet in sheets]
    for sheet in sheets:
        sheet["rows"] = []
    blocks = [
        json.dumps([place, rows[place][start : start + BLOCK]], separators=(",", ":"))
        for place in range(len(rows))
        for start in range(0, len(rows[place]), BLOCK)
    ]
    yield json.dumps({"read": answer, "peak_kib": peak_memory()}, separators=(",", ":"))
    yield from blocks


def main() -> None:
    """argv[1]: the file's name and the limits as JSON. The content comes on stdin, the answer goes to stdout."""
    told = json.loads(sys.argv[1])
    name, limits = told["name"], Limits(**told["limits"])
    limit_process(limits)
    try:
        content = sys.stdin.buffer.read(limits.file_bytes + 1)
        answer = list(lines_of(read(content, name, limits, told.get("encoding"), told.get("delimiter"))))
        if sum(map(len, answer)) >= limits.result_bytes:
            raise FileRejected(N_("holds more text than is read at once."), SPLIT)
    except FileRejected as refusal:
        answer = [json.dumps({"refused": refusal.as_dict(), "peak_kib": peak_memory()})]
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    sys.stdout.write("\n".join(answer))
