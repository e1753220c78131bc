"""What tests share: a ledger loaded with the real seeds, in a place of its own, and the app served from it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from etl.ledger import Ledger, View
from etl.load import load
from etl.store import Store

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def seeded_store(tmp_path_factory) -> Store:
    """A store that holds the seeds as release 1. Shared by readers: who writes copies it first (`own_ledger`)."""
    folder = tmp_path_factory.mktemp("ledger")
    store = Store(f"sqlite:{folder / 'catalog.sqlite'}", str(folder / "parquet"))
    load(Ledger(store))
    return store


@pytest.fixture(scope="session")
def ledger(seeded_store) -> Ledger:
    return Ledger(seeded_store)


@pytest.fixture(scope="session")
def view(ledger) -> View:
    return ledger.at(1)


@pytest.fixture
def own_store(tmp_path) -> Store:
    """An empty store for one test."""
    return Store(f"sqlite:{tmp_path / 'catalog.sqlite'}", str(tmp_path / "parquet"))


@pytest.fixture
def own_ledger(own_store) -> Ledger:
    """A ledger of its own for a test that writes, holding the seeds as release 1."""
    ledger = Ledger(own_store)
    load(ledger)
    return ledger


@dataclass(frozen=True)
class Served:
    """A running app: its address, its store and its process."""

    url: str
    store: Store
    process: subprocess.Popen

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.store)


def environment(store: Store) -> dict[str, str]:
    return os.environ | {"LEDGER_CATALOG": store.catalog, "LEDGER_DATA_PATH": store.data_path}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(store: Store, log: Path, **extra: str) -> Iterator[Served]:
    """The real app in a process of its own on a free port, until the test is over."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "warning"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(store) | extra, stdout=output, stderr=output)
    served = Served(f"http://localhost:{port}", store, process)
    try:
        wait_until_up(served, log)
        yield served
    finally:
        process.terminate()
        process.wait(20)


def wait_until_up(served: Served, log: Path, patience_s: float = 60) -> None:
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if served.process.poll() is not None:
            break
        try:
            if requests.get(f"{served.url}/healthz", timeout=5).json()["status"] == "ok":
                return
        except (requests.RequestException, ValueError):
            time.sleep(0.1)
    raise AssertionError(f"the app did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def served(seeded_store, tmp_path_factory) -> Iterator[Served]:
    """The app, reading the seeds. For tests that only look."""
    yield from serve(seeded_store, tmp_path_factory.mktemp("served") / "log")


@pytest.fixture
def own_served(own_ledger, tmp_path) -> Iterator[Served]:
    """The app on a ledger of its own, for a test that changes figures."""
    yield from serve(own_ledger.store, tmp_path / "log")
