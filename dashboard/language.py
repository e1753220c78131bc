"""Which language a reader gets, and how numbers, dates and names are written in it.

The language is a context variable: set once a request or rerun, read by every `_()`. Catalogues are the PO files under
`locales/<language>/`, read as they are: nothing is compiled, so a text and its translation can't drift apart.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_currency_name

from etl.files.numbers import parse_number
from etl.message import NC_, untranslated

LANGUAGES = {"en": "en_CA", "fr": "fr_CA"}
LOCALES = Path(__file__).parent / "locales"

_language: ContextVar[str] = ContextVar("language", default="en")


def use(language: str | None) -> None:
    """Speak this language from here on in this context; anything unknown is English."""
    _language.set(language if language in LANGUAGES else "en")


@contextmanager
def spoken(language: str | None) -> Iterator[None]:
    """Speak this language within the block, then the one before, whatever happens in it."""
    before = _language.set(language if language in LANGUAGES else "en")
    try:
        yield
    finally:
        _language.reset(before)


def current() -> str:
    return _language.get()


def locale() -> Locale:
    return Locale.parse(LANGUAGES[_language.get()])


def preferred(accept_language: str | None) -> str:
    """The first language we have among those a browser asks for."""
    for wanted in (accept_language or "").split(","):
        code = wanted.strip()[:2].lower()
        if code in LANGUAGES:
            return code
    return "en"


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every translated text of a language, from all its PO files."""
    found = [message for message in _messages(language) if isinstance(message.id, str)]
    return {NC_(one.context, one.id) if one.context else one.id: one.string for one in found}


@cache
def _plurals(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Every translated text that depends on a number: singular and plural."""
    return {message.id: message.string for message in _messages(language) if isinstance(message.id, tuple)}


def _messages(language: str) -> list[Any]:
    messages = []
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            messages += [message for message in read_po(file) if message.id and message.string]
    return messages


def _(text: str) -> str:
    """`text` in the reader's language."""
    return catalogue(_language.get()).get(text) or untranslated(text)


def in_days(count: int) -> str:
    """How long until a day: today, in 1 day, in 5 days."""
    return ngettext("in {days} day", "in {days} days", count).format(days=count) if count else _("today")


def ngettext(one: str, many: str, count: float) -> str:
    """`one` or `many` in the reader's language, as the number wants it: the plural begins at 2 in French, beside 1 in English."""
    forms = _plurals(_language.get()).get((one, many), (one, many))
    return forms[0 if singular(count) else 1]


def labelled(name: object, value: object) -> str:
    """A name and what it is, with the colon of the language."""
    return _("{name}: {value}").format(name=name, value=value)


def localized(column: str) -> str:
    """The column that holds a dataset's own text in the reader's language: `title` or `title_fr`."""
    return column if _language.get() == "en" else f"{column}_{_language.get()}"


# --- numbers, days and names ---------------------------------------------------------------------------------------


def number(value: float, digits: int = 2) -> str:
    """A number with that many decimals, grouped as the language does: 1,234.50 or 1 234,50."""
    return format_decimal(
        round(value, digits), format="#,##0" + ("." + "0" * digits if digits else ""), locale=locale()
    ).replace("-", "−")


def typed(value: float) -> str:
    """A number as one types it: no grouping, no needless zeros, the language's decimal mark: 1.5 or 1,5."""
    return format_decimal(value, format="0.############", locale=locale())


def typed_number(text: str) -> float | None:
    """The number that a reader typed, or None. Either decimal mark will do; where a mark could mean two things
    (1,500), the language decides. A point parts no thousands in French."""
    marks = ",." if current() == "fr" and "," in text else ".,"
    found = next((found for mark in marks if (found := parse_number(text, mark))), None)
    return float(found.text) if found and isfinite(float(found.text)) else None


def singular(value: float) -> bool:
    """Whether a number is followed by the singular: 1 in English, anything below 2 in French."""
    return abs(value) == 1 if current() == "en" else abs(value) < 2


def signed(value: float, digits: int = 2) -> str:
    rounded = round(value, digits)
    return ("+" if rounded > 0 else "") + number(value if rounded else 0, digits)  # never "−0.00"


def percent(value: float, digits: int = 2) -> str:
    """A per cent figure: 2.03 % in English, 2,03 % in French, both with a no-break space."""
    return f"{number(value, digits)}\u00a0%"


def trimmed_percent(value: float) -> str:
    """A per cent figure without needless zeros: 2 %, 2.5 %, 45.16 %."""
    digits = next(d for d in (0, 1, 2) if d == 2 or abs(round(value, d) - value) < 1e-9)
    return percent(value, digits)


def money(million: float, currency: str = "USD", digits: int = 1) -> str:
    """An amount given in millions, in the unit that reads best: 'US$12.3 billion', '12,3 G$ US'."""
    billions = abs(million) >= 1000
    amount = number(million / 1000 if billions else million, digits)
    if current() == "fr":
        unit = _french_sign(currency)
        return f"{amount}\u00a0{'G' if billions else 'M'}{unit}"
    return f"{_sign(currency)}{amount}\u00a0{'billion' if billions else 'million'}"


def millions(currency: str) -> str:
    """Millions of a currency, as short as a header is: 'C$ million', 'M$ US'."""
    if current() == "fr":
        return f"M{_french_sign(currency)}"
    return f"{_sign(currency).rstrip()}\u00a0million"


def _sign(currency: str) -> str:
    return {"USD": "US$", "CAD": "C$", "EUR": "€", "GBP": "£"}.get(currency, f"{currency}\u00a0")


def _french_sign(currency: str) -> str:
    return {"USD": "$ US", "CAD": "$", "EUR": "€", "GBP": "£"}.get(currency, f"\u00a0{currency}")


def currency_name(code: str, count: float = 2) -> str:
    """A currency in words, for that many of it: "Canadian dollars", "dollar canadien"."""
    return get_currency_name(code, count=count, locale=locale())


def billions_axis(currency: str | None) -> dict[str, str]:
    """What stands around the numbers of an axis in billions: 'US$200 bn', '200 G$ US'; no currency where several share it."""
    if current() == "fr":
        unit = _french_sign(currency) if currency else ""
        return {"tickprefix": "", "ticksuffix": f"\u00a0G{unit}"}
    return {"tickprefix": _sign(currency) if currency else "", "ticksuffix": "\u00a0bn"}


def day(value: date, exact_to: str = "day") -> str:
    """A day, short: Oct. 7, 2025 or 7 oct. 2025, the first is "1er" in French; its month or year where that is all that is known."""
    if exact_to != "day":
        return month_name(value) if exact_to == "month" else str(value.year)
    text = format_date(value, "medium", locale=locale())
    return f"1er{text[1:]}" if current() == "fr" and value.day == 1 else text


def month_name(value: date) -> str:
    """A month and its year, short: Oct 2025 or oct. 2025."""
    return format_date(value, "MMM yyyy", locale=locale())


def decomposed(text: str) -> str:
    """The same text with accents after their letters: what is searched letter by letter is found without accents, too."""
    return unicodedata.normalize("NFD", text)


def alphabetical(name: str) -> tuple[str, str]:
    """What to sort names by: as in a dictionary, where an accent or a capital counts only between equal words."""
    bare = "".join(one for one in decomposed(name) if not unicodedata.combining(one)).casefold()
    return bare.replace("œ", "oe").replace("æ", "ae").replace("-", " "), name


def country(code: str, fallback: str | None = None) -> str:
    """The name of a country by its ISO 3166-1 alpha-2 code, from CLDR."""
    return locale().territories.get(code, fallback or code)
