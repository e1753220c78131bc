"""Rates of duty as law writes them: the rate column of the schedule, and a sentence of an order."""

import re
from typing import NamedTuple

from etl.vocabulary import RATE_KINDS

ADDITIONAL, TOTAL, FLOOR, BAN = RATE_KINDS

_NUMBER = r"(\d{1,4}(?:\.\d{1,4})?)"
_BASE = r"the duty provided in the applicable subheading"
_ADDED = re.compile(rf"{_BASE} (?:\+|plus) ?{_NUMBER} ?(?:%|percent)", re.IGNORECASE)
_UNCHANGED = re.compile(rf"(?:{_BASE}|no change)", re.IGNORECASE)
_BARE = re.compile(rf"{_NUMBER} ?(?:%|percent)")
LESS_THAN = re.compile(r"rate of duty under column 1 (?:[^,;]*)?less than (\d{1,3}(?:\.\d+)?) (?:percent|%)")
NOT_LESS = re.compile(
    r"rate of duty under column 1 (?:[^,;]*)?(?:equal to or greater than|not less than) (\d{1,3}(?:\.\d+)?) (?:percent|%)"
)

_AD_VALOREM = r"(?:ad valorem )?"
_PERCENT = rf"{_NUMBER}(?: percent|%)"
SENTENCE = re.compile(
    rf"(?P<added>additional )?{_AD_VALOREM}(?:rate of (?:duty|tariff)|duty rate|duty|tariff|surcharge|import surcharge) of {_PERCENT}"
    rf"|(?P<added2>additional )?(?<![\d.])(?<!\b[Tt]he ){_PERCENT} (?P<added3>additional )?"
    r"(?:ad valorem(?: rate of duty| duty rate| rate| tariff rate| tariff| duty| duties)?|rate of duty|duty rate|tariff rate|tariff|duty|duties|surcharge)\b"
    rf"|(?P<added4>additional )?{_AD_VALOREM}(?:rate of duty|duty rate)\b[^.;:]{{0,160}}? shall (?:be|(?:be )?(?:reduced|increased?|set) (?:to|at)) {_PERCENT}"
    rf"|rates? of duty for [^.]{{3,400}}? shall remain at {_PERCENT}"
    rf"|(?P<capped>tariff imposed in this [^.;]{{3,200}}? shall not exceed) {_PERCENT}"
)
_WHOLE = re.compile(rf"(?:combined|total) tariff of {_PERCENT}")
SUM = re.compile(
    rf"the sum of (?:its|the) Column 1 Duty Rate and [^.;]{{3,160}}? shall be {_PERCENT}"
    rf"|when added to the applicable Column 1 Duty Rate[^.;]*?exceeds? {_PERCENT}"
    rf"|(?:higher|greater) of (?:either )?(?:the [^.;]{{0,80}}?(?:Column 1|MFN|most-favored-nation)[^.;]{{0,60}}?)? ?(?:rate|duty)?[^.;]{{0,40}}? or {_PERCENT}"
    rf"|total (?:duty|tariff|rate of duty)[^.;]{{0,80}}? of {_PERCENT}[^.;]{{0,60}}?inclusive",
    re.IGNORECASE,
)
BANNED = re.compile(
    r"(?:importation|entry|imports) (?:into the United States )?of [^.;]{3,400}? (?:is|are|shall be) (?:hereby )?prohibited"
    r"|(?:is|are|shall be) (?:hereby )?(?:excluded from (?:entry|importation)|prohibited from (?:entry|importation|being imported))"
)
BESIDE_OTHERS = re.compile(
    r"(?:rates? of duty|tariffs?|dut(?:y|ies)|surcharge)(?: [^.;]{0,200}?)?(?: is| are| shall be| shall apply) in addition to any other duties"
)
OLD = re.compile(
    r"\binstead\b|\bin lieu thereof\b|\bfrom (?:an additional )?\d{1,3} percent(?: ad valorem)? to\b|\bto read\b"
)
_SETS = re.compile(r"\b(?:shall|will|is|are)\b|\bimpose\b")
_ONLY_SAYS = re.compile(
    r"^(?:\([\da-z]+\) ?)*If |\b(?:may(?! \d)|might|would|whether|reflects|authorized to|in no cases?|up to)\b|percent[^.;]{0,60}? (?:specified|described|provided|referenced) in (?:clause|section|subsection)|percent in clause",
    re.IGNORECASE,
)
"""Of a sentence that allows, supposes or refers, no rate is taken: it may be none that is charged."""
AVOIDED = re.compile(r"transship|circumvent|evade", re.IGNORECASE)


_OTHERWISE = re.compile(r"\bthat would otherwise be (?:subject to|applicable)\b")  # what was, not what might be
_ADDED_NAMES = ("added", "added2", "added3", "added4")
_OF_ANOTHER = re.compile(
    r",? (?:established|imposed|proclaimed)? ?(?:by|in|under|pursuant to) (?:Executive Order|Proclamation)"
)


_AT_MOST = re.compile(r"no (?:higher|more|greater) than|not (?:to )?exceed", re.IGNORECASE)


class Rate(NamedTuple):
    """A rate in per cent and its kind; None where the words do not settle it."""

    pct: float | None
    kind: str | None


def of_schedule(rate: str, description: str = "") -> Rate:
    """The rate column of a heading of chapter 99, with its article description; both None where it is none of the known forms.

    "The duty provided in the applicable subheading" alone adds nothing: 0 additional. A bare rate for goods whose own
    duty is below it, beside a heading for goods whose duty is not, is a floor of the total.
    """
    rate, description = " ".join(rate.split()), " ".join(description.split())
    if added := _ADDED.fullmatch(rate):
        return Rate(float(added[1]), ADDITIONAL)
    if _UNCHANGED.fullmatch(rate):
        floor = NOT_LESS.search(description)
        return Rate(float(floor[1]), FLOOR) if floor else Rate(0.0, ADDITIONAL)
    if bare := _BARE.fullmatch(rate):
        floor = LESS_THAN.search(description)
        return Rate(float(bare[1]), FLOOR if floor and float(floor[1]) == float(bare[1]) else TOTAL)
    return Rate(0.0, TOTAL) if rate.casefold() == "free" else Rate(None, None)


def of_sentence(sentence: str, beside_others: bool) -> tuple[Rate, re.Match[str]] | None:
    """The rate that a sentence of an order sets, and where; None where it sets none.

    `beside_others`: the order says elsewhere that its duties are in addition to any others. Of a sentence with an old
    and a new rate the new one is taken; one with several rates otherwise is left open.
    """
    if _ONLY_SAYS.search(_OTHERWISE.sub("", sentence)) or not _SETS.search(sentence):
        return None
    for pattern, kind in ((BANNED, BAN), (SUM, FLOOR), (_WHOLE, TOTAL)):
        if found := pattern.search(sentence):
            pct = next(filter(None, found.groups()), None)
            return Rate(float(pct) if pct else None, kind), found
    changed = OLD.search(sentence)
    matches = [
        one
        for one in SENTENCE.finditer(sentence)
        if (not changed or one.start() >= changed.end()) and not _OF_ANOTHER.match(sentence, one.end())
    ]
    rates = {_pct(one) for one in matches}
    if not matches:
        return None
    first = matches[0]
    if len(rates) > 1:
        return Rate(None, None), first
    is_of_own = first["capped"] or not _AT_MOST.search(sentence)
    is_added = any(first[name] for name in _ADDED_NAMES) or (beside_others and is_of_own)
    return Rate(_pct(first), ADDITIONAL if is_added else None), first


def _pct(found: re.Match[str]) -> float:
    return float(next(one for one in found.groups() if one and one[0].isdigit()))


ITEMS = re.compile(
    rf"(?P<added>additional )?{_AD_VALOREM}(?:rate of duty|duty rate)\b[^.:]{{0,600}}? shall be: (?P<items>\(a\) {_PERCENT}.*)"
)
_ITEM = re.compile(rf"\([a-z]\) {_PERCENT}(?P<rest>[^;]*)")


def of_items(sentence: str, beside_others: bool) -> list[tuple[Rate, int, int]]:
    """The rates of a list, "the rate of duty shall be: (a) 50 percent ...; and (b) 25 percent ...", each with its place."""
    found = ITEMS.search(sentence)
    if found is None or SUM.search(sentence):
        return []
    kind = ADDITIONAL if found["added"] or beside_others else None
    return [
        (Rate(float(one[1]), kind), one.start(), one.end()) for one in _ITEM.finditer(sentence, found.start("items"))
    ]
