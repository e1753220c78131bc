"""Processor time of the server for one rerun of a page with everything cached.

``python -m bench.rerun_cpu [PATH] [--n 200] [--releases 1 3 120]`` opens a session over the websocket, as the page in a
browser does, asks for the same page again and again, and divides the server's processor time by the number of reruns:
on ledgers of its own, because history grows and a page must not grow slower with it. The calendar and the feed, which tell
of every release, are asked for twice on each.
"""

from __future__ import annotations

import argparse
import statistics
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from bench.servers import OURS, ROOT, cpu_seconds, serving
from etl.datasets import all_datasets
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store
from etl.load import load

WARM_UP = 20
PATIENCE_SECONDS = 30.0
FEEDS = ("/deadlines.ics", "/changes.atom")


def rerun(socket: ClientConnection, page: str, query: str) -> int:
    """Ask for one rerun, wait for its end, and return the bytes it brought."""
    request = BackMsg()
    request.rerun_script.page_name = page
    request.rerun_script.query_string = query
    socket.send(request.SerializeToString())
    received = 0
    while True:
        data = socket.recv(timeout=PATIENCE_SECONDS)
        received += len(data)
        answer = ForwardMsg()
        answer.ParseFromString(data)
        if answer.WhichOneof("type") == "script_finished":
            return received


def ledger_of(releases: int, folder: Path) -> dict[str, str]:
    """A ledger with the seeds and ``releases`` - 1 changes of a figure and a day after them; the environment that names it."""
    store = Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet"))
    ledger = Ledger(store)
    load(ledger)
    spending, deadlines = (ledger.at(1).table(all_datasets()[name]) for name in ("spending", "deadlines"))
    dated = deadlines.index[deadlines["due_on"].notna()]
    for number in range(2, releases + 1):
        spending.loc[0, "value"] = float(number)
        deadlines.loc[dated[number % len(dated)], "due_on"] += timedelta(days=1)
        frames = {"spending": spending, "deadlines": deadlines}
        ledger.publish(frames, author="bench", message=f"release {number}")
    return {"LEDGER_CATALOG": store.catalog, "LEDGER_DATA_PATH": store.data_path}


def milliseconds(url: str) -> float:
    """How long an answer takes."""
    started = time.perf_counter()
    with urllib.request.urlopen(url, timeout=120) as answer:
        answer.read()
    return 1000 * (time.perf_counter() - started)


def measure(address: str, origin: str, pid: int, path: str, n: int) -> tuple[float, list[float], int]:
    """Milliseconds of processor time a rerun, the milliseconds each took by the clock, and bytes a rerun."""
    parts = urlsplit(path)
    page = parts.path.strip("/")
    with connect(address, origin=origin, subprotocols=["streamlit"], proxy=None, max_size=None) as socket:
        for _ in range(WARM_UP):
            rerun(socket, page, parts.query)
        before, durations, size = cpu_seconds(pid), [], 0
        for _ in range(n):
            started = time.perf_counter()
            size = rerun(socket, page, parts.query)
            durations.append(1000 * (time.perf_counter() - started))
        return 1000 * (cpu_seconds(pid) - before) / n, sorted(durations), size


def main() -> None:
    """Start the server on ledgers of each length, warm it up, measure, and print milliseconds and bytes a rerun."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", default="/", help="the page, with its query")
    parser.add_argument("--n", type=int, default=200, help="reruns that count")
    parser.add_argument(
        "--releases", type=int, nargs="+", default=[1, 3, 120], help="lengths of the ledgers' histories"
    )
    parser.add_argument("--command", default=OURS, help="how the server starts; {port} is filled in")
    options = parser.parse_args()
    for releases in options.releases:
        with TemporaryDirectory() as folder:
            environment = ledger_of(releases, Path(folder))
            log = ROOT / "bench" / "results" / "rerun_cpu.log"
            with serving(options.command, log, environment) as server:
                address = server.url.replace("http", "ws", 1) + "/_stcore/stream"
                feeds = {path: [milliseconds(server.url + path) for _ in range(2)] for path in FEEDS}
                used, ordered, size = measure(address, server.url, server.pid, options.path, options.n)
        print(f"{options.path}, {releases} release(s): {used:.1f} ms of processor time a rerun, mean of {options.n}")
        print(
            f"  wall clock: median {statistics.median(ordered):.1f} ms, 95th {ordered[int(0.95 * len(ordered))]:.1f} ms"
        )
        for path, (first, again) in feeds.items():
            print(f"  {path}: {first:.0f} ms, again {again:.0f} ms")
        print(f"  sent to the page a rerun: {size / 1024:.0f} KiB before compression", flush=True)


if __name__ == "__main__":
    main()
