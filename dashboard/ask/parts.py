"""A text as its parts: which words say what, which were read past a typing error, which mean nothing here."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from dashboard.ask.days import DATED, day_at, is_day
from dashboard.ask.lexicon import Meaning, ignored, lexicon
from dashboard.ask.typed import BILLIONS, MILLIONS, Reader, mend, near_to, place_code
from dashboard.ask.words import Word, folded, forms, split
from dashboard.topics.hts import digits, schedule
from dashboard.topics.tariff_words import lines_of
from etl.ledger.snapshot import Snapshot

PER_CENT = (("%",), ("percent",), ("pourcent",), ("per", "cent"), ("pour", "cent"))
CODE_WORDS = frozenset({"hs", "hts", "sh", "code", "heading"})
PASSED = ("role", "ignored")


@dataclass(frozen=True)
class Part:
    """Words of a text (where they begin and end in it) and what they may mean; without a meaning they are not understood.

    `role` is what the words before say of it (from, known, until ...); `read_as` what a typing error was taken for;
    `near` what else may have been meant.
    """

    start: int
    end: int
    words: str
    meanings: tuple[Meaning, ...] = ()
    role: str = ""
    read_as: str = ""
    near: tuple[str, ...] = ()


Found = tuple[int, int, Part]
"""A part, after the place of its first word and how many words it has."""


def parts_of(snapshot: Snapshot, text: str, today: date) -> list[Part]:
    """The parts of a text in their order; what says nothing by itself is in none."""
    reader = Reader(snapshot, lexicon(snapshot), text, split(text), today)
    mend(reader)
    found: list[Found] = []
    roles: list[str] = []
    at = 0
    while at < len(reader.words):
        length, meanings = _at(reader, at, found)
        if meanings and meanings[0].kind in PASSED:
            roles += [meaning.value for meaning in meanings if meaning.kind == "role"]
        else:
            found.append((at, length, _part(reader, at, length, meanings, _strongest(roles))))
            roles = []
        at += length
    return _compared(_goods(reader, found))


def _part(reader: Reader, at: int, length: int, meanings: tuple[Meaning, ...], role: str) -> Part:
    words = reader.words[at : at + length]
    start, end = words[0].start, words[-1].end
    read_as = " ".join(reader.mended[word.start] for word in words if word.start in reader.mended)
    near = () if meanings else near_to(reader, words[0])
    return Part(start, end, reader.text[start:end], meanings, role, read_as, near)


def _strongest(roles: Sequence[str]) -> str:
    """Of several roles before a part the one that says most: "known on" is about what was known."""
    return next(
        (role for role in ("known", "until", "since", "origin", "importer", "versus", "on") if role in roles), ""
    )


# --- one place of the text ---------------------------------------------------------------------------------------------


def _at(reader: Reader, at: int, before: Sequence[Found]) -> tuple[int, tuple[Meaning, ...]]:
    """How many words belong together here, and what they may mean."""
    words, word = reader.words, reader.words[at]
    if ":" in word.raw:
        return 1, _named(word.raw)
    length, meanings = _phrase(reader, at)
    for found in (_number(reader, at, before), day_at(words, at, reader.today)):
        if found and found[0] > length - (not meanings):
            return _with_edition(reader, word, found)
    if word.raw.isupper() and length < 2 and (place := place_code(reader, word.raw)):
        return 1, (place,)
    return (length, meanings) if meanings else (1, _alone(reader, word))


def _alone(reader: Reader, word: Word) -> tuple[Meaning, ...]:
    """A word that is no phrase: one that says nothing, or one of the official descriptions."""
    if word.form in ignored():
        return (Meaning("ignored", ""),)
    described = word.form in reader.held.goods and word.start not in reader.mended
    return (Meaning("goods", folded(word.raw)),) if described else ()


def _named(raw: str) -> tuple[Meaning, ...]:
    """A part as an answer writes it: "product:steel", "known:2025-10-31"."""
    kind, _colon, value = raw.partition(":")
    return (Meaning(kind, value),) if kind not in DATED or is_day(value) else ()


def _phrase(reader: Reader, at: int) -> tuple[int, tuple[Meaning, ...]]:
    """The longest phrase of the vocabulary that begins here."""
    own = forms(reader.words[at : at + reader.held.longest])
    for length in range(len(own), 0, -1):
        if meanings := reader.held.phrases.get(own[:length]):
            return length, meanings
    return 0, ()


def _with_edition(
    reader: Reader, word: Word, found: tuple[int, tuple[Meaning, ...]]
) -> tuple[int, tuple[Meaning, ...]]:
    """ "2026-07" is an edition as well as a month."""
    length, meanings = found
    edition = (Meaning("edition", word.raw),) if word.raw in reader.held.editions else ()
    return length, (*edition, *meanings)


def _number(reader: Reader, at: int, before: Sequence[Found]) -> tuple[int, tuple[Meaning, ...]] | None:
    """A per cent figure, an amount, an article, or a tariff code."""
    word, following = reader.words[at], forms(reader.words[at + 1 : at + 4])
    if word.form == "article" and following and re.fullmatch(r"0\d\d", following[0]):
        return 2, (Meaning("article", following[0]),)
    if not word.raw[0].isdigit() or re.fullmatch(r"\d{4}-\d\d(-\d\d)?|.*/.*", word.raw):
        return None
    return _figure(word, following, before) or _code(reader, word, reader.words[at - 1].form if at else "")


def _figure(word: Word, following: Sequence[str], before: Sequence[Found]) -> tuple[int, tuple[Meaning, ...]] | None:
    """A number with its unit: per cent, millions or billions; after "below" it is per cent without a word."""
    if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", word.form):
        if mark := next((len(mark) for mark in PER_CENT if following[: len(mark)] == mark), 0):
            of_gdp = following[mark : mark + 1] in (("gdp",), ("pib",))
            return 1 + mark + of_gdp, (Meaning("pct", word.form),)
        if following and following[0] in BILLIONS | MILLIONS:
            billions = float(word.form) / (1 if following[0] in BILLIONS else 1000)
            return 2, (Meaning("amount", f"{billions:g}"),)
        if before and "compare" in {meaning.kind for meaning in before[-1][2].meanings}:
            return 1, (Meaning("pct", word.form),)
    return None


def _code(reader: Reader, word: Word, previous: str) -> tuple[int, tuple[Meaning, ...]] | None:
    """A tariff code; four digits that may be a year are one only after a word that says so."""
    code = digits(word.raw)
    if code is None or (re.fullmatch(r"(19|20)\d\d", word.raw) and previous not in CODE_WORDS):
        return None
    return (1, (Meaning("hs", word.raw),)) if _in_schedule(reader.snapshot, code) else (1, ())


def _in_schedule(snapshot: Snapshot, code: str) -> bool:
    lines = _codes(snapshot)
    at = bisect_left(lines, code[:8])
    return at < len(lines) and lines[at].startswith(code[:8])


@lru_cache(maxsize=8)
def _codes(snapshot: Snapshot) -> list[str]:
    return sorted(schedule(snapshot).goods["hts8"])


# --- parts that belong together ----------------------------------------------------------------------------------------


def _goods(reader: Reader, found: list[Found]) -> list[Part]:
    """Words of official descriptions that stand side by side are one description: "steel pipes", not steel and pipes."""
    parts: list[Part] = []
    run: list[Found] = []
    for one in [*found, None]:
        follows = one and run and one[0] == run[-1][0] + run[-1][1]
        describes = one and one[2].meanings and {meaning.kind for meaning in one[2].meanings} & {"goods", "product"}
        if run and not (follows and describes):
            parts += _described(reader, run)
            run = []
        if one and describes:
            run.append(one)
        elif one:
            parts.append(one[2])
    return parts


def _described(reader: Reader, run: list[Found]) -> list[Part]:
    own = [part for _at, _length, part in run]
    if not any(meaning.kind == "goods" for part in own for meaning in part.meanings):
        return own
    words = " ".join(folded(word.raw) for at, length, _part in run for word in reader.words[at : at + length])
    if lines_of(reader.snapshot, words):
        start, end = own[0].start, own[-1].end
        return [Part(start, end, reader.text[start:end], (Meaning("hs", words),), own[0].role)]
    return [
        replace(part, meanings=tuple(Meaning("hs", one.value) if one.kind == "goods" else one for one in part.meanings))
        for part in own
    ]


def _compared(parts: list[Part]) -> list[Part]:
    """Below and above say something only of a figure or a target that follows; else they are words like others."""
    kept = []
    for part, following in zip(parts, [*parts[1:], None], strict=False):
        kinds = {meaning.kind for meaning in following.meanings} if following else set()
        meanings = (
            part.meanings if kinds & {"pct", "target"} else tuple(one for one in part.meanings if one.kind != "compare")
        )
        if meanings or not part.meanings:
            kept.append(replace(part, meanings=meanings))
    return kept
