"""The clauses of a document that set a rate or a ban: how much, of what kind, on whose goods, from which day."""

import re
from typing import NamedTuple

from etl.publishers.law.document import EFFECTIVE, HEADINGS, SIGNED, Document, effective_days
from etl.publishers.law.goods import named_in
from etl.publishers.law.origins import WORLD, names_a_country, origins_in
from etl.publishers.law.rates import ADDITIONAL, AVOIDED, BAN, BESIDE_OTHERS, Rate, of_items, of_sentence
from etl.publishers.law.text import DAY, LIKELY, SURE, Found, day_of, nothing

RATE, RATE_KIND, ORIGIN, PRODUCT, WORDS, MARK = "rate_pct", "rate_kind", "origin", "product", "quote", "clause"
MOST_CLAUSES = 40
_MARK = re.compile(
    r"(?:Sec\. \d+\. )?(?:[A-Z][A-Za-z ]{3,40}\. )?(?P<number>(?:\([a-z\d]{1,4}\) ?)*)(?:Except as otherwise provided in this (?:proclamation|order), )?"
)
_NUMBER = re.compile(r"\((?P<number>\d{1,2})\)")
_VERB = re.compile(r",?(?: which)? (?:shall|will)\b")
LEAST_GOODS, MOST_GOODS = 3, 240  # characters
_PHASED = re.compile(rf"Effective (?P<day>{DAY}), ")
_INCREASE = re.compile(r"the duty rate in clause (?P<clause>\d{1,2}) shall increase to (?P<pct>\d{1,3}) percent")
_PRODUCTS_OF = re.compile(r"\bproducts? of\b")
_FOLLOWS = re.compile(r"(?:Such|This|These|The) (?:rates?|dut(?:y|ies)|tariffs?)")
_DAY_FOR = re.compile(rf"\bon (?P<day>{DAY}|the date [^,;.]{{3,60}}?),? for (?P<goods>[a-z][a-z -]{{2,60}}?)(?=[,;.])")
_EXCEPTED = re.compile(r", except for (?P<goods>[^.;]{3,160}?), which shall (?:instead )?be subject to [^.;]*")
_WORLDLY = ("s232", "s122")  # duties of these are on the goods of all countries that they do not except


class Clause(NamedTuple):
    """A clause: its fields, each once, open where the words do not settle it. `number` counts from 1."""

    number: int
    fields: tuple[Found, ...]

    def value(self, name: str) -> str:
        return next((one.value for one in self.fields if one.field == name), "")


class _Set(NamedTuple):
    """A rate that a sentence sets: between which places it says so, and between which it says on what."""

    rate: Rate
    start: int
    end: int
    part: tuple[int, int]


def clauses_of(document: Document, programme: str) -> list[Clause]:
    """Each clause of the operative part that sets a rate or a ban, in order."""
    text = document.text
    beside = bool(BESIDE_OTHERS.search(text.flat, *document.body))
    places = [*text.sentences(*document.body)]
    found: list[Clause] = []
    for at, place in enumerate(places):
        for later in _phased(document, *place, beside, found):
            found.append(Clause(len(found) + 1, later))
        after = places[at + 1] if at + 1 < len(places) else (place[1], place[1])
        for one in _set_in(text.flat[slice(*place)], place, beside):
            fields = _fields(document, one, place, after, programme)
            found += [
                Clause(len(found) + number, own) for number, own in enumerate(_by_day(document, fields, place), 1)
            ]
    return found[:MOST_CLAUSES]


def _set_in(sentence: str, place: tuple[int, int], beside: bool) -> list[_Set]:
    """The rates a sentence sets: one, or those of its list; none where what it says may be another's or depend on something."""
    if AVOIDED.search(sentence):
        return []
    start = place[0]
    if items := of_items(sentence, beside):
        return [_Set(rate, start + first, start + last, (start + first, start + last)) for rate, first, last in items]
    parts = [(0, len(sentence))]
    if excepted := _EXCEPTED.search(
        sentence
    ):  # "..., except for buses, which shall be subject to a 10 percent ... duty"
        parts = [(0, excepted.start("goods") - 1), (excepted.start("goods"), excepted.end())]
    found = [(part, of_sentence(sentence[slice(*part)], beside)) for part in parts]
    return [
        _Set(one[0], start + first + one[1].start(), start + first + one[1].end(), (start + first, start + last))
        for (first, last), one in found
        if one and (one[0].kind == BAN or one[0].pct is not None)
    ]


def _fields(
    document: Document, one: _Set, place: tuple[int, int], after: tuple[int, int], programme: str
) -> tuple[Found, ...]:
    text, rate, span = document.text, one.rate, (one.start, one.end)
    said = "additional" in text.flat[slice(*span)] or rate.kind not in (ADDITIONAL, None)
    return (
        text.found(WORDS, text.flat[slice(*place)], *place),
        _mark(document, *place),
        nothing(RATE) if rate.pct is None else text.found(RATE, f"{rate.pct:g}", *span),
        text.found(RATE_KIND, rate.kind, *span, SURE if said else LIKELY) if rate.kind else nothing(RATE_KIND),
        _origin(document, *one.part, programme),
        _starts(document, place, after),
        _goods(document, *one.part, place[1]),
    )


def _mark(document: Document, start: int, end: int) -> Found:
    """The clause's own number: "2" of "(2) Except as otherwise ..."."""
    mark = _NUMBER.match(document.text.flat, start, end)
    return document.text.found(MARK, mark["number"], *mark.span("number")) if mark else nothing(MARK)


def _origin(document: Document, start: int, end: int, programme: str) -> Found:
    """Named in the clause; else the one country whose products the document is about; else all, where the statute says so."""
    text = document.text
    if named := origins_in(text.flat[start:end]):
        place = (start + named[0][1], start + named[-1][2])
        return text.found(ORIGIN, ";".join(dict.fromkeys(code for code, _start, _end in named)), *place)
    spoken = [
        (code, one.start(), one.start() + last)
        for one in _PRODUCTS_OF.finditer(text.flat)
        for code, _first, last in origins_in(text.flat[one.start() : one.start() + 80])[:1]
    ]
    if len({code for code, _first, _last in spoken}) == 1 and programme not in _WORLDLY:
        return text.found(ORIGIN, *spoken[0], LIKELY)
    if programme in _WORLDLY and not names_a_country(text.flat[start:end]):
        return text.found(ORIGIN, WORLD, start, end, LIKELY)
    return nothing(ORIGIN)


def _starts(document: Document, place: tuple[int, int], after: tuple[int, int]) -> Found:
    """Said in the clause, or in the next one about its rate; else the one day that the whole document says."""
    signed = next(one for one in document.fields if one.field == SIGNED)
    own = effective_days(document.text, *place, signed)
    if not own and _FOLLOWS.match(document.text.flat, after[0]):
        own = effective_days(document.text, *after, signed)
    if len({one.value for one in own}) == 1:
        return own[0]
    everywhere = document.all(EFFECTIVE)
    if not own and len(everywhere) == 1:
        return everywhere[0]._replace(certainty=LIKELY)
    return nothing(EFFECTIVE)


def _by_day(document: Document, fields: tuple[Found, ...], place: tuple[int, int]) -> list[tuple[Found, ...]]:
    """The fields for each of the goods that the clause gives a first day of their own: "on April 3, 2025, for automobiles,
    and on the date specified ... for automobile parts". A day that is said of some of the goods is not that of all."""
    text = document.text
    own = [one for one in _DAY_FOR.finditer(text.flat, *place) if named_in(one["goods"])]
    changed = []
    for one in own:
        day = day_of(one["day"])
        starts = text.found(EFFECTIVE, str(day), *one.span("day")) if day else nothing(EFFECTIVE)
        changed.append({EFFECTIVE: starts, PRODUCT: text.found(PRODUCT, one["goods"], *one.span("goods"))})
    if len(own) == 1:
        changed = [{EFFECTIVE: nothing(EFFECTIVE)}]
    return [tuple(values.get(one.field, one) for one in fields) for values in changed] or [fields]


def _goods(document: Document, start: int, end: int, stop: int) -> Found:
    """The words before the verb of the clause, as they are, without what the sentence, until `stop`, excepts."""
    text = document.text
    mark = _MARK.match(text.flat, start, end)
    begin = mark.end() if mark else start
    verb = _VERB.search(text.flat, begin, end)
    last = verb.start() if verb else end
    if last - begin < LEAST_GOODS:
        return nothing(PRODUCT)
    goods = text.flat[begin:last].strip()
    goods = goods if len(goods) <= MOST_GOODS else f"{goods[:MOST_GOODS].rpartition(' ')[0]} …"
    if excepted := _EXCEPTED.search(text.flat, last, stop):
        goods = f"{goods}, except for {excepted['goods']}"
    return text.found(PRODUCT, goods, begin, last, LIKELY)


def _phased(document: Document, start: int, end: int, beside: bool, before: list[Clause]) -> list[tuple[Found, ...]]:
    """Later rates of clauses: "Effective January 1, 2027, the duty rate in clause 2 shall increase to 30 percent"."""
    text = document.text
    begins = _PHASED.search(text.flat, start, end)
    if begins is None:
        return []
    starts = text.found(EFFECTIVE, str(day_of(begins["day"])), *begins.span("day"))
    found: list[tuple[Found, ...]] = []
    for one in _INCREASE.finditer(text.flat, begins.end(), end):
        same = next((clause for clause in before if clause.value(MARK) == one["clause"]), None)
        kept = {field.field: field for field in same.fields} if same else {}
        kind = text.found(RATE_KIND, ADDITIONAL, *one.span(), LIKELY) if beside else nothing(RATE_KIND)
        found.append(
            (
                text.found(WORDS, text.flat[start:end], start, end),
                nothing(MARK),
                text.found(RATE, one["pct"], *one.span()),
                kept.get(RATE_KIND, kind),
                kept.get(ORIGIN, nothing(ORIGIN)),
                starts,
                kept.get(PRODUCT, text.found(PRODUCT, f"clause {one['clause']}", *one.span("clause"), LIKELY)),
            )
        )
    return found


def headings_of(clause: Clause) -> list[str]:
    """The headings of chapter 99 that a clause names."""
    return list(dict.fromkeys(HEADINGS.findall(clause.value(WORDS))))
