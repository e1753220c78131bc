"""Reads every hostile file in a small process of its own and prints what it took, as JSON.

A process of its own: memory measured in the test runner would be that of everything else the runner has done, and a
child begins with its parent's pages until it runs its own program.
"""

import json
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from etl.contract import Dataset, number, text, whole
from etl.contract.check import check
from etl.contract.convert import convert
from etl.files.limits import Limits
from etl.files.mapping import to_frame
from etl.files.read import read_limited
from etl.vocabulary import ISO3
from tests.hostile.make import Hostile, corpus

PATIENT = Limits(wall=200)  # a busy machine may take its time; processor time and memory stay bounded as they are
READER = "etl.files.child"  # stands in the command line of the process that reads a file
DATASET = Dataset(
    name="shares",
    title="Shares",
    description="A small table to hold hostile files against.",
    key=("iso3", "year"),
    min_rows=1,
    fields={
        "iso3": text("Country", form=ISO3),
        "year": whole("Year", ge=1949, le=2040),
        "value": number("Share", ge=-100, le=100, unit="%"),
        "note": text("Note", nullable=True),
    },
)


@dataclass
class Measured:
    """Memory in bytes, times in seconds. `child`: the reading process at its largest; `worst`: how much this process
    grew over one file at most; `grown`: over all of them."""

    count: int = 0
    child: int = 0
    worst: int = 0
    grown: int = 0
    slowest: tuple[float, str] = (0.0, "")
    failures: list[str] = field(default_factory=list)


class ChildWatch(threading.Thread):
    """The highest resident memory of the processes that read files, looked at every few milliseconds."""

    def __init__(self):
        super().__init__(daemon=True)
        self.peak, self.done = 0, threading.Event()

    def run(self):
        me = psutil.Process()
        while not self.done.wait(0.01):
            for child in me.children():
                try:
                    if READER in " ".join(child.cmdline()):
                        self.peak = max(self.peak, child.memory_info().rss)
                except psutil.Error:
                    continue


def answers(hostile: Hostile) -> tuple[list[str], list[str]]:
    """Sentences about the file and, if it was read, its cells."""
    understood = read_limited(hostile.content, hostile.name, PATIENT)
    if isinstance(understood, list):
        return [problem.sentence() for problem in understood], []
    sentences = [problem.sentence() for problem in understood.problems]
    cells = understood.frame.to_numpy().ravel().tolist()
    if hostile.stage == "contract":
        frame, problems = to_frame(understood, DATASET)
        typed, unconverted = convert(frame, DATASET)
        problems += unconverted + check(typed, DATASET, {})
        sentences += [problem.sentence() for problem in problems]
        cells = frame.to_numpy().ravel().tolist()
    return sentences, cells


def failure(hostile: Hostile) -> str | None:
    """What is wrong with the answer to a file, if anything is."""
    sentences, cells = answers(hostile)
    if hostile.sentence and not any(hostile.sentence in sentence for sentence in sentences):
        return f"{hostile.name}: expected “{hostile.sentence}”, got {sentences[:3]}"
    if not hostile.sentence and (sentences or not set(hostile.kept) <= set(cells)):
        return f"{hostile.name}: expected {hostile.kept} to be read, got {sentences[:3]} {cells[:12]}"
    return None


def measure(folder: Path) -> Measured:
    """Answer every hostile file; `folder` takes the large ones."""
    me, watch, measured = psutil.Process(), ChildWatch(), Measured()
    before = me.memory_info().rss
    watch.start()
    for hostile in corpus(folder):
        held, started = me.memory_info().rss, time.perf_counter()
        failed = failure(hostile)
        measured.slowest = max(measured.slowest, (time.perf_counter() - started, hostile.name))
        measured.worst = max(measured.worst, me.memory_info().rss - held)
        measured.failures += [failed] if failed else []
        measured.count += 1
        del hostile
    watch.done.set()
    watch.join()
    measured.child, measured.grown = watch.peak, me.memory_info().rss - before
    return measured


if __name__ == "__main__":
    json.dump(asdict(measure(Path(sys.argv[1]))), sys.stdout)
