"""Every measurement, one after the other: ``python -m bench`` in a few minutes, ``python -m bench --long`` with more rounds."""

from __future__ import annotations

import argparse
import sys

from bench import (
    ask,
    drafts,
    law,
    ledger,
    page_load,
    rerun_cpu,
    share_page,
    strain,
    tariff_codes,
    tariff_matrix,
    tariff_peers,
    watch,
    web_throughput,
)

QUICK = {
    ledger: ["--n", "3"],
    drafts: ["--n", "2"],
    rerun_cpu: ["--n", "20", "--releases", "1", "3"],
    page_load: ["--n", "2"],
    share_page: ["--n", "2"],
    web_throughput: ["2"],
    strain: ["--sessions", "40", "--views", "200", "--reruns", "80"],
    ask: [],
    law: [],
    tariff_codes: [],
    tariff_matrix: [],
    tariff_peers: [],
    watch: ["--n", "3"],
}
"""The options of each measurement; the long form takes each one's own defaults."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="as many rounds as each measurement takes by itself")
    options = parser.parse_args()
    for measurement, quick in QUICK.items():
        sys.stdout.write(f"\n{measurement.__name__}\n")
        sys.stdout.flush()
        sys.argv[1:] = [] if options.long else quick
        measurement.main()


if __name__ == "__main__":
    main()
