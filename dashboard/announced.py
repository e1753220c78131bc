"""Releases to come that their authors chose to announce: the only thing that is ever public of a draft."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from dashboard.language import current
from dashboard.ledger import ledger


@dataclass(frozen=True)
class Announced:
    """A release to come: `id` never changes, `moment` in UTC and in which `zone` it was chosen, what is said of it."""

    id: str
    moment: datetime
    zone: str
    en: str
    fr: str

    @property
    def text(self) -> str:
        return self.fr if current() == "fr" else self.en


def announced() -> list[Announced]:
    """The next first. One that is withdrawn, changed or published is not among them."""
    return [
        Announced(one.key[:16], one.content.moment, one.content.zone, told["en"], told["fr"])
        for one in ledger().timed.planned()
        if one.content.moment and (told := one.content.announced)
    ]


def asked() -> Hashable:
    """The same, for what was made of it and is kept."""
    return tuple(announced())
