"""The server that the tests of this folder ask, and how a page's session is opened on it."""

from __future__ import annotations

import http.client
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


@dataclass
class Answer:
    """An answer: status, headers by lower-case name, and the body as it came."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Server:
    """The server under test: its port, and the file whose presence breaks its ledger."""

    port: int
    broken_ledger: Path

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """Send one request, its path as it is; underscores in header names stand for hyphens."""
        with closing(http.client.HTTPConnection("localhost", self.port, timeout=10)) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())

    def websocket(self, origin: str | None, headers: list[tuple[str, str]] | None = None) -> ClientConnection:
        """Open the websocket as a page of ``origin`` does, with more headers."""
        url = f"ws://localhost:{self.port}/_stcore/stream"
        return connect(
            url, origin=origin, subprotocols=["streamlit"], proxy=None, max_size=None, additional_headers=headers
        )


def wait_until_healthy(server: Server, process: subprocess.Popen) -> None:
    """Return when the server answers; fail when it ends or takes over two minutes: the machine may be busy."""
    for _ in range(1200):
        assert process.poll() is None, "the server ended while starting"
        try:
            if server.ask("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start within two minutes")


def open_session(server: Server) -> tuple[ClientConnection, str]:
    """A websocket and the id of its session, as its page learns it; the session lives as long as the websocket."""
    websocket = server.websocket(server.origin)
    message = BackMsg()
    message.rerun_script.query_string = ""
    websocket.send(message.SerializeToString())
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(websocket.recv(timeout=60))
        if answer.WhichOneof("type") == "new_session":
            return websocket, answer.new_session.initialize.session_id
