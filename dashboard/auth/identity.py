"""Who asks: what Streamlit's signed identity cookie says, checked more strictly than Streamlit does.

Streamlit takes its cookie for 30 days, after signing out as well. Here a sign-in ends after the hours the operator set,
and changing figures ends with the ID token. The cookie is read with Streamlit's own functions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.types import Scope
from streamlit.auth_util import (
    get_cookie_with_chunks,
    get_origin_from_redirect_uri,
    get_secrets_auth_section,
    is_authlib_installed,
    validate_auth_credentials,
)
from streamlit.errors import StreamlitAuthError
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard.auth.roles import Person
from etl.settings import settings

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
        secrets_singleton.load_if_toml_exists()  # first: what is merged would otherwise be all there is
        secrets_singleton.merge_programmatic_secrets({"auth": given})
    if not is_set_up():
        return False
    try:
        validate_auth_credentials(provider())
    except StreamlitAuthError as error:
        raise SystemExit(f"Sign-in is set up wrongly: {error}") from None
    if not is_authlib_installed() or not get_origin_from_redirect_uri():
        raise SystemExit(
            "Sign-in needs the package authlib and a redirect_uri such as https://ledger.example/oauth2callback."
        )
    if len(get_cookie_secret()) < SHORTEST_SECRET:
        raise SystemExit(f"The cookie secret is too short: give {SHORTEST_SECRET} random characters or more.")
    return True


def is_set_up() -> bool:
    return bool(get_secrets_auth_section())


def provider() -> str:
    """The provider's name: settings directly under `[auth]`, else the first of `[auth.<name>]`."""
    section = get_secrets_auth_section()
    named = [name for name, value in section.to_dict().items() if isinstance(value, dict) and "client_id" in value]
    return DEFAULT_PROVIDER if "client_id" in section or not named else named[0]


def over_https() -> bool:
    """Whether browsers reach the server by https: cookies are then never sent in the clear."""
    return (get_origin_from_redirect_uri() or "").startswith("https://")


def sign_in_of(visit: Visit, hours: float) -> SignIn:
    """What the visit's identity cookie says. Signing out and roles are not looked at."""
    content = _content(visit.cookies, hours / 24)
    if content is None:
        return SignIn(ran_out=_content(visit.cookies, LONGEST_COOKIE_DAYS) is not None)
    try:
        claims = json.loads(content)
        ends_at = float(claims.get("exp") or 0)
    except (ValueError, TypeError, AttributeError):
        return SignIn()
    if claims.get("is_logged_in") is not True or claims.get("origin") != get_origin_from_redirect_uri():
        return SignIn()
    return SignIn(Person(claims, hashlib.sha256(content).hexdigest(), ends_at))


def slimmed(cookies: list[str], asked: Mapping[str, set[str]]) -> list[str]:
    """The `Set-Cookie` values of a sign-in, made to fit when it brought more than a websocket request can carry.

    Then only what identifies the person stays, and of other claims the values in `asked`; the tokens go. (Servers take
    8 KiB for all cookies of a websocket request: a person in a hundred groups would be signed in and see nothing.)
    """
    parts = {}
    for cookie in cookies:
        name, _equals, rest = cookie.partition("=")
        value, _semicolon, attributes = rest.partition(";")
        if name.startswith(USER_COOKIE_NAME) and "max-age=0" not in attributes.lower():
            parts[name] = (value, attributes)
    if sum(len(name) + len(value) for name, (value, _attributes) in parts.items()) <= LONGEST_COOKIES:
        return cookies
    content = _content({name: value for name, (value, _attributes) in parts.items()}, LONGEST_COOKIE_DAYS)
    if content is None:
        return cookies
    claims = json.loads(content)
    kept = {name: claims[name] for name in PERSONAL if name in claims}
    for name, values in asked.items():
        held = claims.get(name)
        kept |= {name: [one for one in held if str(one) in values]} if isinstance(held, list) else {name: held}
    signed = create_signed_value(get_cookie_secret(), USER_COOKIE_NAME, json.dumps(kept)).decode()
    others = [cookie for cookie in cookies if cookie.partition("=")[0] not in parts]
    return [*others, f"{USER_COOKIE_NAME}={signed};{parts[USER_COOKIE_NAME][1]}"]


def _content(cookies: Mapping[str, str], days: float) -> bytes | None:
    """The signed content of the identity cookie, when it was signed here in the last `days`."""
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(secret, name, value.encode("latin-1"), days) if value else None

    try:
        return get_cookie_with_chunks(one, USER_COOKIE_NAME)
    except UnicodeEncodeError:
        return None
