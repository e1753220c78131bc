"""Every hostile file is answered with its sentence, within its memory and time, and this process hardly grows."""

import gc
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandera.pandas as pa
import psutil
import pytest

from etl.contract import Dataset, check, convert, number, text, whole
from etl.files.limits import Limits
from etl.files.mapping import to_frame
from etl.files.read import ROOT, read_limited
from tests.hostile.make import Hostile, corpus

MEMORY_MIB = 448
PARENT_MIB = 64
DATASET = Dataset(
    name="shares",
    title="Shares",
    description="A small table to hold hostile files against.",
    key=("iso3", "year"),
    min_rows=1,
    schema=pa.DataFrameSchema(
        {
            "iso3": text("Country", pattern="[A-Z]{3}"),
            "year": whole("Year", ge=1949, le=2040),
            "value": number("Share", ge=-100, le=100, unit="%"),
            "note": text("Note", nullable=True),
        },
        strict=True,
    ),
)


class ChildWatch(threading.Thread):
    """The highest resident memory of this process's children, looked at every few milliseconds."""

    def __init__(self):
        super().__init__(daemon=True)
        self.peak, self.done = 0, threading.Event()

    def run(self):
        me = psutil.Process()
        while not self.done.wait(0.01):
            for child in me.children():
                try:
                    self.peak = max(self.peak, child.memory_info().rss)
                except psutil.Error:
                    continue


def answers(hostile: Hostile) -> tuple[list[str], list[str]]:
    """Sentences about the file and, if it was read, its cells."""
    understood = read_limited(hostile.content, hostile.name)
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


def test_hostile_files_are_answered_with_a_sentence_and_no_harm(tmp_path: Path, capsys):
    gc.collect()
    me, watch = psutil.Process(), ChildWatch()
    before, worst, failures, count, slowest = me.memory_info().rss, 0, [], 0, (0.0, "")
    watch.start()
    for hostile in corpus(tmp_path):
        held = me.memory_info().rss
        started = time.perf_counter()
        sentences, cells = answers(hostile)
        slowest = max(slowest, (time.perf_counter() - started, hostile.name))
        worst, count = max(worst, me.memory_info().rss - held), count + 1
        if hostile.sentence and not any(hostile.sentence in sentence for sentence in sentences):
            failures.append(f"{hostile.name}: expected “{hostile.sentence}”, got {sentences[:3]}")
        if not hostile.sentence and (sentences or not set(hostile.kept) <= set(cells)):
            failures.append(
                f"{hostile.name}: expected {hostile.kept} to be read, got {sentences[:3]} {cells[:12]}"
            )
        del hostile, sentences, cells
    watch.done.set()
    watch.join()
    gc.collect()
    grown = (me.memory_info().rss - before) / 2**20
    with capsys.disabled():
        print(
            f"\n{count} hostile files: child at most {watch.peak / 2**20:.0f} MiB, this process at most"
            f" +{worst / 2**20:.0f} MiB in one file and {grown:+.0f} MiB afterwards, slowest {slowest[1]} {slowest[0]:.1f} s"
        )
    assert not failures, "\n".join(failures)
    assert count >= 50
    assert watch.peak < MEMORY_MIB * 2**20
    assert worst < PARENT_MIB * 2**20


@pytest.mark.parametrize("limits", [Limits(cpu=1, wall=30), Limits(cpu=30, wall=1)])
def test_a_file_that_takes_too_long_is_stopped(limits: Limits):
    content = b"a,b,c\n" + b'"x","y","z"\n' * 4_000_000
    slow = Limits(**{**limits.as_dict(), "rows": 10**9, "cells": 10**9})
    started = time.perf_counter()
    answer = read_limited(content, "slow.csv", slow)
    assert isinstance(answer, list)
    assert "seconds to read" in answer[0].sentence() or "memory" in answer[0].sentence()
    assert time.perf_counter() - started < 5


def test_other_threads_keep_their_turn_while_a_large_file_is_read(capsys):
    line = ",".join(f"text {n}" if n % 2 else f"{n / 7}" for n in range(10))
    content = "\n".join([",".join(f"c{n}" for n in range(10)), *[line] * 49_900]).encode()
    gaps, done = [], threading.Event()

    def tick():
        last = time.perf_counter()
        while not done.is_set():
            time.sleep(0.005)
            gaps.append(time.perf_counter() - last)
            last += gaps[-1]

    other = threading.Thread(target=tick)
    other.start()
    started = time.perf_counter()
    understood = read_limited(content, "large.csv")
    took = time.perf_counter() - started
    done.set()
    other.join()
    with capsys.disabled():
        print(
            f"\n499,000 cells read in {took:.1f} s; another thread waited at most {max(gaps) * 1000:.0f} ms"
        )
    assert understood.rows == 49_900
    # the two longest waits may be the machine's, not ours
    assert sorted(gaps)[-3] < 0.2


def test_the_child_starts_light():
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import etl.files.child, etl.files.workbook, etl.files.delimited; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "python_calamine" in loaded
    assert not {"pandas", "numpy", "pandera", "openpyxl", "babel", "duckdb"} & set(loaded)
