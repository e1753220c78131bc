"""What many readers and many connections cost a server, and what another reader sees meanwhile.

``python -m bench.strain [--sessions 500 --views 5000 --reruns 2000 --connections 1100]``: half-open connections at the
usual limit of 1,024 open files, open pages, views that nobody asked for before, reruns; memory before and after each.
"""

from __future__ import annotations

import argparse
import resource
import socket
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice, product
from pathlib import Path
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from bench.rerun_cpu import rerun
from bench.servers import OURS, ROOT, Running, serving

FILES = 1024  # the usual soft limit of open files; as a hard one here, so that the server can't raise it
PAGES = ("", "spending", "pledges", "tariffs", "deadlines", "sources", "update", "data")
VIEWS = product(range(1, 1000), ("CAN", "DNK", "POL", "ITA", "GRC", "TUR"))


def memory_mib(pid: int) -> float:
    """What the process holds in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def seconds_of(url: str) -> float:
    started = time.perf_counter()
    with urllib.request.urlopen(url, timeout=60) as answer:
        answer.read()
    return time.perf_counter() - started


@contextmanager
def measured(name: str, server: Running) -> Iterator[Counter[str]]:
    """Run the block, asking for a reader's page twice a second, and print counts, memory and the reader's longest wait."""
    counts: Counter[str] = Counter()
    waits, failed, over = [0.0], Counter[str](), threading.Event()

    def read() -> None:
        while not over.wait(0.5):
            try:
                waits.append(seconds_of(f"{server.url}/c/spending-trend?countries=CAN"))
            except OSError as error:
                failed[str(error)] += 1

    reader = threading.Thread(target=read)
    before, started = memory_mib(server.pid), time.perf_counter()
    reader.start()
    yield counts
    over.set()
    reader.join()
    taken, after = time.perf_counter() - started, memory_mib(server.pid)
    print(
        f"{name}: {dict(counts)} in {taken:.0f} s; memory {before:.0f} -> {after:.0f} MiB;"
        f" another reader waited at most {max(waits):.2f} s, {sum(failed.values())} of {len(waits)} not answered {dict(failed) or ''}",
        flush=True,
    )


def session(server: Running) -> ClientConnection:
    address = server.url.replace("http", "ws", 1) + "/_stcore/stream"
    return connect(address, origin=server.url, subprotocols=["streamlit"], proxy=None, max_size=None)


def open_connections(server: Running, count: int) -> None:
    """Connections that send half a request and no more."""
    port = urlsplit(server.url).port or 80
    with measured(f"{count} half-open connections", server) as counts, ExitStack() as held:
        for _ in range(count):
            one = held.enter_context(socket.create_connection(("localhost", port), timeout=20))
            one.sendall(b"GET / HTTP/1.1\r\n")
            counts["made"] += 1
        time.sleep(3)
    seconds_of(f"{server.url}/healthz")


def open_sessions(server: Running, count: int) -> None:
    """Open pages, each of which has drawn itself once."""
    with measured(f"{count} open pages", server) as counts, ExitStack() as held:
        for number in range(count):
            try:
                rerun(held.enter_context(session(server)), PAGES[number % len(PAGES)], "")
                counts["drawn"] += 1
            except WebSocketException:
                counts["told to come back"] += 1
    time.sleep(10)
    print(f"  ten seconds after they closed: {memory_mib(server.pid):.0f} MiB")


def new_views(server: Running, count: int) -> None:
    """Tables of charts that nobody asked for before."""
    with measured(f"{count} views", server) as counts:
        for growth, country in islice(VIEWS, count):
            try:
                seconds_of(f"{server.url}/c/pledge-path.csv?country={country}&growth={growth / 1000}")
                counts["answered"] += 1
            except urllib.error.HTTPError as refused:
                counts[str(refused.code)] += 1


def reruns(server: Running, count: int) -> None:
    """Every page again and again in one session."""
    with measured(f"{count} reruns", server) as counts, session(server) as page:
        for number in range(count):
            rerun(page, PAGES[number % len(PAGES)], "")
            counts["drawn"] += 1


def main() -> None:
    """One after the other on one server; the half-open connections on one with few open files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("sessions", 500), ("views", 5000), ("reruns", 2000), ("connections", 1100)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    log = ROOT / "bench" / "results" / "strain.log"
    with serving(f"sh -c 'ulimit -n {FILES}; exec {OURS}'", log) as server:
        open_connections(server, options.connections)
    with serving(OURS, log) as server:
        reruns(server, options.reruns)
        new_views(server, options.views)
        open_sessions(server, options.sessions)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


if __name__ == "__main__":
    main()
