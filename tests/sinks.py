"""Real receivers on this machine: a mail server that takes what it gets, and a program that is told (a webhook)."""

import quopri
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext, SSLSocket
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class _Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs that trusts this machine."""

    server: Any

    def handle(self) -> None:
        self._say("220 sink")
        secret = self.server.sink.secret
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.sink.mails.append(b"".join(lines))
            elif line.startswith(b"EHLO") and secret and not isinstance(self.connection, SSLSocket):
                self.wfile.write(b"250-sink\r\n250 STARTTLS\r\n")
                continue
            elif line == b"STARTTLS" and secret:
                self._say("220 go on")
                self.connection = secret.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
                self.server.sink.in_secret += 1
                continue
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
    """`mails` as they came over the wire; recipients are answered with `answer`. With `secret` it speaks STARTTLS, which
    `in_secret` connections began."""

    url: str = ""
    mails: list[bytes] = field(default_factory=list)
    answer: int = 250
    secret: SSLContext | None = None
    in_secret: int = 0

    def read(self) -> list[EmailMessage]:
        return [message_from_bytes(one, policy=default) for one in self.mails]  # type: ignore[misc]  # by its policy

    def text(self, place: int = -1) -> str:
        return quopri.decodestring(self.mails[place].partition(b"\r\n\r\n")[2]).decode()


@contextmanager
def mail_sink(secret: SSLContext | None = None, host: str = "localhost") -> Iterator[MailSink]:
    sink = MailSink(secret=secret)
    with _Server((host, 0), _Smtp) as server:
        server.sink = sink  # type: ignore[attr-defined]  # its handlers look there
        sink.url = f"smtp://{host}:{server.server_address[1]}"
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
def program_sink(secret: SSLContext | None = None, host: str = "localhost") -> Iterator[ProgramSink]:
    sink = ProgramSink()
    server = ThreadingHTTPServer((host, 0), _Program)
    if secret:
        server.socket = secret.wrap_socket(server.socket, server_side=True)
    server.sink = sink  # type: ignore[attr-defined]  # its handlers look there
    sink.url = f"{'https' if secret else 'http'}://{host}:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield sink
    finally:
        sink.hold.set()
        server.shutdown()
        server.server_close()


def own_certificate(folder: Path, host: str) -> tuple[Path, SSLContext]:
    """A certificate for an address of this machine, signed by itself: its file, and a server's context with it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    made = made.not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
    signed = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    file, secret = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    how = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*how))
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return file, context
