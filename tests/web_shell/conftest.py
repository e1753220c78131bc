"""One server for all tests of this folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from web_shell.shell_server import Server, open_session, wait_until_healthy

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with small upload limits."""
    yield from started(tmp_path_factory.mktemp("shell"))


def started(folder: Path, before: Sequence[str] = (), **settings: str) -> Iterator[Server]:
    """The server in a process of its own, until the test is over; `before` is the command that starts it."""
    with closing(socket.create_server(("localhost", 0))) as probe:
        port = probe.getsockname()[1]
    environment = os.environ | {
        "BROKEN_LEDGER": str(folder / "broken"),
        "LEDGER_PUBLIC_URL": "https://ledger.example",
        "LEDGER_EMBED_HOSTS": "https://news.example",
        "LEDGER_UPLOAD_FILE_MIB": "1",
        "LEDGER_UPLOAD_SESSION_MIB": "2",
        "LEDGER_UPLOAD_SERVER_MIB": "3",
        "PYTHONPATH": str(HERE.parents[1]),
        **settings,
    }
    command = [*before, sys.executable, "-m", "uvicorn", "shell_app:app", "--host", "localhost", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=HERE, env=environment, stdout=log, stderr=log, start_new_session=True)
    running = Server(port, folder / "broken")
    try:
        wait_until_healthy(running, process)
        yield running
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def session(server: Server) -> Iterator[str]:
    """The id of an open session."""
    websocket, session_id = open_session(server)
    with websocket:
        yield session_id
