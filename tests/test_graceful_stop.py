"""A server that is asked to stop lets a publish finish: what was being published is a release, and the process ends."""

import subprocess
import sys
import threading

import pytest
from conftest import ROOT, environment, free_port, on_this_machine
from filelock import FileLock
from servers import wait_until

from etl.contract.convert import convert
from etl.datasets import all_datasets, read_seed
from etl.ledger.in_progress import wait_for_writes, write_in_progress
from etl.ledger.ledger import Ledger

# The real app under the real server; a page's thread publishes while the server is asked to stop.
SERVE = """
import sys, threading, time
import app, uvicorn
from etl.ledger.ledger import Ledger

def publish():
    while not server.started:
        time.sleep(0.05)
    ledger = Ledger.open()
    targets = ledger.current()["targets"]
    print("publishing", flush=True)
    ledger.publish({"targets": targets.iloc[:-1]}, author="a page", message="to the end")

server = uvicorn.Server(uvicorn.Config(app.app, port=int(sys.argv[1]), log_level="warning", timeout_graceful_shutdown=5))
threading.Thread(target=publish, daemon=True).start()
server.run()
"""


@pytest.mark.slow
def test_a_stop_waits_for_a_publish(own_store):
    dataset = all_datasets()["targets"]
    targets, problems = convert(read_seed(dataset), dataset)
    assert not problems
    own_ledger, catalog = Ledger(own_store), own_store.catalog_file
    own_ledger.publish({"targets": targets}, author="tests", message="one table is enough")
    with FileLock(f"{catalog}.lock"):  # the publish waits for its turn
        server = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(free_port())],
            cwd=ROOT,
            env=environment(own_ledger.store) | {"LEDGER_DRAW_AT_START": "no"},
            stdout=subprocess.PIPE,
        )
        assert server.stdout.readline() == b"publishing\n"
        server.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            server.wait(3)
        assert len(own_ledger.releases()) == 1
    server.wait(on_this_machine(20))
    assert [release.message for release in Ledger(own_ledger.store).releases()][1:] == ["to the end"]


def test_waiting_ends_with_the_last_write_or_with_patience():
    go_on = threading.Event()

    def write() -> None:
        with write_in_progress(), write_in_progress():
            go_on.wait()

    assert wait_for_writes(0)
    thread = threading.Thread(target=write)
    thread.start()
    wait_until(lambda: not wait_for_writes(0), "the write", 5)
    assert not wait_for_writes(0.05)
    go_on.set()
    assert wait_for_writes(5)
    thread.join()
