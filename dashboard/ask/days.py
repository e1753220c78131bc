"""Days in a text, in English and French: "1 Dec 2025", "Dec 1", "1er déc.", "2025-12-01", "October", "fin 2025", "hier"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from babel import Locale

from dashboard.ask.lexicon import Meaning
from dashboard.ask.words import Word, form
from dashboard.language import LANGUAGES
from dashboard.links import EARLIEST, LATEST
from etl.files.vocabulary import MONTHS

ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "ere"})
ENDS = frozenset({"end", "fin"})
STEPS = {
    form(word): step
    for step, words in ((0, "this cette ce"), (-1, "last dernier dernière"), (1, "next prochain prochaine"))
    for word in words.split()
}
YEARS, MONTHS_SAID = {"year", "annee", "an"}, {form("month"), form("mois")}
RELATIVE = {"today": 0, "yesterday": -1, "hier": -1, "tomorrow": 1, "demain": 1}


DATED = frozenset({"on", "known", "until", "since", "year", "period"})


class Day(NamedTuple):
    """A day found: how many words say it, and what it may be, each as a value of `on`, `period` or `year`."""

    length: int
    meanings: tuple[Meaning, ...]


@cache
def months() -> dict[str, int]:
    """Numbers of months by their names, long and short, in both languages."""
    found = {form(name): number for name, number in MONTHS.items()}
    for code in LANGUAGES.values():
        for width in ("wide", "abbreviated"):
            names = Locale.parse(code).months["format"][width]
            found |= {form(name): number for number, name in names.items()}
    return found


def day_at(words: Sequence[Word], at: int, today: date) -> Day | None:
    """The day that begins with this word, or None. A day without a year is written "--12-01"."""
    for found in (_written(words, at), _relative(words, at, today), _end(words, at), _named(words, at)):
        if found:
            return found
    return None


def _written(words: Sequence[Word], at: int) -> Day | None:
    raw = words[at].raw
    if re.fullmatch(r"\d{4}-\d\d-\d\d", raw):
        return _said(1, _day(*map(int, raw.split("-"))))
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", raw):
        return Day(1, (Meaning("period", raw),))
    if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", raw):  # the day first, or the month first
        one, two, year = map(int, raw.split("/"))
        return _said(1, *{_day(year, two, one), _day(year, one, two)})
    if re.fullmatch(r"\d{4}", raw) and EARLIEST.year <= int(raw) <= LATEST.year:
        return Day(1, (Meaning("year", raw),))
    return None


def _relative(words: Sequence[Word], at: int, today: date) -> Day | None:
    word, following = words[at].form, words[at + 1].form if at + 1 < len(words) else ""
    if RELATIVE.get(word):
        return _said(1, today + timedelta(days=RELATIVE[word]))
    for said, what in ((word, following), (following, word)):  # "next month", "le mois prochain"
        if said in STEPS and what in YEARS:
            return Day(2, (Meaning("year", str(today.year + STEPS[said])),))
        if said in STEPS and what in MONTHS_SAID:
            middle = today.replace(day=15) + timedelta(days=30 * STEPS[said])
            return Day(2, (Meaning("period", f"{middle:%Y-%m}"),))
    return None


def _end(words: Sequence[Word], at: int) -> Day | None:
    """ "end of 2025", "fin décembre 2025": the last day of it."""
    if words[at].form not in ENDS or at + 1 == len(words):
        return None
    named = _written(words, at + 1) or _named(words, at + 1)
    if named is None or named.meanings[0].kind not in ("year", "period"):
        return None
    return Day(named.length + 1, (Meaning("on", last_of(named.meanings[0].value)),))


def _named(words: Sequence[Word], at: int) -> Day | None:
    """With a month's name: day and month in either order, the year after them or nowhere."""
    place, number, month = at, None, None
    while place < len(words) and place - at < 4 and (number is None or month is None):
        word = words[place]
        if number is None and re.fullmatch(r"[0-3]?\d", word.raw):
            number = int(word.raw)
            if place + 1 < len(words) and words[place + 1].form in ORDINALS:
                place += 1
        elif month is None and word.form in months() and not word.raw.isdigit():
            month = months()[word.form]
        else:
            break
        place += 1
    year = _year(words, place)
    if month is None or (number is None and not year and words[at].raw in ("may", "mar")):  # "it may be"
        return None
    length = place - at + (1 if year else 0)
    stated = year or "-"
    if number is None:
        return Day(length, (Meaning("period", f"{stated}-{month:02}"),))
    if number < 1 or number > calendar.monthrange(int(year or 2024), month)[1]:
        return None
    return Day(length, (Meaning("on", f"{stated}-{month:02}-{number:02}"),))


def _year(words: Sequence[Word], at: int) -> str:
    text = words[at].raw if at < len(words) else ""
    return text if re.fullmatch(r"(19|20)\d\d", text) else ""


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def _said(length: int, *days: date | None) -> Day | None:
    held = sorted(day for day in days if day)
    return Day(length, tuple(Meaning("on", day.isoformat()) for day in held)) if held else None


# --- a day's first and last, and its year -----------------------------------------------------------------------------


def first_of(value: str) -> str:
    """The first day of a day, month or year, as it is written."""
    if value.startswith("--"):
        return value if len(value) == 7 else f"{value}-01"
    return value + {4: "-01-01", 7: "-01"}.get(len(value), "")


def last_of(value: str) -> str:
    """The last day of a day, month or year; of a February without a year the 28th."""
    if value.startswith("--"):
        return value if len(value) == 7 else f"{value}-{calendar.monthrange(2025, int(value[2:4]))[1]:02}"
    if len(value) == 10:
        return value
    year, _dash, month = value.partition("-")
    return f"{year}-12-31" if not month else f"{year}-{month}-{calendar.monthrange(int(year), int(month))[1]:02}"


def is_day(value: str) -> bool:
    """Whether a text is a day, month or year as meanings write them, with a year or without."""
    written = re.fullmatch(r"(?:(\d{4})|-)(?:-(\d\d))?(?:-(\d\d))?", value)
    if not written or not (written[1] or written[2]):
        return False
    return _day(int(written[1] or 2024), int(written[2] or 1), int(written[3] or 1)) is not None


def latest(value: str, until: date) -> date:
    """The day, or the latest of its kind by `until` where it names no year."""
    return _of_years(value, range(until.year, until.year - 9, -1), lambda day: day <= until)


def earliest(value: str, since: date) -> date:
    """The day, or the earliest of its kind from `since` on where it names no year."""
    return _of_years(value, range(since.year, since.year + 9), lambda day: day >= since)


def _of_years(value: str, years: Iterable[int], fits: Callable[[date], bool]) -> date:
    if not value.startswith("--"):
        return date.fromisoformat(value)
    days = (_day(year, int(value[2:4]), int(value[5:7])) for year in years)
    return next(day for day in days if day and fits(day))
