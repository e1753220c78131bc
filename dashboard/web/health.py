"""``/healthz``: whether this process can read the ledger, for load balancers and operators."""

from __future__ import annotations

import logging
from collections.abc import Callable

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0


def health_route(newest_release: Callable[[], int], patience_seconds: float = PATIENCE_SECONDS) -> Route:
    """The route ``/healthz``.

    ``newest_release`` reads the ledger's newest release number. It is asked in a thread and given
    ``patience_seconds``. 200 with ``{"status": "ok", "release": n}``; 503 with
    ``{"status": "unavailable", "reason": sentence}`` when it raises or takes too long. An unknown path of a Streamlit
    server also answers 200, so a probe looks at ``status``.
    """

    async def healthz(request: Request) -> JSONResponse:
        try:
            with anyio.fail_after(patience_seconds):
                release = await anyio.to_thread.run_sync(newest_release, abandon_on_cancel=True)
        except TimeoutError:
            reason = f"The ledger gave no answer within {patience_seconds:g} seconds."
        except Exception as error:
            log.exception("the ledger can not be read")
            reason = f"The ledger can not be read ({type(error).__name__}); the server's log says why."
        else:
            return _json(200, {"status": "ok", "release": release})
        return _json(503, {"status": "unavailable", "reason": reason})

    return Route("/healthz", healthz, methods=["GET"], name="healthz")


def _json(status: int, content: dict[str, object]) -> JSONResponse:
    return JSONResponse(content, status_code=status, headers={"Cache-Control": "no-store"})
