"""Every measurement, one after the other: ``python -m bench``."""

from __future__ import annotations

import sys

from bench import ledger, page_load, rerun_cpu, web_throughput

for measurement in (ledger, rerun_cpu, page_load, web_throughput):
    print(f"\n{measurement.__name__}", flush=True)
    sys.argv[1:] = []
    measurement.main()
