"""What a ledger and its readers lose when something breaks under it, at length; what the reader saw is printed with each.

``python -m bench.faults [--kills 100 --full 40 --locked 20 --browsers 9 --team 20]`` (0 leaves one out): publishes killed,
publishes on a disk that is full, seconds in which the catalog is locked, kills of the browser that makes pictures, and two
who publish at once on a PostgreSQL and an S3 that restart, stop answering and are slow.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

import psutil

from bench.servers import OURS, ROOT, Running, serving
from bench.strain import measured
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store
from etl.load import load
from tests.servers import S3, Postgres, Slowed, wait_until

MARKS = count(1)
LOG = ROOT / "bench" / "results" / "faults.log"
PATIENCE_S = 90
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


class Publisher:
    """A process that publishes whatever mark it is told, in a child that may be killed or starved."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, str(ROOT / "tests" / "publishers_to_kill.py"), "few"]
        env = os.environ | environment | {"PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        self._answer()

    def ask(self, **how: float | None) -> dict:
        """One publish, and what became of it."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"mark": next(MARKS), **how}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answer(self) -> dict:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


def kind(answer: dict) -> str:
    told = answer.get("refused") or answer.get("broke")
    return (
        "published"
        if "release" in answer
        else f"{'refused' if 'refused' in answer else 'BROKE'}: {told}"
        if told
        else "killed"
    )


def torn(store: Store, first: int) -> list[int]:
    """Releases from the first on that do not hold both tables of one mark."""
    ledger = Ledger(store)
    wrong = []
    for number in range(first, ledger.newest() + 1):
        snapshot = ledger.at(number)
        marks = {*snapshot.sql("SELECT DISTINCT currency FROM currencies")["currency"]}
        marks |= {f"mark {value:.0f}" for value in snapshot.sql("SELECT DISTINCT value FROM spending")["value"]}
        wrong += [number] if len(marks) != 1 else []
    return wrong


@contextmanager
def served() -> Iterator[tuple[Running, Store, dict[str, str]]]:
    """A server of its own ledger with the seeds."""
    with tempfile.TemporaryDirectory(prefix="ledger-faults-") as folder:
        store = Store(f"sqlite:{folder}/catalog.sqlite", f"{folder}/parquet")
        load(Ledger(store))
        environment = {
            "LEDGER_CATALOG": store.catalog,
            "LEDGER_DATA_PATH": store.data_path,
            "LEDGER_DRAW_AT_START": "no",
        }
        with serving(OURS, LOG, environment) as server:
            status(f"{server.url}/c/spending-trend?countries=CAN")  # the reader's page is not the first to be drawn
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
    with served() as (server, store, environment):
        publisher = Publisher(environment)
        seconds = statistics.median(publisher.ask()["seconds"] for _ in range(5))
        tried(
            "killed within", kills, lambda: {"kill_after_s": random.uniform(0, 1.2 * seconds)}, server, store, publisher
        )
        tried(
            "a full disk",
            full,
            lambda: {"file_limit": random.choice((0, 1, 10, 30, 60, 100, 200)) * 1024},
            server,
            store,
            publisher,
        )
        publisher.end()


def status(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            answer.read()
            return str(answer.status)
    except urllib.error.HTTPError as refused:
        return str(refused.code)
    except OSError as error:
        return type(error).__name__


def locked(seconds: int) -> None:
    """Nobody can write to the catalog, or read it, for so long."""
    with served() as (server, store, environment):
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
    with served() as (server, _store, _environment):
        status(f"{server.url}/c/spending-trend.png?countries=CAN")
        with measured(f"{number} kills of the browser", server) as counts:
            for country in ("DNK", "POL", "ITA", "GRC", "TUR", "FRA", "DEU", "ESP", "NOR", "EST", "LVA", "LTU")[
                :number
            ]:
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


def team(each: int) -> None:
    """Two who publish at once, and a server that reads, while what the ledger stands on restarts, hangs and is slow."""
    ports = iter((18650, 18651))
    postgres, s3 = Postgres(next(ports)), S3(next(ports))
    try:
        postgres.start()
        s3.start()
        s3.new_bucket("ledger")
        between = Slowed(s3.port, 0.0)
        environment = s3.environment | {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{between.port}"}
        os.environ.update(environment)
        store = Store(f"postgres:{postgres.new_database('faults')}", "s3://ledger/faults")
        load(Ledger(store))
        environment |= {
            "LEDGER_CATALOG": store.catalog,
            "LEDGER_DATA_PATH": store.data_path,
            "LEDGER_DRAW_AT_START": "no",
        }
        with serving(OURS, LOG, environment) as server:
            status(f"{server.url}/c/spending-trend?countries=CAN")
            publishers = [Publisher(environment) for _ in range(2)]
            for name, disturb in _disturbances(postgres, between).items():
                _team_round(f"two at once, {name}", each, disturb, server, store, publishers)
            for publisher in publishers:
                publisher.end()
    finally:
        postgres.remove()
        s3.stop()


def _disturbances(postgres: Postgres, between: Slowed) -> dict:
    def restart() -> None:
        time.sleep(random.uniform(1, 4))
        postgres.stop()
        time.sleep(1)
        postgres.start()

    def hang() -> None:
        time.sleep(random.uniform(1, 3))
        between.held.set()
        time.sleep(8)
        between.held.clear()

    def slow() -> None:
        between.pause_s = 1.0
        time.sleep(10)
        between.pause_s = 0.0

    return {
        "quiet": lambda: time.sleep(1),
        "PostgreSQL restarted": restart,
        "S3 silent for 8 s": hang,
        "S3 1 s an answer": slow,
    }


def _team_round(name: str, each: int, disturb, server: Running, store: Store, publishers: list[Publisher]) -> None:
    before, disturbed = Ledger(store).newest(), 0
    with measured(name, server) as counts:
        writers = [
            threading.Thread(target=lambda p=one: [counts.update([kind(p.ask())]) for _ in range(each)])
            for one in publishers
        ]
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            disturb()
            disturbed += 1
    wait_until(lambda: status(f"{server.url}/healthz") == "200", "the server", PATIENCE_S)
    made = Ledger(store).newest() - before
    print(f"  {disturbed} times; {made} releases made, {len(torn(store, before + 1))} torn", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("kills", 100), ("full", 40), ("locked", 20), ("browsers", 9), ("team", 20)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    if options.kills or options.full:
        kills_and_full_disks(options.kills, options.full)
    for run, number in ((locked, options.locked), (browsers, options.browsers), (team, options.team)):
        if number:
            run(number)


if __name__ == "__main__":
    main()
