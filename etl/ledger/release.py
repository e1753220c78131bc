"""What a release says of itself, and what can stand between a person and one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from etl.settings.days import day_of

PUBLISHED_AT = "published_at"  # in the `extra` of a release that came with a moved ledger: when it was published there
CORRECTION = (
    "correction"  # in the `extra` of a release that corrects: what was wrong, in both languages, and since when
)
MESSAGES = "messages"  # in the `extra` of a release: its message by language
EDITED_BY = "edited_by"  # in a release's `extra`: who completed the rows of its draft
CHANGED = "changed"  # in a release's `extra`: rows deleted and inserted, by dataset


class NoSuchRelease(LookupError):
    """A release number that this ledger does not hold."""


class ReleaseConflict(Exception):
    """Somebody published since `base`: nothing was written. `newest` is the release to look at before going on."""

    def __init__(self, base: int, newest: int):
        super().__init__(f"release {newest} was published after release {base}")
        self.base, self.newest = base, newest


@dataclass(frozen=True)
class Correction:
    """What was wrong before a release, in English and French, and the day since which it was."""

    en: str
    fr: str
    since: date

    def text(self, language: str) -> str:
        return self.fr if language == "fr" else self.en

    def as_extra(self) -> dict[str, Any]:
        """As a release keeps it. ValueError where a language or the truth of the day is lacking."""
        if not self.en.strip() or not self.fr.strip():
            raise ValueError("A correction says what was wrong in English and in French.")
        return {CORRECTION: {"en": self.en.strip(), "fr": self.fr.strip(), "since": self.since.isoformat()}}


@dataclass(frozen=True)
class Release:
    """One state of all datasets: its number, who made it, when and why; `extra` holds what came with it (source, files)."""

    number: int
    snapshot: int
    published_at: datetime
    author: str
    message: str
    extra: Mapping[str, Any]
    committed_at: datetime | None = None  # later than `published_at` for a release that came with a moved ledger

    @property
    def published_on(self) -> date:
        """The day of its publication, in the ledger's time zone."""
        return day_of(self.published_at)

    @property
    def changed_by(self) -> str:
        """Who changed figures in it by hand: those who completed the rows of its draft, else its author."""
        return ", ".join(self.extra.get(EDITED_BY, ())) or self.author

    @property
    def correction(self) -> Correction | None:
        """What it corrects; None for a release that is no correction."""
        told = self.extra.get(CORRECTION)
        return Correction(told["en"], told["fr"], date.fromisoformat(told["since"])) if told else None

    def said(self, language: str) -> tuple[str, str]:
        """Its message in a language, or in the one it was written in; and which language that is."""
        by_language = self.extra.get(MESSAGES) or {"en": self.message}
        spoken = language if by_language.get(language) else next(iter(by_language))
        return by_language[spoken], spoken

    @property
    def identity(self) -> tuple[int, datetime | None]:
        """What no other release has, also where a catalog was put back from a backup and numbers begin again."""
        return self.snapshot, self.committed_at
