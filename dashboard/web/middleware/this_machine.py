"""Where nobody signs in: the proof of who is at this machine, put on requests that have it and taken off all others."""

from __future__ import annotations

from http.cookies import SimpleCookie

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.auth import this_machine
from dashboard.auth.this_machine import ADDRESS, COOKIE, PROOF
from dashboard.streamlit_internals import STREAM, UPLOAD
from dashboard.web.middleware.error_pages import refusal


class ThisMachine:
    """ASGI middleware, outside of all that asks who may edit. `trusted`: the operator lets this machine's person edit."""

    def __init__(self, app: ASGIApp, trusted: bool) -> None:
        self.app, self.trusted = app, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the proof or without."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = [pair for pair in scope["headers"] if pair[0].lower() != PROOF.encode()]
        if self.trusted and _changes_something(scope) and (_has_cookie(scope) or this_machine.is_own_account(scope)):
            headers.append((PROOF.encode(), this_machine.token().encode()))
        await self.app({**scope, "headers": headers}, receive, send)


def _changes_something(scope: Scope) -> bool:
    """Sessions and uploads: nothing else asks who may edit."""
    return scope["path"] == STREAM or bool(UPLOAD.fullmatch(scope["path"]))


def _has_cookie(scope: Scope) -> bool:
    cookies = SimpleCookie(Headers(scope=scope).get("cookie", ""))
    return COOKIE in cookies and this_machine.is_token(cookies[COOKIE].value)


def edit_route(trusted: bool) -> Route:
    """``/edit?token=``, as the server prints it at its start: the browser that opens it may edit until the server ends."""

    async def edit(request: Request) -> Response:
        if not (trusted and this_machine.is_token(request.query_params.get("token", ""))):
            return refusal(request.scope, 404, "not_found")
        response = RedirectResponse("/update", 303, {"cache-control": "no-store"})
        response.set_cookie(COOKIE, this_machine.token(), httponly=True, samesite="strict")
        return response

    return Route(ADDRESS, edit, methods=["GET"], name="edit")
