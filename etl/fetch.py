"""The only HTTP client: a publisher's file by its address, whole or not at all, with where and when it came from."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import requests

from etl.contract import ContractViolation, Problem
from etl.message import N_

MOST_BYTES = 50 * 2**20
TIMEOUT_S = (10, 60)  # to connect, between two pieces
ATTEMPTS = 3
WORTH_ANOTHER_TRY = {429, 500, 502, 503, 504}
HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Fetched:
    """A file as a server sent it. `name` is the last part of the address it came from."""

    content: bytes
    name: str
    url: str
    fetched_at: datetime


def is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def fetch(url: str) -> Fetched:
    """The file at an https address (http only on this machine); raises ContractViolation with a sentence when it can't be had.

    Busy servers are asked again a few times, with pauses. A file of more than MOST_BYTES is not taken.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in HERE:
        raise _refused(
            url,
            N_("is not an https address."),
            N_("Use the publisher's https address, or download the file and give its path."),
        )
    for attempt in range(ATTEMPTS):
        try:
            with requests.get(url, timeout=TIMEOUT_S, stream=True, headers={"User-Agent": "AllianceLedger"}) as answer:
                if answer.status_code in WORTH_ANOTHER_TRY and attempt < ATTEMPTS - 1:
                    time.sleep(2**attempt)
                    continue
                return _taken(url, answer)
        except requests.RequestException as error:
            if attempt == ATTEMPTS - 1:
                raise _refused(
                    url,
                    N_("can't be reached ({reason})."),
                    N_("Check the address and this machine's network, or give a file."),
                    reason=type(error).__name__,
                ) from error
    raise AssertionError("unreachable")


def _taken(url: str, answer: requests.Response) -> Fetched:
    if answer.status_code != 200:
        raise _refused(
            url,
            N_("was answered with status {status}."),
            N_("Check the address: publishers move their files."),
            status=answer.status_code,
        )
    content = bytearray()
    for piece in answer.iter_content(2**16):
        content += piece
        if len(content) > MOST_BYTES:
            raise _refused(
                url,
                N_("has more than {limit} MiB."),
                N_("Download it and keep only the table you need."),
                limit=MOST_BYTES // 2**20,
            )
    name = unquote(PurePosixPath(urlsplit(answer.url).path).name) or "download"
    return Fetched(bytes(content), name, answer.url, datetime.now(UTC))


def _refused(url: str, rule: str, remedy: str, **params) -> ContractViolation:
    return ContractViolation([Problem(url, rule, params=params, remedy=remedy)])
