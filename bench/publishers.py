"""Several processes that publish to one ledger at once, at length: every release whole, none lost, how long one takes.

``python -m bench.publishers [--processes 4 --each 50]``: each publishes two tables under its own mark; afterwards every
release must hold both tables of one mark.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from etl.ledger.errors import LedgerUnavailable
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store
from etl.load import read_seeds


def publish(store: Store, process: int, each: int) -> list[tuple[str, float]]:
    """What became of every publish, and its seconds."""
    seeds, _problems = read_seeds()
    ledger, told = Ledger(store), []
    for number in range(each):
        mark = process * each + number + 1
        frames = {
            "currencies": seeds["currencies"].assign(currency=f"mark {mark}"),
            "spending": seeds["spending"].head(500).assign(value=float(mark)),
        }
        started = time.perf_counter()
        try:
            release = ledger.publish(frames, author=f"process {process}", message=f"mark {mark}")
            told.append((f"{release.number} {mark}", time.perf_counter() - started))
        except LedgerUnavailable as refused:
            told.append((str(refused), time.perf_counter() - started))
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--each", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:{Path(folder) / 'catalog.sqlite'}", str(Path(folder) / "parquet"))
        with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
            asked = [pool.submit(publish, store, process, options.each) for process in range(options.processes)]
            told = [one for answer in asked for one in answer.result()]
        said = dict(one.split() for one, _seconds in told if one.split()[0].isdigit())
        refused = Counter(one for one, _seconds in told if not one.split()[0].isdigit())
        ledger, wrong = Ledger(store), []
        for release in ledger.releases():
            snapshot = ledger.at(release.number)
            marks = {*snapshot.sql("SELECT DISTINCT currency FROM currencies")["currency"]}
            marks |= {f"mark {value:.0f}" for value in snapshot.sql("SELECT DISTINCT value FROM spending")["value"]}
            if marks != {f"mark {said.get(str(release.number))}"}:
                wrong.append((release.number, marks))
        seconds = [took for _one, took in told]
        print(
            f"{options.processes} processes, {len(told)} publishes: {len(said)} releases, {len(ledger.releases())} in the"
            f" ledger, {len(wrong)} not whole {wrong[:3] or ''}; refused: {dict(refused)}; a publish took"
            f" {statistics.median(seconds):.2f} s in the middle, {max(seconds):.2f} s at most"
        )


if __name__ == "__main__":
    main()
