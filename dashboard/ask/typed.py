"""A text as it was typed: its words, read past typing errors where one word alone can be meant."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dashboard.ask.days import ENDS, ORDINALS, RELATIVE, months
from dashboard.ask.lexicon import Lexicon, Meaning
from dashboard.ask.words import Word
from dashboard.topics.hts import digits, nearest, schedule
from etl.files.countries import country_code
from etl.ledger.snapshot import Snapshot

NEAREST = 3
SHORTEST_MENDED, LONG_WORD = 5, 8  # letters: shorter words have too many neighbours; long ones may hold two errors
BILLIONS = frozenset({"billion", "bn", "milliard", "g"})
MILLIONS = frozenset({"million", "mn"})


@dataclass
class Reader:
    """A text on the way to its parts."""

    snapshot: Snapshot
    held: Lexicon
    text: str
    words: list[Word]
    today: date
    mended: dict[int, str] = field(default_factory=dict)  # by where a word begins: what it was read as
    near: dict[int, tuple[str, ...]] = field(default_factory=dict)


def place_code(reader: Reader, raw: str) -> Meaning | None:
    """A country by its code or abbreviation, written in capitals."""
    if len(raw) < 2 or (reader.text.isupper() and len(raw) == 2):
        return None
    code = country_code(raw)
    if code == "EU27":
        return Meaning("group", code)
    return Meaning("country", code) if code in reader.held.places else None


def mend(reader: Reader) -> None:
    """Read a word past its typing error where exactly one word of the vocabulary is that near; else note the nearest."""
    known = (reader.held.known, months(), RELATIVE, ORDINALS, BILLIONS, MILLIONS, ENDS, reader.held.goods)
    for place, word in enumerate(reader.words):
        if not word.form.isalpha() or any(word.form in one for one in known) or place_code(reader, word.raw):
            continue
        most = 0 if len(word.form) < SHORTEST_MENDED else 1 if len(word.form) < LONG_WORD else 2
        near = process.extract(
            word.form, reader.held.spellings, scorer=OSA.distance, score_cutoff=most + 1, limit=NEAREST + 3
        )
        close = [spelling for spelling, distance, _place in near if near and distance == near[0][1] <= most]
        likely = [one for one in close if one[0] == word.form[0] and len(one) >= SHORTEST_MENDED]
        if likely and len({reader.held.phrases.get((spelling,), (spelling,)) for spelling in close}) == 1:
            reader.words[place] = replace(word, form=likely[0])
            reader.mended[word.start] = likely[0]
        elif near:
            reader.near[word.start] = tuple(spelling for spelling, _distance, _place in near[:NEAREST])


def near_to(reader: Reader, word: Word) -> tuple[str, ...]:
    """What may have been meant by a word that is not understood: codes, phrases that hold it, words written like it."""
    if code := digits(word.raw):
        return tuple(nearest(schedule(reader.snapshot).goods["hts8"], code)[:NEAREST])
    holding = [" ".join(key) for key in reader.held.phrases if word.form in key and len(key) > 1]
    return tuple(sorted(holding, key=len)[:NEAREST]) or reader.near.get(word.start, ())
