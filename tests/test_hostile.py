"""Every hostile file is answered with its sentence, within its memory and time, and this process hardly grows."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from etl.files.limits import Limits
from etl.files.read import ROOT, read_limited

MEMORY_MIB = 448
PARENT_MIB = 64


@pytest.mark.slow
def test_hostile_files_are_answered_with_a_sentence_and_no_harm(tmp_path: Path, capsys):
    command = [sys.executable, "-m", "tests.hostile.measure", str(tmp_path)]
    measured = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
    child, worst, grown = (measured[name] / 2**20 for name in ("child", "worst", "grown"))
    slowest, name = measured["slowest"]
    with capsys.disabled():
        print(
            f"\n{measured['count']} hostile files: child at most {child:.0f} MiB, the process that asks at most"
            f" +{worst:.0f} MiB in one file and {grown:+.0f} MiB afterwards, slowest {name} {slowest:.1f} s"
        )
    assert not measured["failures"], "\n".join(measured["failures"])
    assert measured["count"] >= 50
    assert 0 < child < MEMORY_MIB
    assert worst < PARENT_MIB


@pytest.mark.slow
@pytest.mark.parametrize("limits", [Limits(cpu=1, wall=30), Limits(cpu=30, wall=1)])
def test_a_file_that_takes_too_long_is_stopped(limits: Limits):
    content = b"a,b,c\n" + b'"x","y","z"\n' * 4_000_000
    slow = Limits(**{**limits.as_dict(), "rows": 10**9, "cells": 10**9})
    started = time.perf_counter()
    answer = read_limited(content, "slow.csv", slow)
    assert isinstance(answer, list)
    assert "seconds to read" in answer[0].sentence() or "memory" in answer[0].sentence()
    assert time.perf_counter() - started < limits.wall + 10


@pytest.mark.slow
def test_other_threads_keep_their_turn_while_a_large_file_is_read(capsys):
    line = ",".join(f"text {n}" if n % 2 else f"{n / 7}" for n in range(10))
    content = "\n".join([",".join(f"c{n}" for n in range(10)), *[line] * 49_900]).encode()
    gaps, done = [], threading.Event()

    def tick():
        """In processor time of this process: what others on the machine take is not counted."""
        last = time.process_time()
        while not done.is_set():
            time.sleep(0.005)
            gaps.append(time.process_time() - last)
            last += gaps[-1]

    other = threading.Thread(target=tick)
    other.start()
    started = time.perf_counter()
    understood = read_limited(content, "large.csv")
    took = time.perf_counter() - started
    done.set()
    other.join()
    with capsys.disabled():
        print(f"\n499,000 cells read in {took:.1f} s; another thread waited at most {max(gaps) * 1000:.0f} ms")
    assert understood.rows == 49_900
    # the two longest waits may be the system's choice, not ours
    assert sorted(gaps)[-3] < 0.2


def test_the_child_starts_light():
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import etl.files.child, etl.files.workbook, etl.files.delimited; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "python_calamine" in loaded
    assert not {"pandas", "numpy", "pandera", "openpyxl", "babel", "duckdb"} & set(loaded)
