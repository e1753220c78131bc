"""Real receivers on this machine: a mail server that takes what it gets, and a program that is told (a webhook)."""

import quopri
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs that trusts this machine."""

    server: Any

    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.sink.mails.append(b"".join(lines))
            elif line == b"QUIT":
                self._say("221 bye")
                return
            self._say(f"{self.server.sink.answer} as told" if line.startswith(b"RCPT") else "250 well")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True


@dataclass
class MailSink:
    """`mails` as they came over the wire; recipients are answered with `answer`."""

    url: str = ""
    mails: list[bytes] = field(default_factory=list)
    answer: int = 250

    def read(self) -> list[EmailMessage]:
        return [message_from_bytes(one, policy=default) for one in self.mails]  # type: ignore[misc]  # by its policy

    def text(self, place: int = -1) -> str:
        return quopri.decodestring(self.mails[place].partition(b"\r\n\r\n")[2]).decode()


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    sink = MailSink()
    with _Server(("127.0.0.1", 0), _Smtp) as server:
        server.sink = sink  # type: ignore[attr-defined]  # its handlers look there
        sink.url = f"smtp://localhost:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield sink
        server.shutdown()


class _Program(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        sink = self.server.sink
        sink.got.append((dict(self.headers), body))
        sink.hold.wait()
        self.send_response(sink.answer)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class ProgramSink:
    """`got`: headers and body of each message; it is answered with `answer`, once `hold` is set."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: int = 204
    hold: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hold.set()

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _body in self.got]


@contextmanager
def program_sink() -> Iterator[ProgramSink]:
    sink = ProgramSink()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Program)
    server.sink = sink  # type: ignore[attr-defined]  # its handlers look there
    sink.url = f"http://localhost:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield sink
    finally:
        sink.hold.set()
        server.shutdown()
        server.server_close()
