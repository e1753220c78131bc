"""Proof that a browser is of who started the server: where nobody signs in, it has to have opened the address printed then.

That no header speaks of a proxy proves nothing, nor does an account: a proxy may run under the same one.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from functools import cache

from etl.settings import settings

ADDRESS = "/edit"


@cache
def _made() -> str:
    """This process's own, new at each start."""
    return secrets.token_urlsafe(32)


def token() -> str:
    """The operator's, else this start's own."""
    return settings().edit_token.get_secret_value() or _made()


def is_token(given: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), token().encode())


def cookie_name(host: str) -> str:
    """Of a server's own (`host`: the request's header): browsers send cookies of one name to every port of a machine."""
    return f"ledger_edit_{host.rpartition(':')[2]}" if host.rpartition(":")[2].isdecimal() else "ledger_edit"


def is_proven(host: str, cookies: Mapping[str, str]) -> bool:
    """Whether the browser that sends these cookies to `host` has opened the printed address."""
    return is_token(cookies.get(cookie_name(host), ""))
