"""How long the ledger takes: from reviewed seeds to a release, to open it, to read a release first, and to ask it.

``python -m bench.ledger [--n 7]`` works in a folder of its own; goals: 5 s from nothing to a release, 5 ms a question.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from etl.ledger.ledger import Ledger
from etl.ledger.store import Store
from etl.load import load

QUESTION = "SELECT iso3, value FROM spending WHERE edition = $edition AND measure = $measure AND year = $year"
ABOUT = {"edition": "2026-07", "measure": "share_of_gdp_pct", "year": 2025}
QUESTIONS = 100


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(folder: Path) -> dict[str, float]:
    """Seconds of each step, on a new ledger in ``folder``."""
    store = Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet"))
    found = {"seeds to release": seconds(lambda: load(Ledger(store)))}
    ledger = Ledger(store)
    found["open, newest"] = seconds(ledger.newest)
    found["first read of a release"] = seconds(lambda: ledger.at(1))
    snapshot = ledger.at(1)
    asked = seconds(lambda: [snapshot.sql(QUESTION, **ABOUT) for _ in range(QUESTIONS)])
    found["question"] = asked / QUESTIONS
    found["nothing to publish"] = seconds(lambda: load(ledger))
    return found


def main() -> None:
    """Measure ``n`` ledgers and print the median, least and most of each step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=7, help="ledgers made and measured")
    options = parser.parse_args()
    steps = defaultdict(list)
    for _ in range(options.n):
        with tempfile.TemporaryDirectory() as folder:
            for step, taken in measure(Path(folder)).items():
                steps[step].append(1000 * taken)
    print(f"{'step':26}{'median, ms':>11}{'min-max':>16}")
    for step, taken in steps.items():
        spread = f"{min(taken):.1f}-{max(taken):.1f}"
        print(f"{step:26}{statistics.median(taken):11.1f}{spread:>16}")


if __name__ == "__main__":
    main()
