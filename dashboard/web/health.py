"""``/healthz``: whether this process can read the ledger; ``/readyz``: whether all that it needs is there."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

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


class NotReady(Exception):
    """What a check found, as a sentence for operators."""


def ready_route(
    checks: Mapping[str, Callable[[], object]],
    *,
    needless: frozenset[str] = frozenset(),
    patience_seconds: float = PATIENCE_SECONDS,
) -> Route:
    """The route ``/readyz``: each check by its name with its word, ``ok`` or what is the matter.

    A check is called in a thread and is ok unless it raises or takes longer than ``patience_seconds``. 200 with
    ``{"status": "ready", "checks": {name: word}}``; 503 with ``not ready`` when one fails that is not ``needless``.
    """

    async def word(name: str) -> str:
        try:
            with anyio.fail_after(patience_seconds):
                await anyio.to_thread.run_sync(checks[name], abandon_on_cancel=True)
        except TimeoutError:
            return f"no answer within {patience_seconds:g} seconds"
        except NotReady as reason:
            return str(reason)
        except Exception as error:
            log.exception("not ready: %s", name)
            return f"failed ({type(error).__name__}); the server's log says why"
        return "ok"

    async def readyz(request: Request) -> JSONResponse:
        words = dict(zip(checks, await asyncio.gather(*map(word, checks)), strict=True))
        ready = all(words[name] == "ok" or name in needless for name in words)
        return _json(200 if ready else 503, {"status": "ready" if ready else "not ready", "checks": words})

    return Route("/readyz", readyz, methods=["GET"], name="readyz")


def enough_disk(folder: Path, floor_bytes: int) -> None:
    """Raises NotReady when less is free where the folder is, or is to be."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < floor_bytes:
        raise NotReady(f"{free // 2**20} MiB are free at {there}; at least {floor_bytes // 2**20} are needed")


def _json(status: int, content: dict[str, object]) -> JSONResponse:
    return JSONResponse(content, status_code=status, headers={"Cache-Control": "no-store"})
