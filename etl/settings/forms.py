"""What the value of a setting may be: each form refuses what does not fit; a sentence is made of it by `etl.settings`."""

from collections.abc import Callable
from contextlib import suppress
from email.headerregistry import Address
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

SHORTEST_TOKEN = 16
LONGEST_ADDRESS = 254  # characters that SMTP carries (RFC 5321)


def _items(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split()) if isinstance(text, str) else text


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise ValueError
    return f"{parts.scheme}://{parts.netloc}".lower()


def _only(fits: Callable[[Any], object]) -> AfterValidator:
    """Refuses a value that doesn't fit, a file that can't be read, a name that nothing has."""

    def fitting(value: Any) -> Any:
        with suppress(OSError, KeyError):
            if fits(value):
                return value
        raise ValueError

    return AfterValidator(fitting)


def is_mail_server(url: str) -> bool:
    """Whether it is `smtp://` or `smtps://` with a host."""
    parts = urlsplit(url)
    return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0


def is_mail_address(text: str) -> bool:
    """Whether it is one address without a name, as mail programs write it: ASCII, at most 254 characters."""
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError):
        return False
    plain = text.isascii() and text.isprintable() and len(text) <= LONGEST_ADDRESS and " " not in text
    return plain and bool(address.username) and "." in address.domain.strip(".")


HARD_TO_GUESS = _only(lambda token: not 0 < len(token.get_secret_value()) < SHORTEST_TOKEN)
CATALOG = _only(lambda text: text.startswith(("sqlite:", "postgres:")))
TIME_ZONE = _only(ZoneInfo)
FRAME_SOURCE = _only(lambda source: ";" not in source)
MAIL_SERVER = _only(lambda url: not url.get_secret_value() or is_mail_server(url.get_secret_value()))
MAIL_ADDRESS = _only(lambda text: not text or is_mail_address(text))
PRIVATE_KEY = _only(lambda path: not path or path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----"))


Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_items)]
FrameSources = Annotated[tuple[Annotated[str, FRAME_SOURCE], ...], NoDecode, BeforeValidator(_items)]
