"""Who may change figures. Without sign-in: only on a server that nobody but this machine can reach."""

import getpass
import os
import sys
from pathlib import Path

import streamlit as st

LOOPBACK = ("localhost", "127.0.0.1", "::1")
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-Ip")


def may_edit() -> bool:
    """Whether this session may publish; asked again inside every write."""
    through_proxy = any(st.context.headers.get(name) for name in FORWARDED)
    return listening_address() in LOOPBACK and not through_proxy


def editor() -> str:
    """Who publishes, as far as this machine knows; a person may write another name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user without a name
        return ""


def listening_address() -> str | None:
    """The address the server listens on; None is any. `streamlit run` has it in its options, uvicorn in its own."""
    program = Path(sys.argv[0])
    if "uvicorn" not in (program.stem, program.parent.name):
        return st.get_option("server.address")
    address = os.environ.get("UVICORN_HOST", "127.0.0.1")  # uvicorn's own default
    for option, value in zip(sys.argv, [*sys.argv[1:], ""], strict=True):
        if option == "--host":
            address = value
        elif option.startswith("--host="):
            address = option.partition("=")[2]
        elif option in ("--uds", "--fd") or option.startswith(("--uds=", "--fd=")):
            return None  # whoever passes on to a socket may be anybody
    return address
