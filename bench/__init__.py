"""Side-by-side measurements: run one with ``python -m bench.page_load`` or ``python -m bench.rerun_cpu``."""
