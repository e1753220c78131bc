"""What a ledger and its readers lose when something breaks under it, at length; what the reader saw is printed with each.

``python -m bench.faults [--kills 100 --full 40 --locked 20 --browsers 9 --team 20]`` (0 leaves one out): publishes killed,
publishes on a disk that is full, seconds in which the catalog is locked, kills of the browser that makes pictures, and two
who publish at once on a PostgreSQL and an S3 that restart, stop answering and are slow.
"""

from __future__ import annotations

import argparse

from bench.faults.machine import browsers, kills_and_full_disks, locked
from bench.faults.team import team


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("kills", 100), ("full", 40), ("locked", 20), ("browsers", 9), ("team", 20)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    if options.kills or options.full:
        kills_and_full_disks(options.kills, options.full)
    for run, number in ((locked, options.locked), (browsers, options.browsers), (team, options.team)):
        if number:
            run(number)


if __name__ == "__main__":
    main()
