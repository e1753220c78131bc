"""The one ledger of this process: who writes to it is asked for the right to, whatever page or route it comes from."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from dashboard.auth import permission
from etl.ledger.ledger import Ledger
from etl.ledger.release import Release, ReleaseConflict
from etl.message import Message


class GuardedLedger(Ledger):
    """A ledger that asks for the session's role inside every write. Raises NotAllowed."""

    def publish(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        author: str,
        message: str,
        base: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Release | None:
        """As in a Ledger; the author is the person signed in, and the release keeps who that was and from where."""
        what = f"publish “{message}”"
        kept = permission.permit(what)
        author = kept.get(permission.BY, author)
        try:
            return super().publish(frames, author=author, message=message, base=base, extra={**(extra or {}), **kept})
        except ReleaseConflict as overtaken:
            permission.refused(permission.visit(), what, Message(str(overtaken)))
            raise

    def keep_file(self, content: bytes, name: str) -> str:
        permission.permit(f"publish the file {name}")
        return super().keep_file(content, name)


@cache
def ledger() -> Ledger:
    return GuardedLedger.open()
