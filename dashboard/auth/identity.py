"""Who asks: what Streamlit's signed identity cookie says, checked more strictly than Streamlit does.

Streamlit takes its cookie for 30 days, after signing out as well. Here a sign-in ends after the hours the operator set,
and changing figures ends with the ID token.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.types import Scope

from dashboard.auth.roles import Person
from dashboard.streamlit_internals import (
    IDENTITY_COOKIE,
    auth_settings,
    cookie_secret,
    identity_in,
    own_origin,
    set_auth_settings,
    signed_identity,
    wrong_auth_settings,
)
from etl.settings import REQUIRED, settings, variable

DEFAULT_PROVIDER = "default"
SHORTEST_SECRET = 32  # characters
LONGEST_COOKIE_DAYS = 3660.0
LONGEST_COOKIES = 6000  # characters of the identity cookies together
PERSONAL = (
    "iss", "sub", "iat", "exp", "nonce", "email", "email_verified", "name", "preferred_username", "origin", "is_logged_in", "provider",
)  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """What a request, or the websocket request a session began with, says about who asks. Header names are lower case."""

    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    address: str

    @classmethod
    def of(cls, scope: Scope) -> Visit:
        connection = HTTPConnection(scope)
        return cls(connection.headers, connection.cookies, connection.client.host if connection.client else "")


@dataclass(frozen=True)
class SignIn:
    """What a visit's cookie is worth: a person; or nobody, `ran_out` when it was one's cookie for longer than allowed."""

    person: Person | None = None
    ran_out: bool = False


def set_up() -> bool:
    """Take the OIDC settings from the environment, if they are there; whether sign-in is set up at all.

    Without them, `[auth]` of .streamlit/secrets.toml counts. Settings that can not work stop the start.
    """
    if given := settings().oidc:
        set_auth_settings(given)
    if not is_set_up():
        if settings().review == REQUIRED:  # two people are known by nothing else
            raise SystemExit(f"{variable('review')}={REQUIRED} needs the sign-in: set LEDGER_OIDC_*, too.")
        return False
    if wrong := wrong_auth_settings(provider()):
        raise SystemExit(wrong)
    if len(cookie_secret()) < SHORTEST_SECRET:
        raise SystemExit(f"The cookie secret is too short: give {SHORTEST_SECRET} random characters or more.")
    return True


def is_set_up() -> bool:
    return bool(auth_settings())


def provider() -> str:
    """The provider's name: settings directly under `[auth]`, else the first of `[auth.<name>]`."""
    section = auth_settings()
    named = [name for name, value in section.items() if isinstance(value, dict) and "client_id" in value]
    return DEFAULT_PROVIDER if "client_id" in section or not named else named[0]


def over_https() -> bool:
    """Whether browsers reach the server by https: cookies are then never sent in the clear."""
    return (own_origin() or "").startswith("https://")


def sign_in_of(visit: Visit, hours: float) -> SignIn:
    """What the visit's identity cookie says. Signing out and roles are not looked at."""
    content = identity_in(visit.cookies, hours / 24)
    if content is None:
        return SignIn(ran_out=identity_in(visit.cookies, LONGEST_COOKIE_DAYS) is not None)
    try:
        claims = json.loads(content)
        ends_at = float(claims.get("exp") or 0)
    except (ValueError, TypeError, AttributeError):
        return SignIn()
    if claims.get("is_logged_in") is not True or claims.get("origin") != own_origin():
        return SignIn()
    return SignIn(Person(claims, hashlib.sha256(content).hexdigest(), ends_at))


def slimmed(cookies: list[str], needed: Mapping[str, set[str]]) -> list[str]:
    """The `Set-Cookie` values of a sign-in, made to fit when it brought more than a websocket request can carry.

    Then only what identifies the person stays, and of other claims the values in `needed`; the tokens go. (Servers take
    8 KiB for all cookies of a websocket request: a person in a hundred groups would be signed in and see nothing.)
    """
    parts = {}
    for cookie in cookies:
        name, _equals, rest = cookie.partition("=")
        value, _semicolon, attributes = rest.partition(";")
        if name.startswith(IDENTITY_COOKIE) and "max-age=0" not in attributes.lower():
            parts[name] = (value, attributes)
    if sum(len(name) + len(value) for name, (value, _attributes) in parts.items()) <= LONGEST_COOKIES:
        return cookies
    content = identity_in({name: value for name, (value, _attributes) in parts.items()}, LONGEST_COOKIE_DAYS)
    if content is None:
        return cookies
    claims = json.loads(content)
    slim = {name: claims[name] for name in PERSONAL if name in claims}
    for name, values in needed.items():
        claim = claims.get(name)
        slim[name] = [one for one in claim if str(one) in values] if isinstance(claim, list) else claim
    signed = signed_identity(json.dumps(slim))
    others = [cookie for cookie in cookies if cookie.partition("=")[0] not in parts]
    return [*others, f"{IDENTITY_COOKIE}={signed};{parts[IDENTITY_COOKIE][1]}"]
