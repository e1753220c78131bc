"""What breaks under a team's ledger: two who publish on a PostgreSQL and an S3 that restart, stop answering and are slow."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable

from bench.faults import Publisher, kind, served, status, torn
from bench.servers import Running
from bench.strain import measured
from etl.ledger.ledger import Ledger
from etl.ledger.store import Store
from tests.servers import S3, Postgres, Slowed, wait_until

PATIENCE_S = 90


def team(each: int) -> None:
    """Two who publish at once, and a server that reads, while what the ledger stands on restarts, hangs and is slow."""
    postgres, s3 = Postgres(18650), S3(18651)
    try:
        postgres.start()
        s3.start()
        s3.new_bucket("ledger")
        between = Slowed(s3.port, 0.0)
        bucket = s3.environment | {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{between.port}"}
        os.environ.update(bucket)
        store = Store(f"postgres:{postgres.new_database('faults')}", "s3://ledger/faults")
        with served(store, **bucket) as (server, environment):
            publishers = [Publisher(environment) for _ in range(2)]
            for name, disturb in _disturbances(postgres, between).items():
                _round(f"two at once, {name}", each, disturb, server, store, publishers)
            for publisher in publishers:
                publisher.end()
    finally:
        postgres.remove()
        s3.stop()


def _disturbances(postgres: Postgres, between: Slowed) -> dict[str, Callable[[], None]]:
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


def _round(
    name: str, each: int, disturb: Callable[[], None], server: Running, store: Store, publishers: list[Publisher]
) -> None:
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
