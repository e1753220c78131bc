"""What a ledger and its readers lose when something breaks under it: whoever publishes, and what readers see."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from bench.servers import OURS, ROOT, Running, serving
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store
from etl.load import load

MARKS = count(1)
LOG = ROOT / "bench" / "results" / "faults.log"


class Publisher:
    """A process that publishes whatever mark it is told, in a child that may be killed or starved."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, str(ROOT / "tests" / "publishers_to_kill.py"), "few"]
        env = os.environ | environment | {"PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        self._answer()

    def ask(self, **how: float | None) -> dict:
        """One publish, and what became of it."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"mark": next(MARKS), **how}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answer(self) -> dict:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


def kind(answer: dict) -> str:
    """What became of a publish, in a word or a sentence."""
    if "release" in answer:
        return "published"
    if "refused" in answer:
        return f"refused: {answer['refused']}"
    return f"BROKE: {answer['broke']}" if answer.get("broke") else "killed"


def torn(store: Store, first: int) -> list[int]:
    """Releases from the first on that do not hold both tables of one mark."""
    ledger = Ledger(store)
    wrong = []
    for number in range(first, ledger.newest() + 1):
        snapshot = ledger.at(number)
        marks = {*snapshot.sql("SELECT DISTINCT currency FROM currencies")["currency"]}
        marks |= {f"mark {value:.0f}" for value in snapshot.sql("SELECT DISTINCT value FROM spending")["value"]}
        wrong += [number] if len(marks) != 1 else []
    return wrong


@contextmanager
def served(store: Store, **environment: str) -> Iterator[tuple[Running, dict[str, str]]]:
    """A server of a new ledger with the seeds, and what a publisher to it must have in its environment."""
    load(Ledger(store))
    environment |= {"LEDGER_CATALOG": store.catalog, "LEDGER_DATA_PATH": store.data_path, "LEDGER_DRAW_AT_START": "no"}
    with serving(OURS, LOG, environment) as server:
        status(f"{server.url}/c/spending-trend?countries=CAN")  # the reader's page is not the first to be drawn
        yield server, environment


def status(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            answer.read()
            return str(answer.status)
    except urllib.error.HTTPError as refused:
        return str(refused.code)
    except OSError as error:
        return type(error).__name__
