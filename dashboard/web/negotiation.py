"""What a request's headers say of the answer they can take: its encoding, and whether the reader has it already."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse


def accepted_encoding(accept: str) -> str:
    """The encoding to answer with, ``br``, ``gzip`` or ``identity``, for an ``Accept-Encoding`` header."""
    quality: dict[str, float] = {}
    for item in accept.lower().split(","):
        name, _, weight = item.partition(";")
        try:
            quality[name.strip()] = float(weight.partition("=")[2] or 1)
        except ValueError:
            quality[name.strip()] = 0.0
    anything = quality.get("*", 0.0)
    best = max(("br", "gzip"), key=lambda name: quality.get(name, anything))
    return best if quality.get(best, anything) > 0 else "identity"


def unless_known(request: Headers, response: Response) -> Response:
    """The response, or 304 when the reader's ``If-None-Match`` names its weak ETag."""
    known = {tag.strip().removeprefix("W/") for tag in request.get("if-none-match", "").split(",")}
    if response.status_code == 200 and known & {response.headers["etag"].removeprefix("W/"), "*"}:
        return NotModifiedResponse(response.headers)
    return response
