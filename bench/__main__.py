"""Every measurement, one after the other: ``python -m bench``."""

from __future__ import annotations

import sys

from bench import ledger, page_load, rerun_cpu, share_page, tariff_matrix, web_throughput

for measurement in (ledger, rerun_cpu, page_load, share_page, web_throughput, tariff_matrix):
    print(f"\n{measurement.__name__}", flush=True)
    sys.argv[1:] = []
    measurement.main()
