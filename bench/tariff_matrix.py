"""How long the full matrix takes: every product by 33 origins by 730 days, median of five (goal: 0.5 s).

Seconds of the processor, so that other work on the machine does not count. Run: python -m bench.tariff_matrix
"""

import statistics
import time

import pandas as pd

from etl.contract.convert import convert
from etl.datasets import all_datasets, read_seed
from policy.tariffs import TABLES, Tables, matrix

ORIGINS, DAYS, RUNS, GOAL_SECONDS = 33, 730, 5, 0.5


def main() -> None:
    datasets = all_datasets()
    frames = {name: convert(read_seed(datasets[name]), datasets[name])[0] for name in (*TABLES, "products")}
    tables = Tables.from_frames(frames)
    products = sorted(frames["products"]["product_id"])
    groups = frames["country_groups"]
    origins = sorted(set(groups.loc[groups["group_id"] == "WLD", "iso3"]) - {"USA"})[:ORIGINS]
    days = pd.date_range("2025-01-01", periods=DAYS)
    seconds = []
    for _ in range(RUNS + 1):
        start = time.process_time()
        frame = matrix(tables, products, origins, days, pd.Timestamp("2026-10-10"))
        seconds.append(time.process_time() - start)
    median = statistics.median(seconds[1:])
    print(f"{len(products)} products x {len(origins)} origins x {DAYS} days = {len(frame):,} totals")
    print(f"median of {RUNS}: {median:.2f} s (goal {GOAL_SECONDS} s; first {seconds[0]:.2f} s)")


if __name__ == "__main__":
    main()
