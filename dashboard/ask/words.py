"""A text as words: where each stands, as it is written, and in the form in which two are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

KINDS = "country|product|hs|company|measure|target|publisher|topic|usmca|chart|on|known|until|since|year|period|edition"
_WORD = re.compile(
    rf"\b(?:{KINDS}):[^\s,;]+"  # what an answer writes for a part that was changed: "product:steel"
    r"|[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?(?![0-9-])"
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
    r"|[0-9]+(?:[.,][0-9]+)+|[0-9]+"
    r"|(?:[^\W\d_]\.-?){2,}"
    r"|[^\W\d_]+"
    r"|[%<>≤≥]"
)
ARTICLES = frozenset("the a an of le la les l de du des d un une au aux".split())  # noqa: SIM905
LEAST_WITH_PLURAL = 4


@dataclass(frozen=True)
class Word:
    """A word of a text: as written, in the form that is compared, and from where to where it stands."""

    raw: str
    form: str
    start: int
    end: int


def split(text: str) -> list[Word]:
    """The words of a text, articles left out."""
    found = [Word(match[0], form(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]
    return [word for word in found if word.form not in ARTICLES or (word.raw.isupper() and len(word.raw) > 1)]


def form(word: str) -> str:
    """ "Œuvres" -> "oeuvre", "3,5" -> "3.5": case, accents and plurals don't tell words apart."""
    if ":" in word:
        return word
    plain = folded(word)
    if plain[:1].isdigit():
        return plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    bare = plain.replace(".", "").replace("-", "")
    if len(bare) >= LEAST_WITH_PLURAL and bare[-1] in "sx" and not bare.endswith("ss"):
        return bare[:-1]
    return bare


def folded(text: str) -> str:
    """Lower case, without accents, ligatures as two letters."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in plain if not unicodedata.combining(char))


def phrase(text: str) -> tuple[str, ...]:
    """A phrase in the form in which it is looked up."""
    return tuple(word.form for word in split(text))


def forms(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.form for word in words)
