"""What depends on the release, the ledger's day and the language alone is computed once, whoever looks."""

from collections.abc import Callable, Hashable
from datetime import date
from functools import lru_cache, wraps
from typing import TypeVar

from dashboard import language
from etl.ledger.ledger import Ledger
from etl.settings import days

ANSWERS_KEPT = 256

Answer = TypeVar("Answer")


def once(work: Callable[..., Answer]) -> Callable[..., Answer]:
    """`work(ledger, release, ...)`, kept for the same release, day and language; what it gives is not to be changed."""

    @lru_cache(maxsize=ANSWERS_KEPT)
    def kept(ledger: Ledger, release: int, today: date, spoken: str, *asked: Hashable) -> Answer:
        return work(ledger, release, *asked)

    @wraps(work)
    def asked_again(ledger: Ledger, release: int, *asked: Hashable) -> Answer:
        return kept(ledger, release, days.today(), language.current(), *asked)

    return asked_again
