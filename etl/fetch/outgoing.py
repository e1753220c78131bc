"""Connections to servers of others: a name is looked up once, where it leads is looked at before it is asked, and all of
it together lasts no longer than it may."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # how a network without IPv4 writes an IPv4 address (RFC 6052)


class NotPublic(HTTPError):
    """The host is inside this machine's own networks."""


class Session(requests.Session):
    """Requests that together end within so many seconds, to public addresses and to the hosts of `inside`; `anywhere`
    looks at no address. What goes by a proxy of the environment is looked up there again. Raises NotPublic besides
    what `requests` raises."""

    def __init__(self, within_s: float, *, inside: Collection[str] = (), anywhere: bool = False) -> None:
        super().__init__()
        self.until = time.monotonic() + within_s
        self._inside, self._anywhere = inside, anywhere
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(self))

    @property
    def left_s(self) -> float:
        """Seconds that are left."""
        return max(0.0, self.until - time.monotonic())

    def send(self, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        """The answer to a request. One that was broken off looks like a whole one: it is Timeout."""
        answer = super().send(request, **more)
        if not self.left_s:
            answer.close()
            raise requests.Timeout(request=request)
        return answer

    def look(self, host: str) -> list[str]:
        """What a name stands for now; nothing where that is not known. Raises NotPublic."""
        try:
            found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
        except OSError:
            return []
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not (self._anywhere or host in self._inside or all(map(is_public, addresses))):
            raise NotPublic(host)
        return addresses


def is_public(address: str) -> bool:
    """Whether it is an address that anybody can reach, not one of this machine's networks in any writing."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in TRANSLATED else ip.ipv4_mapped or ip.sixtofour
        if inner:
            return is_public(str(inner))
        return ip in GLOBAL_V6 and ip.is_global
    return ip.is_global and not ip.is_multicast


class _Adapter(HTTPAdapter):
    def __init__(self, session: Session) -> None:
        self._session = session
        super().__init__()

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *given: Any, **more: Any
    ) -> HTTPConnectionPool:
        pool = cast(HTTPConnectionPool, super().get_connection_with_tls_context(request, *given, **more))
        if pool.proxy is None:
            pool.ConnectionCls = _Https if pool.scheme == "https" else _Http
            pool.conn_kw["session"] = self._session
        else:
            self._session.look(urlsplit(request.url or "").hostname or "")
        return pool


class _Http(HTTPConnection):
    """A connection to the first address that answers, broken off when the session's time is over: a server that sends a
    byte now and then never meets the limit between two pieces."""

    def __init__(self, *given: Any, session: Session, **more: Any) -> None:
        super().__init__(*given, **more)
        self._session = session
        self._end: threading.Timer | None = None

    def _new_conn(self) -> socket.socket:
        name = self.host
        failed: HTTPError = NewConnectionError(self, "the name stands for no address, or the time is over")
        for address in self._session.look(name) if self._session.left_s else []:
            try:
                self.host = address
                made = super()._new_conn()
            except (NewConnectionError, ConnectTimeoutError) as error:
                failed = error
            else:
                self._end = threading.Timer(self._session.left_s, self._break_off)
                self._end.daemon = True
                self._end.start()
                return made
            finally:
                self.host = name
        raise failed

    def _break_off(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self._end:
            self._end.cancel()
        super().close()


class _Https(_Http, HTTPSConnection):
    """The same by TLS, under the name that was asked for."""
