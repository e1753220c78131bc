"""How long goods by tariff code take: the full list from Canada on a day (goal 2 s), and one code (goal 20 ms), on two cores.

Seconds of the processor, so that other work on the machine does not count. Run: python -m bench.tariff_codes
"""

import statistics
import time
from collections.abc import Callable

import pandas as pd

from etl.contract.convert import convert
from etl.datasets import all_datasets, read_seed
from policy.tariffs import TABLES, CodeLists, CodeQuery, Tables, code_totals, for_codes, stack
from policy.tariffs.tables import plain

RUNS, CODE, ON, KNOWN = 5, "73089030", pd.Timestamp("2026-10-01"), pd.Timestamp("2026-10-10")


def main() -> None:
    datasets = all_datasets()
    names = (*TABLES, "tariff_codes", "tariff_code_lists")
    frames = {name: convert(read_seed(datasets[name]), datasets[name])[0] for name in names}
    tables, lists, goods = (
        Tables.from_frames(frames),
        CodeLists(plain(frames["tariff_code_lists"])),
        frames["tariff_codes"],
    )
    held = for_codes(tables, lists, [CODE], KNOWN)
    question = pd.DataFrame([{"product_id": CODE, "origin": "CAN", "on": ON, "base_pct": 0.0}])

    def all_codes() -> None:
        code_totals(CodeQuery(tables, lists, goods, "CAN", ON, KNOWN))

    def one_code() -> None:
        stack(held, question, KNOWN)

    print(f"{len(goods):,} codes from Canada on a day: {_median(all_codes):.2f} s (goal 2 s)")
    print(f"one code, warm, with its readings: {_median(one_code) * 1000:.0f} ms (goal 20 ms)")


def _median(work: Callable[[], None]) -> float:
    work()
    seconds = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
