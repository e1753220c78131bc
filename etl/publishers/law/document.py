"""A document of the Federal Register by its own text: what it is, its days, what it rests on, what it names and amends."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from etl.publishers.law.text import DAY, LIKELY, SURE, Found, Text, day_of, nothing

NUMBER, KIND, INSTRUMENT, TITLE = "document_number", "kind", "instrument", "title"
SIGNED, FILED, PUBLISHED, EFFECTIVE, ENDS = "signed", "filed", "published", "effective", "ends"
CITATION, PROGRAMME, AMENDS, LISTS, HEADING, STATUTES = "citation", "programme", "amends", "list", "heading", "statutes"

_NUMBER = re.compile(r"\[FR Doc(?:\. | No: ?)(?P<value>\d{4}-\d{5}|[A-Z]\d-\d{4}-\d{5})")
_FILED = re.compile(r"\bFiled:? (?P<value>\d{1,2}[-/]\d{1,2}[-/]\d{2,4})")
_PUBLISHED = re.compile(
    rf"\[Federal Register Volume (?P<volume>\d+), Number \d+ \(\w+, (?P<value>{DAY})\)\]"
    r"|Publication Date: (?P<value2>\d{1,2}/\d{1,2}/\d{4})"
)
_PAGES = re.compile(r"\[Pages? (?P<value>\d+)(?:-\d+)?\]")
_HEAD = re.compile(
    rf"(?P<kind>Proclamation|Executive Order) (?P<number>\d{{4,5}}) of (?P<day>{DAY}) (?P<title>\S.{{5,400}}?) By the "
)
_UNNUMBERED = re.compile(
    r"(?P<kind>EXECUTIVE ORDER|A PROCLAMATION|A Proclamation)\b(?:[ -]+(?P<title>[A-Z][^a-z]{10,300}?)(?= By the ))?"
)
_SIGNATURE = re.compile(rf"THE WHITE HOUSE, (?:Washington, )?(?P<day>{DAY})")
_OPERATIVE = re.compile(
    r"do hereby proclaim(?: as follows)?:?|(?:I )?(?:hereby )?(?:determine and order|order|find, determine, and order):"
    r"|it is hereby ordered(?: as follows)?:?"
)
_BACKGROUND = re.compile(r"Section 1\. ?(?:Background|Purpose)\b.*?(?=Sec\. 2\.)")
_WITNESS = re.compile(
    r"IN WITNESS WHEREOF|\(Presidential Sig\.\)|THE WHITE HOUSE,|DONALD J\. TRUMP THE|\bAnnex(?:es)? Effective"
)
_VESTED = re.compile(r"[Bb]y the authority vested in me .{0,1500}?(?:hereby|find that)")
_ADJUSTING = re.compile(r"Adjusting Imports of\b")
PROGRAMMES = {
    "s232": re.compile(r"section 232\b|Trade Expansion Act of 1962"),
    "s122": re.compile(r"section 122\b"),
    "s338": re.compile(r"section 338\b"),
    "s301": re.compile(r"section 301(?: of the Trade Act of 1974|\(b\))"),
    "ieepa": re.compile(r"International Emergency Economic Powers Act|\bIEEPA\b"),
}
"""The programme a trade statute belongs to. Section 301 of title 3 only delegates: it is none of them."""

_ON = r"(?:entered(?: for consumption)?,? or withdrawn from warehouse for consumption,?|with respect to goods imported)"
_TIME = r"12:01 a\.m\.,? eastern(?: standard| daylight)? time,?"
STARTS = re.compile(rf"{_ON} on or after {_TIME}(?: on)? (?P<day>{DAY})")
STARTS_LATER = re.compile(
    rf"{_ON} on or after {_TIME},? ?(?P<days>\d{{1,3}}|seven|ten|fifteen|twenty-one) days after the date of this (?:order|proclamation)"
)
_ENDS = re.compile(rf"(?:through|until|prior to|before and including) (?:{_TIME}(?: on)? )(?P<day>{DAY})")
_DAYS = {"seven": 7, "ten": 10, "fifteen": 15, "twenty-one": 21}
CITED = re.compile(r"(?P<kind>Executive Order|Proclamation)s? (?P<numbers>\d{4,5}(?:(?:,| and|, and) \d{4,5})*)\b")
_EACH = re.compile(r"\d{4,5}")
_AMENDED = re.compile(
    r"(?:is|are)(?: each)?(?: hereby)?(?: further)? (?:amended|modified|revised|superseded|terminated|suspended|revoked)\b"
    r"|shall no longer be in effect"
)
_RESTATED = re.compile(r"read as follows: (?:``|“).*?(?:''|”)")
_REPLACED = re.compile(
    r"under (?P<kind>Executive Order|Proclamation) (?P<number>\d{4,5}),? (?:as amended, )?shall instead\b"
)
_LIST = re.compile(
    r"the (?P<only>Annex) to this (?:order|proclamation)|\bAnnex(?:es)? (?P<value>[IVX]{1,4}(?:-?[A-C])?|[1-9][a-c]?)(?: and (?P<more>[IVX]{1,4}(?:-?[A-C])?))?(?! (?:to|of) (?:each of )?(?:Executive|Proclamation))\b"
)
HEADINGS = re.compile(r"\b9903\.\d\d\.\d\d\b")
SHORT = {"Proclamation": "Proclamation", "Executive Order": "EO"}


@dataclass(frozen=True)
class Document:
    """What was read of a document. `fields` holds each field at least once, open where the text does not settle it;
    `body` are the places in `text.flat` between which it orders something."""

    text: Text
    fields: tuple[Found, ...]
    body: tuple[int, int]

    def all(self, name: str) -> list[Found]:
        """The values of a field; none where it is open."""
        return [one for one in self.fields if one.field == name and one.value]

    def value(self, name: str) -> str:
        """The one value of a field; "" where it is open or has several."""
        values = {one.value for one in self.all(name)}
        return next(iter(values)) if len(values) == 1 else ""


def read_document(raw: str) -> Document:
    """A document by its text as the Federal Register keeps it (`raw_text_url`), filed for inspection or published."""
    text = Text.of(raw)
    head = _HEAD.search(text.flat)
    body = _body(text)
    fields = [*_identity(text, head), *_days(text, body, head), *_programme(text, body), *_named(text, body, head)]
    return Document(text, tuple(fields), body)


def _body(text: Text) -> tuple[int, int]:
    begin = _OPERATIVE.search(text.flat)
    if begin is None:
        return 0, 0
    start = begin.end() + (text.flat[begin.end() : begin.end() + 1] == " ")
    background = _BACKGROUND.match(text.flat, start)
    start = background.end() if background else start
    end = _WITNESS.search(text.flat, start)
    return start, end.start() if end else len(text.flat)


def _identity(text: Text, head: re.Match[str] | None) -> list[Found]:
    number, published = _NUMBER.search(text.flat), _PUBLISHED.search(text.flat)
    pages = _PAGES.search(text.flat)
    found = [text.found(NUMBER, number["value"], *number.span()) if number else nothing(NUMBER)]
    if head:
        instrument = f"{SHORT[head['kind']]} {head['number']}"
        found.append(text.found(KIND, head["kind"], *head.span("kind")))
        found.append(text.found(INSTRUMENT, instrument, head.start(), head.end("number")))
        found.append(text.found(TITLE, head["title"], *head.span("title")))
    else:
        kind = _UNNUMBERED.search(text.flat)
        name = "Executive Order" if kind and kind["kind"] == "EXECUTIVE ORDER" else "Proclamation"
        found.append(text.found(KIND, name, *kind.span()) if kind else nothing(KIND))
        title = text.found(TITLE, kind["title"], *kind.span("title")) if kind and kind["title"] else None
        found.append(nothing(INSTRUMENT))
        found.append(nothing(TITLE) if title is None else title)
    if published and published["volume"] and pages:
        found.append(text.found(CITATION, f"{published['volume']} FR {pages['value']}", *pages.span()))
    else:
        found.append(nothing(CITATION))
    return found


def _days(text: Text, body: tuple[int, int], head: re.Match[str] | None) -> list[Found]:
    published, filed = _PUBLISHED.search(text.flat), _FILED.search(text.flat)
    signature = _SIGNATURE.search(text.flat)
    signed = [(head["day"], head.span("day"))] if head else []
    signed += [(signature["day"], signature.span("day"))] if signature else []
    days = {day_of(day) for day, _span in signed}
    found = [nothing(SIGNED)] if len(days) != 1 else [text.found(SIGNED, str(*days), *signed[0][1])]
    for name, one in ((FILED, filed), (PUBLISHED, published)):
        group = "value" if one and one["value"] else "value2"
        day = day_of(one[group]) if one else None
        found.append(text.found(name, str(day), *one.span()) if one and day else nothing(name))
    starts = effective_days(text, body[0], len(text.flat), found[0])
    found += list({one.value: one for one in reversed(starts)}.values())[::-1] or [nothing(EFFECTIVE)]
    ends = [(day_of(one["day"]), one) for one in _ENDS.finditer(text.flat, *body)]
    last = {day for day, _one in ends}
    found.append(text.found(ENDS, str(*last), *ends[0][1].span(), LIKELY) if len(last) == 1 else nothing(ENDS))
    return found


def effective_days(text: Text, start: int, end: int, signed: Found) -> list[Found]:
    """The days from which goods entered between two places of the text pay, as often as they are said."""
    restated = [one.span() for one in _RESTATED.finditer(text.flat)]
    found = [
        text.found(EFFECTIVE, str(day_of(one["day"])), *one.span())
        for one in STARTS.finditer(text.flat, start, end)
        if not any(first <= one.start() < last for first, last in restated)
    ]
    base = day_of_iso(signed.value)
    for one in STARTS_LATER.finditer(text.flat, start, end):
        if base:
            days = _DAYS.get(one["days"]) or int(one["days"])
            found.append(text.found(EFFECTIVE, str(base + timedelta(days)), *one.span(), LIKELY))
    return found


def day_of_iso(value: str) -> date | None:
    """A day of a field's value; None for an open one."""
    return date.fromisoformat(value) if value else None


def _programme(text: Text, body: tuple[int, int]) -> list[Found]:
    vested = _VESTED.search(text.flat)
    within = vested.span() if vested else (0, body[0])
    named = {name: one for name, pattern in PROGRAMMES.items() if (one := pattern.search(text.flat, *within))}
    if not named:
        return [nothing(PROGRAMME), nothing(STATUTES)]
    in_order = sorted(named, key=lambda name: named[name].start())
    first, last = named[in_order[0]], named[in_order[-1]]
    statutes = text.found(STATUTES, ";".join(in_order), first.start(), last.end())
    return [_leading(text, body, named, bool(vested), within[0]), statutes]


def _leading(text: Text, body: tuple[int, int], named: dict[str, re.Match[str]], is_vested: bool, before: int) -> Found:
    """The programme of the one statute it rests on; of several the one its title or its clauses speak of."""
    if len(named) == 1:
        (name, one), *_none = named.items()
        return text.found(PROGRAMME, name, *one.span(), SURE if is_vested else LIKELY)
    if "s232" in named and (adjusting := _ADJUSTING.search(text.flat, 0, before)):
        return text.found(PROGRAMME, "s232", *adjusting.span(), LIKELY)
    counted = {name: [*PROGRAMMES[name].finditer(text.flat, *body)] for name in named}
    most = max(counted.values(), key=len, default=[])
    leading = [name for name, found in counted.items() if found and len(found) == len(most)]
    if len(leading) != 1:
        return nothing(PROGRAMME)
    return text.found(PROGRAMME, leading[0], *counted[leading[0]][0].span(), LIKELY)


def _named(text: Text, body: tuple[int, int], head: re.Match[str] | None) -> list[Found]:
    own = f"{SHORT[head['kind']]} {head['number']}" if head else ""
    found: dict[tuple[str, str], Found] = {}

    def add(name: str, value: str, start: int, end: int, certainty: str = SURE) -> None:
        if value != own:
            found.setdefault((name, value), text.found(name, value, start, end, certainty))

    begin = _OPERATIVE.search(text.flat)
    for start, end in text.sentences(begin.end() if begin else 0, body[1]):
        if verb := _AMENDED.search(text.flat, start, end):
            cited = [*CITED.finditer(text.flat, start, verb.start())]
            for one in cited:
                certainty = SURE if len(cited) == 1 else LIKELY
                for number in _EACH.findall(one["numbers"]):
                    add(AMENDS, f"{SHORT[one['kind']]} {number}", one.start(), verb.end(), certainty)
    for one in _REPLACED.finditer(text.flat, *body):
        add(AMENDS, f"{SHORT[one['kind']]} {one['number']}", *one.span(), LIKELY)
    first = CITED.search(text.flat, head.end()) if head and head["title"].lower().startswith("amend") else None
    if first and not any(name == AMENDS for name, _value in found):
        add(AMENDS, f"{SHORT[first['kind']]} {_EACH.findall(first['numbers'])[0]}", *first.span(), LIKELY)
    for one in _LIST.finditer(text.flat, *body):
        for value in filter(None, (one["only"], one["value"], one["more"])):
            add(LISTS, value if value == "Annex" else f"Annex {value}", *one.span())
    for one in HEADINGS.finditer(text.flat, body[0]):
        add(HEADING, one.group(), *one.span())
    present = {name for name, _value in found}
    return [*found.values(), *(nothing(name) for name in (AMENDS, LISTS, HEADING) if name not in present)]
