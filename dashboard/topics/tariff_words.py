"""Official descriptions of the lines of the schedule, by their words."""

from __future__ import annotations

import tomllib
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path

from dashboard.topics.hts import schedule
from etl.ledger.snapshot import Snapshot

SHORTEST_BEGINNING = 5  # letters that a word may begin with to be found; shorter ones are whole words
LEAST_WITH_PLURAL = 4


def lines_of(snapshot: Snapshot, words: str) -> list[str]:
    """Lines of the schedule whose description holds all these words, in one or many, or such that begin so."""
    by_word = _lines_by_word(snapshot)
    known, found = list(by_word), None
    for part in map(form, words.split()):
        lines = set(by_word.get(part, ()))
        if len(part) >= SHORTEST_BEGINNING:
            begin, end = bisect_left(known, part), bisect_left(known, part + "\uffff")
            lines = lines.union(*(by_word[word] for word in known[begin:end]))
        found = lines if found is None else found & lines
    codes = schedule(snapshot).goods["hts8"]
    return codes.iloc[sorted(found or ())].tolist()


@lru_cache(maxsize=8)
def _lines_by_word(snapshot: Snapshot) -> dict[str, list[int]]:
    """Places of the lines in the schedule by the words of their descriptions (`form`), in alphabetical order."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(schedule(snapshot).goods["description"].fillna("")):
        for word in {form(word) for word in folded(text).split()}:
            found[word].append(place)
    return dict(sorted(found.items()))


@lru_cache(maxsize=8)
def vocabulary(snapshot: Snapshot) -> list[str]:
    """The words of the official descriptions, folded, in alphabetical order; the shortest left out."""
    return [word for word in _lines_by_word(snapshot) if len(word) >= LEAST_WITH_PLURAL]


def form(word: str) -> str:
    """A folded word as it is compared: plurals don't tell words apart."""
    plural = len(word) >= LEAST_WITH_PLURAL and word[-1] in "sx" and not word.endswith("ss")
    return word[:-1] if plural else word


def called(words: str, table: dict[str, list[str]]) -> list[str]:
    """The codes of a table of words that are called so."""
    asked = [form(word) for word in folded(words).split()]
    return [
        code
        for code, names in table.items()
        if asked in ([form(one) for one in folded(name).split()] for name in names)
    ]


@cache
def heading_words() -> dict[str, list[str]]:
    """Words for goods whose heading of the schedule says them only above its lines: by heading."""
    return tomllib.loads(Path(__file__).with_name("heading_words.toml").read_text(encoding="utf-8"))


@cache
def product_words() -> dict[str, list[str]]:
    """Words people call products by, in both languages, beside their own names: by code."""
    return tomllib.loads(Path(__file__).with_name("product_words.toml").read_text(encoding="utf-8"))


def folded(text: str) -> str:
    """Lower case, without accents, marks as spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").casefold())
    kept = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return " ".join(kept.split())
