"""Proof that a visit comes from this machine's own person: where nobody signs in, whoever edits has to give it.

That no header speaks of a proxy proves nothing. What does: the system says that the other end of the connection is a
process of the account that runs this server; or the browser has opened the address that the server printed at its start.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from starlette.types import Scope

PROOF = "x-ledger-this-machine"
"""A header that the outermost layer takes off every request and puts on those that are proven."""
COOKIE = "ledger_edit"
ADDRESS = "/edit"
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LOCAL, REMOTE, UID = 1, 2, 7  # columns of those tables


@cache
def token() -> str:
    """This process's own, new at each start."""
    return secrets.token_urlsafe(32)


def is_token(given: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), token().encode())


def is_proven(headers: Mapping[str, str]) -> bool:
    """Whether the layer has put the proof on the request that a visit began with."""
    return is_token(headers.get(PROOF, ""))


def is_own_account(scope: Scope, tables: tuple[Path, ...] = TABLES) -> bool:
    """Whether the other end of the connection is a process of this server's account, on this machine; False where no system says so."""
    (host, port), (_here, own_port) = scope.get("client") or ("", 0), scope.get("server") or ("", 0)
    if not (port and own_port and _is_loopback(host)):
        return False
    lines = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    ends = f":{port:04X}", f":{own_port:04X}"
    accounts = {line[UID] for line in lines if line[LOCAL].endswith(ends[0]) and line[REMOTE].endswith(ends[1])}
    return accounts == {str(os.getuid())}


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
