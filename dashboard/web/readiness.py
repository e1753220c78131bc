"""What a server of the ledger needs to be ready: figures, a catalog that answers, room on the disk, pictures."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from dashboard.auth import permission
from dashboard.ledger import ledger
from dashboard.web.health import NotReady, enough_disk
from dashboard.web.share.browser import chromium
from etl.settings import settings

DISK_FLOOR_BYTES = 256 * 2**20
WITHOUT_PICTURES = frozenset({"pictures"})
"""Checks that a server does its work without."""


def checks() -> Mapping[str, Callable[[], object]]:
    """By name; each raises when something is the matter."""
    now = settings()
    folders = {"cache": now.cache_path}
    if not now.data_path.startswith("s3://"):
        folders["data"] = Path(now.data_path)
    return {
        "ledger": _figures,
        "catalog": permission.ended_sign_ins().read,  # asks the catalog itself each time; keeps nothing back
        "pictures": _pictures,
        **{f"disk ({name})": partial(enough_disk, folder, DISK_FLOOR_BYTES) for name, folder in folders.items()},
    }


def _figures() -> None:
    newest = ledger().newest()
    if not newest:
        raise NotReady("nothing has been published yet")
    ledger().at(newest)


def _pictures() -> None:
    if chromium() is None:
        raise NotReady("no Chromium is installed")
