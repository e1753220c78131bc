"""Links that prove themselves: to begin an alert by e-mail, and to end one; and the secrets of programs that are told."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

from dashboard import links
from etl.ledger.alerts import EMAIL, Subscription

BEGIN, END = "/alerts/confirm", "/alerts/stop"
GOOD_FOR_S = 48 * 3600
TOLD = ("key", "target", "alert", "language", "base")


def beginning(secret: bytes, asked: Subscription) -> str:
    """The address by which who reads the mail at the alert's address begins it."""
    told = [getattr(asked, name) for name in TOLD]
    token = URLSafeTimedSerializer(secret, salt=BEGIN).dumps(told)
    return _address(asked, BEGIN, token)


def begun(secret: bytes, token: str) -> Subscription | None:
    """The alert that a token begins, as of now; None for one that is wrong or too old, or where nothing was signed yet."""
    if not secret:
        return None
    try:
        told = URLSafeTimedSerializer(secret, salt=BEGIN).loads(token, max_age=GOOD_FOR_S)
    except BadSignature:
        return None
    said: Mapping[str, Any] = dict(zip(TOLD, told, strict=True))
    return Subscription(**said, channel=EMAIL, since=datetime.now(UTC))


def ending(secret: bytes, held: Subscription) -> str:
    """The address by which an alert is ended; it is good for ever."""
    return _address(held, END, URLSafeSerializer(secret, salt=END).dumps(held.key))


def ended(secret: bytes, token: str) -> str | None:
    """The key of the alert that a token ends; None for one that is wrong, or where nothing was signed yet."""
    if not secret:
        return None
    try:
        return str(URLSafeSerializer(secret, salt=END).loads(token))
    except BadSignature:
        return None


def signing_secret(secret: bytes, key: str) -> str:
    """What messages to a program are signed with, as Standard Webhooks write it: the program's own, told once."""
    return "whsec_" + b64encode(_own(secret, key)).decode()


def signature(secret: bytes, key: str, message_id: str, at: int, body: bytes) -> str:
    """The signature of a message as Standard Webhooks demand it: HMAC-SHA256 over id, seconds and body."""
    signed = b".".join((message_id.encode(), str(at).encode(), body))
    return "v1," + b64encode(hmac.digest(_own(secret, key), signed, "sha256")).decode()


def id_of(key: str, told: str) -> str:
    """The id of a message, the same however often it is sent."""
    return sha256(f"{key}/{told}".encode()).hexdigest()[:32]


def _own(secret: bytes, key: str) -> bytes:
    return hmac.digest(secret, f"webhook/{key}".encode(), "sha256")


def _address(of: Subscription, path: str, token: str) -> str:
    return links.public_base(of.base) + links.url(path, {"token": token, "lang": of.language})
