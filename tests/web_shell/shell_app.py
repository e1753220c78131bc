"""The web process around one small page, for the tests of guard, compression and health."""

import os
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard.streamlit_internals import uploaded_bytes
from dashboard.web.health import health_route
from dashboard.web.lifespan import warm_lifespan
from dashboard.web.middleware.guards import guards
from dashboard.web.middleware.static_files import Compression
from etl.settings import settings


def newest_release() -> int:
    """A ledger that can be read until the file of the test says otherwise."""
    if Path(os.environ["BROKEN_LEDGER"]).exists():
        raise OSError("no such catalog: /secret/path")
    return 7


async def fail(request: Request) -> PlainTextResponse:
    """A route with an error in it."""
    raise ValueError("the secret in the traceback")


app = st.App(
    Path(__file__).with_name("shell_page.py"),
    lifespan=warm_lifespan(lambda: None, lambda: None),
    routes=[health_route(newest_release), Route("/fail", fail), Route("/embed/x", lambda r: PlainTextResponse("x"))],
    middleware=[
        *guards(settings(), uploaded_bytes, lambda scope: b"x-viewer" not in dict(scope["headers"])),
        Middleware(Compression, pages=("", "spending"), cache=settings().cache_path / "static"),
    ],
)
