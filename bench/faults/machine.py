"""What breaks under one ledger on this machine: publishes killed or on a full disk, a locked catalog, a killed browser."""

from __future__ import annotations

import random
import signal
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

import psutil

from bench.faults import Publisher, kind, served, status, torn
from bench.servers import Running
from bench.strain import measured
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store

COUNTRIES = ("DNK", "POL", "ITA", "GRC", "TUR", "FRA", "DEU", "ESP", "NOR", "EST", "LVA", "LTU")
READ_WHILE_LOCKED = (
    "/healthz",
    "/c/spending-trend?countries=CAN",
    "/c/spending-trend?countries=CAN&release=1",
    "/c/pledge-path.csv?country=CAN&growth=0.0{new}",
    "/spending?countries=DNK",
    "/api/v1/releases",
    "/deadlines.ics",
    "/changes.atom",
)


@contextmanager
def served_here() -> Iterator[tuple[Running, Store, dict[str, str]]]:
    """A server of a ledger in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="ledger-faults-") as folder:
        store = Store(f"sqlite:{folder}/catalog.sqlite", f"{folder}/parquet")
        with served(store) as (server, environment):
            yield server, store, environment


def tried(name: str, number: int, how, server: Running, store: Store, publisher: Publisher) -> None:
    """So many publishes, each under what `how()` says, then one that nothing happens to."""
    before = Ledger(store).newest()
    with measured(f"{number} publishes, {name}", server) as counts:
        for _ in range(number):
            counts[kind(publisher.ask(**how()))] += 1
    after = Ledger(store).newest()
    last = publisher.ask()
    print(
        f"  {after - before} releases made, {len(torn(store, before + 1))} torn; the next publish: {kind(last)}",
        flush=True,
    )


def kills_and_full_disks(kills: int, full: int) -> None:
    with served_here() as (server, store, environment):
        publisher = Publisher(environment)
        seconds = statistics.median(publisher.ask()["seconds"] for _ in range(5))
        for name, number, how in (
            ("killed within", kills, lambda: {"kill_after_s": random.uniform(0, 1.2 * seconds)}),
            ("a full disk", full, lambda: {"file_limit": random.choice((0, 1, 10, 30, 60, 100, 200)) * 1024}),
        ):
            tried(name, number, how, server, store, publisher)
        publisher.end()


def locked(seconds: int) -> None:
    """Nobody can write to the catalog, or read it, for so long."""
    with served_here() as (server, store, environment):
        publisher = Publisher(environment)
        for path in READ_WHILE_LOCKED:
            status(server.url + path.format(new=1))
        with measured(f"catalog locked for {seconds} s", server) as counts:
            lock = sqlite3.connect(str(store.catalog_file), isolation_level=None, check_same_thread=False)
            lock.execute("BEGIN EXCLUSIVE")
            publish = threading.Thread(target=lambda: counts.update([f"publish {kind(publisher.ask())}"]))
            publish.start()
            until = time.monotonic() + seconds
            for number in count(10):
                for path in READ_WHILE_LOCKED:
                    counts[f"{path.partition('?')[0]} {status(server.url + path.format(new=number))}"] += 1
                if time.monotonic() > until:
                    break
            lock.execute("ROLLBACK")
            publish.join()
        publisher.end()


def browsers(number: int) -> None:
    """The browser that makes pictures is killed while one is made."""
    with served_here() as (server, _store, _environment):
        status(f"{server.url}/c/spending-trend.png?countries=CAN")
        with measured(f"{number} kills of the browser", server) as counts:
            for country in COUNTRIES[:number]:
                asked = threading.Thread(
                    target=lambda c=country: counts.update([status(f"{server.url}/c/spending-trend.png?countries={c}")])
                )
                asked.start()
                time.sleep(random.uniform(0, 0.4))
                for process in psutil.Process(server.pid).children(recursive=True):
                    with suppress(psutil.NoSuchProcess):
                        if "chrom" in process.name() or "headless" in process.name():
                            process.send_signal(signal.SIGKILL)
                asked.join()
        left = [
            p.name() for p in psutil.Process(server.pid).children(recursive=True) if p.status() == psutil.STATUS_ZOMBIE
        ]
        print(
            f"  a picture afterwards: {status(f'{server.url}/c/spending-trend.png?countries=HUN')}; zombies: {len(left)}",
            flush=True,
        )
