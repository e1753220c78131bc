"""Every measurement, one after the other: ``python -m bench``."""

from __future__ import annotations

import sys

from bench import page_load, rerun_cpu

for measurement in (rerun_cpu, page_load):
    print(f"\n{measurement.__name__}", flush=True)
    sys.argv[1:] = []
    measurement.main()
