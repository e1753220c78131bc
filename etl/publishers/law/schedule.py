"""Chapter 99 of the US tariff schedule, as its export gives it, and what differs between two revisions of it."""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from etl.publishers.law.origins import origins_in
from etl.publishers.law.rates import Rate, of_schedule

ADDED, CHANGED, ENDED = "added", "changed", "ended"
LEAST_KEPT = 0.5  # of the headings: a revision with fewer is no whole export
HEADING = re.compile(r"9903\.\d\d\.\d\d")
_OVER = re.compile(
    r"provision (?:terminated|expired|suspended|deleted)|\[(?:terminated|expired|deleted)", re.IGNORECASE
)
_PLAIN = re.compile(r"\s+")


class Heading(NamedTuple):
    """A heading of chapter 99 in the schedule's own words, single-spaced; `place` is its row's path in the file."""

    number: str
    description: str
    general: str
    special: str
    other: str
    place: str

    @property
    def rate(self) -> Rate:
        """The general rate and its kind."""
        return of_schedule(self.general, self.description)

    @property
    def origins(self) -> list[str]:
        """The codes of the origins it names; none where it names none."""
        return [code for code, _start, _end in origins_in(self.description)]

    @property
    def is_over(self) -> bool:
        """Whether the schedule keeps it with the note that it ended."""
        return bool(_OVER.search(self.description))

    @property
    def words(self) -> tuple[str, str, str, str]:
        return self.description, self.general, self.special, self.other


class Change(NamedTuple):
    """What became of a heading from one revision to the next: `now` is None where it is gone, `before` where it is new."""

    what: str
    before: Heading | None
    now: Heading | None

    @property
    def heading(self) -> Heading:
        return next(one for one in (self.now, self.before) if one)


def headings_of(data: bytes) -> dict[str, Heading]:
    """The headings 9903 of an export (JSON) by number. Raises ValueError for anything else, or two of one number."""
    rows = json.loads(data)
    if not isinstance(rows, list):
        raise ValueError("no list")
    found: dict[str, Heading] = {}
    for place, row in enumerate(rows):
        if not isinstance(row, dict) or not HEADING.fullmatch(str(row.get("htsno") or "")):
            continue
        description, general, special, other = [
            _PLAIN.sub(" ", str(row.get(name) or "")).strip() for name in ("description", "general", "special", "other")
        ]
        heading = Heading(row["htsno"], description, general, special, other, f"/{place}")
        if heading.number in found:
            raise ValueError(f"{heading.number} stands there twice")
        found[heading.number] = heading
    return found


def changes(before: Mapping[str, Heading], now: Mapping[str, Heading]) -> list[Change]:
    """What differs, by number. Spaces are none of it. Raises ValueError where most headings are gone: no whole export."""
    if len(set(before) & set(now)) < LEAST_KEPT * len(before):
        raise ValueError("most headings of the revision before are not there")
    found = []
    for number in sorted({*before, *now}):
        old, new = before.get(number), now.get(number)
        if new is None or (new.is_over and old and not old.is_over):
            found.append(Change(ENDED, old, new))
        elif old is None:
            found.append(Change(ADDED, None, new))
        elif old.words != new.words:
            found.append(Change(CHANGED, old, new))
    return found
