"""Every touch of Streamlit beyond its documented interface, in one place: what a newer Streamlit lacks breaks here.

Nothing else of ours is imported, so that any room may ask. A test names each thing that is gone.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import streamlit
from streamlit import logger as streamlit_logger
from streamlit import runtime
from streamlit.auth_util import (
    get_cookie_with_chunks,
    get_origin_from_redirect_uri,
    get_secrets_auth_section,
    is_authlib_installed,
    validate_auth_credentials,
)
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAuthError
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.secrets import secrets_singleton
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import AUTH_COOKIE_MAX_AGE_SECONDS, USER_COOKIE_NAME

Container = DeltaGenerator  # what st.container(), columns and their like give

# --- addresses --------------------------------------------------------------------------------------------------------

LOGIN, LOGOUT, CALLBACK = "/auth/login", "/auth/logout", "/oauth2callback"
STREAM = "/_stcore/stream"
UPLOAD_PATH = "/_stcore/upload_file"
UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/[^/]+")
FOR_OPERATORS = re.compile(r"/_stcore/(metrics|agent|script-health-check)(/|$)")
WITHOUT_CONTENT = re.compile(r"/static/.+|/favicon\.\w+|/_stcore/(health|host-config)")
"""What the front end needs before anybody is known, and what holds no figure."""


# --- front end --------------------------------------------------------------------------------------------------------

CHART_CHUNK = "PlotlyChart."
"""How the name of the script that draws plotly charts begins, in ``static/js`` of the folder of static files."""
FRAME_CHUNKS = ("TextInput.", "Button.", "Selectbox.", "ButtonGroup.")
"""Likewise of the widgets that stand on nearly every page of ours."""


def static_folder() -> Path:
    """Folder of the front-end files: ``index.html``, and what it loads below ``static``."""
    return Path(streamlit.__file__).parent / "static"


# --- sessions ---------------------------------------------------------------------------------------------------------

PATIENCE_S, BUSY_PAUSE_S = 20.0, 0.1


async def run_sessions_again() -> None:
    """Run every open session's script with what its reader last chose; Streamlit offers no public way to do this.

    A session whose script runs just now is waited for: to run it again would break it off, in the middle of a publish.
    """
    if not runtime.exists():
        return
    waiting = [info.session for info in runtime.get_instance()._session_mgr.list_active_sessions()]
    until = anyio.current_time() + PATIENCE_S
    while waiting and anyio.current_time() < until:
        for session in [one for one in waiting if one._scriptrunner is None]:
            session.request_rerun(session._client_state)
            waiting.remove(session)
        await anyio.sleep(BUSY_PAUSE_S)


def open_sessions() -> int:
    """How many pages are open; 0 while no runtime runs."""
    return len(runtime.get_instance()._session_mgr.list_active_sessions()) if runtime.exists() else 0


def keep_answers() -> None:
    """Have a session keep what it answers to a browser's question when its script starts again.

    A run that starts empties the queue of what goes to the browser. The address asked for to send a chosen file to stood
    in it, too, and a file that was chosen while the server was slow was lost without a word.
    """
    as_streamlit_does = ForwardMsgQueue.clear

    def clear(
        queue: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
    ) -> None:
        answers = [message for message in queue._queue if str(message.WhichOneof("type")).endswith("_response")]
        as_streamlit_does(queue, retain_lifecycle_msgs, fragment_ids_this_run)
        if retain_lifecycle_msgs:
            held = set(map(id, queue._queue))
            queue._queue = [*(answer for answer in answers if id(answer) not in held), *queue._queue]

    ForwardMsgQueue.clear = clear  # type: ignore[assignment, method-assign]


def uploaded_bytes() -> Mapping[str, int]:
    """Bytes of uploaded files in memory, by session; empty while no runtime runs.

    Streamlit drops a session's files when the session ends and a file when its reader removes it, so this is never
    out of step with the memory it stands for.
    """
    if not runtime.exists():
        return {}
    manager: Any = runtime.get_instance().uploaded_file_mgr
    sessions = list(manager.file_storage.items())
    return {session: sum(len(file.data) for file in list(files.values())) for session, files in sessions}


# --- logs -------------------------------------------------------------------------------------------------------------


def set_log_formatter(formatter: logging.Formatter) -> None:
    """Have Streamlit's loggers write by this formatter, also those that it makes later."""
    as_streamlit_does = streamlit_logger.setup_formatter

    def setup_formatter(logger: logging.Logger) -> None:
        as_streamlit_does(logger)
        logger.streamlit_console_handler.setFormatter(formatter)  # type: ignore[attr-defined]

    streamlit_logger.setup_formatter = setup_formatter
    streamlit_logger.update_formatter()


# --- sign-in ----------------------------------------------------------------------------------------------------------

IDENTITY_COOKIE, COOKIE_LASTS_S = USER_COOKIE_NAME, AUTH_COOKIE_MAX_AGE_SECONDS


def set_auth_settings(given: Mapping[str, str]) -> None:
    """Take these settings as `[auth]`, beside what .streamlit/secrets.toml holds."""
    secrets_singleton.load_if_toml_exists()  # first: what is merged would otherwise be all there is
    secrets_singleton.merge_programmatic_secrets({"auth": dict(given)})


def auth_settings() -> dict[str, Any]:
    """The section `[auth]` of the secrets; empty when sign-in is not set up."""
    section = get_secrets_auth_section()
    return section.to_dict() if section else {}


def wrong_auth_settings(provider: str) -> str:
    """What keeps sign-in at this provider from working, as a sentence; empty when nothing does."""
    try:
        validate_auth_credentials(provider)
    except StreamlitAuthError as error:
        return f"Sign-in is set up wrongly: {error}"
    if not is_authlib_installed() or not own_origin():
        return "Sign-in needs the package authlib and a redirect_uri such as https://ledger.example/oauth2callback."
    return ""


def own_origin() -> str | None:
    """The origin of the redirect_uri: where browsers reach the server, and what identity cookies are bound to."""
    return get_origin_from_redirect_uri()


def cookie_secret() -> str:
    """What signs cookies."""
    return get_cookie_secret()


def login_url(provider: str) -> str:
    """The address that begins a sign-in at that provider."""
    return generate_login_redirect_url(provider)


def identity_in(cookies: Mapping[str, str], days: float) -> bytes | None:
    """The signed content of the identity cookie (it may come in several), when it was signed here in the last `days`."""
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(secret, name, value.encode("latin-1"), days) if value else None

    try:
        return get_cookie_with_chunks(one, USER_COOKIE_NAME)
    except UnicodeEncodeError:
        return None


def signed_identity(content: str) -> str:
    """The value of an identity cookie that holds `content`."""
    return create_signed_value(get_cookie_secret(), USER_COOKIE_NAME, content).decode()
