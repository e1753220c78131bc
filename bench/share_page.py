"""The share page beside bare Streamlit and Dash, its pictures, and how many readers it serves.

``python -m bench.share_page [--n 10]``: a real Chromium with an empty cache on localhost and on a line of 10 Mbit/s with
40 ms (the servers are warm and take turns); the first picture of views nobody asked for before; requests a second for
the page from memory, the server on one core.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import urllib.request
from contextlib import ExitStack
from itertools import islice, product
from urllib.parse import urlsplit

from bench.page_load import measure, table
from bench.servers import DASH, OURS, ROOT, STREAMLIT, Running, cpu_seconds, serving
from bench.web_throughput import CONNECTIONS, on_core, p95, steady

SHARE = "/c/spending-trend?countries=CAN,DNK,USA"
LOGS = ROOT / "data" / "bench"
AIM_CHART_MS, AIM_KIB, AIM_PICTURE_MS, AIM_PER_S, AIM_P95_MS = 300, 100, 500, 500, 50
PICTURES = 20


def new_pictures(url: str) -> list[float]:
    """Milliseconds to the PNG of views that were never drawn; one uncounted picture starts the browser."""
    seed = int(time.time()) % 900  # another chart each run: the cache on disk outlives a run
    others = islice(product(("FRA", "DEU", "ITA", "NLD", "NOR"), ("POL", "ESP", "SWE", "TUR", "GBR")), PICTURES + 1)
    found = []
    for number, pair in enumerate(others):
        address = f"{url}/c/pledge-path.png?country={pair[number % 2]}&growth={(seed + number) / 1000}&lang={('en', 'fr')[number % 2]}"
        started = time.perf_counter()
        with urllib.request.urlopen(address, timeout=60) as answer:
            answer.read()
        found.append(1000 * (time.perf_counter() - started))
    return found[1:]


def loads(options: argparse.Namespace) -> None:
    """Time to the chart and weight, beside the others."""
    with ExitStack() as stack:
        commands = {"share": OURS, "streamlit": STREAMLIT, "dash": DASH}
        servers = {
            name: stack.enter_context(serving(command, LOGS / f"{name}.log")) for name, command in commands.items()
        }
        urls = {name: server.url + (SHARE if name == "share" else "/") for name, server in servers.items()}
        found = measure(urls, options.n)
    print(table(found, reference="streamlit"))
    cold = found["10 Mbit/s, 40 ms", "cold", "share"]
    shown = statistics.median(load.first_chart_ms for load in cold)
    weight = statistics.median(load.wire_bytes for load in cold) / 1024
    _aim(f"chart within {AIM_CHART_MS} ms and {AIM_KIB} KiB", shown <= AIM_CHART_MS and weight <= AIM_KIB)


def serve(server: Running) -> None:
    """Pictures of new views, then readers of one page, the server on one core."""
    times = new_pictures(server.url)
    print(
        f"first picture of a new view: p50 {statistics.median(times):.0f} ms, p95 {p95(times):.0f} ms of {len(times)}"
    )
    _aim(f"within {AIM_PICTURE_MS} ms", statistics.median(times) <= AIM_PICTURE_MS)
    on_core(server.pid, 0)
    on_core(os.getpid(), 1)
    port = urlsplit(server.url).port or 80
    steady(port, SHARE, 1, 0.3)
    used = cpu_seconds(server.pid)
    rate, times = steady(port, SHARE, CONNECTIONS, 4.0)
    used = cpu_seconds(server.pid) - used
    print(
        f"share page: {rate:.0f} requests/s, p50 {statistics.median(times):.1f} ms, p95 {p95(times):.1f} ms at {CONNECTIONS} connections; "
        f"{1000 * used / len(times):.2f} ms of processor time each"
    )
    _aim(f"{AIM_PER_S} requests/s, p95 under {AIM_P95_MS} ms", rate >= AIM_PER_S and p95(times) < AIM_P95_MS)


def _aim(words: str, met: bool) -> None:
    print(f"aim: {words}: {'met' if met else 'not met'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=10, help="counted openings of each page")
    options = parser.parse_args()
    with serving(OURS, LOGS / "share_page.log") as server:
        serve(server)
    loads(options)


if __name__ == "__main__":
    main()
