"""Who is answered, what every answer carries, and what is not shown, asked over real connections."""

from __future__ import annotations

import json
import re
import time

import pytest
from websockets.exceptions import InvalidStatus

from dashboard.web.middleware.origin import is_known_host, is_own_origin
from web_shell.shell_server import Server


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://localhost.evil.example", "", " "]
)
def test_a_foreign_origin_on_the_websocket_is_refused_at_once(server: Server, origin: str) -> None:
    started = time.perf_counter()
    with pytest.raises(InvalidStatus) as refusal:
        server.websocket(origin)
    assert refusal.value.response.status_code == 403
    assert time.perf_counter() - started < 2  # it takes 2 ms; a look-up of the server's own address would take 8 s


@pytest.mark.parametrize("origins", [["{own}", "https://evil.example"], ["{own}", ""], ["", "{own}"]])
def test_of_several_origins_each_must_be_ours(server: Server, origins: list[str]) -> None:
    headers = [("Origin", origin.format(own=server.origin)) for origin in origins]
    started = time.perf_counter()
    with pytest.raises(InvalidStatus) as refusal:
        server.websocket(None, headers)
    assert refusal.value.response.status_code in (400, 403)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example"])
def test_a_foreign_origin_changes_nothing_by_http(server: Server, session: str, origin: str) -> None:
    path = f"/_stcore/upload_file/{session}/one"
    assert server.ask(path, "PUT", b"x", Origin=origin).status == 403
    assert server.ask(path, "DELETE", Origin=origin).status == 403
    assert server.ask("/healthz", Origin=origin).status == 200, "looking is not changing"


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


PATHS = ["/", "/spending", "/healthz", "/_stcore/health", "/_stcore/metrics", "/manifest.json", "/fail", "/unknown"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_security_headers(server: Server, path: str) -> None:
    headers = server.ask(path).headers
    assert "frame-ancestors 'self';" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert {"referrer-policy", "permissions-policy"} <= headers.keys()
    assert "strict-transport-security" not in headers


def test_what_a_page_loads_stands_under_its_policy_and_carries_none(server: Server) -> None:
    """A hundred copies of the policy weigh more than a page's own HTML, and no browser reads them."""
    parts = re.findall(r'(?:href|src)="\.(/static/[^"]+\.(?:js|css))"', server.ask("/").text)
    assert len(parts) > 20
    for path in (next(part for part in parts if part.endswith(kind)) for kind in (".js", ".css")):
        headers = server.ask(path).headers
        assert headers["x-content-type-options"] == "nosniff" and "content-security-policy" not in headers
        assert len(str(headers)) < 800


def test_only_configured_hosts_may_frame_what_is_made_for_framing(server: Server) -> None:
    policy = server.ask("/embed/x").headers["content-security-policy"]
    assert "frame-ancestors 'self' https://news.example;" in policy


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp", "/_stcore/agent", "/_stcore/%6detrics"],
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
