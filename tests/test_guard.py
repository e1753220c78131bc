"""The outer shell of the web process, asked over real connections to a real server."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import brotli
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from dashboard.web.compression import accepted_encoding, streamlit_static, textual_files
from dashboard.web.guard import GuardSettings, is_known_host, is_own_origin

HERE = Path(__file__).parent
MIB = 1024 * 1024
SCRIPT = next(url for url in textual_files(streamlit_static()) if "/index." in url and url.endswith(".js"))


@dataclass
class Server:
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

    def websocket(self, origin: str | None) -> ClientConnection:
        url = f"ws://localhost:{self.port}/_stcore/stream"
        return connect(url, origin=origin, subprotocols=["streamlit"], proxy=None, max_size=None)


@dataclass
class Answer:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("shell")
    with closing(socket.create_server(("localhost", 0))) as probe:
        port = probe.getsockname()[1]
    environment = os.environ | {
        "BROKEN_LEDGER": str(folder / "broken"),
        "STATIC_CACHE": str(folder / "static"),
        "LEDGER_PUBLIC_URL": "https://ledger.example",
        "LEDGER_EMBED_HOSTS": "https://news.example",
        "LEDGER_UPLOAD_FILE_MIB": "1",
        "LEDGER_UPLOAD_SESSION_MIB": "2",
        "LEDGER_UPLOAD_SERVER_MIB": "3",
        "PYTHONPATH": str(HERE.parent),
    }
    command = [sys.executable, "-m", "uvicorn", "app:app", "--host", "localhost", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=HERE / "web_shell", env=environment, stdout=log, stderr=log, start_new_session=True
        )
    running = Server(port, folder / "broken")
    try:
        _wait_until_healthy(running, process)
        yield running
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_healthy(server: Server, process: subprocess.Popen) -> None:
    for _ in range(200):
        assert process.poll() is None, "the server ended while starting"
        try:
            if server.ask("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start within 20 seconds")


# Origins


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://localhost.evil.example"]
)
def test_a_foreign_origin_on_the_websocket_is_refused_at_once(server: Server, origin: str) -> None:
    started = time.perf_counter()
    with pytest.raises(InvalidStatus) as refusal:
        server.websocket(origin)
    assert refusal.value.response.status_code == 403
    assert time.perf_counter() - started < 0.2


def test_own_and_configured_origins_may_open_the_websocket(server: Server) -> None:
    for origin in (server.origin, "https://ledger.example", None):
        with server.websocket(origin) as socket_:
            assert socket_.protocol.state.name == "OPEN"


def test_a_foreign_origin_on_a_writing_method_is_refused_with_a_sentence(server: Server) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = server.ask("/_stcore/upload_file/a/b", method, b"x", Origin="https://evil.example")
        assert answer.status == 403
        assert "https://evil.example" in answer.text
    assert server.ask("/", Origin="https://evil.example").status == 200
    french = server.ask("/", "POST", b"", Origin="https://evil.example", Accept_Language="fr-CA,fr;q=0.9")
    assert "autre site" in french.text


def test_on_loopback_only_names_of_this_machine_are_answered(server: Server) -> None:
    assert server.ask("/healthz", Host="rebound.example").status == 403
    assert server.ask("/healthz", Host="ledger.example").status == 200
    assert server.ask("/healthz", Host="127.0.0.1:1").status == 200


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://a.example", "a.example", True),
        ("http://a.example", "a.example:80", True),
        ("https://A.example", "a.example", True),
        ("https://a.example:8443", "a.example:8443", True),
        ("http://a.example:8501", "a.example", False),
        ("http://b.example", "a.example", False),
        ("http://a.example:bad", "a.example", False),
        ("null", "a.example", False),
        ("", "", False),
    ],
)
def test_own_origin(origin: str, host: str, own: bool) -> None:
    assert is_own_origin(origin, host) is own


def test_known_host() -> None:
    assert is_known_host("ledger.example", ("10.0.0.4", 80), ())
    assert not is_known_host("ledger.example", ("127.0.0.1", 80), ())
    assert is_known_host("[::1]:8501", ("::1", 8501), ())


# Headers, hidden paths, errors


PATHS = ["/", "/spending", "/healthz", "/_stcore/health", "/_stcore/metrics", SCRIPT, "/fail", "/unknown"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_security_headers(server: Server, path: str) -> None:
    headers = server.ask(path).headers
    assert "frame-ancestors 'self';" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert {"referrer-policy", "permissions-policy"} <= headers.keys()
    assert "strict-transport-security" not in headers


def test_only_configured_hosts_may_frame_what_is_made_for_framing(server: Server) -> None:
    policy = server.ask("/embed/x").headers["content-security-policy"]
    assert "frame-ancestors 'self' https://news.example;" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/agent",
        "/_stcore/%6detrics",
    ],
)
def test_metrics_and_the_agent_interface_are_not_there(server: Server, path: str) -> None:
    for method in ("GET", "POST"):
        assert server.ask(path, method).status == 404


def test_an_error_shows_a_sentence_and_no_traceback(server: Server) -> None:
    answer = server.ask("/fail")
    assert answer.status == 500
    assert "could not answer" in answer.text
    assert "secret" not in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/js/..%2f..%2f..%2findex.html",
        "//etc/passwd",
        "/static/js/%00",
    ],
)
def test_no_path_leads_out_of_the_static_folder(server: Server, path: str) -> None:
    answer = server.ask(path)
    assert "root:" not in answer.text
    assert answer.status in {200, 400, 404}
    assert answer.status != 200 or '<div id="root">' in answer.text


# Health


def test_health_says_the_release_or_why_not(server: Server) -> None:
    answer = server.ask("/healthz")
    assert (answer.status, json.loads(answer.body)) == (200, {"status": "ok", "release": 7})
    server.broken_ledger.touch()
    try:
        answer = server.ask("/healthz")
    finally:
        server.broken_ledger.unlink()
    assert answer.status == 503
    assert json.loads(answer.body)["status"] == "unavailable"
    assert "OSError" in answer.text and "secret" not in answer.text


# Compression


@pytest.mark.parametrize("path", ["/", "/spending", SCRIPT])
def test_each_encoding_holds_the_same_text(server: Server, path: str) -> None:
    plain = server.ask(path)
    assert "content-encoding" not in plain.headers
    for encoding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        packed = server.ask(path, Accept_Encoding=encoding)
        assert packed.headers["content-encoding"] == encoding
        assert packed.headers["vary"] == "Accept-Encoding"
        assert len(packed.body) < len(plain.body) / 2
        assert unpack(packed.body) == plain.body
        head = server.ask(path, "HEAD", Accept_Encoding=encoding)
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == packed.headers["content-length"]


def test_what_a_reader_has_is_not_sent_again(server: Server) -> None:
    for path, cache in (("/", "no-cache"), (SCRIPT, "public, max-age=31536000, immutable")):
        first = server.ask(path, Accept_Encoding="br")
        assert first.headers["cache-control"] == cache
        tag = first.headers["etag"]
        again = server.ask(path, Accept_Encoding="gzip", If_None_Match=f'"other", {tag}')
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert server.ask(path, If_None_Match='"other"').status == 200


def test_the_front_page_asks_for_the_chart_script_and_holds_no_inline_script(server: Server) -> None:
    page = server.ask("/").text
    assert 'rel="modulepreload" crossorigin href="./static/js/PlotlyChart.' in page
    assert "<script>" not in page
    assert "woff2" not in page


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("*", "br"),
        ("br;q=x", "identity"),
        ("", "identity"),
    ],
)
def test_accepted_encoding(accept: str, encoding: str) -> None:
    assert accepted_encoding(accept) == encoding


# Uploads


def _open_session(server: Server) -> tuple[ClientConnection, str]:
    """A websocket and the id of its session, as its page learns it; the session lives as long as the websocket."""
    websocket = server.websocket(server.origin)
    message = BackMsg()
    message.rerun_script.query_string = ""
    websocket.send(message.SerializeToString())
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(websocket.recv(timeout=10))
        if answer.WhichOneof("type") == "new_session":
            return websocket, answer.new_session.initialize.session_id


@pytest.fixture
def session(server: Server) -> Iterator[str]:
    websocket, session_id = _open_session(server)
    with websocket:
        yield session_id


def upload(
    server: Server, session: str, file: str, size: int, chunked: bool = False, **headers: str
) -> Answer:
    """Send ``size`` bytes as Streamlit's uploader does; ``chunked`` hides the size beforehand."""
    cookie = server.ask("/_stcore/health").headers["set-cookie"].partition(";")[0]
    form = (
        b'--B\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n'
        + b"x" * size
        + b"\r\n--B--\r\n"
    )
    named = {
        "Content_Type": "multipart/form-data; boundary=B",
        "Cookie": cookie,
        "X_Xsrftoken": cookie.partition("=")[2],
        "Origin": server.origin,
    }
    body = (form[at : at + 65536] for at in range(0, len(form), 65536)) if chunked else form
    return server.ask(f"/_stcore/upload_file/{session}/{file}", "PUT", body, **(named | headers))


def remove(server: Server, session: str, file: str) -> int:
    cookie = server.ask("/_stcore/health").headers["set-cookie"].partition(";")[0]
    token = cookie.partition("=")[2]
    return server.ask(
        f"/_stcore/upload_file/{session}/{file}", "DELETE", Cookie=cookie, X_Xsrftoken=token
    ).status


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_over_the_limit_is_refused_while_it_comes(server: Server, session: str, chunked: bool) -> None:
    answer = upload(server, session, "big", MIB + 100_000, chunked)
    assert answer.status == 413
    assert "1 MiB" in answer.text


def test_a_session_holds_no_more_than_it_may(server: Server, session: str) -> None:
    assert upload(server, session, "a", MIB).status == 204
    assert upload(server, session, "b", MIB).status == 204
    refused = upload(server, session, "c", MIB // 2)
    assert refused.status == 413 and "2 MiB" in refused.text
    assert remove(server, session, "b") == 204
    assert upload(server, session, "c", MIB // 2).status == 204
    for file in ("a", "c"):
        remove(server, session, file)


def test_all_sessions_together_hold_no_more_than_the_server_may(server: Server, session: str) -> None:
    websocket, other = _open_session(server)
    with websocket:
        held = [(session, "a"), (session, "b"), (other, "a")]
        statuses = [upload(server, owner, file, 900 * 1024).status for owner, file in held]
        assert statuses == [204, 204, 204]
        refused = upload(server, other, "b", 900 * 1024)
        assert refused.status == 429
        assert refused.headers["retry-after"] == "60"
        for owner, file in held:
            assert remove(server, owner, file) == 204


def test_who_may_not_upload_is_told_so(server: Server, session: str) -> None:
    answer = upload(server, session, "a", 10, X_Viewer="1")
    assert answer.status == 403
    assert "Sign in" in answer.text


def test_a_setting_that_can_not_be_read_stops_the_start_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEDGER_UPLOAD_FILE_MIB", "many")
    with pytest.raises(SystemExit, match="LEDGER_UPLOAD_FILE_MIB is “many”"):
        GuardSettings.from_environment()
    monkeypatch.setenv("LEDGER_UPLOAD_FILE_MIB", "")
    monkeypatch.setenv("LEDGER_PUBLIC_URL", "ledger.example")
    with pytest.raises(SystemExit, match=r"https://ledger\.example"):
        GuardSettings.from_environment()
