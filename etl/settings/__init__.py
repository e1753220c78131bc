"""What an operator may set: every `LEDGER_*` variable once, with its sentence. No other module reads the environment,
but for what S3 programs share (`etl/ledger/duckdb_extensions.py`)."""

import os
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import Field, PositiveInt, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from etl.settings.forms import (
    CATALOG,
    HARD_TO_GUESS,
    MAIL_ADDRESS,
    MAIL_SERVER,
    PRIVATE_KEY,
    SHORTEST_TOKEN,
    TIME_ZONE,
    FrameSources,
    Origins,
)

PREFIX = "LEDGER_"
CHECKOUT = Path(__file__).resolve().parents[2] / "data"
DATA = (
    CHECKOUT if CHECKOUT.is_dir() else user_data_path("alliance-ledger")
)  # installed from a wheel: the user's own folder
LONGEST_SIGN_IN_HOURS = 720
REQUIRED = "required"


def _setting(default: Any, sentence: str, *, give: str = "", secret: bool = False, **limits: Any) -> Any:
    """A field with its sentence for operators. `give`: what to write instead of a wrong value; a secret is not repeated."""
    return Field(default, description=sentence, json_schema_extra={"give": give, "secret": secret}, **limits)


def _mebibytes(default: int, sentence: str) -> Any:
    return _setting(default, sentence, give="a whole number of mebibytes, 1 or more")


class Settings(BaseSettings):
    """The settings as they are now. A variable that is empty counts as not set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, str_strip_whitespace=True, extra="forbid")

    catalog: Annotated[str, CATALOG] = _setting(
        f"sqlite:{DATA / 'catalog.sqlite'}",
        "Where the ledger's catalog is: sqlite:PATH, or postgres:CONNECTION STRING for several servers.",
        give="sqlite:PATH or postgres:CONNECTION STRING",
        secret=True,
    )
    data_path: str = _setting(
        str(DATA / "parquet"),
        "Where its Parquet files are: a folder, or s3://bucket/prefix with credentials from the usual AWS_* variables.",
    )
    signing_key: Annotated[Path | None, PRIVATE_KEY] = _setting(
        None,
        "File with the key that releases are signed with (python -m etl key FILE makes one); without it they are not signed.",
        give="the path of a key that “python -m etl key” wrote, readable by the app",
    )
    cache_path: Path = _setting(
        DATA / "cache", "Folder for finished pictures and compressed scripts; what is in it can be made again."
    )
    pictures_mib: PositiveInt = _mebibytes(256, "How large the finished pictures in it may be together, in MiB.")
    draw_at_start: bool = _setting(
        True, "“no”: be up some seconds sooner, and draw each chart when it is first asked for.", give="yes or no"
    )
    public_url: Origins = _setting(
        (),
        "Address(es) by which the app is reached behind a proxy, divided by commas or spaces; the first is written into links.",
        give="whole addresses without a path, such as https://ledger.example, divided by commas or spaces",
    )
    time_zone: Annotated[str, TIME_ZONE] = _setting(
        "America/Toronto",
        "Where the ledger's day begins and ends: deadlines pass at midnight there.",
        give="a name of the IANA time zone database, such as America/Toronto or Europe/Brussels",
    )
    embed_hosts: FrameSources = _setting(
        (),
        "Sites that may show /embed/ pages in a frame, divided by commas or spaces; none by default.",
        give="addresses such as https://news.example, divided by commas or spaces",
    )
    max_sessions: PositiveInt = _setting(
        1000,
        "How many pages may be open at once; the next reader is told to come back.",
        give="a whole number, 1 or more",
    )
    log: Literal["text", "json"] = _setting(
        "text", "How the server logs: text, or json (one object a line, with the request's id).", give="text or json"
    )
    metrics_token: Annotated[SecretStr, HARD_TO_GUESS] = _setting(
        SecretStr(""),
        "Who gives it as a bearer token reads Prometheus' metrics at /metrics; without it nobody does.",
        give=f"{SHORTEST_TOKEN} random characters or more",
        secret=True,
    )
    smtp_url: Annotated[SecretStr, MAIL_SERVER] = _setting(
        SecretStr(""),
        "The mail server that alerts are sent by: smtp://user:password@host:587 (STARTTLS) or smtps://…; without it none are sent by e-mail.",
        give="smtp://user:password@host:587 or smtps://user:password@host",
        secret=True,
    )
    smtp_from: Annotated[str, MAIL_ADDRESS] = _setting(
        "", "The e-mail address that alerts come from; needed with LEDGER_SMTP_URL.", give="an e-mail address"
    )
    webhooks: Literal["off", "public", "anywhere"] = _setting(
        "off",
        "Whether alerts are sent to programs (webhooks): off, public (https addresses outside the server's own networks), or anywhere (only where every reader is trusted).",
        give="off, public or anywhere",
    )
    upload_file_mib: PositiveInt = _mebibytes(25, "How large one uploaded file may be, in MiB.")
    upload_session_mib: PositiveInt = _mebibytes(
        50, "How large the uploaded files of one session may be together, in MiB."
    )
    upload_server_mib: PositiveInt = _mebibytes(256, "How large all uploaded files in memory may be together, in MiB.")
    editors: str = _setting(
        "",
        "Who may publish: e-mails, domains (@example.org), or claims (groups=ledger-editors), divided by commas or spaces.",
    )
    editors_file: Path | None = _setting(
        None, "The same in a file, read at every question: who is taken out can't publish any more, without a restart."
    )
    review: Literal["off", "required"] = _setting(
        "off",
        "“required”: whatever is to be published becomes a draft that another editor than its author must approve; needs the sign-in.",
        give="off or required",
    )
    edit_without_sign_in: bool = _setting(
        False,
        "“yes”: who opens the address with a token that the server prints at its start, at this machine, may publish without signing in; “make run” says so. Never behind a proxy.",
        give="yes or no",
    )
    edit_token: Annotated[SecretStr, HARD_TO_GUESS] = _setting(
        SecretStr(""),
        "The token of that address, where a new one at each start is in the way; the server then doesn't print it.",
        give=f"{SHORTEST_TOKEN} random characters or more",
        secret=True,
    )
    viewers: str = _setting(
        "anyone", "Who may look: anyone, signed-in, or a list as for editors (editors may always look)."
    )
    sign_in_hours: float = _setting(
        8.0,
        "How long a sign-in lasts for looking, in hours; publishing also ends with the ID token.",
        give=f"hours, more than 0 and at most {LONGEST_SIGN_IN_HOURS}",
        gt=0,
        le=LONGEST_SIGN_IN_HOURS,
    )
    oidc_metadata_url: str = _setting("", "The sign-in provider's address of its OpenID configuration.")
    oidc_client_id: str = _setting("", "The client ID that the sign-in provider gave.")
    oidc_client_secret: SecretStr = _setting(
        SecretStr(""), "The client secret that the sign-in provider gave.", secret=True
    )
    oidc_cookie_secret: SecretStr = _setting(
        SecretStr(""), "32 random characters or more that sign the cookies, the same on every server.", secret=True
    )
    oidc_redirect_uri: str = _setting(
        "", "Where the provider sends people back: the app's address with /oauth2callback."
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_not_set(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if not isinstance(value, str) or value.strip()}

    @model_validator(mode="after")
    def _sign_in_is_whole(self) -> "Settings":
        fields = [field for field in type(self).model_fields if field.startswith("oidc_")]
        missing = [variable(field) for field in fields if not getattr(self, field)]
        if 0 < len(missing) < len(fields):
            raise ValueError(f"Sign-in needs {', '.join(missing)}, too: set all of LEDGER_OIDC_*, or none.")
        return self

    @model_validator(mode="after")
    def _mail_is_whole(self) -> "Settings":
        if bool(self.smtp_url.get_secret_value()) != bool(self.smtp_from):
            raise ValueError("Alerts by e-mail need both LEDGER_SMTP_URL and LEDGER_SMTP_FROM: set both, or none.")
        return self

    @property
    def oidc(self) -> dict[str, str]:
        """The provider's settings by the names that Streamlit has for them; empty when none is set."""
        named = {
            "server_metadata_url": self.oidc_metadata_url,
            "client_id": self.oidc_client_id,
            "client_secret": self.oidc_client_secret.get_secret_value(),
            "cookie_secret": self.oidc_cookie_secret.get_secret_value(),
            "redirect_uri": self.oidc_redirect_uri,
        }
        return named if any(named.values()) else {}


class ServerSettings(BaseSettings):
    """What uvicorn itself reads from the environment and the app needs to know."""

    model_config = SettingsConfigDict(env_prefix="UVICORN_", env_ignore_empty=True, frozen=True)

    host: str = "127.0.0.1"
    port: int = 8000


def variable(field: str) -> str:
    """The name of the variable of a setting."""
    return PREFIX + field.upper()


def settings() -> Settings:
    """The settings, read again only when the environment has changed. A wrong value ends the program with a sentence."""
    return _read(tuple(sorted((name, value) for name, value in os.environ.items() if name.upper().startswith(PREFIX))))


@lru_cache(maxsize=1)
def _read(given: tuple[tuple[str, str], ...]) -> Settings:
    sentences = [_misspelt(name.upper()) for name, _value in given]
    try:
        read = Settings()
    except ValidationError as error:
        sentences += [_sentence(problem) for problem in error.errors()]
    if wrong := list(dict.fromkeys(filter(None, sentences))):
        raise SystemExit("\n".join(wrong))
    return read


def _misspelt(name: str) -> str:
    """A sentence when a variable is nearly one of ours. Others may belong to a container's platform."""
    known = [variable(field) for field in Settings.model_fields]
    near = [] if name in known else get_close_matches(name, known, n=1, cutoff=0.9)
    return f"There is no setting {name}: did you mean {near[0]}?" if near else ""


def _sentence(problem: ErrorDetails) -> str:
    if not problem["loc"]:  # about several settings at once: a sentence already
        return str(problem["ctx"]["error"])
    field = str(problem["loc"][0])
    details: Any = Settings.model_fields[field].json_schema_extra
    shown = "wrong" if details["secret"] else f"“{problem['input']}”"
    return f"{variable(field)} is {shown}: give {details['give']}."
