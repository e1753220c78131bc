"""The only HTTP client: a publisher's file by its address, whole or not at all, with where and when it came from; and what
is told to programs of others."""

import ipaddress
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import requests
import urllib3
from urllib3.exceptions import HTTPError

from etl.contract import ContractViolation, Problem
from etl.message import N_

MOST_BYTES = 50 * 2**20
TIMEOUT_S = (10, 60)  # to connect, between two pieces
ATTEMPTS = 3
WORTH_ANOTHER_TRY = {429, 500, 502, 503, 504}
AGENT = {"User-Agent": "AllianceLedger (reads publishers' files when they change)"}
TELLER = {"User-Agent": "AllianceLedger (tells of changes)"}
MOST_REDIRECTS = 3
MOST_S = 300  # for one file, however steadily it trickles
NOT_HAD = (requests.RequestException, HTTPError)  # a connection that breaks in the middle of a file is urllib3's own
HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Fetched:
    """A file as a server sent it. `name` is the last part of the address it came from."""

    content: bytes
    name: str
    url: str
    fetched_at: datetime
    etag: str = ""
    last_modified: str = ""


def is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def fetch(url: str, redirects: int = MOST_REDIRECTS) -> Fetched:
    """The file at an https address (http only on this machine); raises ContractViolation with a sentence when it can't be had.

    Busy servers are asked again a few times, with pauses. A file of more than MOST_BYTES is not taken. A redirect is
    followed on the same host only, and no address inside this machine's own networks is asked: what is fetched becomes
    an original that every reader can open.
    """
    _check_scheme(url)
    _check_public(url)
    for attempt in range(ATTEMPTS):
        try:
            with requests.get(url, timeout=TIMEOUT_S, stream=True, headers=AGENT, allow_redirects=False) as answer:
                if answer.status_code in WORTH_ANOTHER_TRY and attempt < ATTEMPTS - 1:
                    time.sleep(2**attempt)
                    continue
                if not answer.is_redirect:
                    return _taken(url, answer)
                target = urljoin(url, answer.headers["Location"])
        except NOT_HAD as error:
            if attempt == ATTEMPTS - 1:
                raise _refused(
                    url,
                    N_("can't be reached ({reason})."),
                    N_("Check the address and this machine's network, or give a file."),
                    reason=type(error).__name__,
                ) from error
        else:
            same_host = urlsplit(target)[:2] == urlsplit(url)[:2]
            if not (same_host and redirects):
                rule = N_("is redirected again and again.") if same_host else N_("has moved to {target}.")
                raise _refused(url, rule, N_("Check the address: publishers move their files."), target=target)
            return fetch(target, redirects - 1)
    raise AssertionError("unreachable")


def fetch_if_changed(url: str, *, etag: str = "", last_modified: str = "") -> Fetched | None:
    """The file at a publisher's address; None when the server says that it is as it was. Asked once.

    A redirect is followed on the same host only, and no address inside this machine's own networks is asked (this
    machine itself only by name, over http or https). Raises ContractViolation with a sentence when it can't be had.
    """
    first = urlsplit(url)
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = AGENT | {name: value for name, value in conditions.items() if value}
    for _attempt in range(MOST_REDIRECTS + 1):
        _check_scheme(url)
        _check_public(url)
        try:
            with requests.get(url, timeout=TIMEOUT_S, stream=True, headers=headers, allow_redirects=False) as response:
                if response.status_code == 304:
                    return None
                if not response.is_redirect:
                    return _taken(url, response)
                target = urljoin(url, response.headers["Location"])
        except NOT_HAD as error:
            raise _refused(
                url,
                N_("can't be reached ({reason})."),
                N_("It is asked again the next time."),
                reason=type(error).__name__,
            ) from error
        if urlsplit(target)[:2] != first[:2]:
            raise _refused(
                url, N_("has moved to {target}."), N_("Look at it, and correct the reader's address."), target=target
            )
        url = target
    raise _refused(url, N_("is redirected again and again."), N_("It is asked again the next time."))


def post(url: str, body: bytes, headers: dict[str, str], *, anywhere: bool = False) -> int:
    """The status that a message is answered with; raises ContractViolation with a sentence when it can't be delivered.

    It goes to the address that was looked at, whatever the name means a moment later, and no redirect is followed: only
    https outside this machine's own networks, unless `anywhere`.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or (parts.scheme == "http" and not anywhere):
        raise _refused(url, N_("is not an https address."), N_("Give an https address."))
    addresses = _addresses_of(parts.hostname)
    if not (anywhere or all(map(_is_public, addresses))):
        raise _refused(url, N_("is inside this machine's own network."), N_("Give an address that anybody can reach."))
    pool = _pool(parts, next(iter(addresses), parts.hostname))
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    told = TELLER | headers | {"Host": parts.netloc.rpartition("@")[2]}
    try:
        answer = pool.urlopen("POST", target, body, told, redirect=False, preload_content=False)
        answer.close()
    except NOT_HAD as error:
        raise _refused(
            url, N_("can't be reached ({reason})."), N_("Check that it answers."), reason=type(error).__name__
        ) from error
    finally:
        pool.close()
    return answer.status


def _pool(parts: SplitResult, address: str) -> urllib3.HTTPConnectionPool:
    """Connections to an address under the name that was asked for."""
    limits, name = urllib3.Timeout(connect=TIMEOUT_S[0], read=TIMEOUT_S[0]), parts.hostname
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, parts.port, timeout=limits, retries=False)
    known = requests.utils.DEFAULT_CA_BUNDLE_PATH
    return urllib3.HTTPSConnectionPool(
        address, parts.port, timeout=limits, retries=False, server_hostname=name, assert_hostname=name, ca_certs=known
    )


def _check_scheme(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in HERE:
        raise _refused(
            url,
            N_("is not an https address."),
            N_("Use the publisher's https address, or download the file and give its path."),
        )


def _check_public(url: str) -> None:
    host = urlsplit(url).hostname or ""
    if host in HERE:
        return
    if not all(map(_is_public, _addresses_of(host))):
        raise _refused(url, N_("is inside this machine's own network."), N_("Correct the reader's address."))


def _addresses_of(host: str) -> list[str]:
    """What a name stands for now; nothing where that is not known: a request then fails of itself, and says so."""
    try:
        return list(
            dict.fromkeys(str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
        )
    except OSError:
        return []


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_global


def _taken(url: str, answer: requests.Response) -> Fetched:
    if answer.status_code != 200:
        raise _refused(
            url,
            N_("was answered with status {status}."),
            N_("Check the address: publishers move their files."),
            status=answer.status_code,
        )
    content, until = bytearray(), time.monotonic() + MOST_S
    while piece := answer.raw.read1(2**16, decode_content=True):
        content += piece
        if len(content) > MOST_BYTES:
            raise _refused(
                url,
                N_("has more than {limit} MiB."),
                N_("Download it and keep only the table you need."),
                limit=MOST_BYTES // 2**20,
            )
        if time.monotonic() > until:
            raise _refused(url, N_("takes longer than {limit} s."), N_("Try again later."), limit=MOST_S)
    name = unquote(PurePosixPath(urlsplit(answer.url).path).name) or "download"
    etag, last_modified = (answer.headers.get(header, "") for header in ("ETag", "Last-Modified"))
    return Fetched(bytes(content), name, answer.url, datetime.now(UTC), etag, last_modified)


def _refused(url: str, rule: str, remedy: str, **params) -> ContractViolation:
    return ContractViolation([Problem(url, rule, params=params, remedy=remedy)])
