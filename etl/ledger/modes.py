"""Where viewers must sign in, the ledger's files are not for every user of the machine either."""

import logging
import os
from pathlib import Path

from etl.ledger.store import Store
from etl.settings import settings

log = logging.getLogger(__name__)

ANYONE = "anyone"
FOLDER, FILE_MASK = 0o750, 0o027  # the files are then 0640


def restrict_modes() -> None:
    """Let this process write files for its user and group only, and close the folders of an embedded ledger to others."""
    if settings().viewers.strip().lower() == ANYONE:
        return
    os.umask(FILE_MASK)
    store = Store.from_environment()
    folders = [store.catalog_file.parent] if store.catalog_file else []
    folders += [] if "://" in store.data_path else [Path(store.data_path)]
    for folder in filter(Path.is_dir, folders):
        try:
            folder.chmod(folder.stat().st_mode & FOLDER)
        except OSError as error:
            log.warning("%s stays readable by others: %s", folder, error.strerror)
