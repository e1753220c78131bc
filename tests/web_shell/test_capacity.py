"""A server that runs short of descriptors goes on: who sends nothing is closed first, and nobody ends the process."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from websockets.exceptions import InvalidStatus

from web_shell.conftest import started
from web_shell.shell_server import Server, open_session

DESCRIPTORS, MOST_SESSIONS = 256, 10


@pytest.fixture
def short(tmp_path) -> Iterator[Server]:
    """A server with few descriptors and sessions."""
    # By the shell: a function run between fork and exec (preexec_fn) needs a copy of this process's memory.
    limited = f'ulimit -S -n {DESCRIPTORS // 2}; ulimit -H -n {DESCRIPTORS}; exec "$@"'
    yield from started(tmp_path, ["sh", "-c", limited, "sh"], LEDGER_MAX_SESSIONS=str(MOST_SESSIONS))


def connected(server: Server, sent: bytes) -> socket.socket:
    connection = socket.create_connection(("localhost", server.port), timeout=20)
    connection.sendall(sent)
    return connection


@pytest.mark.slow
@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\n"], ids=["silent", "half a request"])
def test_more_connections_than_descriptors_stop_nobody(short: Server, sent: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(2 * DESCRIPTORS):
            stack.enter_context(connected(short, sent))
        assert short.ask("/healthz").status == 200, "a reader is served while they are held open"
    assert short.ask("/healthz").status == 200


@pytest.mark.slow
def test_more_sessions_than_allowed_are_told_to_come_back(short: Server) -> None:
    with ExitStack() as stack:
        for _ in range(MOST_SESSIONS):
            stack.enter_context(open_session(short)[0])
        with pytest.raises(InvalidStatus) as refusal:
            short.websocket(short.origin)
        assert refusal.value.response.status_code == 503
        assert refusal.value.response.headers["retry-after"]
        assert short.ask("/healthz").status == 200
    until = time.monotonic() + 20
    while True:  # those who have gone make room
        try:
            short.websocket(short.origin).close()
            break
        except InvalidStatus:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_who_sends_no_whole_request_in_time_is_closed():
    import asyncio

    import uvicorn

    from dashboard.web.capacity import Connections

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async def run() -> tuple[bytes, bytes, bytes]:
        loop = asyncio.get_running_loop()
        connections = Connections(1024, request_within_s=0.3)
        loop.create_server = connections.bounded(loop.create_server)
        config = uvicorn.Config(app, port=0, lifespan="off", log_level="error", timeout_keep_alive=60)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        slow, busy = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        slow[1].write(b"GET / HTTP/1.1\r\n")
        answers = []
        for _ in range(6):
            busy[1].write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            await busy[0].readuntil(b"ok")
            await asyncio.sleep(0.1)
            connections.sweep()
            answers.append(b"ok")
        gone = await asyncio.wait_for(slow[0].read(), 5)
        busy[1].write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        still = await asyncio.wait_for(busy[0].readuntil(b"ok"), 5)
        server.should_exit = True
        busy[1].close()
        await serving
        return gone, still, b"".join(answers)

    gone, still, answers = asyncio.run(run())
    assert gone == b""
    assert still.endswith(b"ok") and answers == b"ok" * 6
