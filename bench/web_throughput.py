"""Requests a second for a chart's table from memory, and what a flood of new questions does to a page.

The server has one core, this client the other one. ``python -m bench.web_throughput [seconds]``.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench.servers import OURS, ROOT, Running, cpu_seconds, serving

CONNECTIONS = 32
SECONDS = 4.0
CSV = "/c/spending-trend.csv?countries=CAN,USA"
PAGE = "/spending"
AIM_PER_S, AIM_P95_MS = 500, 50


def on_core(pid: int, core: int) -> None:
    """Keep a process, its threads included, on one core, where the system can do that."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {core})


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> int:
    """One request on an open connection; the status."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br, gzip\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
    return int(head.split(b" ", 2)[1])


async def connection(port: int, paths: list[str], until: float, seen: list[tuple[int, float]]) -> None:
    """Ask one path after the other on one connection until the time is over; note status and milliseconds."""
    reader, writer = await asyncio.open_connection("localhost", port)
    while paths and time.perf_counter() < until:
        started = time.perf_counter()
        status = await ask(reader, writer, paths.pop())
        seen.append((status, 1000 * (time.perf_counter() - started)))
    writer.close()


def steady(port: int, path: str, connections: int, seconds: float) -> tuple[float, list[float]]:
    """Requests a second, and the milliseconds of each, for one path asked over and over."""

    async def run() -> list[tuple[int, float]]:
        seen: list[tuple[int, float]] = []
        paths = [path] * 1_000_000
        until = time.perf_counter() + seconds
        await asyncio.gather(*(connection(port, paths, until, seen) for _ in range(connections)))
        return seen

    seen = asyncio.run(run())
    assert all(status == 200 for status, _ in seen), "an answer was not 200"
    return len(seen) / seconds, [ms for _, ms in seen]


def flood(port: int, seconds: float) -> tuple[list[int], list[float]]:
    """Statuses of questions that are all new, on many connections, and the milliseconds of a page asked meanwhile."""

    async def run() -> tuple[list[int], list[float]]:
        new: list[tuple[int, float]] = []
        pages: list[tuple[int, float]] = []
        until = time.perf_counter() + seconds
        paths = [f"/c/pledge-path.csv?country=CAN&growth={n / 1000}" for n in range(1, 14_000)]
        several = [connection(port, paths, until, new) for _ in range(2 * CONNECTIONS)]
        await asyncio.gather(*several, connection(port, [PAGE] * 1_000_000, until, pages))
        return [status for status, _ in new], [ms for _, ms in pages]

    return asyncio.run(run())


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def measure(server: Running, seconds: float) -> bool:
    """Print the measurements of a running server; whether the aims are met."""
    port = urlsplit(server.url).port or 80
    steady(port, CSV, 1, 0.3)
    used = cpu_seconds(server.pid)
    rate, times = steady(port, CSV, CONNECTIONS, seconds)
    used = cpu_seconds(server.pid) - used
    print(
        f"{CSV}: {rate:.0f} requests/s, p50 {statistics.median(times):.1f} ms, p95 {p95(times):.1f} ms at {CONNECTIONS} connections; "
        f"{1000 * used / len(times):.2f} ms of processor time each"
    )
    _, alone = steady(port, PAGE, 1, 1.0)
    statuses, pages = flood(port, seconds)
    counts = {status: statuses.count(status) for status in sorted(set(statuses))}
    print(
        f"flood of new questions, {2 * CONNECTIONS} connections: answers by status {counts}; "
        f"the page {PAGE}: p95 {p95(alone):.1f} ms alone, {p95(pages):.1f} ms meanwhile"
    )
    return rate >= AIM_PER_S and p95(times) < AIM_P95_MS


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with serving(OURS, ROOT / "data" / "bench" / "web_throughput.log") as server:
        on_core(server.pid, 0)
        on_core(os.getpid(), 1)
        met = measure(server, seconds)
    print(f"aim: {AIM_PER_S} requests/s on one core, p95 under {AIM_P95_MS} ms: {'met' if met else 'not met'}")


if __name__ == "__main__":
    main()
