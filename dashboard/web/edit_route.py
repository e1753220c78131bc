"""``/edit?token=``, as the server prints it at its start: the browser that opens it may edit until the server ends."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.auth import edit_token
from dashboard.web.middleware.error_pages import refusal


def edit_route(trusted: bool) -> Route:
    """`trusted`: the operator lets who is at this machine edit without signing in."""

    async def edit(request: Request) -> Response:
        if not (trusted and edit_token.is_token(request.query_params.get("token", ""))):
            return refusal(request.scope, 404, "not_found")
        response = RedirectResponse("/update", 303, {"cache-control": "no-store"})
        name = edit_token.cookie_name(request.headers.get("host", ""))
        response.set_cookie(name, edit_token.token(), httponly=True, samesite="strict")
        return response

    return Route(edit_token.ADDRESS, edit, methods=["GET"], name="edit")
