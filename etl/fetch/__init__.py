"""The only HTTP client: a publisher's file by its address, whole or not at all, with where and when it came from; and what
is told to programs of others."""

import time
from dataclasses import dataclass
from pathlib import PurePosixPath
from ssl import get_default_verify_paths
from urllib.parse import unquote, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from etl.contract import ContractViolation, Problem
from etl.fetch.outgoing import NotPublic, Session
from etl.message import N_

MOST_BYTES = 50 * 2**20
TIMEOUT_S = (10, 60)  # to connect, between two pieces
ATTEMPTS = 3
WORTH_ANOTHER_TRY = {429, 500, 502, 503, 504}
AGENT = {"User-Agent": "AllianceLedger (reads publishers' files when they change)"}
TELLER = {"User-Agent": "AllianceLedger (tells of changes)"}
MOST_REDIRECTS = 3
MOST_S = 300  # for one file, however steadily it trickles, redirects and further attempts included
TOLD_WITHIN_S = 30  # a program that is told
NOT_HAD = (requests.RequestException, HTTPError)  # a connection that breaks in the middle of a file is urllib3's own
HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Fetched:
    """A file as a server sent it. `name` is the last part of the address it came from."""

    content: bytes
    name: str
    url: str
    etag: str = ""
    last_modified: str = ""


def is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def fetch(url: str) -> Fetched:
    """The file at an https address (http only on this machine); raises ContractViolation with a sentence when it can't be had.

    Busy servers are asked again a few times, with pauses. A file of more than MOST_BYTES is not taken. A redirect is
    followed on the same host only, and no address inside this machine's own networks is asked: what is fetched becomes
    an original that every reader can open.
    """
    with Session(MOST_S, inside=HERE) as session:
        for _redirect in range(MOST_REDIRECTS + 1):
            found = _asked_patiently(session, url)
            if isinstance(found, Fetched):
                return found
            if urlsplit(found)[:2] != urlsplit(url)[:2]:
                remedy = N_("Check the address: publishers move their files.")
                raise _refused(url, N_("has moved to {target}."), remedy, target=found)
            url = found
    raise _refused(
        url, N_("is redirected again and again."), N_("Check the address: publishers move their files."), target=url
    )


def _asked_patiently(session: Session, url: str) -> Fetched | str:
    """The file, or where it has moved to; a busy server is asked again."""
    _check_scheme(url)
    for attempt in range(ATTEMPTS):
        last = attempt == ATTEMPTS - 1
        try:
            with session.get(url, timeout=TIMEOUT_S, stream=True, headers=AGENT, allow_redirects=False) as answer:
                if answer.status_code not in WORTH_ANOTHER_TRY or last:
                    return (
                        urljoin(url, answer.headers["Location"]) if answer.is_redirect else _taken(url, answer, session)
                    )
            time.sleep(2**attempt)
        except NotPublic:
            raise _inside(url, N_("Correct the reader's address.")) from None
        except NOT_HAD as error:
            if last or not session.left_s:
                raise _unreachable(
                    url, error, N_("Check the address and this machine's network, or give a file.")
                ) from error
    raise AssertionError("unreachable")


def fetch_if_changed(url: str, *, etag: str = "", last_modified: str = "") -> Fetched | None:
    """The file at a publisher's address; None when the server says that it is as it was. Asked once.

    A redirect is followed on the same host only, and no address inside this machine's own networks is asked (this
    machine itself only by name, over http or https). Raises ContractViolation with a sentence when it can't be had.
    """
    first = urlsplit(url)
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = AGENT | {name: value for name, value in conditions.items() if value}
    with Session(MOST_S, inside=HERE) as session:
        for _attempt in range(MOST_REDIRECTS + 1):
            _check_scheme(url)
            try:
                with session.get(url, timeout=TIMEOUT_S, stream=True, headers=headers, allow_redirects=False) as answer:
                    if answer.status_code == 304:
                        return None
                    if not answer.is_redirect:
                        return _taken(url, answer, session)
                    target = urljoin(url, answer.headers["Location"])
            except NotPublic:
                raise _inside(url, N_("Correct the reader's address.")) from None
            except NOT_HAD as error:
                raise _unreachable(url, error, N_("It is asked again the next time.")) from error
            if urlsplit(target)[:2] != first[:2]:
                remedy = N_("Look at it, and correct the reader's address.")
                raise _refused(url, N_("has moved to {target}."), remedy, target=target)
            url = target
    raise _refused(url, N_("is redirected again and again."), N_("It is asked again the next time."))


def post(url: str, body: bytes, headers: dict[str, str], *, anywhere: bool = False) -> int:
    """The status that a message is answered with; raises ContractViolation with a sentence when it can't be delivered.

    It goes to the address that was looked at, whatever the name means a moment later, by no proxy, and no redirect is
    followed: only https outside this machine's own networks, unless `anywhere`. The sentence repeats the host alone: an
    address may hold a secret, and the sentence goes into logs.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host or (parts.scheme == "http" and not anywhere):
        raise _refused(host, N_("is not an https address."), N_("Give an https address."))
    with Session(TOLD_WITHIN_S, anywhere=anywhere) as session:
        session.trust_env = False
        session.verify = get_default_verify_paths().cafile or True  # whom mail trusts, too: SSL_CERT_FILE, the system's
        try:
            answer = session.post(
                url, body, headers=TELLER | headers, timeout=TIMEOUT_S[0], stream=True, allow_redirects=False
            )
        except NotPublic:
            raise _inside(host, N_("Give an address that anybody can reach.")) from None
        except NOT_HAD as error:
            raise _unreachable(host, error, N_("Check that it answers.")) from error
        answer.close()
    return answer.status_code


def _check_scheme(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in HERE:
        raise _refused(
            url,
            N_("is not an https address."),
            N_("Use the publisher's https address, or download the file and give its path."),
        )


def _taken(url: str, answer: requests.Response, session: Session) -> Fetched:
    if answer.status_code != 200:
        raise _refused(
            url,
            N_("was answered with status {status}."),
            N_("Check the address: publishers move their files."),
            status=answer.status_code,
        )
    content = bytearray()
    while session.left_s and (piece := answer.raw.read1(2**16, decode_content=True)):
        content += piece
        if len(content) > MOST_BYTES:
            raise _refused(
                url,
                N_("has more than {limit} MiB."),
                N_("Download it and keep only the table you need."),
                limit=MOST_BYTES // 2**20,
            )
    if not session.left_s:  # also where the end of the file is the end of the time
        raise _refused(url, N_("takes longer than {limit} s."), N_("Try again later."), limit=MOST_S)
    name = unquote(PurePosixPath(urlsplit(answer.url).path).name) or "download"
    etag, last_modified = (answer.headers.get(header, "") for header in ("ETag", "Last-Modified"))
    return Fetched(bytes(content), name, answer.url, etag, last_modified)


def _refused(url: str, rule: str, remedy: str, **params) -> ContractViolation:
    return ContractViolation([Problem(url, rule, params=params, remedy=remedy)])


def _inside(url: str, remedy: str) -> ContractViolation:
    return _refused(url, N_("is inside this machine's own network."), remedy)


def _unreachable(url: str, error: Exception, remedy: str) -> ContractViolation:
    return _refused(url, N_("can't be reached ({reason})."), remedy, reason=type(error).__name__)
