"""Our rates from codes beside The Budget Lab's statutory steps for Canada, step by step. Run: python -m bench.tariff_peers"""

import pandas as pd

from etl.contract.convert import convert
from etl.datasets import all_datasets, read_seed
from policy.tariffs import TABLES, CodeLists, Tables
from policy.tariffs.peers import EXPLAINED, ORIGIN, WITHIN_POINTS, day_of, increase
from policy.tariffs.tables import plain


def main() -> None:
    datasets = all_datasets()
    names = (*TABLES, "tariff_codes", "tariff_code_lists", "trade_statutory_steps")
    frames = {name: convert(read_seed(datasets[name]), datasets[name])[0] for name in names}
    tables, lists = Tables.from_frames(frames), CodeLists(plain(frames["tariff_code_lists"]))
    steps = frames["trade_statutory_steps"]
    steps = steps[steps["partner"] == ORIGIN].sort_values("policy_on")
    days = [pd.Timestamp(day) for day in steps["policy_on"]]
    print("step        compared    peer   ours (percentage points over the ordinary duty)")
    for step, following, theirs in zip(days, [*days[1:], None], steps["tariff_increase_pct"], strict=True):
        day = day_of(step, following)
        low, high = increase(tables, lists, frames["tariff_codes"], day)
        apart = max(low - theirs, theirs - high, 0.0)
        note = "" if apart <= WITHIN_POINTS else EXPLAINED.get(str(step.date()), "NOT EXPLAINED")
        print(f"{step.date()}  {day.date()}  {theirs:5.2f}  {low:5.2f} to {high:5.2f}  {note}")


if __name__ == "__main__":
    main()
