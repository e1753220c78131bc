"""The text of a document on one line, every place of which leads back to the kept file, and what is found in it."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

SURE, LIKELY, OPEN = "sure", "likely", "open"
"""How sure a field is: its words say it; they say it by a rule that can fail; they do not settle it."""
MOST_WORDS = 400  # characters of the words that are kept with a field

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAY = rf"(?:{MONTHS}) \d{{1,2}}, \d{{4}}"
_BETWEEN = re.compile(r"(?:\s|\[\[Page [\dA-Z]+\]\]|</?[A-Za-z][^<>]{0,200}>)+")
_ABBREVIATIONS = r"(?<!U\.S)(?<!\bSec)(?<!\bNo)(?<!\bVol)(?<!\bDoc)(?<!\bseq)(?<!\bStat)"
_NEXT = r"(?:”|'')?\s+(?=(?:“|``)?[A-Z(0-9\[])"
_SENTENCE = re.compile(rf"{_ABBREVIATIONS}\.{_NEXT}")


class Found(NamedTuple):
    """A field as it was read: its value as text ("" where it is open), the words, and their offset in the kept file."""

    field: str
    value: str
    words: str = ""
    offset: int = -1
    certainty: str = SURE


def nothing(name: str) -> Found:
    """A field that the text does not settle."""
    return Found(name, "", certainty=OPEN)


@dataclass(frozen=True)
class Text:
    """A kept file's text. In `flat` every run of white space, page marks and tags is one space."""

    flat: str
    _starts: array = field(repr=False)
    _offsets: array = field(repr=False)

    @classmethod
    def of(cls, raw: str) -> "Text":
        pieces, starts, offsets, length, last = [], array("q"), array("q"), 0, 0
        for gap in [*_BETWEEN.finditer(raw), None]:
            piece = raw[last : gap.start()] if gap else raw[last:]
            starts.append(length)
            offsets.append(last)
            pieces.append(piece)
            length += len(piece) + 1
            last = gap.end() if gap else last
        return cls(" ".join(pieces), starts, offsets)

    def offset(self, place: int) -> int:
        """Where a place of `flat` stands in the kept file, in characters."""
        piece = bisect_right(self._starts, place) - 1
        return self._offsets[piece] + place - self._starts[piece]

    def found(self, name: str, value: str, start: int, end: int, certainty: str = SURE) -> Found:
        """A field that is read from `flat[start:end]`."""
        return Found(name, value, self.flat[start : min(end, start + MOST_WORDS)], self.offset(start), certainty)

    def sentences(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The places of each sentence between two places; a list between semicolons is one."""
        last = start
        for gap in _SENTENCE.finditer(self.flat, start, end):
            yield last, gap.start() + 1
            last = gap.end()
        end -= len(self.flat[last:end]) - len(self.flat[last:end].rstrip())
        if last < end:
            yield last, end


def day_of(words: str) -> date | None:
    """The day of "August 6, 2025", "8-5-25" or "8/5/2025"; None for any other words."""
    plain = " ".join(words.split())
    for form in ("%B %d, %Y", "%m-%d-%y", "%m/%d/%Y"):
        try:
            return datetime.strptime(plain, form).date()
        except ValueError:
            continue
    return None
