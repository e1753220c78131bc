"""The one ledger of this process."""

from functools import cache

from etl.ledger import Ledger


@cache
def ledger() -> Ledger:
    return Ledger.open()
