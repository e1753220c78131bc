"""Two servers and the command line on one PostgreSQL and S3: what one publishes, all see within two seconds."""

import subprocess
import sys
import time

import pytest
import requests
from conftest import ROOT, environment, on_this_machine, serve

from etl.datasets import all_datasets

SEEN_WITHIN_S = 2.0


@pytest.fixture
def two_servers(own_ledger, tmp_path):
    first, second = (serve(own_ledger.store, tmp_path / f"log{number}") for number in (1, 2))
    yield [next(first), next(second)]
    for server in (first, second):
        next(server, None)


def seconds_until(server, release: int) -> float:
    started = time.monotonic()
    while requests.get(f"{server.url}/healthz", timeout=5).json()["release"] != release:
        assert time.monotonic() - started < 60 * SEEN_WITHIN_S, f"{server.url} does not show release {release}"
        time.sleep(0.05)
    return time.monotonic() - started


@pytest.mark.slow
@pytest.mark.both_catalogs
def test_what_one_process_publishes_all_see(own_ledger, two_servers, capsys):
    for server in two_servers:
        seconds_until(server, 1)
    frame = own_ledger.at(1).table(all_datasets()["spending"]).iloc[:-1]
    own_ledger.publish({"spending": frame}, author="a third process", message="one row less")
    waits = [seconds_until(server, 2) for server in two_servers]
    command = [sys.executable, "-m", "etl", "rollback", "1", "--author", "the command line"]
    told = subprocess.run(command, cwd=ROOT, env=environment(own_ledger.store), capture_output=True, text=True)
    assert told.stdout.startswith("Published release 3"), told
    waits += [seconds_until(server, 3) for server in two_servers]
    with capsys.disabled():
        print(f"\nseen elsewhere after {', '.join(f'{wait:.2f}' for wait in waits)} s")
    assert max(waits) < on_this_machine(SEEN_WITHIN_S)
