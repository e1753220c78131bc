"""What the server asks of others: no name leads into its own networks, nothing holds it for long, no secret gets out."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator

import pytest

from etl import fetch as fetching
from etl.contract import ContractViolation
from etl.fetch import fetch, fetch_if_changed, post
from etl.fetch.outgoing import Session, is_public


class Trickling(socketserver.StreamRequestHandler):
    """Begins an answer and sends one header a moment, for ever."""

    def handle(self) -> None:
        self.server.asked.append(self.rfile.readline())
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nx-a: ")
            while True:
                time.sleep(0.05)
                self.wfile.write(b"b")
        except OSError:
            pass


@pytest.fixture
def trickling() -> Iterator[socketserver.ThreadingTCPServer]:
    socketserver.ThreadingTCPServer.daemon_threads = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Trickling) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def names(monkeypatch) -> dict[str, list[str]]:
    """What a name stands for the next times it is looked up; the last one stays. Nothing: it is not known."""
    meanings: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def looked_up(host, *given, **more):
        if host not in meanings:
            return real(host, *given, **more)
        now = meanings[host].pop(0) if len(meanings[host]) > 1 else meanings[host][0]
        if not now:
            raise socket.gaierror("not known")
        return real(now, *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(fetching.time, "sleep", lambda _s: None)
    return meanings


ASKING = {"told": lambda url: post(url, b"{}", {}), "fetched": fetch, "watched": fetch_if_changed}


@pytest.mark.parametrize(
    "meanings", [["", "127.0.0.1"], ["192.0.2.1", "127.0.0.1"], ["10.0.0.1"], ["::ffff:127.0.0.1"]]
)
@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_a_name_never_leads_into_the_servers_own_networks(ask, meanings, names, trickling):
    names["moving.example"] = meanings
    with pytest.raises(ContractViolation, match=r"inside this machine's own network|can't be reached"):
        ask(f"https://moving.example:{trickling.server_address[1]}/secret-of-the-hook")
    assert trickling.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2600:1406::1", True), ("64:ff9b::5db8:d822", True), ("2002:5db8:d822::1", True),
        ("10.1.2.3", False), ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False), ("0.0.0.0", False),
        ("::1", False), ("::7f00:1", False), ("::ffff:10.0.0.1", False), ("::ffff:0:7f00:1", False), ("fe80::1%eth0", False),
        ("64:ff9b::7f00:1", False), ("64:ff9b::a9fe:a9fe", False), ("2002:7f00:1::", False), ("fd00::1", False),
        ("fec0::1", False), ("ff02::1", False), ("2001:db8::1", False),
    ],
)  # fmt: skip
def test_an_address_is_public_in_no_other_writing(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize("ask", [lambda url: post(url, b"{}", {}, anywhere=True), fetch, fetch_if_changed])
def test_an_answer_that_never_ends_its_headers_holds_nobody(ask, trickling, monkeypatch):
    monkeypatch.setattr(fetching, "TOLD_WITHIN_S", 0.5)
    monkeypatch.setattr(fetching, "MOST_S", 0.5)
    started = time.monotonic()
    with pytest.raises(ContractViolation, match="can't be reached"):
        ask(f"http://localhost:{trickling.server_address[1]}/a.csv")
    assert time.monotonic() - started < 5


def test_the_next_address_of_a_name_is_tried(trickling, monkeypatch):
    port = trickling.server_address[1]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in ("127.0.0.9", "127.0.0.1")]
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **m: found if host == "two.example" else real(host, *a, **m)
    )
    with Session(1, anywhere=True) as session, pytest.raises(fetching.requests.Timeout):
        session.get(f"http://two.example:{port}/", timeout=5)
    assert len(trickling.asked) == 1


def test_what_is_said_of_a_program_repeats_no_secret_of_its_address():
    for url in ("https://ana:pass-word@localhost:1/hooks/T0KEN?key=T0KEN", "ftp://localhost/T0KEN"):
        with pytest.raises(ContractViolation) as refused:
            post(url, b"{}", {})
        assert not {"T0KEN", "pass-word"} & {one for one in ("T0KEN", "pass-word") if one in str(refused.value)}
